"""The exercise list: counted without names, tagged by staff, never open to bad input."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest

from clubmon.club import consenting
from clubmon.load import exercises, marts, models
from clubmon.policy import Consent

if TYPE_CHECKING:
    from tests.web.conftest import Club

STAFF = ("coach", "physio")
CUSTOM = "Frida's hamstring thing"


def lift(club: Club, who: str, *names: str, audience: str = "club", sha256: str = "f") -> None:
    """A lift of yesterday with one set of each of these exercises; twice named, two sets."""
    session_id = f"{who}-{sha256}"
    day = club.now.date()
    club.store.execute(
        "lake",
        "INSERT INTO lake.raw.session (session_id, athlete_id, sha256, audience, source, "
        "source_id, kind, sport, start_local, local_date, elapsed_s, known_at) "
        "VALUES (?, ?, ?, ?, 'hevy', ?, 'lift', 'strength', ?, ?, 3600, ?)",
        [session_id, club.ids[who], sha256, audience, session_id, day, day, club.now],
    )
    for place, name in enumerate(names):
        club.store.execute(
            "lake",
            "INSERT INTO lake.raw.lift_set VALUES (?, ?, ?, ?, ?, 'normal', 8, 50000, NULL, ?)",
            [session_id, club.ids[who], sha256, place, name, club.now],
        )


def rebuild(club: Club) -> None:
    """What the night does."""
    marts.rebuild(club.store, club.now.date(), club.now)


def page(club: Club, query: str = "", who: str = "coach") -> str:
    """The page's text as a browser reads it."""
    response = club.be(who).get(f"/exercises{query}")
    assert response.status_code == 200
    return html.unescape(response.get_data(as_text=True))


def section(text: str, name: str) -> str:
    """The part of the page under one heading."""
    return text.split(f'aria-labelledby="{name}"', 1)[1].split("</section>", 1)[0]


def named(text: str) -> list[str]:
    """The exercises of a part, in the page's order."""
    return re.findall(r"<summary><b>(.*?)</b>", text)


def known(club: Club) -> dict[str, tuple[str, ...]]:
    """Tags by name, as they are now."""
    return {one.name: one.tags for one in exercises.known(club.store, club.settings, club.now)}


def save(club: Club, who: str = "coach", /, **fields: object) -> tuple[int, str]:
    """Post the form; the first box is `tag-0`."""
    sent = {name.replace("_", "-"): value for name, value in fields.items()}
    posted = club.post(club.be(who), "/exercises", "/exercises", **sent)
    return posted.status, html.unescape(posted.text)


def test_before_the_first_rebuild_the_shipped_exercises_are_listed(club: Club) -> None:
    text = page(club)
    assert "Every exercise of the athletes who share their training is known." in text
    assert "None is in use yet." in text
    assert "Romanian" in page(club, "?find=romanian")


def test_unknown_exercises_come_first_with_counts_and_without_people(club: Club) -> None:
    lift(club, "athlete", CUSTOM, CUSTOM, "Squat (Barbell)", "Odd lift")
    lift(club, "athlete_b", CUSTOM)
    rebuild(club)
    part = section(page(club), "unknown")
    assert named(part) == [CUSTOM, "Odd lift"]
    assert "2 exercises, 3 sets" in part
    assert "2 sets, 1 athlete" in part
    assert "1 set, 1 athlete" in part
    # the coach of the other team counts that team's
    assert named(section(page(club, who="outsider"), "unknown")) == [CUSTOM]
    assert "1 set, 1 athlete" in section(page(club, who="outsider"), "unknown")
    assert "Athlete" not in part.replace("athletes", "")


def test_spellings_of_one_exercise_are_one_line(club: Club) -> None:
    lift(club, "athlete", "Odd lift (Barbell)", "Odd lift (Barbell)", "Barbell odd lift")
    rebuild(club)
    assert named(section(page(club), "unknown")) == ["Odd lift (Barbell)"]
    assert "3 sets, 1 athlete" in page(club)


