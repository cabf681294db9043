"""A squad's charts: its days, change beside tightness, weekly volume, coverage; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import plotly.graph_objects as go

from clubmon.sdk import (
    SquadChange,
    SquadCoverage,
    SquadDays,
    SquadPoint,
    SquadRow,
    SquadWeeks,
    _,
    chart_names,
    decimal_sign,
)
from clubmon_dashboards.style import (
    ACCENT,
    BAR,
    CARD,
    INK,
    LINE,
    MUTED,
    TALK,
    Data,
    frame,
    legend,
    name_axis,
    plain,
    span,
    time_axis,
    x_of,
)

ROW, TOP, BOTTOM = 22, 44, 30  # pixels: one athlete, and what is above and below all of them
SIZES, STRENGTHS = (5, 7, 9, 11), (0.4, 0.6, 0.8, 1.0)  # of the shades, least first
NARROW_DAYS, NARROW_LEGEND = 21, 90  # where there is little room: days, pixels for more lines
CHANGE_HEIGHT, WEEKS_HEIGHT = 560, 380
APART = 0.034  # of the height that labels of one column keep from each other
NAME_COLUMNS = 2  # points of tightness that a name covers on a phone
STANDS_OUT = 4  # tightness from which the name is shown however little room there is
BESIDE = "\u00a0\u00a0"  # between a point and its name: as wide on a phone as on a desktop


def days(data: SquadDays) -> Data:
    """Squares by athlete and day: larger and stronger is more; a ring is 0, a cross unknown."""
    traces = [_blank(data), _zero(data)]
    traces += [_shade(data, place) for place in range(len(data.shades))]
    meta: Data = {"links": _links(data.rows)}
    if len(data.days) > NARROW_DAYS:
        meta["narrow"] = {"range": span(data.days[-NARROW_DAYS:]), "taller": NARROW_LEGEND}
    return plain(traces, _by_name(data.title, data.rows, **meta) | {
        "xaxis": time_axis(data.days, side="bottom"), "hovermode": "closest",
    })  # fmt: skip


def _cells(data: SquadDays, low: float | None, high: float | None) -> list[tuple[int, int, float]]:
    """Row, column and value of the cells from `low` on and below `high`, but for 0."""
    return [
        (at, column, value)
        for at, row in enumerate(data.rows)
        for column, value in enumerate(row.values)
        if value and (low is None or value >= low) and (high is None or value < high)
    ]


def _shade(data: SquadDays, place: int) -> go.Scatter:
    later = data.shades[place + 1].least if place + 1 < len(data.shades) else None
    cells = _cells(data, data.shades[place].least if place else None, later)
    unit = f" {data.unit}" if data.unit else "/10"
    return _squares(
        data, [(row, column) for row, column, _value in cells], data.shades[place].label,
        {"symbol": "square", "size": SIZES[place], "color": ACCENT, "opacity": STRENGTHS[place]},
        f"%{{text}}{unit}",
        [f"{value:.4g}".replace(".", decimal_sign()) for _row, _column, value in cells],
    )  # fmt: skip


def _zero(data: SquadDays) -> go.Scatter:
    ring = {
        "symbol": "circle-open",
        "size": 4,
        "color": MUTED,
        "line": {"color": MUTED, "width": 1},
    }
    return _squares(data, _where(data, 0), data.zero, ring, _in_line(data.zero))


def _in_line(name: str) -> str:
    """A name within a sentence."""
    return name[:1].lower() + name[1:]


def _blank(data: SquadDays) -> go.Scatter:
    cross = {"symbol": "x-thin", "size": 5, "line": {"color": MUTED, "width": 1}}
    return _squares(data, _where(data, None), data.blank, cross, _in_line(data.blank))


def _where(data: SquadDays, wanted: float | None) -> list[tuple[int, int]]:
    return [
        (at, column)
        for at, row in enumerate(data.rows)
        for column, value in enumerate(row.values)
        if value == wanted
    ]


def _squares(
    data: SquadDays,
    cells: Sequence[tuple[int, int]],
    name: str,
    marker: Data,
    said: str,
    text: list[str] | None = None,
) -> go.Scatter:
    x, day = x_of(data.days), _("%a %-d %b")
    return go.Scatter(
        x=[x[column] for _row, column in cells], y=[row for row, _column in cells], mode="markers",
        name=name, marker=marker, text=text, customdata=[row for row, _column in cells],
        hovertemplate=f"%{{y}}, %{{x|{day}}}: {said}<extra></extra>",
    )  # fmt: skip


def change(data: SquadChange) -> Data:
    """A point per athlete, tightness to the right, change from usual upwards, with names."""
    known = data.points
    top = max([data.line_pct + 15, *(one.change_pct for one in known)])
    low = min([-20.0, *(one.change_pct for one in known)])
    room = (top - low) * 0.08
    apart = (top - low + 2 * room) * APART
    heights = label_heights(known, apart)
    out = [one.tightness >= STANDS_OUT or one.change_pct > data.line_pct for one in known]
    clear = clear_names(known, heights, [at for at, is_out in enumerate(out) if is_out], apart)
    rest = [at for at in range(len(known)) if at not in clear]
    traces = [
        _points(known, data.line_pct),
        _labels(known, heights, out, clear, wide=False),
        _labels(known, heights, out, rest, wide=True),
    ]
    return plain(traces, frame(data.title, CHANGE_HEIGHT, links=[p.url for p in known]) | {
        "margin": {"l": 52, "r": 16, "t": 12, "b": 52}, "showlegend": False,
        "hovermode": "closest", "shapes": [_level(data.line_pct, "dash"), _level(0, "solid")],
        "xaxis": {"title": {"text": _("Tightness, worse leg, 0 to 10")}, "range": [-0.4, 11.2],
                  "tickvals": [0, 2, 4, 6, 8, 10], "gridcolor": LINE, "zeroline": False,
                  "fixedrange": True},
        "yaxis": {"title": {"text": _("Change from usual, %")}, "range": [low - room, top + room],
                  "gridcolor": LINE, "zeroline": False, "fixedrange": True},
    })  # fmt: skip


def _points(known: Sequence[SquadPoint], line_pct: float) -> go.Scatter:
    """Filled where the rise counts or the leg is tight, hollow elsewhere."""
    out = [one.tightness >= STANDS_OUT or one.change_pct > line_pct for one in known]
    return go.Scatter(
        x=[one.tightness for one in known], y=[one.change_pct for one in known], mode="markers",
        name=_("Athletes"), text=[one.name for one in known], customdata=list(range(len(known))),
        marker={"size": 9, "color": [ACCENT if is_out else CARD for is_out in out],
                "line": {"color": ACCENT, "width": 1.5}},
        hovertemplate=_("%{text}: %{y:+.0f} %, tightness %{x}/10") + "<extra></extra>",
    )  # fmt: skip


def _labels(
    known: Sequence[SquadPoint],
    heights: Sequence[float],
    out: Sequence[bool],
    chosen: Sequence[int],
    *,
    wide: bool,
) -> go.Scatter:
    """The names of `chosen`; those that are `wide` are left out where there is little room."""
    return go.Scatter(
        x=[known[at].tightness for at in chosen], y=[heights[at] for at in chosen],
        mode="text", text=[BESIDE + _short(known[at].name) for at in chosen],
        textposition="middle right",
        textfont={"color": [INK if out[at] else MUTED for at in chosen], "size": 11},
        hoverinfo="skip", name=_("Other names") if wide else _("Names"), meta={"wide": wide},
        customdata=list(chosen), cliponaxis=False,
    )  # fmt: skip


def _short(name: str) -> str:
    """'Asha K.' of 'Asha Kalpanik', so that labels of two columns do not meet."""
    first, *rest = name.split()
    return f"{first} {rest[-1][0]}." if rest else first


def label_heights(points: Sequence[SquadPoint], apart: float) -> list[float]:
    """Where each label stands: beside its point, moved up where one in its column is too near."""
    found = [one.change_pct for one in points]
    columns: dict[int, float] = {}
    for at in sorted(range(len(points)), key=lambda at: points[at].change_pct):
        column = points[at].tightness
        if column in columns:
            found[at] = max(found[at], columns[column] + apart)
        columns[column] = found[at]
    return found


def clear_names(
    points: Sequence[SquadPoint], heights: Sequence[float], chosen: Sequence[int], apart: float
) -> list[int]:
    """Those of `chosen` whose names do not meet on a phone; of two that do, the tighter leg's."""
    kept: list[int] = []
    for at in sorted(chosen, key=lambda at: -points[at].tightness):
        if not any(
            0 < abs(points[at].tightness - points[one].tightness) <= NAME_COLUMNS
            and abs(heights[at] - heights[one]) < apart
            for one in kept
        ):
            kept.append(at)
    return kept


