"""An athlete, or a minor's guardian, deletes everything; nobody else can, and not by mistake."""

from __future__ import annotations

import io
from zipfile import ZipFile

import pytest

from clubmon.club import enrolling, people
from clubmon.policy import Role
from clubmon.privacy import erasure
from clubmon.web import create_app
from clubmon.web.athletes import own
from tests.web.conftest import TOKEN, Club


def page(club: Club, who: str) -> str:
    return f"/athlete/{club.ids[who]}/data"


def test_the_page_says_what_goes_what_stays_and_why(club: Club) -> None:
    text = club.be("athlete").get(page(club, "athlete")).get_data(as_text=True)
    for said in ("What goes", "What is kept, and why", "Not reached", "Type “Athlete” to confirm"):
        assert said in text


def test_the_download_is_a_zip_for_the_athlete_and_the_audit_knows(club: Club) -> None:
    client, where = club.be("athlete"), page(club, "athlete")
    found = TOKEN.search(client.get(where).get_data(as_text=True))
    assert found
    answer = client.post(f"{where}/download", data={"csrf_token": found[1]})
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=clubmon-data-2026-11-17.zip"
    )
    with ZipFile(io.BytesIO(answer.data)) as archive:
        assert {"README.txt", "consent.csv", "recorded_session.parquet"} <= set(archive.namelist())
        assert b"Coach" not in archive.read("audit.csv")
    assert "data_downloaded" in club.audited()


@pytest.mark.parametrize("typed", ["", "Minor", "yes"])
def test_without_the_name_nothing_is_deleted(club: Club, typed: str) -> None:
    where = page(club, "athlete")
    posted = club.post(club.be("athlete"), f"{where}/delete", where, name=typed)
    assert posted.status == 400
    assert own.NOT_CONFIRMED in posted.text
    assert people.athlete(club.store, club.ids["athlete"])


def test_an_athlete_is_gone_from_every_page_and_signed_out(club: Club) -> None:
    club.flag("athlete")
    coach, client, where = club.be("coach"), club.be("athlete"), page(club, "athlete")
    here = f"/athlete/{club.ids['athlete']}"
    assert coach.get(here).status_code == 200
    posted = club.post(client, f"{where}/delete", where, name="athlete")
    assert posted.status == 200
    assert "Everything about you is deleted" in posted.text
    assert client.get(where).location == "/signin"
    assert coach.get(here).status_code == 404
    assert people.person(club.store, club.ids["athlete"]) is None
    assert erasure.pending(club.store) == []


def test_a_guardian_deletes_for_a_child_and_is_forgotten_as_well(club: Club) -> None:
    client, where = club.be("guardian"), page(club, "minor")
    posted = club.post(client, f"{where}/delete", where, name="Minor")
    assert (posted.status, posted.location) == (303, "/")
    assert people.person(club.store, club.ids["minor"]) is None
    assert people.person(club.store, club.ids["guardian"]) is None


def test_a_guardian_of_a_grown_up_deletes_nothing(club: Club) -> None:
    enrolling.add_guardian(club.store, club.ids["guardian"], club.ids["athlete"], club.now)
    assert club.be("guardian").get(page(club, "athlete")).status_code == 404


def test_the_running_service_sweeps_files_after_it_has_answered(club: Club) -> None:
    swept: list[str] = []
    club.app = create_app(club.store, club.settings, lambda: club.now,
                          on_erasure=lambda: swept.append("asked"))  # fmt: skip
    where = page(club, "athlete")
    assert club.post(club.be("athlete"), f"{where}/delete", where, name="Athlete").status == 200
    assert swept == ["asked"]
    assert erasure.pending(club.store) == [club.ids["athlete"]]


def test_who_is_staff_too_is_told_that_the_name_stays(club: Club) -> None:
    enrolling.add_role(club.store, club.ids["athlete"], Role.COACH, club.ids["team"], club.now)
    text = club.be("athlete").get(page(club, "athlete")).get_data(as_text=True)
    assert "because you are here as coach as well" in text
