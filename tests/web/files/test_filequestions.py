"""The page where an athlete says what files leave open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from clubmon.arrival import asking, fileanswers, ingest
from clubmon.club import consenting
from clubmon.policy import Consent

if TYPE_CHECKING:
    from pathlib import Path

    from tests.web.conftest import Club

DIARY = "Datum;Dauer (min);Strecke (km);RPE\n03.11.2026;52;9,81;6\n32.13.2026;52;9,81;6\n"
NAMED = ("date:dmy", "duration:min", "distance:km", "rpe")


@pytest.fixture
def waits(club: Club, tmp_path: Path) -> str:
    """A table of the athlete's that waits; the address of the page."""
    put(club, "athlete", tmp_path, DIARY)
    return f"/athlete/{club.ids['athlete']}/questions"


def put(club: Club, who: str, folder: Path, text: str, name: str = "diary.csv") -> ingest.Receipt:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return ingest.store_file(club.store, club.settings, club.ids[who], path, name, club.now)


def stored(club: Club) -> int:
    return len(club.store.rows("SELECT * FROM lake.raw.session WHERE source = 'table'"))


def send(club: Club, page: str, do: str, *columns: str) -> tuple[int, str]:
    key = asking.asked(club.store, club.ids["athlete"])[0].question.key
    fields = {f"column-{place}": value for place, value in enumerate(columns)}
    posted = club.post(club.be("athlete"), page, page, key=key, do=do, **fields)
    return posted.status, posted.text


def test_the_page_shows_the_file_its_rows_and_a_guess(club: Club, waits: str) -> None:
    text = club.be("athlete").get(waits).get_data(as_text=True)
    assert "diary.csv" in text
    assert "9,81" in text
    assert '<option value="distance:km" selected>' in text


def test_a_trial_tells_what_would_be_stored_and_stores_nothing(club: Club, waits: str) -> None:
    status, text = send(club, waits, "try", *NAMED)
    assert status == 200
    assert "With these columns: 1 run; 1 row not understood. Nothing is stored yet." in text
    assert "Row 3: &#39;datum&#39; reads &#39;32.13.2026&#39;, which is no date" in text
    assert "9.81" in text
    assert (stored(club), fileanswers.told(club.store, club.ids["athlete"])) == (0, {})


def test_storing_reads_the_file_and_the_next_one_with_this_header(
    club: Club, waits: str, tmp_path: Path
) -> None:
    status, _ = send(club, waits, "store", *NAMED)
    assert (status, stored(club)) == (303, 1)
    page = club.be("athlete").get(waits).get_data(as_text=True)
    assert "No file waits for an answer." in page
    later = DIARY.replace("03.11", "04.11").replace("32.13", "06.11")
    assert put(club, "athlete", tmp_path, later, "next.csv").runs == 2


def test_columns_can_be_corrected_later(club: Club, waits: str) -> None:
    send(club, waits, "store", *NAMED)
    club.later(minutes=1)
    send(club, waits, "store", "date:dmy", "duration:min", "distance:m", "rpe")
    (row,) = club.store.rows("SELECT distance_m FROM lake.raw.session WHERE source = 'table'")
    assert row["distance_m"] == 10


def test_the_athletes_page_says_that_a_file_waits_to_those_who_may_answer(
    club: Club, waits: str
) -> None:
    own = f"/athlete/{club.ids['athlete']}"
    assert "One file waits for an answer" in club.be("athlete").get(own).get_data(as_text=True)
    assert "waits for an answer" not in club.be("coach").get(own).get_data(as_text=True)
    send(club, waits, "store", *NAMED)
    assert "waits for an answer" not in club.be("athlete").get(own).get_data(as_text=True)


@pytest.mark.parametrize("columns", [(), ("date:dmy",), ("date:dmy", "shoe", "", "rpe")])
@pytest.mark.parametrize("do", ["try", "store"])
def test_a_form_that_fits_no_question_stores_nothing(
    club: Club, waits: str, do: str, columns: tuple[str, ...]
) -> None:
    status, _ = send(club, waits, do, *columns)
    assert (status, stored(club)) == (400, 0)


def test_a_guardian_answers_for_a_minor(club: Club, tmp_path: Path) -> None:
    put(club, "minor", tmp_path, DIARY)
    page = f"/athlete/{club.ids['minor']}/questions"
    key = asking.asked(club.store, club.ids["minor"])[0].question.key
    fields = {f"column-{place}": value for place, value in enumerate(NAMED)}
    posted = club.post(club.be("guardian"), page, page, key=key, do="store", **fields)
    assert (posted.status, stored(club)) == (303, 1)


def test_once_the_consent_is_withdrawn_nothing_is_stored(club: Club, waits: str) -> None:
    who = club.ids["athlete"]
    club.later(minutes=1)
    consenting.record(club.store, who, Consent.LOAD, False, who, "athlete", None, club.now)
    status, text = send(club, waits, "store", *NAMED)
    assert (status, stored(club)) == (400, 0)
    assert "has not consented to runs and lifts being stored" in text
