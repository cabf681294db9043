"""Sources' words for a sport, as people read them."""

from __future__ import annotations

import pytest

from clubmon.web.frame.sports import sport
from clubmon.words import language


@pytest.mark.parametrize(
    ("word", "english", "german"),
    [
        ("running", "Running", "Laufen"),
        ("trail_running", "Trail running", "Traillauf"),
        ("TrailRun", "Trail running", "Traillauf"),
        ("training/strength_training", "Strength", "Kraft"),
        ("Run", "Running", "Laufen"),
        ("Kite_Surf", "Kite Surf", "Kite Surf"),
        ("", "", ""),
    ],
)
def test_a_sport_that_a_catalog_has_is_said_in_its_language(
    word: str, english: str, german: str
) -> None:
    assert sport(word) == english
    with language.using("de"):
        assert sport(word) == german
