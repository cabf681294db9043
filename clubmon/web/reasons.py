"""The sentences behind flags, with nothing in them that this viewer may not see; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from clubmon import wording
from clubmon.flagtypes import Flag, of_row
from clubmon.store import Row
from clubmon.web.sight import Sight
from clubmon.web.views import Scores


def of_flags(rows: Sequence[Row], sight: Sight, *, own: bool = False) -> list[str]:
    """Reasons of one athlete's visible flags, the most telling first, nothing said twice."""
    newest_first = sorted(rows, key=lambda row: row["morning"], reverse=True)
    return wording.together([flag(row, sight) for row in newest_first], reader(sight, own=own))


def reader(sight: Sight, *, own: bool) -> wording.Reader:
    """Who is spoken to: the athlete, someone who may see answers, or a coach."""
    if own:
        return "athlete"
    return "physio" if sight.health else "coach"


PATTERNS = {
    "after_eccentric": "Pattern to discuss: after eccentric work; 2 to 3 stiff days are usual.",
    "neural": "Pattern to discuss: neural.",
    "pelvic_control": "Pattern to discuss: pelvic control.",
    "synergist": "Pattern to discuss: synergist.",
    "movement": "Pattern to discuss: movement.",
}
"""Those that follow from tightness; what refers is told by its flag and to the physio."""


def pattern(scores: Mapping[date, Scores], today: date) -> str | None:
    """The pattern of the newest answers of today or yesterday; None where none is to be named."""
    for day in (today, today - timedelta(days=1)):
        if day in scores:
            found = scores[day].pattern
            return found if found in PATTERNS else None
    return None


def flag(row: Row, sight: Sight) -> Flag:
    """The flag without the loads behind it where loads are not shared with the viewer."""
    found = of_row(row)
    if sight.load or not found.inputs.get("spikes"):
        return found
    return replace(found, inputs={**found.inputs, "spikes": []})
