"""The admin's page: the night, the mail, the people, the teams; no loads and no health data."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from clubmon import plugins
from clubmon.club import enrolling, people, showing, signin
from clubmon.club.showing import Showing
from clubmon.load import marts
from clubmon.policy import Role
from clubmon.storage.store import OUTDATED

if TYPE_CHECKING:
    from tests.web.conftest import Club


UNFIT = ("admin", "coach", "guardian", "athlete", "athlete_b")


def page(club: Club) -> str:
    """The page's text."""
    return club.be("admin").get("/admin").get_data(as_text=True).replace("&#39;", "'")


def run(club: Club, run_id: str, state: str, summary: object, error: str | None = None) -> None:
    """A nightly run that took 12.5 s, or one that goes on."""
    ended = None if state == "running" else club.now + timedelta(seconds=12.5)
    club.store.execute(
        "app",
        "INSERT INTO app.job_run VALUES (?, 'nightly', ?, ?, ?, ?, ?, ?)",
        [run_id, club.now.date(), club.now, ended, state, json.dumps(summary), error],
    )


def message(club: Club, id_: str, sent: bool, failed: bool, error: str | None) -> None:
    """A message in some state of delivery."""
    club.store.execute(
        "app",
        "INSERT INTO app.message (message_id, kind, person_id, recipient, subject, body_text, "
        "body_html, not_before, attempts, sent_at, failed_at, last_error, known_at) VALUES "
        "(?, 'tier3', ?, 'a@example.org', 'Subject', 'Body text', '<p>', ?, 1, ?, ?, ?, ?)",
        [
            id_,
            club.ids["athlete"],
            club.now,
            club.now if sent else None,
            club.now if failed else None,
            error,
            club.now,
        ],
    )


def test_runs_say_when_how_long_what_came_in_and_what_failed(club: Club) -> None:
    run(club, "1", "done", {"counts": {"pull": 3, "flag": 2}, "seconds": {"pull": 1.5}})
    club.later(days=1)
    run(club, "2", "failed", {"counts": {}}, "Step 'rebuild' failed; the log has the details.")
    club.later(days=1)
    run(club, "3", "running", {})
    text = page(club)
    assert "Tue 17 Nov 2026, 06:00" in text  # 05:00 UTC in the club's zone
    assert "12.5 s" in text
    assert "files fetched: 3, flags raised: 2" in text
    assert "Step 'rebuild' failed" in text
    assert text.index("not ended") < text.index("files fetched: 3")


def test_only_the_newest_runs_are_listed(club: Club) -> None:
    for number in range(20):
        run(club, f"{number:02}", "done", {"counts": {"pull": 1000 + number}})
        club.later(days=1)
    text = page(club)
    assert "files fetched: 1019" in text
    assert "files fetched: 1006" in text
    assert "files fetched: 1005" not in text


def test_mail_that_waits_is_counted_and_its_content_stays_closed(club: Club) -> None:
    message(club, "1", sent=True, failed=False, error="an old one")
    message(club, "2", sent=False, failed=False, error=None)
    message(club, "3", sent=False, failed=False, error="The server refused the password.")
    message(club, "4", sent=False, failed=True, error=None)
    text = page(club)
    assert "<b>2</b> waiting to be sent, <b>1</b> given up" in text
    assert "Last error: The server refused the password." in text
    for hidden in ("an old one", "tier3", "Subject", "Body text"):
        assert hidden not in text


def test_people_are_listed_with_roles_and_yes_or_no_per_kind(club: Club) -> None:
    text = page(club)
    start = text.index('scope="row">Reserved</th>')
    row = text[start : text.index("</tr>", start)]
    assert "athlete: Team A" in row
    assert re.findall(r"<td[^>]*>(yes|no|–)</td>", row) == ["yes", "yes", "no", "no"]
    assert "guardian: Minor" in text
    assert "none yet" in text  # somebody without a role


def test_no_health_data_and_no_load_is_on_the_page(club: Club) -> None:
    club.refer("athlete", refer_signs='["calf"]')
    club.flag("athlete", uses_tightness=True)
    text = re.sub(r'value="[^"]*"', "", page(club)).lower()  # form tokens hold any letters
    for word in ("calf", "tightness 6", "6/10", "refer", " km", "upper"):
        assert word not in text


@pytest.mark.parametrize("path", ["/today", "/referrals"])
def test_an_admin_sees_neither_loads_nor_answers(club: Club, path: str) -> None:
    assert club.be("admin").get(path).status_code == 403
    assert club.be("admin").get(f"/athlete/{club.ids['athlete']}").status_code == 404


def test_the_nightly_job_can_be_run_again(club: Club) -> None:
    posted = club.post(club.be("admin"), "/admin/nightly", "/admin")
    assert (posted.status, posted.location) == (303, "/admin")
    assert club.nights == 1
    assert club.audited() == ["nightly_started"]


def test_without_a_job_to_run_there_is_no_button(club: Club) -> None:
    from clubmon.web import create_app

    app = create_app(club.store, club.settings, lambda: club.now)
    client = app.test_client()
    with client.session_transaction() as session:
        session["session_id"] = signin.begin(club.store, club.ids["admin"], club.now)
    assert "Run the nightly job" not in client.get("/admin").get_data(as_text=True)
    app.config["WTF_CSRF_ENABLED"] = False
    assert client.post("/admin/nightly").status_code == 404


def contact_path(club: Club, team: str = "team_b") -> str:
    """Where a team's contacts are posted to."""
    return f"/admin/team/{club.ids[team]}/contact"


