"""An athlete's chart: seven-day sum, daily bars, tightness and lifting on one time axis; pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go

from clubmon.sdk import AthleteChart, PlanMark, _
from clubmon_dashboards.style import (
    ACCENT,
    BAR,
    LINE,
    MUTED,
    TALK,
    WATCH,
    frame,
    legend,
    plain,
    time_axis,
    x_of,
)

TOP, BOTTOM, LEGEND = 64, 28, 24  # pixels: margins, and the legend above the first heading
RECENT = 7  # days whose bars are dark
GAP = 0.07  # between panels, as a share of the height
WEIGHTS = {"week": 3.0, "day": 2.0, "tightness": 2.0, "lifted": 1.4}
HEIGHTS = {2: 430, 3: 580, 4: 690}  # pixels by number of panels
PLAN_AT = 10.7  # on the scale of tightness, above every score
OUTCOMES = {
    "better": "triangle-down", "no better": "square-open", "worse": "triangle-up",
    "stopped": "x-thin", "unknown": "circle-open",
}  # fmt: skip


def figure(data: AthleteChart) -> dict[str, Any]:
    """The figure as a dict that `json.dumps` takes and Plotly draws."""
    panels = _panels(data)
    axes = {name: "" if place == 0 else str(place + 1) for place, name in enumerate(panels)}
    traces = (
        _usual(data, axes["week"]) + _week_lines(data, axes["week"]) + _day_bars(data, axes["day"])
    )
    if "tightness" in axes:
        traces += _tightness(data, axes["tightness"])
        traces += [_plan(data, mark, axes["tightness"]) for mark in _in_view(data)]
    if "lifted" in axes:
        traces.append(_lifted(data, axes["lifted"]))
    return plain(traces, _layout(data, panels))


def _panels(data: AthleteChart) -> list[str]:
    shown = ["week", "day"]
    if data.left is not None and data.right is not None:
        shown.append("tightness")
    if data.lifted is not None:
        shown.append("lifted")
    return shown


def _week_lines(data: AthleteChart, axis: str) -> list[go.Scatter]:
    x = x_of(data.days)
    lines = [
        go.Scatter(
            x=x, y=list(data.week), yaxis=f"y{axis}", mode="lines", name=_("Seven days"),
            line={"color": ACCENT, "width": 2.5}, connectgaps=False,
            hovertemplate=_("%{{y:.1f}} {unit} in 7 days", unit=data.unit) + "<extra></extra>",
        )
    ]  # fmt: skip
    if any(value is not None for value in data.flag_line):
        lines.append(
            go.Scatter(
                x=x, y=list(data.flag_line), yaxis=f"y{axis}", mode="lines",
                name=_("Above this it is flagged"),
                line={"color": TALK, "width": 1.5, "dash": "dash", "shape": "hv"},
                hovertemplate=_("%{{y:.1f}} {unit} would be flagged", unit=data.unit)
                + "<extra></extra>",
            )
        )  # fmt: skip
    return lines


def _usual(data: AthleteChart, axis: str) -> list[go.Scatter]:
    """The band between the two percentiles; a piece for each stretch in which both are known."""
    bands: list[go.Scatter] = []
    for first, last in _stretches(data):
        x = x_of(data.days[first:last])
        low, high = list(data.usual_low[first:last]), list(data.usual_high[first:last])
        bands.append(
            go.Scatter(
                x=[*x, *x[::-1]], y=[*high, *low[::-1]], yaxis=f"y{axis}", fill="toself",
                mode="lines", line={"width": 0}, fillcolor=BAR, opacity=0.35, hoverinfo="skip",
                name=_("Own usual range"), legendgroup="usual", showlegend=not bands,
            )
        )  # fmt: skip
    return bands


def _stretches(data: AthleteChart) -> list[tuple[int, int]]:
    """First and one past the last day of every stretch with a usual range."""
    pairs = zip(data.usual_low, data.usual_high, strict=True)
    known = [False, *(low is not None and high is not None for low, high in pairs), False]
    edges = [at for at, (before, now) in enumerate(pairwise(known)) if before is not now]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _day_bars(data: AthleteChart, axis: str) -> list[go.Bar | go.Scatter]:
    x = x_of(data.days)
    bars = go.Bar(
        x=x, y=list(data.load), yaxis=f"y{axis}",
        name=_("{channel} per day", channel=str(data.channel)), showlegend=False,
        marker={"color": _recent_dark(data, ACCENT)},
        hovertemplate=f"%{{y:.1f}} {data.unit}<extra></extra>",
    )  # fmt: skip
    over = zip(x[: data.complete], data.load, strict=False)
    blank = [day for day, load in over if load is None]
    if not blank:
        return [bars]
    return [bars, _marks(blank, axis, _("nothing known of this day"))]


def _marks(days: list[str], axis: str, name: str) -> go.Scatter:
    """A small cross on the floor of each day of which nothing is known."""
    return go.Scatter(
        x=days, y=[0] * len(days), yaxis=f"y{axis}", mode="markers", name=_("Nothing known"),
        marker={"symbol": "x-thin", "size": 6, "line": {"color": MUTED, "width": 1}},
        hovertemplate=f"{name}<extra></extra>", cliponaxis=False,
    )  # fmt: skip


def _tightness(data: AthleteChart, axis: str) -> list[go.Scatter]:
    """Two lines that differ in dash and marker as well as in colour."""
    styles = (
        (_("Left"), _("Left hamstring"), data.left, TALK, "circle", "solid"),
        (_("Right"), _("Right hamstring"), data.right, WATCH, "diamond-open", "dot"),
    )
    return [
        go.Scatter(
            x=x_of(data.days), y=list(scores or ()), yaxis=f"y{axis}", mode="lines+markers",
            name=name, connectgaps=True, cliponaxis=False,
            line={"color": colour, "width": 1.5, "dash": dash},
            marker={"color": colour, "symbol": symbol, "size": 6},
            hovertemplate=f"{side} %{{y}}/10<extra></extra>",
        )
        for side, name, scores, colour, symbol, dash in styles
    ]  # fmt: skip


def _in_view(data: AthleteChart) -> list[PlanMark]:
    return [mark for mark in data.plans if mark.end >= data.days[0] and mark.start <= data.days[-1]]


def _plan(data: AthleteChart, mark: PlanMark, axis: str) -> go.Scatter:
    """A line above the scores for as long as it went on, and at its end a sign of what came."""
    days = [max(mark.start, data.days[0]), min(mark.end, data.days[-1])]
    said = _outcome(mark.outcome) if mark.outcome else _("goes on")
    return go.Scatter(
        x=x_of(days), y=[PLAN_AT, PLAN_AT], yaxis=f"y{axis}", mode="lines+markers", name=_("Plan"),
        legendgroup="plan", showlegend=mark is _in_view(data)[0], cliponaxis=False,
        line={"color": ACCENT, "width": 4},
        marker={"color": ACCENT, "size": [7, 11], "opacity": 1,
                "symbol": ["line-ns", OUTCOMES.get(mark.outcome, "line-ns")],
                "line": {"color": ACCENT, "width": 2}},
        hovertemplate=_("Plan: {outcome}", outcome=said) + "<extra></extra>",
    )  # fmt: skip


def _outcome(outcome: str) -> str:
    words = {
        "better": _("better"), "no better": _("no better"), "worse": _("worse"),
        "stopped": _("stopped"), "unknown": _("unknown"),
    }  # fmt: skip
    return words.get(outcome, outcome)


def _lifted(data: AthleteChart, axis: str) -> go.Bar:
    return go.Bar(
        x=x_of(data.days), y=list(data.lifted or ()), yaxis=f"y{axis}", name=_("Lifted"),
        showlegend=False, marker={"color": _recent_dark(data, MUTED)},
        hovertemplate="%{y:.1f} t<extra></extra>",
    )  # fmt: skip


def _recent_dark(data: AthleteChart, dark: str) -> list[str]:
    """A colour per bar: the last seven complete days dark."""
    first = data.complete - RECENT
    return [dark if i >= first else BAR for i in range(len(data.days))]


def _layout(data: AthleteChart, panels: Sequence[str]) -> dict[str, Any]:
    titles = {
        "week": _("Seven days, {unit}", unit=data.unit),
        "day": _("{channel} per day, {unit}", channel=str(data.channel), unit=data.unit),
        "tightness": _("Tightness, 0 to 10"),
        "lifted": _("Lifted per day, t"),
    }
    domains = _domains([WEIGHTS[name] for name in panels])
    height = HEIGHTS[len(panels)]
    anchor = f"y{len(panels) if len(panels) > 1 else ''}"
    layout: dict[str, Any] = {
        **frame(data.title, height),
        "margin": {"l": 36, "r": 10, "t": TOP, "b": BOTTOM},
        "legend": legend(_above(height)),
        "hovermode": "x unified", "bargap": 0.25,
        "xaxis": time_axis(data.days, anchor=anchor),
        "annotations": [_heading(titles[name], domains[i][1]) for i, name in enumerate(panels)],
    }  # fmt: skip
    for place, name in enumerate(panels):
        layout[f"yaxis{place + 1 if place else ''}"] = _value_axis(domains[place], name)
    return layout


def _above(height: int) -> float:
    """Where the legend stands, in shares of the plotted height."""
    return round(1 + LEGEND / (height - TOP - BOTTOM), 4)


def _domains(weights: Sequence[float]) -> list[list[float]]:
    """From top to bottom, the share of the height that each panel takes."""
    free = 1 - GAP * (len(weights) - 1)
    domains, top = [], 1.0
    for weight in weights:
        bottom = top - free * weight / sum(weights)
        domains.append([round(max(bottom, 0.0), 4), round(top, 4)])
        top = bottom - GAP
    return domains


def _value_axis(domain: list[float], name: str) -> dict[str, Any]:
    axis: dict[str, Any] = {
        "domain": domain, "anchor": "x", "fixedrange": True, "rangemode": "tozero",
        "gridcolor": LINE, "zeroline": True, "zerolinecolor": LINE, "nticks": 4,
        "tickfont": {"size": 11},
    }  # fmt: skip
    if name == "tightness":
        axis |= {"range": [0, 11.2], "tickvals": [0, 4, 6, 10]}
    return axis


def _heading(text: str, top: float) -> dict[str, Any]:
    return {
        "text": text, "xref": "paper", "yref": "paper", "x": 0, "y": top, "xanchor": "left",
        "yanchor": "bottom", "showarrow": False, "font": {"color": MUTED, "size": 12},
    }  # fmt: skip
