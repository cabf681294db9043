"""What is counted, and how it is named, scaled and rounded for people; pure.

A channel's key ends in its base unit: whole metres, seconds, grams, sets, or tenths of an
arbitrary unit. sql/marts/daily_load.sql says how each is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from clubmon.words import language, units
from clubmon.words.language import N_, _

NONE = "–"


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel. `of_coach` and `of_athlete` open a sentence that a number goes on with."""

    key: str
    label: str
    metric: str  # the unit in which the club's rules have it
    metric_divisor: int  # base units in one of it
    decimals: int
    group: Literal["run", "lift", "both"]
    of_coach: str
    of_athlete: str

    @property
    def unit(self) -> str:
        """The unit in which the reader is shown it."""
        return _(units.of_metric(self.metric))

    @property
    def headed(self) -> str:
        """Label and unit as a heading: 'Running, km'; a label that names its unit stands alone."""
        return (
            str(self.label) if str(self.label).endswith(self.unit) else f"{self.label}, {self.unit}"
        )

    @property
    def divisor(self) -> float:
        """Base units in one of the reader's unit."""
        return self.metric_divisor * units.factor(self.metric)

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
        Channel("run_m", N_("Running"), "km", 1000, 1, "run", N_("Run volume"), N_("You ran")),
        Channel("run_s", N_("Running time"), "min", 60, 0, "run",
                N_("Running time"), N_("You ran for")),
        Channel("ascent_m", N_("Ascent"), "m", 1, 0, "run", N_("Ascent"), N_("You climbed")),
        Channel("descent_m", N_("Descent"), "m", 1, 0, "run",
                N_("Descent"), N_("You ran downhill")),
        Channel("graded_m", N_("Graded distance"), N_("km-eq"), 1000, 1, "run",
                N_("Graded distance"), N_("Your graded distance was")),
        Channel("fast_m", N_("High-speed running"), "m", 1, 0, "run",
                N_("High-speed running"), N_("You ran at high speed for")),
        Channel("tonnage_g", N_("Lifting"), "t", 1_000_000, 1, "lift",
                N_("Lifted"), N_("You lifted")),
        Channel("rpe_tonnage_g", N_("RPE-weighted lifting"), "t", 1_000_000, 1, "lift",
                N_("RPE-weighted tonnage"), N_("Your RPE-weighted tonnage was")),
        Channel("eccentric_sets", N_("Hamstring-eccentric sets"), N_("sets"), 1, 0, "lift",
                N_("Hamstring-eccentric work"), N_("Your hamstring-eccentric work was")),
        Channel("srpe_dau", N_("Session-RPE load"), "AU", 10, 0, "both",
                N_("Session-RPE load"), N_("Your session-RPE load was")),
        Channel("trimp_banister_dau", N_("TRIMP (Banister)"), "AU", 10, 0, "both",
                N_("TRIMP (Banister)"), N_("Your TRIMP (Banister) was")),
        Channel("trimp_edwards_dau", N_("TRIMP (Edwards)"), "AU", 10, 0, "both",
                N_("TRIMP (Edwards)"), N_("Your TRIMP (Edwards) was")),
    )
}
# fmt: on


def grouped(value: float, decimals: int) -> str:
    """1234.5 as '1 234.5' with a narrow space that does not break; '1 234,5' in German."""
    whole, point, part = f"{value:,.{decimals}f}".partition(".")
    sign = language.decimal_sign() if point else ""
    return f"{whole}{sign}{part}".replace(",", "\u202f", whole.count(",")).replace("-", "−")