def switch_path(club: Club, team: str = "team_b") -> str:
    """Where a team's check-ins are switched."""
    return f"/admin/team/{club.ids[team]}/checkins"


def team(club: Club, name: str) -> people.Team:
    """The team as it is on record."""
    found = people.team_by_name(club.store, name)
    assert found
    return found


def test_check_ins_go_on_only_after_a_medical_contact_is_named(club: Club) -> None:
    client = club.be("admin")
    refused = club.post(client, switch_path(club), "/admin", on="yes")
    assert refused.status == 400
    assert "name a medical contact" in refused.text
    assert not team(club, "Team B").checkins
    first, second = club.ids["physio"], club.ids["nobody"]
    club.post(client, contact_path(club), "/admin", first=first, second=second)
    assert team(club, "Team B").medical_contact_id == first
    assert team(club, "Team B").second_contact_id == second
    assert club.post(client, switch_path(club), "/admin", on="yes").status == 303
    assert team(club, "Team B").checkins
    club.post(client, switch_path(club), "/admin", on="no")
    assert not team(club, "Team B").checkins
    assert club.audited() == [
        "medical_contact_named",
        "second_contact_named",
        "checkins_on",
        "checkins_off",
    ]


def test_a_contact_or_team_nobody_knows_is_refused_and_changes_nothing(club: Club) -> None:
    client = club.be("admin")
    for first in ("", "nobody-here", *(club.ids[who] for who in UNFIT)):
        assert club.post(client, contact_path(club), "/admin", first=first).status == 400
    assert team(club, "Team B").medical_contact_id is None
    for who in UNFIT:
        fields = {"first": club.ids["physio"], "second": club.ids[who]}
        assert club.post(client, contact_path(club), "/admin", **fields).status == 400
    assert team(club, "Team B").medical_contact_id is None
    path = "/admin/team/unknown/contact"
    assert club.post(client, path, "/admin", first=club.ids["physio"]).status == 404
    unknown = club.post(client, "/admin/team/unknown/checkins", "/admin", on="no")
    assert unknown.status == 404
    assert club.audited() == []


def test_naming_the_same_contact_again_writes_no_audit_line(club: Club) -> None:
    for _ in range(2):
        club.post(club.be("admin"), contact_path(club), "/admin", first=club.ids["physio"])
    assert club.audited() == ["medical_contact_named"]


def test_a_team_without_a_second_contact_is_pointed_out(club: Club) -> None:
    said = "No second contact: a warning sign that nobody acknowledges goes no further."
    assert page(club).count(said) == 1  # team B has no contact at all yet, and no check-ins
    id_ = club.ids["nobody"]
    enrolling.set_medical_contact(club.store, club.ids["team"], id_, club.now, second=True)
    assert said not in page(club)


def test_a_contact_of_before_who_may_no_longer_be_one_is_pointed_out(club: Club) -> None:
    enrolling.set_medical_contact(club.store, club.ids["team"], club.ids["admin"], club.now)
    assert "Admin is named as a contact and has another role" in page(club)


@pytest.mark.parametrize("who", UNFIT)
def test_who_may_not_read_answers_is_not_offered_as_a_medical_contact(club: Club, who: str) -> None:
    assert f'<option value="{club.ids[who]}"' not in page(club)


def test_a_physio_is_offered_as_a_medical_contact(club: Club) -> None:
    text = page(club)
    assert f'<option value="{club.ids["physio"]}"' in text


def test_sources_are_listed_and_a_broken_one_is_said(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = page(club)
    assert "Can be read here: files that are handed over (files, version 1);" in text
    assert "Strava, fetched (version 1)" in text
    broken = "Plugin 'x' (y) could not be loaded: z. Update or uninstall it."
    monkeypatch.setattr(plugins, "load", lambda group: ({}, [broken]))
    text = page(club)
    assert broken in text
    assert "Nothing can be read here: no connector is installed." in text


def test_what_the_figures_are_made_of_is_said_by_source_and_of_few_athletes_without_a_number(
    club: Club, record: Callable[..., None]
) -> None:
    assert "No session is in the figures yet." in page(club)
    today = people.local_today(club.settings, None, club.now)
    for who in ("athlete", "reserved", "minor", "athlete_b"):
        record(club.ids[who], today, km=[8, 0, 10])
    marts.rebuild(club.store, today, club.now)
    assert "The figures are made of: FIT file: sessions of fewer than 5 athletes." in page(club)
    fifth = enrolling.add_person(club.store, "Fifth", "fifth@example.org", club.now)
    enrolling.add_role(club.store, fifth, Role.ATHLETE, club.ids["team"], club.now)
    record(fifth, today, km=[8] * 100)
    marts.rebuild(club.store, today, club.now)
    assert "The figures are made of: FIT file: 108 sessions." in page(club)
    showing.choose(club.store, club.ids["admin"], Showing(language="de"), club.now)
    assert "Die Zahlen sind gemacht aus: FIT-Datei: 108 Einheiten." in page(club)


def test_files_that_are_read_again_after_an_update_are_counted(club: Club) -> None:
    assert "read again" not in page(club)
    for sha256 in ("a", "b"):
        club.store.execute(
            "lake",
            "INSERT INTO lake.raw.payload (athlete_id, sha256, name, connector, "
            "connector_version, bytes, audience, sessions, refused, known_at) "
            "VALUES (?, ?, 'run.fit', 'files', ?, 1, 'club', 1, 0, ?)",
            [club.ids["athlete"], sha256, OUTDATED, club.now],
        )
    assert "2 files are still to be read again after an update" in page(club)
