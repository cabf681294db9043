"""Kilometres or miles, kilograms or pounds: shown and entered values; pure.

Inside everything is metric and whole: metres and grams. Both directions are here and nowhere
else, by the exact factors. Files, the command line and the API stay metric.
"""

from __future__ import annotations

from contextvars import ContextVar
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from clubmon.words import language

METRES = {"km": Decimal(1000), "mi": Decimal("1609.344")}
GRAMS = {"kg": Decimal(1000), "lb": Decimal("453.59237")}
LARGE = {"kg": "t", "lb": "klb"}  # in which tonnage is shown: 1,000 kg or 1,000 lb

Distance = Literal["km", "mi"]
Weight = Literal["kg", "lb"]

_distance: ContextVar[str] = ContextVar("distance", default="km")
_weight: ContextVar[str] = ContextVar("weight", default="kg")


def use(distance: str, weight: str) -> None:
    """From here on, in this thread or task, values are shown and read in these units."""
    _distance.set(distance if distance in METRES else "km")
    _weight.set(weight if weight in GRAMS else "kg")


def distance() -> str:
    """'km' or 'mi', of the reader."""
    return _distance.get()


def weight() -> str:
    """'kg' or 'lb', of the reader."""
    return _weight.get()


def metric() -> bool:
    """Whether the reader's units are those in which everything is kept."""
    return distance() == "km" and weight() == "kg"


def shown_distance(metres: float) -> float:
    """Metres in the reader's unit."""
    return float(metres) / float(METRES[distance()])


def distance_text(metres: float, decimals: int = 1) -> str:
    """Metres with the reader's unit: '19.2 km', '11.9 mi', '11,9 mi'."""
    return f"{language.number(shown_distance(metres), decimals)} {distance()}"


def metres(entered: Decimal) -> int:
    """What somebody entered in their unit, in whole metres."""
    return _whole(entered * METRES[distance()])


def grams(entered: Decimal) -> int:
    """What somebody entered in their unit, in whole grams."""
    return _whole(entered * GRAMS[weight()])


def shown_weight(grams_: float) -> float:
    """Grams in the reader's unit."""
    return float(grams_) / float(GRAMS[weight()])


def of_metric(unit: str) -> str:
    """The reader's unit in the place of a metric one; others stay: 'km' may be 'mi'."""
    reader = {
        "km": distance(),
        "km-eq": f"{distance()}-eq",
        "kg": weight(),
        "t": LARGE[weight()],
    }
    return reader.get(unit, unit)


class Shown(str):
    """A metric unit that is the reader's once it is shown within a text."""

    __slots__ = ()

    def __format__(self, how: str, /) -> str:
        return format(of_metric(str.__str__(self)), how)


def factor(unit: str) -> float:
    """How many of a metric unit are one of the reader's: 1.609344 for 'km' where miles count."""
    if unit in ("km", "km-eq"):
        return float(METRES[distance()] / 1000)
    return float(GRAMS[weight()] / 1000) if unit in ("kg", "t") else 1.0


def _whole(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))
