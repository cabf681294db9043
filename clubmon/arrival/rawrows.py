"""Sessions as rows of `lake.raw`: whole base units, local day, a stable id per session."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

import pandas as pd

from clubmon.arrival.doubt import doubts
from clubmon.load.samples import sums
from clubmon.sdk import Session
from clubmon.storage.store import Connection

Frames = dict[str, pd.DataFrame]
BATCH = 16  # sessions; what their samples take in memory is some tens of MB
ROWS = 1024  # sessions; what they take without samples is a few MB
TABLES = ("payload", "question", "session", "lift_set", "sample")  # of lake.raw, by file


@dataclass(frozen=True, slots=True)
class Payload:
    """One file as received, and when it was known (aware, UTC)."""

    athlete_id: str
    sha256: str
    name: str
    connector: str
    version: str
    size: int
    audience: str
    refused: int
    known_at: datetime
    asked: tuple[tuple[str, bool], ...] = ()  # keys looked up, and whether the file waits for them


def session_id(athlete_id: str, source: str, source_id: str) -> str:
    """The same activity of the same source keeps its id, however often it arrives."""
    return str(uuid5(NAMESPACE_URL, f"clubmon:{athlete_id}/{source}/{source_id}"))


def local_start(session: Session, zone: str) -> tuple[datetime | None, datetime, str]:
    """Instant (UTC), wall-clock start and zone name; `zone` fills in where the source is silent."""
    if session.start_local is not None and wall_clock_stated(session):
        instant = session.start_utc or session.start_local.replace(
            tzinfo=ZoneInfo(zone)
        ).astimezone(UTC)
        return instant, session.start_local, session.timezone or zone
    if session.start_utc is None:
        raise ValueError(f"{session.where}: a session needs a start time")
    local = session.start_utc.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return session.start_utc, local, zone


def wall_clock_stated(session: Session) -> bool:
    """Whether the start's wall clock is the source's own; 'UTC' is how exports say: no zone."""
    return session.start_local is not None and session.timezone != "UTC"


@dataclass(frozen=True, slots=True)
class Collected:
    """Rows of some sessions, before they are frames."""

    sessions: list[dict[str, Any]]
    lifts: list[dict[str, Any]]
    samples: list[pd.DataFrame]


def frames(payload: Payload, sessions: Sequence[Session], zone: str) -> Frames:
    """The rows of one payload, as one frame per table of `lake.raw`."""
    some = _collected(payload, sessions, zone)
    return {
        "session": _typed(some.sessions),
        "lift_set": _typed(some.lifts),
        "sample": _joined(some.samples),
    }


def batches(payload: Payload, sessions: Sequence[Session], zone: str) -> Iterator[Frames]:
    """The same in several frames, so that few sessions are in memory, and fewer samples."""
    for first in range(0, len(sessions), ROWS):
        last = min(first + ROWS, len(sessions))
        rows: list[dict[str, Any]] = []
        lifts: list[dict[str, Any]] = []
        for at in range(first, last, BATCH):
            some = _collected(payload, sessions[at : min(at + BATCH, last)], zone)
            rows += some.sessions
            lifts += some.lifts
            yield {"sample": _joined(some.samples)}
        yield {"session": _typed(rows), "lift_set": _typed(lifts)}


def insert(con: Connection, payload: Payload, sessions: int, found: Iterable[Frames]) -> bool:
    """Write a payload of so many sessions, and its rows; False where it is there already."""
    if there(con, payload.athlete_id, payload.sha256):
        return False
    con.execute(
        "INSERT INTO lake.raw.payload VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            payload.athlete_id,
            payload.sha256,
            payload.name,
            payload.connector,
            payload.version,
            payload.size,
            payload.audience,
            sessions,
            payload.refused,
            payload.known_at,
        ],
    )
    for key, waiting in payload.asked:
        con.execute(
            "INSERT INTO lake.raw.question VALUES (?, ?, ?, ?)",
            [payload.athlete_id, payload.sha256, key, waiting],
        )
    for table, frame in chain.from_iterable(batch.items() for batch in found):
        if not frame.empty:
            con.register("arriving", frame)
            con.execute(f"INSERT INTO lake.raw.{table} BY NAME SELECT * FROM arriving")
            con.unregister("arriving")
    return True


def there(con: Connection, athlete_id: str, sha256: str) -> bool:
    """Whether anything of one file stands in the lake."""
    found = con.execute(
        "SELECT 1 FROM lake.raw.payload WHERE athlete_id = ? AND sha256 = ?", [athlete_id, sha256]
    )
    return found.fetchone() is not None


def remove(con: Connection, athlete_id: str, sha256: str) -> None:
    """Forget what one file held, so that it can be read anew."""
    for table in TABLES:
        con.execute(
            f"DELETE FROM lake.raw.{table} WHERE athlete_id = ? AND sha256 = ?",
            [athlete_id, sha256],
        )


def _collected(payload: Payload, sessions: Sequence[Session], zone: str) -> Collected:
    lifts: dict[str, list[dict[str, Any]]] = {}  # a session told of twice keeps one list of sets
    found = Collected([], [], [])
    for session in sessions:
        row = _session_row(payload, session, zone)
        found.sessions.append(row)
        if session.sets:
            lifts[row["session_id"]] = _set_rows(payload, session, row["session_id"])
        if session.samples is not None and session.samples.t_s:
            found.samples.append(_sample_frame(payload, session, row["session_id"]))
    found.lifts.extend(chain.from_iterable(lifts.values()))
    return found


def _joined(samples: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(samples, ignore_index=True) if samples else pd.DataFrame()


def _session_row(payload: Payload, session: Session, zone: str) -> dict[str, Any]:
    start_utc, start_local, timezone = local_start(session, zone)
    return {
        "session_id": session_id(payload.athlete_id, session.source, session.source_id),
        "athlete_id": payload.athlete_id,
        "sha256": payload.sha256,
        "audience": payload.audience,
        "source": session.source,
        "source_id": session.source_id,
        "kind": session.kind,
        "sport": session.sport,
        "title": session.title,
        "start_utc": start_utc,
        "start_local": start_local,
        "local_date": start_local.date(),
        "timezone": timezone,
        "zone_stated": wall_clock_stated(session),
        "time_known": session.time_known,
        "distance_m": whole(session.distance_m),
        "moving_s": whole(session.moving_s),
        "elapsed_s": whole(session.elapsed_s),
        "ascent_m": whole(session.ascent_m),
        "descent_m": whole(session.descent_m),
        "avg_hr": session.avg_hr,
        "max_hr": session.max_hr,
        "rpe_tenths": whole(session.rpe, 10),
        "doubt": " ".join(doubts(session, payload.known_at)) or None,
        "samples": len(session.samples.t_s) if session.samples is not None else 0,
        **asdict(
            sums(
                session.samples,
                session.distance_m,
                session.moving_s or session.elapsed_s,
                session.speed_zones,
            )
        ),
        "known_at": payload.known_at,
    }


def _set_rows(payload: Payload, session: Session, owner: str) -> list[dict[str, Any]]:
    return [
        {
            "session_id": owner,
            "athlete_id": payload.athlete_id,
            "sha256": payload.sha256,
            "set_index": index,
            "exercise": lift.exercise,
            "set_type": lift.set_type,
            "reps": lift.reps,
            "weight_g": whole(lift.weight_kg, 1000),
            "rpe_tenths": whole(lift.rpe, 10),
            "known_at": payload.known_at,
        }
        for index, lift in enumerate(session.sets)
    ]


def _sample_frame(payload: Payload, session: Session, owner: str) -> pd.DataFrame:
    samples = session.samples
    assert samples is not None
    frame = pd.DataFrame(
        {
            "t_s": _scaled(samples.t_s, 1),
            "distance_dm": _scaled(samples.distance_m, 10),
            "speed_mmps": _scaled(samples.speed_mps, 1000),
            "elevation_dm": _scaled(samples.elevation_m, 10),
            "hr": _scaled(samples.hr, 1),
        }
    )
    return frame.assign(session_id=owner, athlete_id=payload.athlete_id, sha256=payload.sha256)


def whole(value: float | None, units: int = 1) -> int | None:
    """The value in whole base units, None where absent."""
    return None if value is None else round(value * units)


def _scaled(values: Sequence[float | None], units: int) -> Any:
    numbers = pd.Series(list(values), dtype="Float64")
    return (numbers * units).round().astype("Int64")


_WHOLE = {  # columns that hold whole numbers or nothing
    "distance_m",
    "moving_s",
    "elapsed_s",
    "ascent_m",
    "descent_m",
    "avg_hr",
    "max_hr",
    "rpe_tenths",
    "reps",
    "weight_g",
    "set_index",
    "graded_m",
    "hr_from",
}


def _typed(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """A frame whose whole numbers stay whole where some are absent."""
    names = list(rows[0]) if rows else []
    columns = {name: [row[name] for row in rows] for name in names}
    return pd.DataFrame(
        {
            name: pd.array(values, dtype="Int64") if name in _WHOLE else values
            for name, values in columns.items()
        }
    )
