"""The four weekly questions and the optional daily three: what is asked, and what a score is.

Pure. The weekly questions are scored in the manner of the overuse questionnaire of the Oslo
Sports Trauma Research Center (Clarsen 2013): four questions of 0-25 points, a sum of 0-100; who
noticed nothing need not answer the other three (as in its second version, Clarsen 2020). The
wording is ours and the questionnaire as a whole has not been tested, so it goes by no such name.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta

from clubmon.words.language import N_, _

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OPEN_FOR = timedelta(days=3)  # ours: asked on the day and, where missed, on the two after it


@dataclass(frozen=True, slots=True)
class Item:
    """A weekly question and its answers as (points, label), the lightest first."""

    id: str
    text: str
    answers: tuple[tuple[int, str], ...]

    @property
    def points(self) -> frozenset[int]:
        """What can be given."""
        return frozenset(points for points, _ in self.answers)


def _loss(start: str) -> tuple[tuple[int, str], ...]:
    words = (
        start,
        N_("A little"),
        N_("Quite a bit"),
        N_("A lot"),
        N_("I could not train at all"),
    )
    return tuple(zip((0, 6, 13, 19, 25), words, strict=True))


ITEMS = (
    Item(
        "participation",
        N_("Did your hamstrings keep you from training or matches?"),
        (
            (0, N_("No, and I did not notice them")),
            (8, N_("No, but I noticed them")),
            (17, N_("I had to leave some of it out")),
            (25, N_("I could not take part")),
        ),
    ),
    Item(
        "training",
        N_("How much did you change your training because of them?"),
        _loss(N_("Not at all")),
    ),
    Item(
        "performance",
        N_("How much did they hold you back in what you did?"),
        _loss(N_("Not at all")),
    ),
    Item(
        "pain",
        N_("How much did they hurt?"),
        ((0, N_("Not at all")), (8, N_("A little")), (17, N_("Clearly")), (25, N_("A lot"))),
    ),
)
ITEM = {item.id: item for item in ITEMS}


@dataclass(frozen=True, slots=True)
class Weekly:
    """Points per question; None: not answered. Raises ValueError for points it cannot give."""

    participation: int | None = None
    training: int | None = None
    performance: int | None = None
    pain: int | None = None

    def __post_init__(self) -> None:
        for id_, points in asdict(self).items():
            if points is not None and points not in ITEM[id_].points:
                raise ValueError(_("One of the weekly answers could not be read; choose it again."))

    @property
    def said(self) -> bool:
        """Whether any question was answered."""
        return any(points is not None for points in asdict(self).values())

    @property
    def score(self) -> int | None:
        """The sum, 0-100; None unless all four were answered, or nothing was noticed."""
        given = [points for points in asdict(self).values() if points is not None]
        if self.participation == 0 and len(given) == 1:
            return 0
        return sum(given) if len(given) == len(ITEMS) else None


def begins(day: date, weekday: int) -> date:
    """The day on which the week of `day` was to be asked about; 0 is Monday."""
    return day - timedelta(days=(day.weekday() - weekday) % 7)


def due(today: date, weekday: int, last: date | None) -> bool:
    """Whether to ask today; `last` is the day of the newest complete answer."""
    start = begins(today, weekday)
    return today - start < OPEN_FOR and (last is None or last < start)


@dataclass(frozen=True, slots=True)
class Daily:
    """One of the optional daily questions, answered with 1 to 5."""

    id: str
    text: str
    short: str
    low: str
    high: str


DAILY = (
    Daily("sleep", N_("How did you sleep?"), N_("Sleep"), N_("badly"), N_("very well")),
    Daily(
        "soreness", N_("How sore are you all over?"), N_("Soreness"), N_("not at all"), N_("very")
    ),
    Daily("stress", N_("How much stress do you have?"), N_("Stress"), N_("none"), N_("a lot")),
)
MOST = 5


@dataclass(frozen=True, slots=True)
class Wellness:
    """The optional three, 1 to 5 each; None: not answered. Raises ValueError beyond that."""

    sleep: int | None = None
    soreness: int | None = None
    stress: int | None = None

    def __post_init__(self) -> None:
        if any(value is not None and not 1 <= value <= MOST for value in asdict(self).values()):
            raise ValueError(_("Sleep, soreness and stress are from 1 to 5; choose one of those."))

    @property
    def said(self) -> bool:
        """Whether any question was answered."""
        return any(value is not None for value in asdict(self).values())
