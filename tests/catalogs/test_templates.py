"""No template has a word in it that is in no catalog, whether a test ever shows it or not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.catalogs.texts import ROOT, TEMPLATES

SHELVES = ("clubmon/web/templates", "clubmon/message/templates")
SAID = re.compile(
    r"\{#.*?#\}|\{%-?\s*trans\b.*?\{%-?\s*endtrans\s*-?%\}|\{%.*?%\}|\{\{.*?\}\}"
    r"|<(script|style|code)\b.*?</\1>|&\w+;",
    re.DOTALL,
)
READ_OUT = re.compile(
    r'\s(?:title|alt|placeholder|aria-label|aria-description|data-[\w-]+(?=="[A-Z]))="([^"]*)"'
)
TAG = re.compile(r"<[^>]*>|[\w-]+=\"[^\"]*\"")
WORD = re.compile(r"[^\W\d_]{2,}")
IN_BRACES = re.compile(r"\{\{(?:(?!_\(|gettext|url_for|endtrans|\}\}).)*\"[A-Za-z]+ [a-z]+[^\"]*\"")
SENTENCE = re.compile(
    r"""(?m)^(?!\s*//).*?(["'`][^"'`\n]*[a-z]{2,} [a-z]{2,}[^"'`\n]*[.)?!]["'`])"""
)
NAMES = {"clubmon", "PDF", "km", "iframe"}  # the same in every language


def templates() -> list[Path]:
    return sorted(
        path for shelf in SHELVES for path in (ROOT / shelf).rglob("*") if path.suffix in TEMPLATES
    )


def bare(text: str) -> list[str]:
    """The words of a template that no catalog says."""
    left = SAID.sub(" ", text)
    shown = [*READ_OUT.findall(left), TAG.sub(" ", left)]
    words = {word for part in shown for word in WORD.findall(part)}
    return sorted(words - NAMES) + IN_BRACES.findall(text)


def test_there_are_templates_to_read() -> None:
    assert len(templates()) > 60


def test_every_word_of_a_template_is_in_the_catalogs() -> None:
    assert {path.name: found for path in templates() if (found := bare(path.read_text()))} == {}


def test_no_script_has_a_sentence_of_its_own() -> None:
    """Scripts say what the page gives them in its data attributes."""
    scripts = sorted((ROOT / "clubmon/web/static").glob("*.js"))
    assert len(scripts) >= 4
    found = {path.name: SENTENCE.findall(path.read_text(encoding="utf-8")) for path in scripts}
    assert {name: said for name, said in found.items() if said} == {}


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Plain words</p>", ["Plain", "words"]),
        ('<form data-again="Send again" data-key="a-b c">', ["Send", "again"]),
        ('<img alt="A picture">{% trans %}Said{% endtrans %}', ["picture"]),
        ('{{ _("Said") }} {% trans n=1 %}Said {{ n }}{% endtrans %} &nbsp; <b>7</b>', []),
        ('{{ "not said" if one else two }}', ['{{ "not said"']),
    ],
)
def test_words_outside_of_them_are_found(template: str, found: list[str]) -> None:
    assert bare(template) == found
