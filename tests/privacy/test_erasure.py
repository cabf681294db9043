"""An erased person is gone for everybody at once, and from every file soon after."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from clubmon.arrival import rawfiles, uploadtokens
from clubmon.arrival.rawfiles import Note
from clubmon.club import consenting, enrolling, people, signin
from clubmon.load import marts
from clubmon.message import outbox
from clubmon.policy import Consent, Role
from clubmon.privacy import erasure, personal
from clubmon.settings import load
from clubmon.storage import store as store_module
from clubmon.storage.store import Row
from tests.privacy.conftest import NOW, Marked, opened

LATER = NOW + timedelta(hours=1)


def begin(club: Marked) -> None:
    erasure.begin(club.store, club.settings, club.athlete, club.guardian, "guardian", LATER)


def erase(club: Marked) -> bool:
    begin(club)
    return erasure.finish(club.store, club.settings, LATER)


def rows_about(club: Marked, who: str) -> dict[str, list[Row]]:
    """By table, every row about a person."""
    with club.store.cursor() as con:
        tables = {f"app.{name}": condition for name, condition in personal.tables(con).items()}
        for schema in ("raw", "staging", "marts"):
            for name in personal.lake_tables(con, schema):
                tables[f"lake.{schema}.{name}"] = "t.athlete_id = $1"
    found = {
        name: club.store.rows(f"SELECT t.* FROM {name} AS t WHERE {condition}", [who])
        for name, condition in tables.items()
    }
    return {name: rows for name, rows in found.items() if rows}


@dataclass
class Told:
    """What one whole erasure left, after a night had made every table."""

    club: Marked
    before: set[str]
    after: set[str]
    after_restart: set[str]
    other_before: dict[str, list[Row]]
    other_after: dict[str, list[Row]]


@pytest.fixture(scope="module")
def erased(template: Marked, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The whole way once: it makes all tables twice."""
    club = opened(template, load(tmp_path_factory.mktemp("erased") / "data"))
    marts.rebuild(club.store, NOW.date(), NOW)
    club.store.checkpoint("lake")
    before, other_before = club.found(), rows_about(club, club.other)
    assert erase(club)
    after, other_after = club.found(), rows_about(club, club.other)
    club.reopen()
    yield Told(club, before, after, club.found(), other_before, other_after)
    club.store.close()


def test_nothing_of_an_erased_person_is_left_in_any_file(erased: Told) -> None:
    assert erased.before == set(erased.club.marks)  # before, everything can be found
    assert erased.after == set()
    assert erased.after_restart == set()


def test_what_is_kept_leads_to_nobody(erased: Told) -> None:
    marked = erased.club
    kept = rows_about(marked, marked.athlete)
    assert set(kept) == {"app.tombstone", "app.erasure", "app.consent", "app.audit"}
    given = [(row["kind"], row["granted"]) for row in kept["app.consent"]]
    assert sorted(given) == sorted((kind, yes) for kind in Consent for yes in (True, False))
    assert not any(row["evidence"] for row in kept["app.consent"])
    assert not any(row["detail"] for row in kept["app.audit"])
    assert [row["actor"] for row in kept["app.audit"] if row["action"] == "person_erased"] == [
        marked.guardian
    ]
    (line,) = kept["app.erasure"]
    assert (line["by_role"], line["known_at"], line["swept_at"]) == ("guardian", LATER, LATER)


def test_everybody_else_keeps_everything(erased: Told) -> None:
    before, after = (
        {name: rows for name, rows in found.items() if not name.endswith("_mark")}
        for found in (erased.other_before, erased.other_after)
    )  # a mark is also of who else is in the team
    assert len(before) > 25
    assert after == before
    kept = rawfiles.raw_path(erased.club.settings.data, erased.club.other, "cd34")
    assert kept.read_text() == "of somebody else"


def test_it_is_gone_for_everybody_before_a_single_file_was_touched(marked: Marked) -> None:
    session = signin.begin(marked.store, marked.athlete, NOW)
    token = uploadtokens.make(marked.store, marked.athlete, "laptop", marked.athlete, NOW)
    begin(marked)
    assert people.athlete(marked.store, marked.athlete) is None
    assert consenting.subject(marked.store, marked.settings, marked.athlete, LATER) is None
    assert signin.alive(marked.store, session, LATER) is None
    assert uploadtokens.owner(marked.store, token, LATER) is None
    left = rows_about(marked, marked.athlete)
    assert {name for name in left if name.startswith("app.")} == {
        f"app.{name}"
        for name in ("tombstone", "erasure", "consent", "audit", "person", "guardian", "connection",
                     "message", "unsubscribed")
    }  # fmt: skip


