"""The German catalog keeps to the words that docs/texts.md gives it."""

from __future__ import annotations

import re

import pytest

from tests.catalogs import texts
from tests.catalogs.test_catalogs import forms

OTHER_WORDS = re.compile(
    r"\b(Sportler|Trainer|Kader|Verspannung|Hamstring|Therapie|Alarm|Konnektor|Symptom)(s|e|en|n)?\b"
    r"|(?<=[a-zäöüß,] )(Sie|Ihnen|Ihr|Ihre[nmrs]?)\b"  # who is addressed so within a sentence
    r"|\b([Ww]ähle|[Pp]rüfe|[Ll]ad|[Ee]xportier|[Kk]opier|[Nn]enne|[Ww]iderrufe)\b"
)
QUOTED = re.compile(r"„[^“]*“|<code>.*?</code>")  # of other apps' pages


def said(text: str) -> list[str]:
    return [found.group() for found in OTHER_WORDS.finditer(QUOTED.sub("", text))]


def test_no_german_text_uses_another_word_for_the_same_thing() -> None:
    found = [
        (form, words)
        for message in texts.held("de")
        if message.id
        for form in forms(message.string)
        if (words := said(form))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Frag deinen Trainer.", ["Trainer"]),
        ("Wähle einen Tag.", ["Wähle"]),
        ("Bitte ändern Sie Ihre Antwort.", ["Sie", "Ihre"]),
        ("Wähl einen Tag; frag deinen Coach im Training.", []),
        ("Drück „Trainer“ in der App.", []),
    ],
)
def test_another_word_would_be_found(text: str, found: list[str]) -> None:
    assert said(text) == found
