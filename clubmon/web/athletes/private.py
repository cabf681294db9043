"""What a source shows to the athlete alone: listed on their own page while it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from clubmon.policy import Viewer
from clubmon.storage.store import Store
from clubmon.sync import sources

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Private:
    """One session. Metres and seconds; None where the source does not tell."""

    local_date: date
    sport: str
    distance_m: int | None
    seconds: int | None
    title: str  # of the source
    url: str  # where it is seen there, or ''


def sessions(store: Store, who: Viewer, athlete_id: str) -> list[Private]:
    """The newest ones; nothing for anybody but the athlete, guardians included."""
    if who.person_id != athlete_id:
        return []
    rows = store.rows(
        "SELECT s.local_date, s.sport, s.distance_m, coalesce(s.moving_s, s.elapsed_s) AS seconds, "
        "s.source, s.source_id FROM lake.raw.session AS s "
        "WHERE s.athlete_id = ? AND s.audience = 'athlete_only' "
        "AND s.session_id NOT IN (SELECT t.key FROM app.tombstone AS t WHERE t.kind = 'session') "
        "QUALIFY row_number() OVER ("
        " PARTITION BY s.session_id ORDER BY s.known_at DESC, s.sha256 DESC) = 1 "
        "ORDER BY s.start_local DESC, s.session_id LIMIT ?",
        [athlete_id, SHOWN],
    )
    return [
        Private(
            row["local_date"], row["sport"], row["distance_m"], row["seconds"],
            sources.about(row["source"]).title,
            sources.about(row["source"]).seen_at(row["source_id"]),
        )
        for row in rows
    ]  # fmt: skip
