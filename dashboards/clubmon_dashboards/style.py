"""What all figures share: colours, axes and the frame; pure.

Colours are those of the light theme, so a figure stands on its own; `layout.meta.tokens`
names the stylesheet's token of each, and the page's script swaps them in. The script also reads
`meta.links` (pages that a click opens, by a point's customdata) and `meta.narrow` (where there
is little room: the range of the time axis, and how much taller); there it leaves out traces that
are marked `meta.wide`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import plotly.graph_objects as go

from clubmon.sdk import _, chart_names, decimal_sign

INK, MUTED, LINE = "#1c2321", "#565f5c", "#d9d7cf"
ACCENT, BAR, TALK, WATCH, CARD = "#0b6159", "#b9c1bc", "#8f4a00", "#2b5a94", "#fffefb"
TOKENS = {
    INK: "--ink",
    MUTED: "--muted",
    LINE: "--line",
    ACCENT: "--accent",
    BAR: "--bar",
    TALK: "--talk",
    WATCH: "--watch",
    CARD: "--card",
}
Data = dict[str, Any]


def plain(traces: Sequence[Any], layout: Data) -> Data:
    """The figure as a dict that `json.dumps` takes and Plotly draws."""
    chart = go.Figure(layout=go.Layout(template="none"))
    chart.add_traces(list(traces))
    chart.update_layout(layout)
    found: Data = chart.to_plotly_json()
    found["layout"].pop("template", None)
    return found


def frame(title: str, height: int, **meta: Any) -> Data:
    """The layout that every figure begins with."""
    return {
        "title": {"text": None},
        "meta": {"tokens": TOKENS, "title": title, "names": chart_names(), **meta},
        "separators": f"{decimal_sign()}\u202f",
        "height": height,
        "paper_bgcolor": CARD, "plot_bgcolor": CARD,
        "font": {"color": MUTED, "size": 12},
        "hoverlabel": {"bgcolor": CARD, "font": {"color": INK}},
        "dragmode": False,
    }  # fmt: skip


def legend(y: float) -> Data:
    """One line of names above the drawing, `y` in shares of the plotted height."""
    return {
        "orientation": "h", "x": 0, "y": y, "xanchor": "left", "yanchor": "bottom",
        "font": {"color": INK}, "itemclick": False, "itemdoubleclick": False,
    }  # fmt: skip


def time_axis(days: Sequence[date], **more: Any) -> Data:
    """Local days, half a day of room on either side, ticks on Mondays."""
    axis: Data = {
        "type": "date", "fixedrange": True, "showgrid": True,
        "gridcolor": LINE, "linecolor": LINE, "tickformat": _("%-d %b"),
        "hoverformat": _("%a %-d %b"), "ticklabelmode": "instant",
        "tick0": "2024-01-01", "dtick": _tick(len(days)), **more,
    }  # fmt: skip
    if days:
        axis["range"] = span(days)
    return axis


def span(days: Sequence[date]) -> list[str]:
    """From half a day before the first to half a day after the last, so that marks are whole."""
    return [f"{days[0] - timedelta(days=1)} 12:00", f"{days[-1]} 12:00"]


def _tick(days: int) -> int:
    """Milliseconds between ticks: Mondays, fewer of them where the axis is long."""
    week = 7 * 86_400_000
    return week if days <= 49 else 2 * week if days <= 98 else 4 * week


def name_axis(names: Sequence[str]) -> Data:
    """One line per athlete, the first on top; by place, as two may have the same name."""
    return {
        "tickmode": "array", "tickvals": list(range(len(names))), "ticktext": list(names),
        "range": [len(names) - 0.4, -0.6], "fixedrange": True, "showgrid": False,
        "zeroline": False, "tickfont": {"color": INK, "size": 12}, "automargin": True,
        "ticks": "outside", "ticklen": 7, "tickcolor": CARD,  # unseen: keeps names off the marks
    }  # fmt: skip


def x_of(days: Sequence[date]) -> list[str]:
    """Days as Plotly takes them."""
    return [day.isoformat() for day in days]
