"""Texts, numbers and days in the reader's language, whoever asks and on whatever thread."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import duckdb
import pytest
from jinja2 import Environment

from clubmon.words import daywords, language
from clubmon.words.language import N_, _, ngettext, pgettext

MENU = N_("Menu")


def test_without_a_reader_texts_are_english() -> None:
    assert (language.current(), _("Menu")) == ("en", "Menu")


def test_within_using_they_are_in_that_language_and_afterwards_as_before() -> None:
    with language.using("de"):
        assert _("Menu") == "Menü"
        with language.using("en"):
            assert _("Menu") == "Menu"
        assert _("Menu") == "Menü"
    assert _("Menu") == "Menu"


def test_it_ends_also_where_something_goes_wrong() -> None:
    with pytest.raises(KeyError), language.using("de"):
        raise KeyError
    assert language.current() == "en"


def test_a_language_that_nobody_knows_is_english() -> None:
    with language.using("tlh"):
        assert (language.current(), _("Menu")) == ("en", "Menu")


def test_each_thread_has_its_own_reader() -> None:
    def of(code: str) -> list[str]:
        with language.using(code):
            return [_("Menu") for _again in range(200)]

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(of, ["de", "en"] * 4))
    assert found == [["Menü"] * 200, ["Menu"] * 200] * 4


def test_a_text_without_translation_is_its_english_self() -> None:
    with language.using("de"):
        assert _("Nobody will ever translate {this}.", this="that") == (
            "Nobody will ever translate that."
        )


def test_nothing_is_filled_into_a_text_without_values() -> None:
    assert _("Braces {stay} as they are.") == "Braces {stay} as they are."


def test_what_is_filled_in_is_never_read_as_a_text() -> None:
    assert _("Name: {name}", name="{secret} %(x)s") == "Name: {secret} %(x)s"


def test_an_empty_text_stays_empty() -> None:
    with language.using("de"):
        assert _("") == ""


@pytest.mark.parametrize(("number", "said"), [(1, "1 dog"), (0, "0 dogs"), (7, "7 dogs")])
def test_numbers_choose_their_form(number: int, said: str) -> None:
    assert ngettext("{n} dog", "{n} dogs", number) == said


def test_the_same_english_can_mean_two_things() -> None:
    with language.using("de"):
        assert pgettext("pattern of a date", "EEE d MMM") == "EEE d. MMMM"
        assert pgettext("anything else", "EEE d MMM") == "EEE d MMM"


def test_a_marked_text_is_put_into_words_when_it_is_shown() -> None:
    with language.using("de"):
        assert (str(MENU), f"<{MENU}>", f"{MENU:>6}") == ("Menü", "<Menü>", "  Menü")
        assert _("Menu: {what}", what=MENU).endswith("Menü")
    assert str(MENU) == "Menu"


def test_a_marked_text_is_english_where_it_is_compared_stored_or_sent() -> None:
    with language.using("de"):
        assert MENU == "Menu"
        assert "Menu" in {MENU}
        assert json.dumps([MENU]) == '["Menu"]'
        assert duckdb.execute("SELECT ?", [MENU]).fetchall() == [("Menu",)]


@pytest.mark.parametrize(("autoescape", "shown"), [(True, "Men&lt;"), (False, "Men<")])
def test_templates_show_a_marked_text_in_the_language_and_escaped(
    autoescape: bool, shown: str
) -> None:
    page = Environment(autoescape=autoescape).from_string("{{ text }}")
    assert page.render(text=N_("Men<")) == shown
    with language.using("de"):
        assert page.render(text=MENU) == "Menü"


def test_a_number_has_the_sign_of_its_language() -> None:
    assert (language.number(19.25, 1), language.number(54.0)) == ("19.2", "54")
    with language.using("de"):
        assert (language.number(19.25, 1), language.number(54.0)) == ("19,2", "54")


@pytest.mark.parametrize(
    ("made", "english", "german"),
    [
        (daywords.weekday, "Tuesday", "Dienstag"),
        (daywords.short_weekday, "Tue", "Di."),
        (daywords.short_day, "Tue 3 Mar", "Di. 3. März"),
        (daywords.long_day, "Tuesday 3 March", "Dienstag, 3. März"),
        (daywords.day_of_month, "3 Mar", "3. März"),
        (daywords.month_of_year, "March 2026", "März 2026"),
        (daywords.dated, "3 Mar 2026", "3. März 2026"),
    ],
)
def test_a_day_is_written_as_its_language_writes_it(made, english: str, german: str) -> None:  # type: ignore[no-untyped-def]
    assert made(date(2026, 3, 3)) == english
    with language.using("de"):
        assert made(date(2026, 3, 3)) == german


def test_a_time_stays_on_the_clock_it_was_given_on() -> None:
    moment = datetime(2026, 11, 17, 5, 2, tzinfo=UTC)
    assert daywords.clock(moment) == "05:02"
    assert daywords.dated_time(moment) == "Tue 17 Nov 2026, 05:02"
    with language.using("de"):
        assert daywords.dated_time(moment) == "Di. 17. Nov. 2026, 05:02"


def test_one_moment_told_on_two_clocks_is_two_times() -> None:
    moment = datetime(2026, 11, 17, 5, 2, tzinfo=UTC)
    for zone, said in (("Europe/Berlin", "06:02"), ("UTC", "05:02"), ("Asia/Tokyo", "14:02")):
        assert daywords.clock(moment.astimezone(ZoneInfo(zone))) == said


def test_every_language_is_named_in_itself() -> None:
    assert dict(language.languages()) == {"en": "English", "de": "Deutsch"}
