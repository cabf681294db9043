"""What is counted, and how it is named, scaled and rounded for people; pure.

A channel's key ends in its base unit: whole metres, seconds, grams, sets, or tenths of an
arbitrary unit. sql/marts/daily_load.sql says how each is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NONE = "–"


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel. `of_coach` and `of_athlete` open a sentence that a number goes on with."""

    key: str
    label: str
    unit: str
    divisor: int  # base units in one shown unit
    decimals: int
    group: Literal["run", "lift", "both"]
    of_coach: str
    of_athlete: str

    def value(self, base: float | None) -> float | None:
        """Base units in the shown unit; None stays None."""
        return None if base is None else base / self.divisor

    def text(self, base: float | None) -> str:
        """Rounded, without the unit; a dash where nothing is known."""
        return NONE if base is None else grouped(base / self.divisor, self.decimals)


# fmt: off
CHANNELS = {
    channel.key: channel
    for channel in (
        Channel("run_m", "Running", "km", 1000, 1, "run", "Run volume", "You ran"),
        Channel("run_s", "Running time", "min", 60, 0, "run", "Running time", "You ran for"),
        Channel("ascent_m", "Ascent", "m", 1, 0, "run", "Ascent", "You climbed"),
        Channel("descent_m", "Descent", "m", 1, 0, "run", "Descent", "You ran downhill"),
        Channel("graded_m", "Graded distance", "km-eq", 1000, 1, "run",
                "Graded distance", "Your graded distance was"),
        Channel("fast_m", "High-speed running", "m", 1, 0, "run",
                "High-speed running", "You ran at high speed for"),
        Channel("tonnage_g", "Lifting", "t", 1_000_000, 1, "lift", "Lifted", "You lifted"),
        Channel("rpe_tonnage_g", "RPE-weighted lifting", "t", 1_000_000, 1, "lift",
                "RPE-weighted tonnage", "Your RPE-weighted tonnage was"),
        Channel("eccentric_sets", "Hamstring-eccentric sets", "sets", 1, 0, "lift",
                "Hamstring-eccentric work", "Your hamstring-eccentric work was"),
        Channel("srpe_dau", "Session-RPE load", "AU", 10, 0, "both",
                "Session-RPE load", "Your session-RPE load was"),
        Channel("trimp_banister_dau", "TRIMP (Banister)", "AU", 10, 0, "both",
                "TRIMP (Banister)", "Your TRIMP (Banister) was"),
        Channel("trimp_edwards_dau", "TRIMP (Edwards)", "AU", 10, 0, "both",
                "TRIMP (Edwards)", "Your TRIMP (Edwards) was"),
    )
}
# fmt: on


def grouped(value: float, decimals: int) -> str:
    """1234.5 as '1 234.5' with a narrow space that does not break."""
    return f"{value:,.{decimals}f}".replace(",", "\u202f").replace("-", "−")
