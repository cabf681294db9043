"""Doubtful sessions: which wait for a decision, and what a person decided about them.

Decisions are rows that are only added. 'keep' counts a session as it is, 'mend' with the values
that the person enters, 'drop' leaves it out, 'undo' takes the decision before it back.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from clubmon.club import people
from clubmon.load import models
from clubmon.storage.store import Connection, Row, Store, rows_of
from clubmon.words.language import _

DECISIONS = ("keep", "mend", "drop", "undo")
OPEN = ("", "undo")
_TICK = timedelta(microseconds=1)  # the finest that the store keeps


class DecisionRefused(Exception):
    """Nothing was decided, in one sentence."""


@dataclass(frozen=True, slots=True)
class Mend:
    """What a person says it was; None as recorded. Seconds and metres, start on the wall clock."""

    new_start: datetime | None = None
    distance_m: int | None = None
    seconds: int | None = None
    without_hr: bool = False


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A doubtful session as it was recorded, and the newest decision about it."""

    session_id: str
    athlete_id: str
    kind: str
    sport: str
    title: str | None
    start_local: datetime
    start_utc: datetime | None
    distance_m: int | None
    moving_s: int | None
    elapsed_s: int | None
    avg_hr: int | None
    max_hr: int | None
    doubt: str
    decision: str  # '' where nobody has decided
    mend: Mend
    decided_by: str | None
    decided_at: datetime | None

    @property
    def waits(self) -> bool:
        """Whether somebody has to decide."""
        return self.decision in OPEN

    @property
    def seconds(self) -> int | None:
        """How long it took, as recorded."""
        first, second = (self.moving_s, self.elapsed_s)
        return (second or first) if self.kind == "lift" else (first or second)


def found(store: Store, athlete_ids: Collection[str], now: datetime) -> list[Doubtful]:
    """Doubtful sessions of these athletes, those that wait first, then the newest first."""
    ids = list(athlete_ids)
    rows = _recorded(store, ids, now)
    decided = {row["session_id"]: row for row in store.rows(_NEWEST, [ids])} if rows else {}
    every = [_doubtful(row, decided.get(row["session_id"])) for row in rows]
    return sorted(every, key=lambda one: (not one.waits, -one.start_local.toordinal()))


def waiting(store: Store, athlete_ids: Collection[str], now: datetime) -> int:
    """How many sessions of these athletes wait for a decision."""
    return len(recorded(store, athlete_ids, now).keys() - settled(store))


def recorded(store: Store, athlete_ids: Collection[str], now: datetime) -> dict[str, str]:
    """Doubtful sessions as the lake has them, whatever was decided: whose each is, by its id."""
    return {row["session_id"]: row["athlete_id"] for row in _recorded(store, athlete_ids, now)}


def settled(store: Store) -> frozenset[str]:
    """Sessions that wait for nobody: a decision stands, or they were deleted."""
    return frozenset(row["session_id"] for row in store.rows(_SETTLED, [list(OPEN)]))


def _recorded(store: Store, athlete_ids: Collection[str], now: datetime) -> list[Row]:
    ids = list(athlete_ids)
    if not ids or not store.row(_ANY, [ids]):
        return []
    with store.cursor() as con:
        models.bind(con, models.EVER, now.date() + timedelta(days=1), now)
        return rows_of(con, _as_recorded(), [ids])


def decide(
    store: Store,
    one: Doubtful,
    decision: str,
    by_person_id: str,
    now: datetime,
    mend: Mend | None = None,
) -> None:
    """Add a decision; the audit gets a line without any value. Raises DecisionRefused."""
    if decision not in DECISIONS or (decision == "mend") != (mend is not None):
        raise DecisionRefused(_("That is no decision; use the buttons of the page."))

    def insert(con: Connection) -> None:
        last = rows_of(con, _LAST, [one.session_id])[0]["known_at"]
        known_at = max(now, last + _TICK) if last else now
        con.execute(
            "INSERT INTO app.quarantine_decision VALUES (?, ?, ?, ?, ?)",
            [one.session_id, one.athlete_id, decision, by_person_id, known_at],
        )
        if mend is not None:
            con.execute(
                "INSERT INTO app.session_mend VALUES (?, ?, ?, ?, ?, ?, ?)",
                [one.session_id, one.athlete_id, mend.new_start, mend.distance_m, mend.seconds,
                 mend.without_hr, known_at],
            )  # fmt: skip

    store.write("app", insert)
    people.audit(store, by_person_id, f"session_{decision}", one.athlete_id, one.session_id, now)


def _doubtful(row: Row, decided: Row | None) -> Doubtful:
    mend = Mend()
    if decided and decided["decision"] == "mend":
        mend = Mend(
            decided["new_start"],
            decided["distance_m"],
            decided["seconds"],
            bool(decided["without_hr"]),
        )
    return Doubtful(
        **row,
        decision=decided["decision"] if decided else "",
        mend=mend,
        decided_by=decided["name"] if decided else None,
        decided_at=decided["known_at"] if decided else None,
    )


def _as_recorded() -> str:
    """Every doubtful session as it would stand if nobody had decided anything."""
    return models.computed(
        "SELECT r.session_id, r.athlete_id, r.kind, r.sport, r.title, r.start_local, r.start_utc, "
        "r.distance_m, r.moving_s, r.elapsed_s, r.avg_hr, r.max_hr, r.doubt "
        "FROM lake.staging.recorded AS r "
        "WHERE r.quarantined AND list_contains(?::VARCHAR[], r.athlete_id)",
        instead={"staging.held": _HELD, "staging.decision": _NOBODY},
    )


_HELD = (
    "SELECT DISTINCT s.session_id FROM lake.raw.session AS s "
    "WHERE s.doubt IS NOT NULL AND s.audience = 'club'"
)
_NOBODY = (
    "SELECT CAST(NULL AS VARCHAR) AS session_id, CAST(NULL AS VARCHAR) AS decision, "
    "CAST(NULL AS TIMESTAMP) AS new_start, CAST(NULL AS BIGINT) AS distance_m, "
    "CAST(NULL AS BIGINT) AS seconds, false AS without_hr WHERE false"
)
_ANY = (
    "SELECT 1 AS one FROM lake.raw.session AS s "
    "WHERE s.doubt IS NOT NULL AND s.audience = 'club' "
    "AND list_contains(?::VARCHAR[], s.athlete_id) LIMIT 1"
)
_NEWEST = (
    "SELECT q.session_id, q.decision, q.known_at, p.name, m.new_start, m.distance_m, m.seconds, "
    "m.without_hr FROM app.quarantine_decision AS q "
    "LEFT JOIN app.person AS p ON p.person_id = q.by_person_id "
    "LEFT JOIN app.session_mend AS m "
    "ON m.session_id = q.session_id AND m.known_at = q.known_at "
    "WHERE list_contains(?::VARCHAR[], q.athlete_id) "
    "QUALIFY row_number() OVER (PARTITION BY q.session_id ORDER BY q.known_at DESC) = 1"
)
_SETTLED = (
    "SELECT q.session_id FROM app.quarantine_decision AS q GROUP BY q.session_id "
    "HAVING NOT list_contains(?::VARCHAR[], arg_max(q.decision, q.known_at)) "
    "UNION SELECT t.key FROM app.tombstone AS t WHERE t.kind = 'session'"
)
_LAST = "SELECT max(known_at) AS known_at FROM app.quarantine_decision WHERE session_id = ?"
