"""The page of own values: who opens it, what each consent lets in, and that nothing leaks."""

from __future__ import annotations

import html
import logging
import re
from typing import TYPE_CHECKING

import pytest
from flask.testing import FlaskClient

from clubmon.club import consenting
from clubmon.load import physiology
from clubmon.load.physiology import Values
from clubmon.policy import Consent
from clubmon.web.athletes.physiology import CLOSED

if TYPE_CHECKING:
    from tests.web.conftest import Club, Posted

FULL = {"sex": "f", "resting_hr": "48", "max_hr": "192", "fast_mmps": "6.1"}
RUNNER = Values("f", 48, 192, 6100)
HEALTH_FIELDS, SPEED_FIELD = {"sex", "resting_hr", "max_hr"}, {"fast_mmps"}


def path(club: Club, about: str = "athlete") -> str:
    return f"/athlete/{club.ids[about]}/values"


def text(club: Club, who: str = "athlete", about: str = "athlete") -> str:
    """The page as it is read."""
    response = club.be(who).get(path(club, about))
    assert response.status_code == 200
    return html.unescape(response.get_data(as_text=True))


def fields(page: str) -> set[str]:
    """Names of what can be filled in."""
    return set(re.findall(r'<(?:input|select) id="\w+" name="(\w+)"', page))


def token(client: FlaskClient, where: str) -> str:
    """The form token of the page."""
    found = re.search(r'csrf_token" value="([^"]+)"', client.get(where).get_data(as_text=True))
    assert found, where
    return found[1]


def consent_page(club: Club) -> str:
    """The page on which the athlete decides what is kept."""
    response = club.be("athlete").get(f"/athlete/{club.ids['athlete']}/consent")
    return response.get_data(as_text=True)


def typed(page: str, name: str) -> str:
    """What stands in a field."""
    if name == "sex":
        found = re.search(r'value="(\w*)" selected', page)
    else:
        found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page)
    assert found, name
    return found[1]


def save(club: Club, who: str = "athlete", about: str = "athlete", **sent: str) -> Posted:
    where = path(club, about)
    return club.post(club.be(who), where, where, **sent)


def kept(club: Club, about: str = "athlete") -> Values | None:
    found = physiology.in_force(club.store, club.ids[about])
    return found.values if found else None


def rows(club: Club) -> int:
    found = club.store.row("SELECT count(*) AS n FROM app.physiology")
    assert found
    return int(found["n"])


def answer(club: Club, kind: Consent, granted: bool, about: str = "athlete") -> None:
    """The athlete's consent of the next minute."""
    club.later(minutes=1)
    id_ = club.ids[about]
    consenting.record(club.store, id_, kind, granted, id_, "athlete", None, club.now)


@pytest.mark.parametrize(
    ("who", "about"),
    [
        ("athlete", "athlete"),
        ("physio", "athlete"),
        ("physio", "minor"),
        ("minor", "minor"),
        ("guardian", "minor"),
    ],
)
def test_the_athlete_a_guardian_and_the_physio_see_and_change_the_values(
    club: Club, who: str, about: str
) -> None:
    posted = save(club, who, about, **FULL)
    assert (posted.status, posted.location) == (303, path(club, about))
    assert kept(club, about) == RUNNER
    page = text(club, who, about)
    assert {name: typed(page, name) for name in FULL} == FULL
    assert f"Last changed Tue 17 Nov 2026, 06:00 by {who.title()}." in page


@pytest.mark.parametrize(
    "who", ["coach", "outsider", "admin", "reserved", "athlete_b", "guardian", "nobody"]
)
def test_nobody_else_learns_even_that_there_is_such_a_page(club: Club, who: str) -> None:
    save(club, **FULL)
    client = club.be(who)
    assert client.get(path(club)).status_code == 404
    data = {"csrf_token": token(client, path(club)), "max_hr": "150"}
    assert client.post(path(club), data=data).status_code == 404
    assert kept(club) == RUNNER


