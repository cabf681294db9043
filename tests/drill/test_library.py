"""What the drill library promises: complete, checked, in the project's own words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clubmon.drill.drawingcheck import DrawingError, checked
from clubmon.drill.drills import SAFETY_NOTE, LibraryError, library
from clubmon.drill.drilltypes import read
from clubmon.triage.questions import SIGN

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
blocked_by = ["tingling"]
"""
DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" role="img">
<title>A line</title><desc>It goes across.</desc><path d="M0 0H9"/></svg>"""
FORBIDDEN = re.compile(
    r"\b(injury risk|danger zone|safe zone|sweet spot|predict\w*|prevent\w*|diagnosis|"
    r"overtraining|fix\w*|cure\w*|sacroiliac|EMG|glute inhibition|12 ?%|37 ?%)\b",
    re.IGNORECASE,
)
PACKAGE = Path(__file__).parents[2] / "clubmon"
SPOKEN = [
    PACKAGE / "drill" / "drills.toml",
    *sorted((PACKAGE / "drill" / "drawings").glob("*.svg")),
    PACKAGE / "triage" / "questions.py",
    PACKAGE / "triage" / "patterns.py",
    *sorted((PACKAGE / "web" / "templates" / "checkin").glob("*.html")),
]


def beside(name: str) -> str:
    """The files beside a pack: one drawing, and one that is none."""
    files = {"line.svg": DRAWING, "none.svg": "<svg/>"}
    if name not in files:
        raise FileNotFoundError(name)
    return files[name]


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


def test_what_belongs_around_a_drill_is_said_with_it() -> None:
    notes = {drill.id: " ".join(drill.notes) for drill in library().values()}
    assert "any test of flexibility comes after it" in notes["D3"]
    assert "sleep" in notes["D4"]
    assert "protein" in notes["D4"]
    assert "48 to 72 hours of stiffness" in notes["D4"]
    assert "Film one set" in notes["C3"]


@pytest.mark.parametrize(
    ("drill_id", "schedule"),
    [("D1", (2, 7, 4)), ("D2", (2, 7, 4)), ("D4", (1, 2, None)), ("D3", None), ("C1", None)],
)
def test_the_frequency_in_numbers_is_that_in_words(
    drill_id: str, schedule: tuple[int, int, int | None] | None
) -> None:
    found = library()[drill_id].schedule
    assert (found and (found.per_day, found.days_per_week, found.weeks)) == schedule


def test_every_drill_and_cue_has_a_drawing_of_its_own() -> None:
    drawings = {drill.drawing for drill in library().values()}
    assert len(drawings) == 7
    used = {drill.picture for drill in library().values()}
    assert used == {path.name for path in (PACKAGE / "drill" / "drawings").iterdir()}


def test_drawings_take_the_colour_of_the_text_and_say_what_they_show() -> None:
    for drill in library().values():
        assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', drill.drawing)) == {
            "none",
            "currentColor",
        }
        assert len(re.findall(r"<desc>([^<]{60,})</desc>", drill.drawing)) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("<path", "<script>alert(1)</script><path"), "holds <script>"),
        (("<path", "<image/><path"), "holds <image>"),
        (("<path", '<path onload="x()"'), "'onload'"),
        (("<path", '<path style="fill:red"'), "'style'"),
        (("<path", '<path fill="url(#a)"'), "'fill'"),
        (("<path", '<path id="main"'), "'id'"),
        (("<title>A line</title>", ""), "<title>"),
        (("It goes across.", " "), "<desc>"),
        ((' role="img"', ""), "role"),
        (("</svg>", ""), "not valid SVG"),
        (("<svg", "<!DOCTYPE svg><svg"), "document type"),
        (("A line", "A line" * 10_000), "longer than"),
    ],
)
def test_a_drawing_that_could_do_more_than_be_looked_at_is_refused(
    change: tuple[str, str], said: str
) -> None:
    assert checked(DRAWING) == DRAWING
    with pytest.raises(DrawingError, match=re.escape(said)):
        checked(DRAWING.replace(*change, 1))


def test_the_library_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        library()["D1"] = library()["D2"]  # type: ignore[index]


def test_a_clubs_own_pack_is_read() -> None:
    assert read(GOOD, "own.toml", beside)["X1"].credit.endswith("the wording is our own.")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("steps = ", "stepps = "), "own.toml, drill 1 (X1): 'steps'"),
        (('"neural"', '"mystery"'), "'pattern'"),
        (('["Do it."]', "[]"), "'steps'"),
        (('id = "X1"', 'id = "x 1"'), "'id'"),
        (('["tingling"]', '["hunger"]'), "names no sign of the check-in: hunger"),
        (('["tingling"]', "[]"), "a drill for the neural pattern is blocked_by tingling"),
        (('dose = "3 times"', ""), "a drill has a dose"),
        (('"Daily"', '"Daily"\nschedule = { days_per_week = 8 }'), "'schedule.days_per_week'"),
        (('"Daily"', '"Daily"\ndrawing = "<svg/>"'), "'drawing' is no key"),
        (('"Daily"', '"Daily"\npicture = "../secret.svg"'), "'picture'"),
        (('"Daily"', '"Daily"\npicture = "gone.svg"'), "gone.svg could not be read"),
        (('"Daily"', '"Daily"\npicture = "none.svg"'), "needs an <svg> root"),
        (("[source]", "[source"), "own.toml is not valid TOML"),
        (('site = "club.example"', ""), "'source.site'"),
        (("[[drill]]", "[[drills]]"), "'drill'"),
    ],
)
def test_a_faulty_pack_is_refused_in_one_sentence_that_says_where(
    change: tuple[str, str], said: str
) -> None:
    with pytest.raises(LibraryError) as refused:
        read(GOOD.replace(*change), "own.toml", beside)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_id_used_twice_is_refused() -> None:
    twice = GOOD + GOOD[GOOD.index("[[drill]]") :]
    with pytest.raises(LibraryError, match="X1 is used twice"):
        read(twice, "own.toml", beside)
