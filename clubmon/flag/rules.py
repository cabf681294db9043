"""Rules in force and their history, read from `app.rule`; a change is a new version, always."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple, fields, replace
from datetime import datetime

from clubmon.flag import ruletypes
from clubmon.flag.ruletypes import CLUB, Key, Rule, RuleError
from clubmon.storage.store import Connection, Row, Store, rows_of
from clubmon.words.language import N_

CHANGED_MEANWHILE = N_(
    "Nothing was saved: somebody changed this rule since you opened it; "
    "look at it again and decide anew."
)


class RuleChanged(RuleError):
    """Somebody else saved a version in the meantime."""


_COLUMNS = ", ".join(field.name for field in fields(Rule))
_NUMBERS = (
    "SELECT coalesce(max(r.version), 0) AS last, "
    "coalesce(max(r.version) FILTER (WHERE r.team_id = ?), 0) AS own "
    "FROM app.rule AS r WHERE r.rule = ? AND r.channel = ?"
)


def newest(store: Store, team_ids: Iterable[str]) -> list[Rule]:
    """The newest version per rule, channel and scope, of these teams and the club."""
    rows = store.rows(
        f"SELECT {_COLUMNS} FROM app.rule AS r WHERE list_contains(?::VARCHAR[], r.team_id) "
        "QUALIFY row_number() OVER (PARTITION BY r.rule, r.channel, r.team_id "
        "ORDER BY r.version DESC) = 1",
        [[CLUB, *team_ids]],
    )
    return [ruletypes.of_row(row) for row in rows]


def in_force(store: Store, team_ids: Iterable[str]) -> dict[Key, Rule]:
    """The rule that counts per rule and channel for who is in these teams; () asks for the club's.

    Every rule is there, also those that were never set (version 0, off).
    """
    return ruletypes.in_force(newest(store, team_ids))


def history(store: Store, team_id: str, key: Key) -> list[Rule]:
    """Every version of one scope, the newest first; none where a team never had its own."""
    rows = store.rows(
        f"SELECT {_COLUMNS} FROM app.rule AS r "
        "WHERE r.team_id = ? AND r.rule = ? AND r.channel = ? ORDER BY r.version DESC",
        [team_id, *key],
    )
    return [ruletypes.of_row(row) for row in rows]


def check_newest(store: Store, team_id: str, key: Key, based_on: int) -> None:
    """Raise RuleChanged unless `based_on` is this scope's newest version, 0 where it has none."""
    _check(store.rows(_NUMBERS, [team_id, *key])[0], based_on)


def save(store: Store, new: Rule, based_on: int, by_person_id: str, now: datetime) -> Rule:
    """Add `new` as the next version of its scope and return it as it was saved.

    `based_on` is the newest version of that scope that the person saw, 0 for none; raises
    RuleChanged where there is a newer one. A number is given once per rule and channel, whatever
    the scope, so that the version on a flag names one row. `now` is aware UTC.
    """

    def insert(con: Connection) -> Rule:
        (row,) = rows_of(con, _NUMBERS, [new.team_id, *new.key])
        _check(row, based_on)
        saved = replace(new, version=row["last"] + 1, known_at=now, by_person_id=by_person_id)
        marks = ", ".join("?" for _ in fields(Rule))
        con.execute(f"INSERT INTO app.rule ({_COLUMNS}) VALUES ({marks})", list(astuple(saved)))
        return saved

    return store.write("app", insert)


def _check(numbers: Row, based_on: int) -> None:
    if numbers["own"] != based_on:
        raise RuleChanged(CHANGED_MEANWHILE)
