"""Consent: said in advance who sees what, one answer per kind, given by who may give it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from clubmon.club import enrolling, links, showing
from clubmon.club.showing import Showing
from clubmon.policy import Consent, Role

if TYPE_CHECKING:
    from tests.web.conftest import Club

ALL = ["load", "health", "tightness", "screen"]


def by_link(club: Club, by: str, about: str | None = None) -> str:
    """The path of a link for `by`, as a guardian of `about` where given."""
    extra = {"athlete": club.ids[about]} if about else {}
    return f"/consent/{links.token(club.settings, 'consent', club.ids[by], **extra)}"


def signed_in(club: Club, about: str) -> str:
    """The path of the same page for who is signed in."""
    return f"/athlete/{club.ids[about]}/consent"


def rows(club: Club, about: str) -> list[tuple[str, bool, str, str, str]]:
    """Answers recorded through these pages, oldest first."""
    found = club.store.rows(
        "SELECT kind, granted, by_person_id, by_role, evidence FROM app.consent "
        "WHERE athlete_id = ? AND evidence IS NOT NULL ORDER BY known_at, consent_id",
        [club.ids[about]],
    )
    return [tuple(row.values()) for row in found]


def newcomer(club: Club, born: date | None = date(2000, 1, 1)) -> None:
    """An athlete of team A who was not asked yet, as 'new'."""
    id_ = enrolling.add_person(club.store, "New Comer", "new@example.org", club.now, born=born)
    enrolling.add_role(club.store, id_, Role.ATHLETE, club.ids["team"], club.now)
    club.ids["new"] = id_
    club.later(minutes=1)


def test_the_page_says_what_is_collected_who_sees_it_and_for_how_long(club: Club) -> None:
    text = club.be(None).get(by_link(club, "athlete")).get_data(as_text=True)
    for said in (
        "distance",
        "hamstring",
        "warning signs",
        "For 24 months",
        "Positions are dropped",
    ):
        assert said in text
    assert "Coach: Coach" in text
    assert "Physio: Physio, every answer" in text
    assert (
        "Medical contact of Team A: Physio, told at once by e-mail when a warning sign is "
        "ticked: which sign, and how urgent it is"
    ) in text


def test_a_medical_contact_who_is_no_physio_is_said_to_learn_no_sign(club: Club) -> None:
    enrolling.set_medical_contact(club.store, club.ids["team"], club.ids["nobody"], club.now)
    text = club.be("athlete").get(signed_in(club, "athlete")).get_data(as_text=True)
    assert "ticked: how urgent it is and what was advised, not which sign" in text
    assert "which sign, and how urgent" not in text


def test_a_second_contact_and_a_missing_one_are_said(club: Club) -> None:
    doctor = enrolling.add_person(club.store, "Dr Ida Roth", "roth@example.org", club.now)
    enrolling.set_medical_contact(club.store, club.ids["team"], doctor, club.now, second=True)
    text = club.be("athlete").get(signed_in(club, "athlete")).get_data(as_text=True)
    assert (
        "Second contact of Team A: Dr Ida Roth, told by e-mail if a ticked warning sign stays "
        "unread: how urgent it is and what was advised, not which sign"
    ) in text
    other = club.be("athlete_b").get(signed_in(club, "athlete_b")).get_data(as_text=True)
    assert "Medical contact of Team B: nobody is named yet" in other


def test_reading_the_page_changes_nothing(club: Club) -> None:
    before = club.consents("athlete")
    for path in (by_link(club, "athlete"), by_link(club, "guardian", "minor")):
        assert club.be(None).get(path).status_code == 200
        assert club.be(None).head(path).status_code == 200
    assert club.consents("athlete") == before
    assert rows(club, "athlete") == rows(club, "minor") == []
    assert club.audited() == []


@pytest.mark.parametrize(
    ("ticked", "granted"),
    [
        ([], set()),
        (["load"], {Consent.LOAD}),
        (["health"], {Consent.HEALTH}),
        (["load", "health"], {Consent.LOAD, Consent.HEALTH}),
        (ALL, set(Consent)),
        (["tightness"], set()),  # there is no tightness without check-ins
        (["load", "nonsense"], {Consent.LOAD}),
    ],
)
def test_each_kind_gets_an_answer_of_its_own(
    club: Club, ticked: list[str], granted: set[Consent]
) -> None:
    newcomer(club)
    path = by_link(club, "new")
    posted = club.post(club.be(None), path, path, kind=ticked)
    assert (posted.status, posted.location) == (303, path)
    assert club.consents("new") == granted
    assert {(kind, said) for kind, said, *_ in rows(club, "new")} == {
        (kind.value, kind in granted) for kind in Consent
    }
    assert {row[2:] for row in rows(club, "new")} == {(club.ids["new"], "athlete", "link, en")}


def test_an_answer_can_be_taken_back_on_any_day(club: Club) -> None:
    client, path = club.be("athlete"), signed_in(club, "athlete")
    club.later(days=3)
    club.post(client, path, path, kind=["load"])
    assert club.consents("athlete") == {Consent.LOAD}
    text = client.get(path).get_data(as_text=True)
    assert 'value="load" checked' in text
    assert 'value="health" checked' not in text
    club.later(days=3)
    club.post(client, path, path, kind=ALL)
    assert club.consents("athlete") == set(Consent)


def test_a_saved_answer_is_confirmed_on_the_page(club: Club) -> None:
    client, path = club.be("athlete"), signed_in(club, "athlete")
    club.post(client, path, path, kind=ALL)
    assert "Your answer is recorded" in client.get(path).get_data(as_text=True)


def test_who_has_agreed_by_link_reads_how_runs_and_lifts_get_here(club: Club) -> None:
    newcomer(club)
    path, client = by_link(club, "new"), club.be(None)
    assert "What comes next" not in client.get(path).get_data(as_text=True)
    club.post(client, path, path, kind=["load"])
    text = client.get(path).get_data(as_text=True)
    base = f"/athlete/{club.ids['new']}"
    for there in ("/help/files", f"{base}/files", f"{base}/sources"):
        assert f'href="{there}"' in text
    assert client.get(f"{base}/files").location == "/signin"


def test_the_audit_log_holds_who_answered_for_which_kind(club: Club) -> None:
    path = signed_in(club, "athlete")
    club.post(club.be("athlete"), path, path, kind=["load"])
    found = club.store.rows("SELECT actor, action, subject, detail FROM app.audit ORDER BY detail")
    me = club.ids["athlete"]
    assert [(row["action"], row["detail"]) for row in found] == [
        ("consent_refused", "health"),
        ("consent_given", "load"),
        ("consent_refused", "screen"),
        ("consent_refused", "tightness"),
    ]
    assert {(row["actor"], row["subject"]) for row in found} == {(me, me)}


def test_a_guardian_answers_for_a_minor_by_link_and_signed_in(club: Club) -> None:
    for path, client, evidence in (
        (by_link(club, "guardian", "minor"), club.be(None), "link, en"),
        (signed_in(club, "minor"), club.be("guardian"), "signed in, en"),
    ):
        club.later(minutes=5)
        club.post(client, path, path, kind=["load"])
        assert rows(club, "minor")[-1][2:] == (club.ids["guardian"], "guardian", evidence)
        assert club.consents("minor") == {Consent.LOAD}


def test_a_minor_reads_that_a_guardian_has_to_confirm_and_cannot_agree_alone(club: Club) -> None:
    newcomer(club, date(2012, 1, 1))
    enrolling.add_guardian(club.store, club.ids["guardian"], club.ids["new"], club.now)
    path = by_link(club, "new")
    text = club.be(None).get(path).get_data(as_text=True)
    assert "A guardian has to confirm" in text
    assert "On record for you: Guardian" in text
    assert 'value="load" disabled' in text
    club.post(
        club.be("guardian"), path, signed_in(club, "new"), kind=ALL
    )  # the link is the child's
    assert rows(club, "new") == []


def test_a_post_of_a_minor_that_ticks_everything_grants_nothing(club: Club) -> None:
    newcomer(club, date(2012, 1, 1))
    path = signed_in(club, "new")
    assert club.post(club.be("new"), path, path, kind=ALL).status == 303
    assert club.consents("new") == set()
    assert rows(club, "new") == []


def test_a_minor_without_a_guardian_on_record_reads_what_to_do(club: Club) -> None:
    newcomer(club, None)  # no birth date: counts as a minor
    text = club.be(None).get(by_link(club, "new")).get_data(as_text=True)
    assert "ask your club's admin to add one" in text.replace("&#39;", "'")


def test_a_minor_who_saves_what_a_guardian_granted_takes_nothing_away(club: Club) -> None:
    path = signed_in(club, "minor")
    club.later(minutes=1)
    club.post(club.be("minor"), path, path, kind=ALL)
    assert club.consents("minor") == set(Consent)
    assert rows(club, "minor") == []


def test_a_minor_can_withdraw_alone(club: Club) -> None:
    path = signed_in(club, "minor")
    club.later(minutes=1)
    club.post(club.be("minor"), path, path, kind=["load", "tightness"])
    assert club.consents("minor") == {Consent.LOAD}
    taken = {("health", False), ("tightness", False), ("screen", False)}
    assert {row[:2] for row in rows(club, "minor")} == taken


def test_a_guardian_has_no_say_once_the_athlete_is_old_enough(club: Club) -> None:
    enrolling.add_guardian(club.store, club.ids["guardian"], club.ids["athlete"], club.now)
    path, client = by_link(club, "guardian", "athlete"), club.be(None)
    assert "decides alone" in client.get(path).get_data(as_text=True)
    assert club.post(client, path, path, kind=[]).status == 403
    assert club.be("guardian").get(signed_in(club, "athlete")).status_code == 404
    assert club.consents("athlete") == set(Consent)


def test_a_child_s_yes_by_a_guardian_still_counts_after_growing_up(club: Club) -> None:
    club.later(days=365 * 3)
    assert club.consents("minor") == set(Consent)


def test_a_link_of_somebody_who_is_no_guardian_of_this_athlete_is_refused(club: Club) -> None:
    for path in (by_link(club, "coach", "minor"), by_link(club, "guardian", "athlete")):
        assert club.be(None).get(path).status_code == 404
    gone = by_link(club, "guardian", "minor")
    club.store.execute("app", "DELETE FROM app.guardian")
    assert club.be(None).get(gone).status_code == 404


def test_a_link_of_somebody_who_is_no_athlete_is_refused(club: Club) -> None:
    assert club.be(None).get(by_link(club, "coach")).status_code == 404


def test_a_link_that_was_changed_or_is_for_something_else_is_refused(club: Club) -> None:
    checkin = links.token(club.settings, "checkin", club.ids["athlete"])
    for path in (f"/consent/{checkin}", by_link(club, "athlete") + "x", "/consent/x"):
        response = club.be(None).get(path)
        assert response.status_code == 404
        assert "not complete" in response.get_data(as_text=True)


def test_a_link_that_is_too_old_says_so(club: Club, monkeypatch: pytest.MonkeyPatch) -> None:
    path = by_link(club, "athlete")
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: 4_000_000_000)
    response = club.be(None).get(path)
    assert response.status_code == 410
    assert "run out" in response.get_data(as_text=True)


def test_the_answer_needs_the_form_of_this_site(club: Club) -> None:
    path = by_link(club, "athlete")
    assert club.be(None).post(path, data={}).status_code == 400
    assert club.consents("athlete") == set(Consent)


def test_what_was_agreed_to_is_recorded_with_the_language_it_was_read_in(club: Club) -> None:
    newcomer(club)
    showing.choose(club.store, club.ids["new"], Showing(language="de"), club.now)
    path = by_link(club, "new")
    club.post(club.be(None), path, path, kind=["load"])
    assert {row[-1] for row in rows(club, "new")} == {"link, de"}


def test_the_page_says_who_decides(club: Club) -> None:
    mine = "You decide for each kind of data"
    by_who = {
        who: club.be(who).get(f"/athlete/{club.ids[about]}/consent").get_data(as_text=True)
        for who, about in (("athlete", "athlete"), ("minor", "minor"), ("guardian", "minor"))
    }
    assert mine in by_who["athlete"]
    assert mine in by_who["guardian"]
    assert mine not in by_who["minor"]
    assert "A guardian decides for each kind of data" in by_who["minor"]
