"""The squad grid: one row per athlete, made only of what the viewer may see.

Pure but for load().
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from clubmon.club import availability
from clubmon.club.availability import Availability
from clubmon.flag.lookback import Figures
from clubmon.storage.store import Row, Store
from clubmon.web.frame import figures, views
from clubmon.web.frame.drawing import Drawing, change_bar, trail
from clubmon.web.frame.sight import Seen
from clubmon.words.language import _

LINE_PCT = 15.0  # where the default spike rule can start; drawn as a tick
WEEK = 7
SILENT_AFTER = 3  # days without anything known


@dataclass(frozen=True, slots=True)
class Week:
    """Everything the grid needs, read for the ids that may be seen. `last`: last complete day."""

    last: date
    metrics: Mapping[tuple[str, str], Row]
    daily: Mapping[tuple[str, str], Mapping[date, Row]]
    longest: Mapping[str, Row]
    scores: Mapping[str, Mapping[date, views.Scores]]
    answered: Mapping[str, int]
    available: Mapping[str, Availability] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg's newest score and its trail of seven days."""

    score: int | None
    drawing: Drawing
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """One athlete in the grid. None: nothing known, or not for this viewer."""

    seen: Seen
    tier: int | None = None
    values: Mapping[str, float | None] = field(default_factory=dict)  # channel -> base units
    texts: Mapping[str, str] = field(default_factory=dict)  # channel -> as shown
    change: float | None = None
    change_bar: Drawing | None = None
    change_note: str | None = None
    longest_m: int | None = None
    longest_ratio: float | None = None
    left: Leg | None = None
    right: Leg | None = None
    answers: int | None = None
    days: tuple[tuple[date, str], ...] = ()
    silent_for: int = 0
    available: Availability | None = None

    @property
    def known(self) -> int:
        """Days of the last seven of which something is known."""
        return sum(state != "unknown" for _, state in self.days)

    @property
    def complete(self) -> bool:
        """Whether enough of the last week is known for its figures to count."""
        return self.known >= figures.KNOWN_OF_7

    def text(self, channel: str) -> str:
        """A channel's seven days, as shown."""
        return self.texts.get(channel, figures.NONE)


def load(
    store: Store, squad: Sequence[Seen], last: date | None, today: date, *, main: bool = False
) -> Week:
    """Read the week for everyone whose data of that kind the viewer may see.

    `last` is the last day that the figures cover; None before the first rebuild. With `main`
    the days of the other channels are left out, see views.daily.
    """
    loads = [one.athlete_id for one in squad if one.sight.load]
    until = last or today - timedelta(days=1)
    figures = Figures({}, {}, {})
    if last:
        figures = figures_of(store, loads, last, main=main)
    return _week_of(store, squad, figures, until, today)


def figures_of(store: Store, ids: Sequence[str], last: date, *, main: bool = True) -> Figures:
    """The week up to `last` and the days of six weeks; `main`: see views.daily."""
    first = last + timedelta(days=1) - views.WINDOW
    return Figures(
        views.metrics(store, ids, last),
        views.daily(store, ids, first, last, main=main),
        views.longest_runs(store, ids, last - timedelta(days=WEEK - 1), last),
    )


def load_then(
    store: Store, squad: Sequence[Seen], figures: Figures, morning: date, known_by: datetime
) -> Week:
    """The same of a past morning, from what was known by then (aware)."""
    loads = {one.athlete_id for one in squad if one.sight.load}
    shown = Figures(
        {key: row for key, row in figures.metrics.items() if key[0] in loads},
        {key: days for key, days in figures.daily.items() if key[0] in loads},
        {id_: row for id_, row in figures.longest.items() if id_ in loads},
    )
    return _week_of(store, squad, shown, morning - timedelta(days=1), morning, known_by)


def read(store: Store, squad: Sequence[Seen], figures: Figures, last: date) -> Week:
    """Seven days that are over, with figures that were read of those who share loads."""
    return _week_of(store, squad, figures, last, last)


def _week_of(
    store: Store,
    squad: Sequence[Seen],
    figures: Figures,
    last: date,
    today: date,
    known_by: datetime | None = None,
) -> Week:
    """The figures with answers and availability, of whom the viewer may see them."""
    tight = [one.athlete_id for one in squad if one.sight.tightness]
    asked = [one.athlete_id for one in squad if one.sight.asked]
    first, week = last + timedelta(days=1) - views.WINDOW, today - timedelta(days=WEEK - 1)
    consents = {one.athlete_id: one.consents for one in squad if told(one)}
    return Week(
        last, figures.metrics, figures.daily, figures.longest,
        views.scores(store, tight, first, known_by),
        views.answered(store, asked, week, today, known_by),
        availability.current(store, consents, known_by),
    )  # fmt: skip


