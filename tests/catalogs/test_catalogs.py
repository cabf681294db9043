"""The catalogs hold every text of the source, and say in German what the English says."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest
from babel.messages import Catalog
from babel.messages.catalog import Message

from clubmon.words import language
from tests.catalogs import texts
from tests.test_words import strings

OTHERS = [code for code in language.languages() if code != language.ENGLISH]
PLACEHOLDER = re.compile(r"\{(\w*)\}|%\((\w+)\)[sd]|%(?!%)")
EDGES = re.compile(r"^\s*|\s*$")
SENTENCE = re.compile(r"[a-z]{2,} [a-z]{2,}.*[.?!]$", re.DOTALL)
MARKUP = re.compile(r"</?\w+|&\w+;")


@cache
def source() -> Catalog:
    return texts.template()


@cache
def held(code: str) -> list[Message]:
    return [one for one in texts.held(code) if one.id]


def forms(said: object) -> list[str]:
    return [said] if isinstance(said, str) else list(said or ())  # type: ignore[call-overload]


def key(one: Message) -> tuple[str | None, str]:
    return one.context, forms(one.id)[0]


def test_no_text_stands_inside_a_formatted_string_where_nobody_finds_it() -> None:
    inside = [
        f"{path.name}:{call.lineno}"
        for shelf in texts.SHELVES
        for path in (texts.ROOT / shelf).rglob("*.py")
        for string in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", None) in texts.KEYWORDS
        and isinstance(call.args[0], ast.Constant)
    ]
    assert inside == []


def test_what_a_connector_says_in_a_sentence_is_in_the_catalogs() -> None:
    """Marked with `sentence`, that is, or said of itself; and no sentence is put together."""
    known = {key(one)[1] for one in source() if one.id}
    unsaid = [
        f"{path.name}:{line}: {text}"
        for name in texts.OF_CONNECTORS
        for path in (texts.CONNECTORS / name).rglob("*.py")
        for line, text in strings(path)
        if SENTENCE.search(text) and text not in known
    ]
    assert unsaid == []


def test_there_are_texts_to_hold() -> None:
    assert len(source()) > 60


@pytest.mark.parametrize("code", OTHERS)
def test_the_catalog_has_the_texts_of_the_source_and_no_others(code: str) -> None:
    there = {key(one) for one in held(code)}
    wanted = {key(one) for one in source() if one.id}
    assert there == wanted, "say `make catalogs`"


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_has_a_translation_that_somebody_looked_at(code: str) -> None:
    waiting = [key(one) for one in held(code) if one.fuzzy or not texts.filled(one.string)]
    assert waiting == []


def placeholders(said: str) -> list[str]:
    return sorted(set(PLACEHOLDER.findall(said.replace("%%", ""))))


@pytest.mark.parametrize("code", OTHERS)
def test_both_sides_have_the_same_placeholders(code: str) -> None:
    """A form for one thing may leave its number out; nothing may be in a form that is not given."""
    wrong = [
        key(one)
        for one in held(code)
        if not set(map(tuple, map(placeholders, forms(one.string))))
        <= set(map(tuple, map(placeholders, forms(one.id))))
    ]
    assert wrong == []


def shape(said: str) -> tuple[list[str], list[str]]:
    return sorted(MARKUP.findall(said)), EDGES.findall(said)


@pytest.mark.parametrize("code", OTHERS)
def test_both_sides_have_the_same_markup_and_the_same_edges(code: str) -> None:
    wrong = [
        (english, said)
        for one in held(code)
        for english, said in zip(forms(one.id), forms(one.string), strict=False)
        if said and shape(english) != shape(said)
    ]
    assert wrong == []


@pytest.mark.parametrize("code", OTHERS)
def test_the_file_is_as_the_command_writes_it(code: str) -> None:
    assert texts.written(texts.held(code)) == language.catalog_path(code).read_bytes()


def test_placeholders_of_both_kinds_are_seen() -> None:
    assert placeholders("{a} and %(b)s, 100 %% of %") == placeholders("%, %(b)s {a}")
    assert placeholders("{a}") != placeholders("{b}")
