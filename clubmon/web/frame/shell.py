"""What the templates of these pages need: filters for numbers and days, and the chart's bundle."""

from __future__ import annotations

import re
from datetime import datetime

from flask import Blueprint, g
from markupsafe import Markup, escape

from clubmon.flag import wording
from clubmon.sync import sources
from clubmon.web.frame import figures, sports, views
from clubmon.web.frame.access import context
from clubmon.words import daywords, language, sentences, units
from clubmon.words.language import _

PLOTLY = "vendor/plotly-basic.min.js"
PLOTLY_SHA384 = "N2HZsG+IG/3J8CwhGGYz/kmzZ0sprpPWwjhor9ZI4lxuf47i9DXK2/NDGxMaJiEb"

DAYS = (
    daywords.weekday, daywords.short_weekday, daywords.short_day, daywords.long_day,
    daywords.day_of_month, daywords.short_month, daywords.month, daywords.month_of_year,
    daywords.dated, daywords.dated_day, daywords.clock, daywords.short_time, daywords.weekday_time,
    daywords.dated_time,
)  # fmt: skip
_AMOUNT = re.compile(r"(?<![\w.])([+−±]?\d+(?:[.,]\d+)?(?:/10|\s?%|\s(?:km|mi|m|t|klb|AU)\b))")


def strong_numbers(sentence: str) -> Markup:
    """A sentence as HTML with its amounts ('54 km', '+32 %', '6/10') set in bold."""
    parts = _AMOUNT.split(str(sentence))  # in the reader's language
    return Markup("").join(
        Markup("<b>{}</b>").format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )


def qualified(text: str) -> Markup:
    """A figure as HTML with a leading '≈' or '≥' set apart, so that digits stay comparable."""
    if text[:1] not in ("≈", "≥"):
        return Markup(escape(text))
    said = {"≈": _("about"), "≥": _("at least")}[text[0]]
    shown = Markup('<span class="about" aria-hidden="true">{}</span>').format(text[0])
    spoken = Markup('<span class="visually-hidden">{} </span>').format(said)
    return shown + spoken + text[1:].strip()


def when(moment: datetime, now: datetime) -> str:
    """An instant on the club's clock: 'today, 05:12' or 'Mon 16 Nov, 05:12'."""
    zone = context().settings.zone
    local, here = moment.astimezone(zone), now.astimezone(zone)
    day = _("today") if local.date() == here.date() else figures.day(local.date())
    return f"{day}, {daywords.clock(local)}"


def number_word(number: int) -> str:
    """Small numbers as words."""
    return wording.WORDS[number] if number < len(wording.WORDS) else str(number)


def silence(days: tuple[int, int]) -> str:
    """The shortest and longest silence in words: 'for 6 days', 'for 3 to 12 days'."""
    shortest, longest = days
    whole = longest >= views.WINDOW.days
    if shortest == longest:
        return _("for six weeks or more") if whole else _("for {days} days", days=longest)
    if whole:
        return _("for {days} days to six weeks or more", days=shortest)
    return _("for {shortest} to {longest} days", shortest=shortest, longest=longest)


def distance(metres: float, decimals: int = 1) -> str:
    """Metres in the reader's unit, without it: '19.2'."""
    return language.number(units.shown_distance(metres), decimals)


def tonnage(grams: float) -> str:
    """Grams in thousands of the reader's unit, without it: '2.4'."""
    return language.number(units.shown_weight(grams) / 1000, 1)


def number(value: float, decimals: int = 0) -> str:
    """A figure with so many decimals, as the reader's language writes it."""
    return language.number(value, decimals)


def source_name(source: str) -> str:
    """What people call the source of a session; its bare name where its plugin does not say."""
    if "source_names" not in g:
        g.source_names = sources.called()
    return str(g.source_names.get(source, source.replace("_", " ")))


def register(bp: Blueprint) -> None:
    """Give every template of the application the filters."""
    bp.add_app_template_filter(strong_numbers)
    for made in (
        number,
        distance,
        tonnage,
        sentences.retold,
        source_name,
        language.begun,
        qualified,
        when,
        number_word,
        silence,
    ):
        bp.add_app_template_filter(made)
    for shown in DAYS:
        bp.add_app_template_filter(shown)
    bp.add_app_template_filter(figures.signed)
    bp.add_app_template_filter(sports.sport)
    bp.add_app_template_filter(figures.duration)
    bp.add_app_template_filter(figures.count, "counted")