def test_the_page_says_who_reads_it(club: Club) -> None:
    assert "Who sees and changes them: you, Physio; no coach and no admin." in text(club)
    assert "them: Minor, you, Physio; no" in text(club, "guardian", "minor")
    answer(club, Consent.HEALTH, granted=False)
    assert "Who sees and changes them: you; no coach" in text(club)


def test_a_guardian_loses_the_page_once_the_athlete_is_of_age(club: Club) -> None:
    assert club.be("guardian").get(path(club, "minor")).status_code == 200
    club.store.execute(
        "app", "UPDATE app.person SET born = '2000-01-01' WHERE person_id = ?", [club.ids["minor"]]
    )
    assert club.be("guardian").get(path(club, "minor")).status_code == 404


def test_without_the_health_consent_only_the_speed_is_shown_and_taken(club: Club) -> None:
    save(club, **FULL)
    answer(club, Consent.HEALTH, granted=False)
    page = text(club)
    assert fields(page) == SPEED_FIELD
    assert 'value="192"' not in page
    assert not re.search(r"\b192\b", re.sub(r"<[^>]+>", " ", page))  # ids hold any digits
    assert "without the consent to “Check-ins” none are shown or taken here" in page
    assert f'href="/athlete/{club.ids["athlete"]}/consent"' in page
    assert ">Check-ins<" in consent_page(club)
    assert club.be("physio").get(path(club)).status_code == 404


def test_heart_rates_sent_without_the_health_consent_are_refused_whole(club: Club) -> None:
    answer(club, Consent.HEALTH, granted=False)
    posted = save(club, **FULL)
    assert posted.status == 403
    assert CLOSED in html.unescape(posted.text)
    assert rows(club) == 0


def test_the_speed_alone_is_saved_without_any_heart_rate_from_before(club: Club) -> None:
    save(club, **FULL)
    answer(club, Consent.HEALTH, granted=False)
    assert "saving clears any from before" in text(club)
    assert save(club, fast_mmps="6.1").status == 303
    assert kept(club) == Values(fast_mmps=6100)
    answer(club, Consent.HEALTH, granted=True)
    assert typed(text(club), "max_hr") == ""


def test_without_the_load_consent_the_speed_is_neither_shown_nor_taken(club: Club) -> None:
    save(club, **FULL)
    answer(club, Consent.LOAD, granted=False)
    for who in ("athlete", "physio"):
        page = text(club, who)
        assert fields(page) == HEALTH_FIELDS
        assert "6.1" not in page
        assert "without the consent to “Training” it is not shown or taken here" in page
        assert save(club, who, fast_mmps="5.0").status == 403
        assert ("/consent" in page) is (who == "athlete")
    assert kept(club) == RUNNER


def test_without_any_consent_there_is_no_form_at_all(club: Club) -> None:
    for kind in Consent:
        answer(club, kind, granted=False)
    page = text(club)
    assert "<form class=" not in page.split("<main", 1)[1]
    assert "“Check-ins”" in page
    assert "“Training”" in page
    assert rows(club) == 0


def test_a_consent_taken_back_while_the_form_is_open_stops_the_form(club: Club) -> None:
    client = club.be("athlete")
    data = {"csrf_token": token(client, path(club)), **FULL}
    answer(club, Consent.HEALTH, granted=False)
    response = client.post(path(club), data=data)
    assert response.status_code == 403
    assert kept(club) is None


def test_the_consent_to_health_data_names_what_is_kept_here(club: Club) -> None:
    assert "Sex, resting and maximum heart rate" in consent_page(club)


def test_the_page_says_what_each_field_is_for_and_what_happens_where_it_is_empty(
    club: Club,
) -> None:
    page = text(club)
    for said in (
        "Empty: neither is computed.",
        "Empty: TRIMP (Banister) is not computed.",
        "Not said: TRIMP (Banister) is not computed.",
        "Empty: 5.5 m/s (19.8 km/h) counts",
        "lists and mails with the next nightly run",
        "Never set so far.",
    ):
        assert said in page
    assert page.count(">bpm<") == 2
    assert page.count(">m/s<") == 1


