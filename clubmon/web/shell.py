"""What the templates of these pages need: filters for numbers and days, and the chart's bundle."""

from __future__ import annotations

import re
from datetime import date

from flask import Blueprint
from markupsafe import Markup, escape

from clubmon.web import figures

PLOTLY = "vendor/plotly-basic.min.js"
PLOTLY_SHA384 = "N2HZsG+IG/3J8CwhGGYz/kmzZ0sprpPWwjhor9ZI4lxuf47i9DXK2/NDGxMaJiEb"

_AMOUNT = re.compile(
    r"(?<![\w.])([+−-]?\d[\d  ,.]*(?:/10|[   ]?(?:%|km|m|t|kg|AU|min|h)\b|(?:\s%)))"
)


def strong_numbers(sentence: str) -> Markup:
    """A sentence as HTML with its amounts ('54 km', '+32 %', '6/10') set in bold."""
    parts = _AMOUNT.split(sentence)
    return Markup("").join(
        Markup("<b>{}</b>").format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )


def strftime(pattern: str, day: date) -> str:
    """A day in a pattern of the C library, such as '%a'."""
    return day.strftime(pattern)


def register(bp: Blueprint) -> None:
    """Give every template of the application the filters."""
    bp.add_app_template_filter(strong_numbers)
    bp.add_app_template_filter(strftime)
    bp.add_app_template_filter(figures.day, "short_day")
    bp.add_app_template_filter(figures.long_day)
    bp.add_app_template_filter(figures.signed)
    bp.add_app_template_filter(figures.duration)
    bp.add_app_template_filter(figures.count, "counted")