def test_what_only_athletes_do_who_keep_their_training_to_themselves_is_not_listed(
    club: Club,
) -> None:
    by = club.ids["athlete"]
    consenting.record(club.store, by, Consent.LOAD, False, by, "athlete", None, club.now)
    lift(club, "athlete", CUSTOM, "Shared lift")
    lift(club, "reserved", "Shared lift")
    lift(club, "reserved", "Secret lift", audience="athlete_only", sha256="own")
    rebuild(club)
    for who in STAFF:
        part = section(page(club, who=who), "unknown")
        assert named(part) == ["Shared lift"]
        assert "1 set, 1 athlete" in part
    assert save(club, key=key_of(club, CUSTOM), was="", tag_0="squat")[0] == 400


def test_a_name_that_was_tagged_goes_with_the_consent_of_who_uses_it(club: Club) -> None:
    lift(club, "athlete", CUSTOM)
    rebuild(club)
    assert save(club, key=key_of(club, CUSTOM), was="", tag_0="squat")[0] == 303
    assert CUSTOM in known(club)
    by = club.ids["athlete"]
    club.later(minutes=1)
    consenting.record(club.store, by, Consent.LOAD, False, by, "athlete", None, club.now)
    assert CUSTOM not in known(club)


@pytest.mark.parametrize("who", STAFF)
def test_staff_tag_an_exercise_and_figures_follow_at_the_rebuild(club: Club, who: str) -> None:
    lift(club, "athlete", CUSTOM, "Odd lift")
    rebuild(club)
    club.later(minutes=1)
    key = key_of(club, CUSTOM)
    assert save(club, who, key=key, was="", tag_0=["hinge", "eccentric-hamstring"])[0] == 303
    assert named(section(page(club), "unknown")) == ["Odd lift"]
    assert known(club)[CUSTOM] == ("eccentric-hamstring", "hinge")
    sql = "SELECT eccentric FROM lake.staging.exercise WHERE exercise = ?"
    assert club.store.row(sql, [CUSTOM]) == {"eccentric": False}
    rebuild(club)
    assert club.store.row(sql, [CUSTOM]) == {"eccentric": True}
    assert club.audited()[-1] == "exercise_tagged"


def test_a_known_exercise_can_be_tagged_otherwise_and_the_clubs_word_stands(club: Club) -> None:
    club.later(minutes=1)
    before = known(club)["Kettlebell Swing"]
    key = key_of(club, "Kettlebell Swing")
    assert save(club, key=key, was=" ".join(before), tag_0=["hinge", "core"])[0] == 303
    assert known(club)["Kettlebell Swing"] == ("hinge", "core")
    club.later(minutes=1)
    assert save(club, key=key, was="hinge core", tag_0="hinge")[0] == 303
    assert known(club)["Kettlebell Swing"] == ("hinge",)
    assert club.audited().count("exercise_tagged") == 2


def test_only_what_was_changed_in_this_form_is_written(club: Club) -> None:
    lift(club, "athlete", "Odd lift", "Odder lift")
    rebuild(club)
    keys = [key_of(club, "Odd lift"), key_of(club, "Odder lift")]
    status, _ = save(club, key=keys, was=["", ""], tag_1="core")
    assert status == 303
    assert "Odder lift" in known(club)
    assert "Odd lift" not in known(club)
    assert save(club, key=[keys[1]], was=["core"], tag_0="core")[0] == 303
    assert club.audited().count("exercise_tagged") == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "not complete"),
        ({"key": "odd lift"}, "not complete"),
        ({"key": "nobody does this", "was": "", "tag_0": "squat"}, "not in the list any more"),
        ({"key": "lift odd", "was": "", "tag_0": "dangerous"}, "does not exist"),
        ({"key": "lift odd", "was": "", "tag_0": ["squat", "<b>"]}, "does not exist"),
        ({"key": "swing", "was": "hinge"}, "needs at least one tag"),
    ],
)
def test_bad_input_changes_nothing_and_is_told_in_a_sentence(
    club: Club, fields: dict[str, object], said: str
) -> None:
    lift(club, "athlete", "Odd lift")
    rebuild(club)
    status, text = save(club, **fields)
    assert status == 400
    assert said in text
    assert "exercise_tagged" not in club.audited()


