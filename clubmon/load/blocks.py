"""Athletes in blocks that can be computed one after the other, so that memory stays bounded.

What is computed of one athlete can depend on others of the same teams (a missing effort takes
theirs), so whoever shares a team, directly or through others, is in one block.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from clubmon.storage.store import Connection

Groups = list[list[str]]  # of athletes
AT_ONCE = 1_000  # athletes; a block is larger only where more of them share teams


def of_athletes(con: Connection, known_by: datetime, kept: str) -> Groups:
    """Every athlete of whom anything is known, with all who share teams; the same on every run.

    `kept` is a table that names athletes as well.
    """
    of_team: dict[str, str] = {}
    parent: dict[str, str] = {
        athlete: athlete for (athlete,) in con.execute(_KNOWN.format(kept=kept)).fetchall()
    }
    for person, team in con.execute(_TEAMS, [known_by]).fetchall():
        if person in parent:
            _join(parent, person, of_team.setdefault(team, person))
    together: dict[str, list[str]] = {}
    for athlete in sorted(parent):
        together.setdefault(_root(parent, athlete), []).append(athlete)
    return [*together.values()]


def parted(groups: Iterable[list[str]], changed: Collection[str] | None) -> tuple[Groups, Groups]:
    """The groups with one who changed, and the others; None: everybody changed."""
    if changed is None:
        return [*groups], []
    touched: Groups = []
    others: Groups = []
    known = frozenset(changed)
    for group in groups:
        (others if known.isdisjoint(group) else touched).append(group)
    return touched, others


def packed(groups: Iterable[list[str]]) -> Iterator[list[str]]:
    """Whole groups in blocks of at most AT_ONCE, or of one group that is larger."""
    block: list[str] = []
    for some in groups:
        if block and len(block) + len(some) > AT_ONCE:
            yield block
            block = []
        block = [*block, *some]
    if block:
        yield block


def choose(con: Connection, athletes: Sequence[str]) -> None:
    """Make these athletes temp.block, of whom alone `narrowed` SELECTs read."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE block AS SELECT unnest(?::VARCHAR[]) AS athlete_id",
        [athletes],
    )


def narrowed(sql: str) -> str:
    """The SELECT of a model over the rows of the athletes in temp.block alone."""
    return _OF_ATHLETES.sub(_OF_BLOCK, sql)


def _join(parent: dict[str, str], one: str, other: str) -> None:
    parent[_root(parent, one)] = _root(parent, other)


def _root(parent: dict[str, str], athlete: str) -> str:
    while parent[athlete] != athlete:
        parent[athlete] = parent[parent[athlete]]  # shortens the way for the next
        athlete = parent[athlete]
    return athlete


# what a model reads that names athletes, but nothing that is only looked up
_OF_ATHLETES = re.compile(
    r"(\blake\.raw\.(?:session|lift_set)|\bapp\.(?:checkin|sync|session_mend)|\blake\.marts\.load_past"
    r"|\blake\.staging\.(?:span|yesterday|recorded|session|evidence)|\"staging\.span\") AS\b"
)
_OF_BLOCK = r"(SELECT t.* FROM \1 AS t WHERE t.athlete_id IN (FROM temp.block)) AS"

_KNOWN = """
SELECT s.athlete_id FROM lake.raw.session AS s
UNION
SELECT c.athlete_id FROM app.checkin AS c
UNION
SELECT y.athlete_id FROM app.sync AS y
UNION
SELECT m.athlete_id FROM app.session_mend AS m
UNION
SELECT p.athlete_id FROM {kept} AS p
"""

_TEAMS = """
SELECT r.person_id, r.team_id
FROM app.role AS r
WHERE r.role = 'athlete' AND r.team_id <> '' AND r.known_at <= ?
ORDER BY r.person_id, r.team_id
"""
