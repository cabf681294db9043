"""The plain data that charts are drawn from: what dashboards get, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PlanMark:
    """A plan of drills on the time axis. `end`: the last day so far; `outcome` '' while it runs."""

    start: date
    end: date
    outcome: str  # 'better', 'no better', 'worse', 'stopped', 'unknown'


@dataclass(frozen=True, slots=True)
class AthleteChart:
    """What an athlete's chart is drawn from: one entry per local day in every column.

    Loads are in the channel's shown unit (km, m, t, AU). None is a day of which nothing is
    known, or a window that is incomplete. A column that the viewer may not see is None.
    """

    title: str
    channel: str  # 'Running'
    unit: str  # 'km'
    days: tuple[date, ...]
    load: tuple[float | None, ...]
    week: tuple[float | None, ...]  # sum of the seven days up to this one
    flag_line: tuple[float | None, ...]  # a week above this raises a flag; None: it cannot
    left: tuple[int | None, ...] | None = None  # tightness 0-10
    right: tuple[int | None, ...] | None = None
    lifted: tuple[float | None, ...] | None = None  # tonnes per day; None: no panel
    usual_low: tuple[float | None, ...] = ()  # the 10th percentile of the own weeks of half a year
    usual_high: tuple[float | None, ...] = ()  # the 90th; empty: neither is known
    plans: tuple[PlanMark, ...] = ()  # follow from tightness: empty where that is not shown
    running: bool = False  # the last day is still running: it has answers and no loads yet

    @property
    def complete(self) -> int:
        """How many of the days are over."""
        return len(self.days) - self.running


@dataclass(frozen=True, slots=True)
class SquadRow:
    """One athlete in a drawing of the squad. `url`: their page. None: nothing is known."""

    name: str
    url: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Shade:
    """A band of values above 0, up to where the next shade begins."""

    label: str  # '4 to 6 km'
    least: float


@dataclass(frozen=True, slots=True)
class SquadDays:
    """Athletes by local days. `zero` names a value of 0 that is known, `blank` what is not."""

    title: str
    unit: str  # '' for tightness, 0 to 10
    days: tuple[date, ...]
    rows: tuple[SquadRow, ...]
    shades: tuple[Shade, ...]
    zero: str
    blank: str


@dataclass(frozen=True, slots=True)
class SquadPoint:
    """One athlete's week: change from usual in %, tightness of the worse leg (0-10)."""

    name: str
    url: str
    change_pct: float
    tightness: int


@dataclass(frozen=True, slots=True)
class SquadChange:
    """Change from usual beside tightness; `line_pct` is where a rise begins to count."""

    title: str
    line_pct: float
    points: tuple[SquadPoint, ...]


@dataclass(frozen=True, slots=True)
class SquadWeeks:
    """Sums of seven days each, by athlete; `weeks` are their last days, oldest first.

    `unknown`: of how many days of athletes nothing is known, so that the sum is at least this.
    """

    title: str
    unit: str
    weeks: tuple[date, ...]
    rows: tuple[SquadRow, ...]
    unknown: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SquadCoverage:
    """Of `days` days, how many are known and on how many a check-in was answered.

    Each row has these two values; None: not for this viewer, or not asked.
    """

    title: str
    days: int
    rows: tuple[SquadRow, ...]
