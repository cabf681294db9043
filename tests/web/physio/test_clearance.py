"""A physio's clearance of a known condition: with an end, withdrawn, and used by the check-in."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from clubmon.club import consenting
from clubmon.hamstring import checkins, clearances, gate
from clubmon.policy import Consent
from clubmon.triage.triage import Answers

if TYPE_CHECKING:
    from tests.web.conftest import Club, Posted

TODAY = date(2026, 11, 17)
DAY = timedelta(days=1)
CONDITION = Answers(
    left=5, left_place="middle", right=0, refer=frozenset({"condition"}), strain=frozenset()
)


def where(club: Club, who: str = "athlete") -> str:
    return f"/athlete/{club.ids[who]}/clearance"


def page(club: Club) -> str:
    return club.be("physio").get(where(club)).get_data(as_text=True)


def send(club: Club, **fields: str) -> Posted:
    return club.post(club.be("physio"), where(club), where(club), **fields)


def clear(club: Club, until: date) -> Posted:
    return send(club, until=until.isoformat())


def refers(club: Club) -> bool:
    """Whether the answers of this moment open a referral."""
    athlete = club.ids["athlete"]
    saved = checkins.save(club.store, club.settings, athlete, CONDITION, club.now)
    return saved.decision.tier3


def test_at_first_nothing_is_cleared_and_the_condition_refers(club: Club) -> None:
    assert "Not cleared." in page(club)
    assert "A back, nerve or hamstring condition that a clinician has named" in page(club)
    assert refers(club)


def test_a_cleared_condition_does_not_refer_up_to_its_last_day(club: Club) -> None:
    assert clear(club, TODAY + 10 * DAY).location == where(club)
    assert "Cleared up to and including Friday 27 November 2026." in page(club)
    club.later(days=10)
    assert not refers(club)
    club.later(days=1)
    assert "The last clearance ended on Friday 27 November 2026." in page(club)
    assert refers(club)


def test_a_cleared_condition_still_leads_to_no_drill(club: Club) -> None:
    clear(club, TODAY + DAY)
    assert not refers(club)
    assert gate.drills_now(club.store, club.ids["athlete"], club.now) == ()


def test_withdrawn_it_refers_again_at_once(club: Club) -> None:
    clear(club, TODAY + 10 * DAY)
    club.later(minutes=1)
    send(club, withdraw="yes")
    assert "Physio withdrew it." in page(club)
    assert refers(club)


def test_the_newest_entry_counts_and_all_stay_on_record(club: Club) -> None:
    clear(club, TODAY + 10 * DAY)
    club.later(minutes=1)
    clear(club, TODAY)
    assert clearances.until(club.store, club.ids["athlete"]) == TODAY
    found = clearances.history(club.store, club.ids["athlete"])
    assert [one.until for one in found] == [TODAY, TODAY + 10 * DAY]
    assert {one.by for one in found} == {"Physio"}


@pytest.mark.parametrize(
    "until", ["", "soon", "2026-11-16", "2027-11-18", "0001-01-01", "2026-13-01"]
)
def test_a_day_that_is_none_is_refused_and_nothing_recorded(club: Club, until: str) -> None:
    posted = send(club, until=until)
    assert posted.status == 400
    assert "Nothing was recorded" in posted.text
    assert clearances.history(club.store, club.ids["athlete"]) == []


def test_the_same_again_adds_nothing(club: Club) -> None:
    clear(club, TODAY + DAY)
    clear(club, TODAY + DAY)
    assert club.audited() == ["clearance_recorded"]


def test_nobody_else_sets_it_and_without_health_consent_not_even_the_physio(club: Club) -> None:
    for who in ("coach", "admin", "athlete", "outsider"):
        assert club.be(who).get(where(club)).status_code == 404
    client, me = club.be("physio"), club.ids["athlete"]
    club.later(minutes=1)
    consenting.record(club.store, me, Consent.HEALTH, False, me, "athlete", None, club.now)
    assert client.get(where(club)).status_code == 404


def test_the_physio_finds_the_page_and_a_coach_no_trace_of_it(club: Club) -> None:
    athlete = f"/athlete/{club.ids['athlete']}"
    assert where(club) in club.be("physio").get(athlete).get_data(as_text=True)
    assert "learance" not in club.be("coach").get(athlete).get_data(as_text=True)
    club.refer("athlete")
    assert where(club) in club.be("physio").get("/referrals").get_data(as_text=True)
