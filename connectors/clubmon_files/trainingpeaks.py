"""TrainingPeaks' workouts.csv: a day without a time, plans among what was done, metres, hours."""

from __future__ import annotations

import hashlib
from collections import Counter

from clubmon.sdk import Kind, Session
from clubmon_files import bounds, eachrow, times
from clubmon_files.lifts import DAY_ONLY
from clubmon_files.shapes import CsvFormat, Found
from clubmon_files.tables import BadCell, Row, Table

NEEDED = {"title", "workouttype", "workoutday", "timetotalinhours", "distanceinmeters"}
_KINDS: dict[str, Kind] = {"run": "run", "strength": "lift"}


def read_trainingpeaks(table: Table, where: str) -> Found:
    """One session per row that was done; those alike of one day are told apart by their order."""
    seen: Counter[str] = Counter()
    return eachrow.sessions(table, lambda row: _session(row, seen), where)


def _session(row: Row, seen: Counter[str]) -> Session | None:
    hours, metres = row.value("timetotalinhours"), row.value("distanceinmeters")
    if not hours and not metres:
        return None
    date = row.text("workoutday")
    start = times.day(date)
    if start is None:
        raise BadCell("WorkoutDay", date, "date")
    word, title = row.text("workouttype"), row.text("title")
    identity = f"{date}|{word}|{title}"
    seen[identity] += 1
    sieve = bounds.Sieve(row.number)
    return Session(
        source="trainingpeaks",
        source_id=hashlib.sha256(f"{identity}|{seen[identity]}".encode()).hexdigest()[:20],
        kind=_KINDS.get(word.lower(), "other"),
        sport=word or "unknown",
        start_local=start,
        time_known=False,
        title=title or None,
        distance_m=bounds.metres(metres) or None,
        moving_s=bounds.seconds(hours and hours * 3_600) or None,
        avg_hr=sieve.keep(bounds.heart_rate, "HeartRateAverage", row.value("heartrateaverage")),
        max_hr=sieve.keep(bounds.heart_rate, "HeartRateMax", row.value("heartratemax")),
        rpe=sieve.keep(bounds.rpe, "Rpe", row.value("rpe")),
        warnings=(DAY_ONLY, *sieve.warnings),
    )


FORMAT = CsvFormat(knows=lambda header: set(header) >= NEEDED, read=read_trainingpeaks)
