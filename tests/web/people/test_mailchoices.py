"""An athlete's page for e-mails: kinds and quiet hours, changed by the athlete or a guardian."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from clubmon.club import enrolling
from clubmon.message import mailchoices, mailkinds, notify
from clubmon.quiethours import QuietHours, parse

if TYPE_CHECKING:
    from tests.web.conftest import Club, Posted

EVERY = ["flag", "plan", "reminder", "recheck", "week"]


def where(club: Club, who: str = "athlete") -> str:
    return f"/athlete/{club.ids[who]}/mails"


def page(club: Club, by: str = "athlete", who: str = "athlete") -> str:
    return club.be(by).get(where(club, who)).get_data(as_text=True)


def save(club: Club, by: str = "athlete", who: str = "athlete", **fields: Any) -> Posted:
    path = where(club, who)
    return club.post(club.be(by), path, path, **{"kind": EVERY, "quiet": "club", **fields})


def off(club: Club, who: str = "athlete") -> set[str]:
    """What was switched off, which what nobody asked for is not."""
    return set(mailchoices.off_for(club.store, club.ids[who])) - mailkinds.ON_REQUEST


def hours(club: Club, who: str = "athlete") -> QuietHours | None:
    return mailchoices.quiet_hours_of(club.store, club.ids[who])


def test_at_first_every_kind_comes_and_the_clubs_hours_count(club: Club) -> None:
    text = page(club)
    assert text.count('type="checkbox"') == text.count('type="checkbox" name="kind"') == 5
    assert text.count(" checked") == 6  # five kinds, and whose hours
    assert "As the club has them: none" in text
    assert "Europe/Berlin" in text


def test_the_clubs_hours_are_named(club: Club) -> None:
    named = club.settings.model_copy(update={"quiet_hours": "22:00-06:30"})
    assert str(mailchoices.clubs(named)) == "22:00-06:30"
    assert mailchoices.zone_of(club.settings, _person(club)).tzname(club.now) == "CET"


def _person(club: Club) -> Any:
    from clubmon.club import people

    return people.person(club.store, club.ids["athlete"])


def test_a_kind_without_its_tick_is_switched_off_and_can_come_back(club: Club) -> None:
    assert save(club, kind=["flag", "recheck"]).location == where(club)
    assert off(club) == {"plan", "reminder", "week"}
    assert page(club).count(" checked") == 3
    save(club)
    assert off(club) == set()


def test_without_any_tick_none_comes(club: Club) -> None:
    save(club, kind=[])
    assert off(club) == set(EVERY)


def test_own_hours_are_kept_and_shown_again(club: Club) -> None:
    save(club, quiet="own", start="22:30", end="06:15")
    assert hours(club) == parse("22:30-06:15")
    text = page(club)
    assert 'value="22:30"' in text
    assert 'value="06:15"' in text


def test_none_are_quiet_or_the_clubs_are_again(club: Club) -> None:
    save(club, quiet="none")
    assert hours(club) == QuietHours()
    save(club, quiet="club")
    assert hours(club) is None


@pytest.mark.parametrize(
    ("start", "end"), [("", ""), ("25:00", "07:00"), ("21:00", "21:00"), ("9", "10"), ("x", "y")]
)
def test_hours_that_are_none_are_refused_and_nothing_is_saved(
    club: Club, start: str, end: str
) -> None:
    posted = save(club, quiet="own", start=start, end=end, kind=["flag"])
    assert posted.status == 400
    assert "Nothing was saved" in posted.text
    assert (off(club), hours(club)) == (set(), None)


def test_a_guardian_chooses_for_a_minor(club: Club) -> None:
    assert "E-mails to Minor" in page(club, "guardian", "minor")
    save(club, "guardian", "minor", kind=["flag"], quiet="none")
    assert off(club, "minor") == {"plan", "reminder", "recheck", "week"}
    assert off(club, "guardian") == set()


def test_only_who_is_also_staff_is_offered_the_morning_list(club: Club) -> None:
    from clubmon.policy import Role

    assert 'value="morning"' not in page(club)
    enrolling.add_role(club.store, club.ids["athlete"], Role.COACH, club.ids["team"], club.now)
    assert 'value="morning"' in page(club)


def test_a_kind_that_is_not_offered_changes_nothing(club: Club) -> None:
    save(club, kind=[*EVERY, "morning", "tier3"])
    assert off(club) == set()


def test_the_audit_log_names_the_deed_once_it_changed_something(club: Club) -> None:
    save(club)
    assert club.audited() == []
    save(club, kind=["flag"], quiet="none")
    assert club.audited() == ["mails_chosen"]


# staff who are no athletes


def mine(club: Club, who: str) -> str:
    return club.be(who).get("/mails").get_data(as_text=True)


def save_mine(club: Club, who: str, *kinds: str) -> Posted:
    return club.post(club.be(who), "/mails", "/mails", kind=list(kinds))


@pytest.mark.parametrize(
    ("who", "kinds"),
    [
        ("coach", ["morning", "report"]),
        ("physio", ["morning", "look", "report"]),
        ("admin", []),
    ],
)
def test_staff_are_offered_what_comes_to_them(club: Club, who: str, kinds: list[str]) -> None:
    text = mine(club, who)
    assert [kind for kind in mailkinds.ORDER if f'value="{kind}"' in text] == kinds
    assert ("No e-mail comes to you that could be switched off." in text) is (kinds == [])


def test_staff_switch_a_kind_off_and_on_again(club: Club) -> None:
    assert save_mine(club, "physio", "morning").location == "/mails"
    assert off(club, "physio") == {"look"}
    assert mine(club, "physio").count(" checked") == 1
    save_mine(club, "physio", "morning", "look")
    assert off(club, "physio") == set()
    assert club.audited() == ["mails_chosen", "mails_chosen"]


def test_what_was_switched_off_by_a_mails_link_can_come_again_here(club: Club) -> None:
    mailchoices.switch(club.store, club.ids["coach"], ("morning",), club.now, on=False)
    assert " checked" not in mine(club, "coach")
    save_mine(club, "coach", "morning")
    assert off(club, "coach") == set()


def test_a_coach_cannot_choose_what_does_not_come_to_them(club: Club) -> None:
    save_mine(club, "coach", "look", "flag", "tier3")
    assert off(club, "coach") == {"morning"}


def test_an_athlete_is_led_to_the_page_with_the_hours(club: Club) -> None:
    assert club.be("athlete").get("/mails").location == where(club)


def test_the_menu_of_staff_leads_there(club: Club) -> None:
    assert 'href="/mails"' in club.be("coach").get("/today").get_data(as_text=True)
    assert 'href="/mails"' not in club.be("admin").get("/admin").get_data(as_text=True)


# what comes only to who asks


def asked_for(club: Club, who: str) -> list[str]:
    rows = club.store.rows("SELECT kind FROM app.subscribed WHERE person_id = ?", [club.ids[who]])
    return [row["kind"] for row in rows]


def ticked(text: str) -> list[str]:
    return re.findall(r'name="kind" value="(\w+)"[^>]* checked', text)


def test_the_weekly_report_comes_only_once_it_is_ticked(club: Club) -> None:
    assert ticked(mine(club, "coach")) == ["morning"]
    save_mine(club, "coach", "morning", "report")
    assert asked_for(club, "coach") == ["report"]
    assert ticked(mine(club, "coach")) == ["morning", "report"]
    assert club.audited() == ["mails_chosen"]


def test_saving_the_same_twice_keeps_one_and_without_its_tick_it_ends(club: Club) -> None:
    for _ in range(2):
        save_mine(club, "physio", "report")
    assert asked_for(club, "physio") == ["report"]
    assert club.audited() == ["mails_chosen"]
    save_mine(club, "physio", "look")
    assert asked_for(club, "physio") == []
    assert off(club, "physio") == {"morning"}


def test_an_athlete_or_admin_cannot_ask_for_a_report(club: Club) -> None:
    save(club, kind=[*EVERY, "report"])
    assert club.post(club.be("admin"), "/mails", "/admin", kind="report").status == 303
    assert asked_for(club, "athlete") == asked_for(club, "admin") == []


def test_the_report_leads_to_where_its_mail_is_chosen(club: Club) -> None:
    page_ = club.be("coach").get("/report", follow_redirects=True).get_data(as_text=True)
    assert 'href="/mails">By e-mail' in page_


def test_the_address_in_the_mail_opens_the_report(club: Club) -> None:
    save_mine(club, "coach", "report")
    monday = club.now - timedelta(days=1)
    notify.morning(club.store, club.settings, monday.date(), monday)
    (row,) = club.store.rows(
        "SELECT body_text FROM app.message WHERE person_id = ?", [club.ids["coach"]]
    )
    (path,) = re.findall(r"/report/\S+", row["body_text"])
    assert club.be("coach").get(path).status_code == 200
    assert club.be(None).get(path).location == "/signin"
