"""The words this product does not use: in no template, no message, no string of the program."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.catalogs import texts

ROOT = Path(__file__).parents[1]
SHELVES = ("clubmon", "connectors", "dashboards")
TEXTS = {".html", ".txt", ".subject", ".toml", ".js", ".css", ".svg"}

# Whole words with their endings; written apart so that this file is free of them too.
FORBIDDEN = re.compile(
    r"injury[\s-]+risk|risk[\s-]+of[\s-]+injury|danger[\s-]+zone|safe[\s-]+zone|sweet[\s-]+spot"
    r"|\bpre" + r"dict(s|ed|ing|ion|ions|ive|or)?\b"
    r"|\bpre" + r"vent(s|ed|ing|ion|ive)?\b"
    r"|\bdiag" + r"nos(is|es|e|ed|tic|tics)\b"
    r"|\bover" + r"train(ing|ed)\b"
    r"|\bfi" + r"x(es|ed|ing)?\b"
    r"|\bcu" + r"re(s|d)?\b",
    re.IGNORECASE,
)

# The same in German, of the catalog's German side; endings and compounds as they come.
FORBIDDEN_GERMAN = re.compile(
    r"verletzungs(risiko|gefahr|wahrscheinlich)|risiko\s+(einer|von|für)\s+(eine\s+)?verletzung"
    r"|(gefahren|risiko|sicherheits)(zone|bereich)|sweet[\s-]+spot|\bprophyla"
    r"|\b(un)?(sicher|gefährlich|bedenklich|riskant)(e|er|en)\s+(zone|bereich)"
    r"|verletzung(en)?\s+(zu\s+)?(ver|ab)" + r"(meid|wend|hüt)"
    r"|\bvorher" + r"sag|\bvoraus" + r"sag|\bprognos"
    r"|\bverhin" + r"der|\bvor" + r"beug|\bprä" + r"ven"
    r"|\bdia" + r"gno|\büber" + r"train"
    r"|\b(aus|ver|ge)*hei" + r"l(t|en|ung|end|sam)\b|\bkur" + r"ier|\bbe" + r"heb(t|en|ung)\b",
    re.IGNORECASE,
)

FOREIGN_TERMS = re.compile(r"position:\s*fixed|table-layout:\s*fixed")  # of CSS, not of ours


def files(suffixes: set[str]) -> list[Path]:
    found = [path for shelf in SHELVES for path in (ROOT / shelf).rglob("*")]
    return sorted(p for p in found if p.suffix in suffixes and "vendor" not in p.parts)


def docstrings(tree: ast.AST) -> set[int]:
    """Where docstrings stand: developers read them, people do not."""
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, holders) and node.body and isinstance(node.body[0], ast.Expr)
    }


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """Every string of a module, with its line."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    left_out = docstrings(tree)
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if isinstance(node, ast.Constant) and is_text and id(node) not in left_out:
            yield node.lineno, str(node.value)


def test_there_is_something_to_read() -> None:
    assert len(files({".py"})) > 50
    assert len(files(TEXTS)) > 20


def test_no_string_of_the_program_uses_them() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {match.group()}"
        for path in files({".py"})
        for line, text in strings(path)
        for match in FORBIDDEN.finditer(text)
    ]
    assert found == []


def test_no_template_or_text_uses_them() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in files(TEXTS)
        for match in FORBIDDEN.finditer(FOREIGN_TERMS.sub("", path.read_text(encoding="utf-8")))
    ]
    assert found == []


def test_no_german_text_uses_them_in_german() -> None:
    found = [
        match.group()
        for message in texts.held("de")
        for said in ([message.string] if isinstance(message.string, str) else message.string or ())
        for match in FORBIDDEN_GERMAN.finditer(said)
    ]
    assert found == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Dein Verletzungs" + "risiko ist hoch.",
        "Das sagt eine Zerrung vorher; die Vorher" + "sage stimmt.",
        "Eine Übung, die Zerrungen verhin" + "dert.",
        "Die Dia" + "gnose ist klar.",
        "Zeichen von Über" + "training.",
        "Das hei" + "lt die Spannung.",
        "Die Zerrung ist ausgehei" + "lt.",
        "Du bist in der gefähr" + "lichen Zone.",
        "Die Woche liegt im Risiko" + "bereich.",
        "So lassen sich Verletzungen ver" + "meiden.",
        "So beugst du vor: zur Vor" + "beugung.",
    ],
)
def test_the_german_words_would_be_found(sentence: str) -> None:
    assert FORBIDDEN_GERMAN.search(sentence)


@pytest.mark.parametrize("sentence", ["Beuge dich vor.", "Ein Teil davon.", "Heb die Hüfte."])
def test_other_german_words_are_left_alone(sentence: str) -> None:
    assert not FORBIDDEN_GERMAN.search(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Your injury" + " risk is high.",
        "You are in the danger" + " zone.",
        "The sweet" + " spot is 0.8 to 1.3.",
        "This pre" + "dicts a strain.",
        "A drill that pre" + "vents strains.",
        "The diag" + "nosis is clear.",
        "Signs of over" + "training.",
        "This will fi" + "x it.",
        "It cu" + "res tightness.",
    ],
)
def test_the_words_would_be_found(sentence: str) -> None:
    assert FORBIDDEN.search(sentence)


@pytest.mark.parametrize(
    "sentence", ["A secure link.", "The prefix of a file.", "event.preventDefault()", "Suffix."]
)
def test_other_words_are_left_alone(sentence: str) -> None:
    assert not FORBIDDEN.search(sentence)