def test_wrong_fields_are_marked_one_sentence_each_and_keep_what_was_typed(club: Club) -> None:
    save(club, **FULL)
    sent = {"sex": "m", "resting_hr": "fifty", "max_hr": "1920", "fast_mmps": '19.8"><b>'}
    posted = save(club, **sent)
    assert posted.status == 400
    page = html.unescape(posted.text)
    for name in ("resting_hr", "max_hr", "fast_mmps"):
        assert f'<p class="wrong" id="{name}-wrong">' in page
        assert f'aria-describedby="{name}-wrong {name}-hint" aria-invalid="true"' in page
    assert page.count('class="wrong"') == 3
    assert (typed(posted.text, "sex"), typed(posted.text, "resting_hr")) == ("m", "fifty")
    assert typed(posted.text, "fast_mmps") == "19.8&#34;&gt;&lt;b&gt;"
    assert kept(club) == RUNNER


def test_one_wrong_field_keeps_the_right_ones_from_being_saved_half(club: Club) -> None:
    assert save(club, **FULL | {"max_hr": "90"}).status == 400
    assert rows(club) == 0


def test_an_endless_text_comes_back_short(club: Club) -> None:
    assert "9" * 41 not in save(club, max_hr="9" * 5000).text


def test_an_empty_form_clears_the_values_and_the_old_row_stays(club: Club) -> None:
    save(club, **FULL)
    club.later(minutes=5)
    assert save(club, **dict.fromkeys(FULL, "")).status == 303
    assert kept(club) == Values()
    assert rows(club) == 2
    assert "Last changed Tue 17 Nov 2026, 06:05 by Athlete." in text(club)


def test_of_two_open_tabs_the_one_saved_last_counts(club: Club) -> None:
    first, second = club.be("athlete"), club.be("physio")
    assert club.post(first, path(club), path(club), **FULL).status == 303
    assert club.post(second, path(club), path(club), **FULL | {"max_hr": "188"}).status == 303
    assert kept(club) == Values("f", 48, 188, 6100)
    assert club.post(first, path(club), path(club), **FULL).status == 303
    assert kept(club) == RUNNER
    assert rows(club) == 3


def test_saving_what_is_there_already_writes_no_row_and_no_audit(club: Club) -> None:
    save(club, **FULL)
    client, where = club.be("athlete"), path(club)
    assert club.post(client, where, where, **FULL).status == 303
    assert "Nothing was changed." in client.get(where).get_data(as_text=True)
    assert rows(club) == 1
    assert club.audited().count("values_changed") == 1


def test_a_form_without_any_field_is_refused_and_clears_nothing(club: Club) -> None:
    save(club, **FULL)
    assert save(club).status == 400
    assert save(club, other="1").status == 400
    assert kept(club) == RUNNER


def test_who_saved_and_has_left_is_not_named(club: Club) -> None:
    save(club, "physio", **FULL)
    assert "by Physio." in text(club)
    club.store.execute("app", "DELETE FROM app.person WHERE person_id = ?", [club.ids["physio"]])
    assert "by somebody who has left." in text(club)


def test_the_audit_says_who_changed_whose_values_and_none_of_them(club: Club) -> None:
    save(club, "physio", **FULL)
    (row,) = club.store.rows("SELECT * FROM app.audit WHERE action = 'values_changed'")
    assert (row["actor"], row["subject"], row["detail"]) == (
        club.ids["physio"],
        club.ids["athlete"],
        "",
    )


def test_no_value_stands_in_a_log(club: Club, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        save(club, **FULL)
        save(club, **FULL | {"max_hr": "199x"})
    assert "192" not in caplog.text
    assert "199x" not in caplog.text
