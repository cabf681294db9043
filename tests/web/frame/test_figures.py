"""Numbers as people read them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from clubmon.flag.nextstep import PATTERNS
from clubmon.web.frame import figures
from clubmon.web.frame.shell import qualified, strong_numbers
from clubmon.words import language

RUN = figures.CHANNELS["run_m"]


@pytest.mark.parametrize(
    ("pct", "said"), [(31.7, "+32\xa0%"), (-9.2, "−9\xa0%"), (0.2, "±0\xa0%"), (-0.4, "±0\xa0%")]
)
def test_a_change_has_a_sign_and_a_true_minus(pct: float, said: str) -> None:
    assert figures.signed(pct) == said


@pytest.mark.parametrize(
    ("typed", "km", "metres"),
    [
        ("7.5", 7.5, 7.5),
        (" 42,195 ", 42.195, 42195),
        ("1.250", 1.25, 1250),
        ("1,250", 1.25, 1250),
        ("1 250", 1250, 1250),
        ("1\u202f250", 1250, 1250),
        ("12,50", 12.5, 12.5),
        ("1.250,5", None, 1250.5),
        ("1 25", None, None),
        ("nan", None, None),
        ("1e999", None, None),
        ("", None, None),
    ],
)
def test_thousands_are_read_where_whole_units_are_shown_and_a_marathon_stays_one(
    typed: str, km: float | None, metres: float | None
) -> None:
    assert figures.amount(typed, RUN) == km
    assert figures.amount(typed, figures.CHANNELS["ascent_m"]) == metres


@given(st.integers(0, 10**9))
def test_a_number_is_read_as_it_is_shown(whole: int) -> None:
    shown = figures.grouped(whole, 0)
    assert figures.amount(shown, figures.CHANNELS["ascent_m"]) == whole


@pytest.mark.parametrize(
    ("known", "said"), [(7, "40.0"), (6, "≈\u202f40.0"), (5, "≥\u202f28.6"), (0, "–"), (None, "–")]
)
def test_a_week_says_how_sure_it_is(known: int | None, said: str) -> None:
    assert figures.week_text(RUN, {"v7": 40_000.0, "known7": known}) == said


@pytest.mark.parametrize(
    ("known7", "known_b4", "said"),
    [(6, 25, None), (5, 28, "incomplete, 5 of 7 days"), (7, 24, "incomplete, 24 of 28 days before"),
     (None, None, "incomplete, 0 of 7 days")],
)  # fmt: skip
def test_too_few_days_are_said_and_not_compared(
    known7: int | None, known_b4: int | None, said: str | None
) -> None:
    assert figures.incomplete(known7, known_b4) == said


def test_a_change_needs_something_to_change_from() -> None:
    assert figures.change_pct(40.0, 0) is None
    assert figures.change_pct(None, 40.0) is None
    assert figures.change_pct(54.0, 40.0) == pytest.approx(35)


def test_days_read_the_same_everywhere() -> None:
    assert figures.day(date(2026, 11, 7)) == "Sat 7 Nov"
    assert figures.long_day(date(2026, 11, 17)) == "Tuesday 17 November"
    assert figures.duration(6000) == "1\xa0h 40\xa0min"
    assert figures.duration(None) == "–"


def test_amounts_are_bold_and_dates_are_not() -> None:
    made = strong_numbers("Run volume 54 km in 7 days, 32 % above 41. Left 6/10 on Tue 17 Nov.")
    assert made == (
        "Run volume <b>54 km</b> in 7 days, <b>32 %</b> above 41. Left <b>6/10</b> on Tue 17 Nov."
    )


@given(st.text())
def test_no_sentence_becomes_markup(text: str) -> None:
    assert "<" not in strong_numbers(text).replace("<b>", "").replace("</b>", "")
    assert Markup(strong_numbers(text)).striptags() == Markup.escape(text).striptags()


def test_a_text_of_a_constant_is_put_into_the_readers_language() -> None:
    with language.using("de"):
        assert strong_numbers(PATTERNS["movement"]).startswith("Muster")


@given(st.text())
def test_a_figure_keeps_its_digits_and_never_becomes_markup(text: str) -> None:
    assert "<script" not in qualified(text)
