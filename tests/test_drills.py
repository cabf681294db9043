"""What the drill library promises: complete, checked, in the project's own words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clubmon.drills import SAFETY_NOTE, LibraryError, library, read
from clubmon.questions import SIGN

GOOD = """
[source]
title = "A club's own"
site = "club.example"

[[drill]]
id = "X1"
name = "Something slow"
pattern = "neural"
steps = ["Do it."]
dose = "3 times"
frequency = "Daily"
caution = ["Slowly."]
progression = "None."
evidence = "Ours."
"""
FORBIDDEN = re.compile(
    r"\b(injury risk|danger zone|safe zone|sweet spot|predict\w*|prevent\w*|diagnosis|"
    r"overtraining|fix\w*|cure\w*|sacroiliac|EMG|glute inhibition|12 ?%|37 ?%)\b",
    re.IGNORECASE,
)
PACKAGE = Path(__file__).parents[1] / "clubmon"
SPOKEN = [
    PACKAGE / "drills.toml",
    PACKAGE / "questions.py",
    PACKAGE / "patterns.py",
    *sorted((PACKAGE / "web" / "templates" / "checkin").glob("*.html")),
]


def test_the_library_holds_four_drills_and_three_cues() -> None:
    assert list(library()) == ["D1", "D2", "D3", "D4", "C1", "C2", "C3"]
    assert [d.id for d in library().values() if d.kind == "cue"] == ["C1", "C2", "C3"]


@pytest.mark.parametrize(
    ("drill_id", "pattern", "numbers"),
    [
        ("D1", "pelvic_control", ["10", "12, 6, 9", "Twice a day", "5 minutes", "3 to 4 weeks"]),
        ("D2", "pelvic_control", ["8", "5 seconds", "Twice a day"]),
        ("D3", "neural", ["10 per leg", "3 seconds", "2 minutes", "90 seconds", "easy run"]),
        ("D4", "synergist", ["3 sets of 8", "10 seconds", "Twice a week"]),
        ("C1", "movement", ["easy runs"]),
    ],
)
def test_doses_are_those_of_the_design(drill_id: str, pattern: str, numbers: list[str]) -> None:
    drill = library()[drill_id]
    said = f"{drill.dose} {drill.frequency}"
    assert drill.pattern == pattern
    assert [number for number in numbers if number not in said] == []


def test_d3_is_ruled_out_by_tingling_which_is_a_refer_sign() -> None:
    assert library()["D3"].blocked_by == ("tingling",)
    assert SIGN["tingling"].list == "refer"


def test_every_drill_has_a_stop_rule_and_credits_its_source_in_one_sentence() -> None:
    for drill in library().values():
        assert "2 points" in drill.stop_rule
        assert drill.credit.count("Why Your Hamstring Keeps Tightening Up") == 1


def test_the_safety_note_says_what_clubmon_is_not() -> None:
    assert "not a medical device" in SAFETY_NOTE


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: path.name)
def test_no_text_claims_what_is_not_known(path: Path) -> None:
    assert FORBIDDEN.findall(path.read_text(encoding="utf-8")) == []


def test_the_library_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        library()["D1"] = library()["D2"]  # type: ignore[index]


def test_a_clubs_own_pack_is_read() -> None:
    assert read(GOOD, "own.toml")["X1"].credit.endswith("the wording is our own.")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("steps = ", "stepps = "), "own.toml, drill 1 (X1): 'steps'"),
        (('"neural"', '"mystery"'), "'pattern'"),
        (('["Do it."]', "[]"), "'steps'"),
        (('id = "X1"', 'id = "x 1"'), "'id'"),
        (("[source]", "[source"), "own.toml is not valid TOML"),
        (('site = "club.example"', ""), "'source.site'"),
        (("[[drill]]", "[[drills]]"), "'drill'"),
    ],
)
def test_a_faulty_pack_is_refused_in_one_sentence_that_says_where(
    change: tuple[str, str], said: str
) -> None:
    with pytest.raises(LibraryError) as refused:
        read(GOOD.replace(*change), "own.toml")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_id_used_twice_is_refused() -> None:
    twice = GOOD + GOOD[GOOD.index("[[drill]]") :]
    with pytest.raises(LibraryError, match="X1 is used twice"):
        read(twice, "own.toml")
