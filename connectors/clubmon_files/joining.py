"""One activity told of twice in one export: by a row of totals and by its recording.

The row's totals win: they hold what the athlete corrected. The recording adds sets, samples,
local time, and totals that the row leaves empty.
"""

from __future__ import annotations

from dataclasses import replace

from clubmon.sdk import Session

_FILLED = (
    "distance_m",
    "moving_s",
    "elapsed_s",
    "ascent_m",
    "descent_m",
    "avg_hr",
    "max_hr",
    "rpe",
)
_APART_S = 900  # a start that differs by more belongs to another part of the recording


def joined(row: Session, recorded: list[Session]) -> Session:
    """A row of totals with what its recording adds; the part that started when the row did."""
    start = row.start_utc
    if start is None or not recorded:
        return row
    part = min(recorded, key=lambda each: abs((each.start_utc or start) - start))
    if len(recorded) > 1 and abs((part.start_utc or start) - start).total_seconds() > _APART_S:
        return row
    filled = {name: getattr(part, name) for name in _FILLED if getattr(row, name) is None}
    kind = "lift" if row.kind == "other" and part.kind == "lift" else row.kind
    return replace(
        row,
        **filled,
        kind=kind,
        start_local=part.start_local or row.start_local,
        timezone=part.timezone or row.timezone,
        sets=part.sets if kind == "lift" else (),
        samples=part.samples,
        warnings=(*row.warnings, *part.warnings),
    )