def _level(y: float, dash: str) -> Data:
    return {
        "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y, "layer": "below",
        "line": {"color": TALK if y else MUTED, "width": 1, "dash": dash},
    }  # fmt: skip


def weeks(data: SquadWeeks) -> Data:
    """A stacked bar for every seven days; above it the sum, '≥' where days are unknown."""
    names = chart_names()["shortMonths"]
    x = [_("to<br>{day} {month}", day=day.day, month=names[day.month - 1]) for day in data.weeks]
    traces = [
        go.Bar(
            x=x, y=list(row.values), name=row.name, customdata=[at] * len(x), showlegend=False,
            marker={"color": ACCENT, "opacity": 0.85 if at % 2 else 0.6,
                    "line": {"color": CARD, "width": 1}},
            hovertemplate=f"{row.name}: %{{y:,.1f}} {data.unit}<extra></extra>",
        )
        for at, row in enumerate(data.rows)
    ]  # fmt: skip
    sums = [sum(row.values[at] or 0 for row in data.rows) for at in range(len(x))]
    said = zip(sums, data.unknown, strict=True)
    traces.append(
        go.Scatter(
            x=x, y=sums, mode="text", textposition="top center", hoverinfo="skip", name=_("Sum"),
            text=[_at_least(total, unknown) for total, unknown in said],
            textfont={"color": INK}, showlegend=False, cliponaxis=False,
        )
    )  # fmt: skip
    return plain(traces, frame(data.title, WEEKS_HEIGHT, links=_links(data.rows)) | {
        "margin": {"l": 52, "r": 10, "t": 24, "b": 44}, "barmode": "stack", "bargap": 0.35,
        "hovermode": "closest", "xaxis": {"type": "category", "fixedrange": True},
        "yaxis": {"title": {"text": data.unit}, "gridcolor": LINE, "rangemode": "tozero",
                  "fixedrange": True, "nticks": 6},
    })  # fmt: skip


