"""What TCX and GPX have in common: a time that may lack its zone, and a session of a track."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from clubmon.sdk import Session, sentence
from clubmon_files.fit_session import zone_name
from clubmon_files.track import Sums

NO_ZONE = sentence("The file's times state no zone and were read as UTC: check the start.")
NO_PLACES = sentence("The file has neither distances nor positions: the distance is not known.")
STRAY = sentence("{count} points lie a day or more from the others and are left out.")


def started(source: str, sport: str, start: datetime) -> Session:
    """A session with its start alone. `start` as the file states it: a zone is known only
    where it states an offset other than zero, which every app writes for UTC."""
    offset = start.utcoffset()
    utc = start.replace(tzinfo=UTC) if offset is None else start.astimezone(UTC)
    utc = utc.replace(microsecond=0)
    return Session(
        source=source,
        source_id=hashlib.sha256(f"{utc.isoformat()}|{sport}".encode()).hexdigest()[:20],
        kind="other",
        sport=sport,
        start_utc=utc,
        start_local=start.replace(tzinfo=None, microsecond=0) if offset else None,
        timezone=zone_name(offset) if offset else None,
    )


def notes(start: datetime, sums: Sums | None, *others: str) -> tuple[str, ...]:
    """What was read with a reservation."""
    found = {
        NO_ZONE: start.tzinfo is None,
        NO_PLACES: sums is not None and sums.distance_m is None,
        STRAY.format(count=sums.lost if sums else 0): sums is not None and sums.lost > 0,
        **dict.fromkeys(others, True),
    }
    return tuple(said for said, holds in found.items() if said and holds)