def test_a_stop_half_way_is_finished_by_the_next_start(marked: Marked) -> None:
    begin(marked)
    assert erasure.pending(marked.store) == [marked.athlete]
    marked.reopen()
    assert erasure.pending(marked.store) == []
    assert marked.found() == set()


def test_the_night_counts_who_is_gone_with_it(marked: Marked) -> None:
    begin(marked)
    night = LATER + timedelta(hours=8)
    assert erasure.swept(marked.store, marked.settings, night) == 1
    assert erasure.swept(marked.store, marked.settings, night + timedelta(days=1)) == 0


def test_a_reader_who_does_not_end_puts_it_off_until_the_night(
    marked: Marked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "PATIENCE_S", 0.05)
    reading, enough = threading.Event(), threading.Event()

    def read() -> None:
        with marked.store.cursor():
            reading.set()
            enough.wait()

    reader = threading.Thread(target=read)
    reader.start()
    reading.wait()
    assert not erase(marked)
    assert people.person(marked.store, marked.other)  # pages go on
    enough.set()
    reader.join()
    assert erasure.finish(marked.store, marked.settings, LATER)
    assert marked.found() == set()


def test_what_arrives_of_them_in_the_same_moment_is_deleted_as_well(marked: Marked) -> None:
    erase(marked)
    late = marked.settings.data / "late"
    late.write_text(marked.mark("late"))
    note = Note(marked.athlete, "ef56", "late.fit", "club", LATER.isoformat())
    rawfiles.keep_raw(marked.settings.data, note, late)
    late.unlink()
    assert marked.found() == {"late"}
    assert erasure.finish(marked.store, marked.settings, LATER)
    assert marked.found() == set()


def test_who_is_here_as_coach_too_keeps_name_and_address_alone(marked: Marked) -> None:
    team = people.teams(marked.store)[0]
    enrolling.add_role(marked.store, marked.athlete, Role.COACH, team.team_id, NOW)
    erase(marked)
    who = people.person(marked.store, marked.athlete)
    assert who is not None
    assert (who.name, who.born, who.position, who.shirt) == (marked.name, None, None, None)
    assert people.viewer(marked.store, marked.athlete).has(Role.COACH)
    assert not people.viewer(marked.store, marked.athlete).has(Role.ATHLETE)
    assert marked.found() == {"name", "address"}


def test_a_guardian_of_another_child_stays(marked: Marked) -> None:
    enrolling.add_guardian(marked.store, marked.guardian, marked.other, NOW)
    erase(marked)
    assert people.person(marked.store, marked.guardian)
    assert marked.found() == {"guardian", "their address"}


def test_a_waiting_mail_that_names_them_is_not_sent(marked: Marked) -> None:
    outbox.put_all(marked.store, [
        outbox.Message(key, "digest", marked.other, "bo@example.org", "Today", text, "<p></p>", NOW)
        for key, text in (("names", f"Talk to {marked.name}."), ("not", "Talk to Bo Other."))
    ])  # fmt: skip
    erase(marked)
    rows = marked.store.rows(
        "SELECT message_id, body_text, failed_at, last_error FROM app.message "
        "WHERE message_id IN ('names', 'not') ORDER BY message_id"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("names", "", LATER, erasure.DROPPED),
        ("not", "Talk to Bo Other.", None, None),
    ]


def test_the_name_confirms_it_however_it_is_spaced(marked: Marked) -> None:
    who = people.person(marked.store, marked.athlete)
    assert who
    assert erasure.confirmed(who, f"  {marked.name.upper()} ")
    assert not erasure.confirmed(who, "Ada")
    assert not erasure.confirmed(who, "")


def test_every_table_says_whose_its_rows_are(marked: Marked) -> None:
    with marked.store.cursor() as con:
        assert len(personal.tables(con)) > 20
        assert personal.unplaced(con) == []
    marked.store.execute("app", "CREATE TABLE app.somebody (name VARCHAR)")
    with marked.store.cursor() as con:
        assert personal.unplaced(con) == ["somebody"]