def _at_least(total: float, unknown: int) -> str:
    """The sum as text, in groups of three digits."""
    return f"{'≥ ' if unknown else ''}{total:,.0f}".replace(",", "\u202f")


def coverage(data: SquadCoverage) -> Data:
    """Two bars per athlete: days known, and check-ins answered."""
    traces = [
        _counted(data, 0, _("Days known"), _("days known"), {"color": ACCENT}),
        _counted(data, 1, _("Check-ins answered"), _("check-ins answered"), {"color": BAR}),
    ]
    return plain(traces, _by_name(data.title, data.rows, links=_links(data.rows)) | {
        "barmode": "group", "bargap": 0.3, "hovermode": "closest",
        "xaxis": {"range": [0, data.days], "gridcolor": LINE, "fixedrange": True,
                  "tickvals": list(range(0, data.days + 1, 7))},
    })  # fmt: skip


def _counted(data: SquadCoverage, place: int, name: str, said: str, marker: Data) -> go.Bar:
    return go.Bar(
        orientation="h", y=list(range(len(data.rows))), x=[row.values[place] for row in data.rows],
        name=name, marker=marker, customdata=list(range(len(data.rows))),
        hovertemplate=_("%{{y}}: %{{x}} of {days}, {what}", days=data.days, what=said)
        + "<extra></extra>",
    )  # fmt: skip


def _by_name(title: str, rows: Sequence[SquadRow], **meta: object) -> Data:
    height = TOP + BOTTOM + ROW * max(len(rows), 4)
    return frame(title, height, **meta) | {
        "margin": {"l": 10, "r": 10, "t": TOP, "b": BOTTOM},
        "legend": legend(round(1 + 8 / (height - TOP - BOTTOM), 4)) | {"traceorder": "normal"},
        "yaxis": name_axis([row.name for row in rows]),
    }


def _links(rows: Iterable[SquadRow]) -> list[str]:
    return [row.url for row in rows]
