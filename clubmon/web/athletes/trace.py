"""One athlete's days as the chart, its table and its summary need them; pure but for load()."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clubmon.drill import planrows
from clubmon.drill.plans import Course
from clubmon.load import models
from clubmon.sdk import AthleteChart, PlanMark
from clubmon.storage.store import Row, Store
from clubmon.web.frame import figures, views
from clubmon.web.frame.sight import Seen

WEEKS = (6, 12, 26)
LIFTED = "tonnage_g"
Days = Mapping[date, Row]


@dataclass(frozen=True, slots=True)
class Trace:
    """Metric rows by channel and day, scores by day, and the spike rule of each channel."""

    last: date
    channels: Mapping[str, Days]
    scores: Mapping[date, views.Scores] | None  # None: not for this viewer
    rules: Mapping[str, Row]
    courses: Sequence[Course] = ()  # none where tightness is not for this viewer

    def latest(self) -> list[tuple[figures.Channel, Row]]:
        """The last day's row of every channel; {} where the channel has none."""
        return [
            (figures.CHANNELS[key], days.get(self.last, {})) for key, days in self.channels.items()
        ]


def load(store: Store, one: Seen, last: date, now: datetime) -> Trace:
    """Read what can be drawn of an athlete, as known now, and the scores if they may be seen."""
    morning = last + timedelta(days=1)
    channels: dict[str, dict[date, Row]] = {}
    for row in _history(store, one.athlete_id, morning, now) if one.sight.load else ():
        channels.setdefault(row["channel"], {})[row["local_date"]] = row
    known = {
        key: days
        for key in figures.CHANNELS
        if (days := channels.get(key)) and any(row["known7"] for row in days.values())
    }
    scores = None
    if one.sight.tightness:
        first = last - timedelta(weeks=WEEKS[-1])
        scores = views.scores(store, [one.athlete_id], first).get(one.athlete_id, {})
    teams = [team.team_id for team in one.athlete.teams]
    courses = (
        planrows.courses(store, [one.athlete_id]).get(one.athlete_id, ())
        if one.sight.tightness
        else ()
    )
    return Trace(last, known, scores, views.spike_rules(store, teams), courses)


def _history(store: Store, athlete_id: str, morning: date, now: datetime) -> list[Row]:
    """load_metric of the days that can be drawn, with the range of the own weeks."""
    return models.of_athlete(
        store,
        "SELECT m.*, u.percentile, u.p10, u.p90 FROM lake.marts.load_metric AS m "
        "LEFT JOIN lake.marts.load_usual AS u ON u.athlete_id = m.athlete_id "
        "AND u.local_date = m.local_date AND u.channel = m.channel "
        "ORDER BY m.local_date, m.channel",
        athlete_id, morning, now, morning - timedelta(weeks=WEEKS[-1]),
    )  # fmt: skip


def window(trace: Trace, weeks: int) -> list[date]:
    """The days of the last so many weeks, oldest first, to the last complete one."""
    return [trace.last - timedelta(days=back) for back in range(weeks * 7 - 1, -1, -1)]


def chart(trace: Trace, name: str, channel: str, weeks: int) -> AthleteChart:
    """The plain data that the chart's plugin draws."""
    days, shown = window(trace, weeks), figures.CHANNELS[channel]
    today = trace.last + timedelta(days=1)
    running = today in (trace.scores or {})
    days += [today] if running else []
    rows = [trace.channels.get(channel, {}).get(day, {}) for day in days]
    rule = trace.rules.get(channel)
    scores = trace.scores
    lifted = trace.channels.get(LIFTED) if channel != LIFTED else None
    return AthleteChart(
        title=f"{name}: {shown.label}",
        channel=shown.label,
        unit=shown.unit,
        days=tuple(days),
        load=tuple(shown.value(row.get("load")) for row in rows),
        week=tuple(shown.value(whole_week(row)) for row in rows),
        flag_line=tuple(shown.value(flag_line(row, rule)) for row in rows),
        left=_side(scores, days, "left"),
        right=_side(scores, days, "right"),
        lifted=_lifted(lifted, days) if lifted else None,
        usual_low=tuple(shown.value(row.get("p10")) for row in rows),
        usual_high=tuple(shown.value(row.get("p90")) for row in rows),
        plans=marks(trace.courses, today),
        running=running,
    )


def marks(courses: Sequence[Course], today: date) -> tuple[PlanMark, ...]:
    """Each plan from its start to its end, oldest first; one that goes on ends today."""
    return tuple(
        PlanMark(
            course.plan.start,
            course.ended.day
            if course.ended
            else max(course.plan.start, min(course.plan.end, today)),
            (course.outcome or "").replace("_", " "),
        )
        for course in reversed(courses)
    )


def _side(
    scores: Mapping[date, views.Scores] | None, days: Sequence[date], side: str
) -> tuple[int | None, ...] | None:
    if scores is None:
        return None
    return tuple(getattr(scores[day], side) if day in scores else None for day in days)


def _lifted(rows: Days, days: Sequence[date]) -> tuple[float | None, ...]:
    shown = figures.CHANNELS[LIFTED]
    found = (rows.get(day, {}).get("load") for day in days)  # in t: the chart's axis says so
    return tuple(None if load is None else load / shown.metric_divisor for load in found)


def whole_week(row: Row) -> float | None:
    """Seven days scaled to the full week, where at least six are known."""
    value: float | None = row.get("v7")
    return value if (row.get("known7") or 0) >= figures.KNOWN_OF_7 else None


def flag_line(row: Row, rule: Row | None) -> float | None:
    """The seven-day sum above which the spike rule is true that day; None where it cannot be.

    As in sql/marts/flag_candidate.sql: over the basis by the threshold and by the least rise.
    """
    if not rule or not rule["enabled"] or not row.get("v7"):
        return None
    prev7, b4, basis = row["prev7"], row["b4"], rule["basis"]
    bases = {"max": (prev7, b4), "literal": (prev7,), "four_week": (b4,)}[basis]
    floored = prev7 if basis == "literal" else b4
    enough = (row["known7"] or 0) >= 6 and (row["day_number"] or 0) >= rule["from_day"]
    enough = enough and (prev7 not in bases or (row["known_prev7"] or 0) >= figures.KNOWN_OF_7)
    enough = enough and (b4 not in bases or (row["known_b4"] or 0) >= figures.KNOWN_OF_28)
    if not enough or None in bases or floored < rule["floor_base"]:
        return None
    base = max(bases)
    return float(max(base * (100 + rule["threshold_pct"]) / 100, base + rule["floor_rise"]))