def test_one_bad_tag_keeps_the_others_from_being_saved(club: Club) -> None:
    lift(club, "athlete", "Odd lift")
    rebuild(club)
    keys = [key_of(club, "Odd lift"), key_of(club, "Kettlebell Swing")]
    status, _ = save(club, key=keys, was=["", "hinge"], tag_0="core", tag_1="nonsense")
    assert status == 400
    assert "Odd lift" not in known(club)


def test_a_form_without_its_token_is_refused(club: Club) -> None:
    data = {"key": "swing", "was": "hinge", "tag-0": "core"}
    assert club.be("coach").post("/exercises", data=data).status_code == 400
    assert known(club)["Kettlebell Swing"] == ("hinge",)


@pytest.mark.parametrize("who", ["athlete", "guardian", "nobody"])
def test_the_list_is_closed_to_everyone_else_and_not_in_their_menu(club: Club, who: str) -> None:
    client = club.be(who)
    assert client.get("/exercises").status_code == 403
    assert client.post("/exercises", data={}).status_code == 403
    assert 'href="/exercises"' not in client.get("/").get_data(as_text=True)


def test_the_list_is_in_the_menu_of_staff(club: Club) -> None:
    for who in STAFF:
        assert 'href="/exercises"' in page(club, who=who)


def test_known_exercises_are_found_by_words_of_the_name_and_by_tag(club: Club) -> None:
    found = named(section(page(club, "?find=CURL+nordic&tag=eccentric-hamstring"), "known"))
    assert "Nordic Curl" in found
    assert all("nordic" in name.lower() for name in found)
    assert "Reverse Nordic Curl" not in found
    assert "No known exercise is called that" in page(club, "?find=zzz")


def test_exercises_in_use_are_shown_and_stand_before_those_that_a_search_adds(club: Club) -> None:
    lift(club, "athlete", "Zercher Squat", "Zercher Squat", "Squat (Barbell)", "Yoga")
    rebuild(club)
    shown = ["Zercher Squat", "Squat (Barbell)", "Yoga"]
    assert named(section(page(club), "known")) == shown
    found = named(section(page(club, "?find=squat"), "known"))
    assert found[:2] == shown[:2]
    assert len(found) == 12


def test_long_lists_are_paged_and_a_save_stays_on_its_page(club: Club) -> None:
    lift(club, "athlete", *[f"Odd lift number {n + 100}" for n in range(23)])
    rebuild(club)
    pages = [named(section(page(club, f"?unknown={n}"), "unknown")) for n in (1, 2, 3)]
    assert [len(shown) for shown in pages] == [10, 10, 3]
    assert len({name for shown in pages for name in shown}) == 23
    text = page(club, "?unknown=2&find=squat&tag=squat")
    assert 'action="/exercises?find=squat&tag=squat&unknown=2"' in text
    posted = club.post(
        club.be("coach"), "/exercises?find=squat&unknown=2", "/exercises",
        key="swing", was="hinge", **{"tag-0": "core"},
    )  # fmt: skip
    assert posted.location == "/exercises?find=squat&unknown=2"


@pytest.mark.parametrize(
    "query", ["?unknown=0", "?unknown=-3", "?known=99999", "?known=x", "?tag=nonsense", "?find=%00"]
)
def test_an_address_that_makes_no_sense_shows_the_list_as_usual(club: Club, query: str) -> None:
    assert "<h1>Exercises</h1>" in page(club, query)


def test_a_name_cannot_bring_markup_into_the_page(club: Club) -> None:
    lift(club, "athlete", '<script>alert("x")</script>')
    rebuild(club)
    text = club.be("coach").get("/exercises").get_data(as_text=True)
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


def key_of(club: Club, name: str) -> str:
    """The key under which a name is known."""
    with club.store.cursor() as con:
        models.bind(con, models.EVER, known_by=club.now)
        sql = models.query("staging.exercise")
        row = con.execute(f"SELECT name_key FROM ({sql}) WHERE exercise = ?", [name]).fetchone()
    assert row is not None
    return str(row[0])
