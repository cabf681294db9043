"""Doubtful sessions: which wait for a decision, and what a person decided about them.

Decisions are rows that are only added. 'keep' counts a session as it is, 'mend' with the values
that the person enters, 'drop' leaves it out, 'undo' takes the decision before it back.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from clubmon import models, people
from clubmon.doubt import doubts
from clubmon.sdk import Session
from clubmon.settings import Settings
from clubmon.store import Connection, Row, Store, rows_of

DECISIONS = ("keep", "mend", "drop", "undo")
OPEN = ("", "undo")
FARTHEST_KM, LONGEST_MIN = Decimal(1000), 7 * 24 * 60
_TICK = timedelta(microseconds=1)  # the finest that the store keeps
_KM = re.compile(r"[0-9]{1,4}([.,][0-9]{1,3})?")
_MINUTES = re.compile(r"[0-9]{1,5}")

NO_CHANGE = "Enter what was wrong, or keep the session as it is."
NO_SETS = (
    "A set cannot be mended here: put it right in the app that it was logged with and send the "
    "file again, or keep or drop the session."
)
STILL = (
    "With these values it is still hard to believe: {} If they are true, keep the session as it is."
)


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
    if not ids or not store.row(_ANY, [ids]):
        return []
    with store.cursor() as con:
        models.bind(con, models.EVER, now.date() + timedelta(days=1), now)
        rows = rows_of(con, _as_recorded(), [ids])
    decided = {row["session_id"]: row for row in store.rows(_NEWEST, [ids])}
    every = [_doubtful(row, decided.get(row["session_id"])) for row in rows]
    return sorted(every, key=lambda one: (not one.waits, -one.start_local.toordinal()))


def waiting(store: Store, athlete_ids: Collection[str], now: datetime) -> int:
    """How many sessions of these athletes wait for a decision."""
    return sum(one.waits for one in found(store, athlete_ids, now))


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
        raise DecisionRefused("That is no decision; use the buttons of the page.")

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


def mendable(one: Doubtful, now: datetime) -> bool:
    """Whether the doubt is about what can be entered: start, distance, time or heart rate."""
    return bool(doubts(_session(one, Mend(), None), now))


def read_mend(
    store: Store, settings: Settings, one: Doubtful, form: Mapping[str, str], now: datetime
) -> Mend:
    """The values of a form: start 'YYYY-MM-DDTHH:MM', km, minutes; empty is as recorded.

    Raises DecisionRefused for values that are none, and for those that leave a doubt.
    """
    if not mendable(one, now):
        raise DecisionRefused(NO_SETS)
    mend = Mend(
        _start(form.get("start", "").strip()),
        _metres(form.get("km", "").strip()),
        _seconds(form.get("minutes", "").strip()),
        form.get("without_hr") == "yes",
    )
    if mend == Mend():
        raise DecisionRefused(NO_CHANGE)
    who = people.person(store, one.athlete_id)
    zone = ZoneInfo(who.timezone) if who and who.timezone else settings.zone
    instant = mend.new_start.replace(tzinfo=zone) if mend.new_start else None
    left = doubts(_session(one, mend, instant), now)
    if left:
        raise DecisionRefused(STILL.format(" ".join(left)))
    return mend


def _session(one: Doubtful, mend: Mend, instant: datetime | None) -> Session:
    """The session without its sets, as it would count."""
    return Session(
        source="",
        source_id="",
        kind=one.kind,  # type: ignore[arg-type]
        sport=one.sport,
        start_utc=instant or one.start_utc,
        start_local=mend.new_start or one.start_local,
        distance_m=one.distance_m if mend.distance_m is None else mend.distance_m,
        moving_s=one.moving_s if mend.seconds is None else mend.seconds,
        elapsed_s=one.elapsed_s if mend.seconds is None else mend.seconds,
        avg_hr=None if mend.without_hr else one.avg_hr,
        max_hr=None if mend.without_hr else one.max_hr,
    )


def _start(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text[:16] if "T" in text else "")
    except ValueError as error:
        raise DecisionRefused("The start must be a day and a time of day.") from error


def _metres(text: str) -> int | None:
    if not text:
        return None
    km = Decimal(text.replace(",", ".")) if _KM.fullmatch(text) else Decimal(-1)
    if not 0 <= km <= FARTHEST_KM:
        raise DecisionRefused(f"The distance must be a number of km from 0 to {FARTHEST_KM}.")
    return int(km * 1000)


def _seconds(text: str) -> int | None:
    if not text:
        return None
    minutes = int(text) if _MINUTES.fullmatch(text) else 0
    if not 1 <= minutes <= LONGEST_MIN:
        raise DecisionRefused("The time must be a whole number of minutes, at least 1.")
    return minutes * 60


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
_LAST = "SELECT max(known_at) AS known_at FROM app.quarantine_decision WHERE session_id = ?"
