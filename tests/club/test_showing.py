"""What a person is shown: their own choice, or the club's."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from clubmon import settings
from clubmon.club import showing
from clubmon.club.showing import Showing
from clubmon.settings import Settings
from clubmon.storage.store import Store
from clubmon.words import language

NOW = datetime(2026, 11, 17, 5, tzinfo=UTC)
HERE = Settings(language="de", distance="mi", weight="lb")


def test_who_has_chosen_nothing_has_the_clubs(empty_store: Store) -> None:
    assert showing.chosen(empty_store, "p") == Showing()
    assert showing.of(empty_store, HERE, "p") == Showing("de", "mi", "lb")


def test_what_is_not_chosen_stays_the_clubs(empty_store: Store) -> None:
    assert showing.choose(empty_store, "p", Showing(language="en"), NOW)
    assert showing.of(empty_store, HERE, "p") == Showing("en", "mi", "lb")
    assert showing.of(empty_store, HERE, "q") == Showing("de", "mi", "lb")


def test_the_newest_choice_counts_and_the_same_again_is_none(empty_store: Store) -> None:
    assert showing.choose(empty_store, "p", Showing("en", "km", "kg"), NOW)
    assert not showing.choose(empty_store, "p", Showing("en", "km", "kg"), NOW)
    assert showing.choose(empty_store, "p", Showing(), NOW)
    assert showing.of(empty_store, HERE, "p") == Showing("de", "mi", "lb")


def test_within_using_texts_are_so() -> None:
    with showing.using(showing.clubs(HERE)):
        assert language.current() == "de"
    assert language.current() == "en"


def test_a_language_without_a_catalog_is_no_setting(tmp_path: Path) -> None:
    (tmp_path / "clubmon.toml").write_text('language = "fr"\n', encoding="utf-8")
    with pytest.raises(settings.SettingsError, match=r"'language'.*none of en, de"):
        settings.load(tmp_path)