def limited(week: Week, squad: Sequence[Seen]) -> Week:
    """A week that was read of everybody, with only what the viewer may see of the squad."""
    loads = {one.athlete_id for one in squad if one.sight.load}
    tight = {one.athlete_id for one in squad if one.sight.tightness}
    asked = {one.athlete_id for one in squad if one.sight.asked}
    available = {one.athlete_id for one in squad if told(one)}
    return Week(
        week.last,
        {key: row for key, row in week.metrics.items() if key[0] in loads},
        {key: days for key, days in week.daily.items() if key[0] in loads},
        {id_: row for id_, row in week.longest.items() if id_ in loads},
        {id_: found for id_, found in week.scores.items() if id_ in tight},
        {id_: days for id_, days in week.answered.items() if id_ in asked},
        {id_: one for id_, one in week.available.items() if id_ in available},
    )


def told(one: Seen) -> bool:
    """Whether the viewer is told of this athlete's availability: never without any consent."""
    return one.sight.load or one.sight.health


def lines(squad: Iterable[Seen], week: Week, tiers: Mapping[str, int], today: date) -> list[Line]:
    """The grid, in the order of the squad."""
    return [line(one, week, tiers.get(one.athlete_id), today) for one in squad]


def line(one: Seen, week: Week, tier: int | None, today: date) -> Line:
    """One row of the grid."""
    left, right = _legs(one, week, today)
    answers = week.answered.get(one.athlete_id, 0) if one.sight.asked else None
    available = week.available.get(one.athlete_id)
    if not one.sight.load:
        return Line(one, tier, left=left, right=right, answers=answers, available=available)
    run = week.metrics.get((one.athlete_id, "run_m"), {})
    change, bar, note = _change(run)
    longest = week.longest.get(one.athlete_id, {})
    days = tuple((day, day_state(week.daily, one.athlete_id, day)) for day in week_to(week.last))
    return Line(
        one, tier, {key: _known(week, one.athlete_id, key) for key in figures.CHANNELS},
        {key: _text(week, one.athlete_id, channel) for key, channel in figures.CHANNELS.items()},
        change, bar, note, longest.get("longest_m"), longest.get("ratio"),
        left, right, answers, days, _silence(week, one.athlete_id), available,
    )  # fmt: skip


def _known(week: Week, athlete_id: str, channel: str) -> float | None:
    """Seven days of a channel; None where no day of it is known."""
    row = week.metrics.get((athlete_id, channel))
    return row["v7"] if row and row["known7"] else None


def _text(week: Week, athlete_id: str, channel: figures.Channel) -> str:
    return figures.week_text(channel, week.metrics.get((athlete_id, channel.key), {}))


def _change(run: Mapping[str, object]) -> tuple[float | None, Drawing | None, str | None]:
    """Change from usual in %, its bar, or the reason why there is none."""
    known7, known_b4 = run.get("known7"), run.get("known_b4")
    note = figures.incomplete(whole(known7), whole(known_b4))
    if note:
        return None, None, note
    change = figures.change_pct(number(run.get("v7")), number(run.get("b4")))
    if change is None:
        return None, None, _("no usual week yet")
    return change, change_bar(change, LINE_PCT), None


def day_state(
    daily: Mapping[tuple[str, str], Mapping[date, Row]], athlete_id: str, day: date
) -> str:
    """'trained' if anything was done; else rest or unknown by the group the athlete trains in."""
    states: dict[str, str] = {
        channel: daily.get((athlete_id, channel), {}).get(day, {}).get("state", "unknown")
        for channel in figures.CHANNELS
    }
    if "trained" in states.values():
        return "trained"
    runs = any(row["state"] != "unknown" for row in daily.get((athlete_id, "run_m"), {}).values())
    return states["run_m"] if runs else states["tonnage_g"]


def _silence(week: Week, athlete_id: str) -> int:
    """Days up to the last one of which nothing is known; at most the window's length."""
    silent = 0
    while silent < views.WINDOW.days:
        if day_state(week.daily, athlete_id, week.last - timedelta(days=silent)) != "unknown":
            break
        silent += 1
    return silent


def _legs(one: Seen, week: Week, today: date) -> tuple[Leg | None, Leg | None]:
    if not one.sight.tightness:
        return None, None
    of_day = week.scores.get(one.athlete_id, {})
    days = week_to(today)
    left = [of_day[day].left if day in of_day else None for day in days]
    right = [of_day[day].right if day in of_day else None for day in days]
    return leg(_("Left"), left), leg(_("Right"), right)


def leg(side: str, scores: Sequence[int | None]) -> Leg:
    """One leg: the newest answered score of these days and the trail of all of them."""
    newest = next((score for score in reversed(scores) if score is not None), None)
    said = ", ".join(_("no answer") if score is None else str(score) for score in scores)
    return Leg(
        newest, trail(scores), _("{side}, oldest to newest: {scores}", side=side, scores=said)
    )


def week_to(last: date) -> list[date]:
    """The seven days that end on this one, oldest first."""
    return [last - timedelta(days=back) for back in range(WEEK - 1, -1, -1)]


def number(value: object) -> float | None:
    """A figure of a row, None for anything else."""
    return float(value) if isinstance(value, int | float) else None


def whole(value: object) -> int | None:
    """A count of a row, None for anything else."""
    return value if isinstance(value, int) else None
