"""A club's choice: whether a drill that answers lead to reaches the athlete without a coach.

Off unless somebody switched it on. A team's own choice counts before the club's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from clubmon.storage.store import Connection, Row, Store, rows_of
from clubmon.words.language import N_

CLUB = ""
DEFAULT = False
CHANGED_MEANWHILE = N_(
    "Nothing was saved: somebody changed this since you opened the page; look again and decide."
)


class ProposalsChanged(Exception):
    """Somebody else saved a version in the meantime."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One version of a scope's choice; `reaches_athlete` None: a team does as the club."""

    team_id: str
    version: int
    reaches_athlete: bool | None
    by_person_id: str
    known_at: datetime | None


def history(store: Store, team_id: str) -> list[Setting]:
    """Every version of one scope ('' is the club), the newest first."""
    rows = store.rows(
        "SELECT s.* FROM app.proposal_setting AS s WHERE s.team_id = ? ORDER BY s.version DESC",
        [team_id],
    )
    return [_setting(row) for row in rows]


def newest(store: Store, team_id: str) -> Setting:
    """The version in force of one scope; version 0 where nobody has chosen yet."""
    found = history(store, team_id)
    unset = DEFAULT if team_id == CLUB else None
    return found[0] if found else Setting(team_id, 0, unset, "", None)


def reaches_athlete(store: Store, team_ids: Iterable[str]) -> bool:
    """Whether a drill reaches an athlete of these teams without a coach.

    With several teams, only where it does in each of them.
    """
    club = bool(newest(store, CLUB).reaches_athlete)
    own = [newest(store, team_id).reaches_athlete for team_id in team_ids]
    return all(club if one is None else one for one in own) if own else club


def save(
    store: Store,
    team_id: str,
    reaches: bool | None,
    based_on: int,
    by_person_id: str,
    now: datetime,
) -> Setting:
    """Add the next version of a scope; raises ProposalsChanged where `based_on` is not the newest.

    The caller has checked that this person may. `now` is aware UTC.
    """

    def insert(con: Connection) -> Setting:
        (row,) = rows_of(
            con,
            "SELECT coalesce(max(version), 0) AS last FROM app.proposal_setting WHERE team_id = ?",
            [team_id],
        )
        if row["last"] != based_on:
            raise ProposalsChanged(CHANGED_MEANWHILE)
        new = Setting(team_id, based_on + 1, reaches, by_person_id, now)
        con.execute(
            "INSERT INTO app.proposal_setting VALUES (?, ?, ?, ?, ?)",
            [team_id, new.version, reaches, by_person_id, now],
        )
        return new

    return store.write("app", insert)


def _setting(row: Row) -> Setting:
    names = ("team_id", "version", "reaches_athlete", "by_person_id", "known_at")
    return Setting(*(row[name] for name in names))
