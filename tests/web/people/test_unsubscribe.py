"""Switching an e-mail off: opening the link changes nothing, one post does, also a machine's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forging import forged

from clubmon.club import links
from clubmon.message import mailchoices

if TYPE_CHECKING:
    from tests.web.conftest import Club


def where(club: Club, who: str = "coach", **extra: object) -> str:
    """The path of a link for the morning note."""
    token = links.token(
        club.settings, "unsubscribe", club.ids[who], **(extra or {"kind": "morning"})
    )
    return f"/unsubscribe/{token}"


def switched_off(club: Club) -> list[tuple[str, str]]:
    """Who switched what off."""
    rows = club.store.rows("SELECT person_id, kind FROM app.unsubscribed")
    return [(row["person_id"], row["kind"]) for row in rows]


def test_opening_the_link_shows_a_button_and_changes_nothing(club: Club) -> None:
    response = club.be(None).get(where(club))
    text = response.get_data(as_text=True)
    assert response.status_code == 200
    assert text.count("<button") == 1
    assert "the morning list" in text
    assert club.be(None).head(where(club)).status_code == 200
    assert switched_off(club) == []


def test_the_button_switches_it_off_and_twice_changes_nothing(club: Club) -> None:
    for _ in range(2):
        response = club.be(None).post(where(club))
        assert response.status_code == 200
        assert "Switched off" in response.get_data(as_text=True)
    assert switched_off(club) == [(club.ids["coach"], "morning")]


def test_a_mail_program_can_post_by_itself(club: Club) -> None:
    response = club.be(None).post(where(club), data={"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200  # RFC 8058: no redirect, no cookie, no form token
    assert "Set-Cookie" not in response.headers
    assert switched_off(club) == [(club.ids["coach"], "morning")]


def test_a_link_for_another_purpose_or_person_is_refused(club: Club) -> None:
    consent = links.token(club.settings, "consent", club.ids["coach"], kind="morning")
    changed = forged(where(club))
    nobody = links.token(club.settings, "unsubscribe", "gone", kind="morning")
    for path in (f"/unsubscribe/{consent}", changed, f"/unsubscribe/{nobody}"):
        assert club.be(None).post(path).status_code == 404
    assert switched_off(club) == []


def test_a_link_that_names_no_kind_is_refused(club: Club) -> None:
    assert club.be(None).post(where(club, "coach", other="x")).status_code == 404


SEVERAL = ["flag", "reminder", "week"]


def test_a_link_of_a_note_with_several_parts_offers_each(club: Club) -> None:
    text = club.be(None).get(where(club, "athlete", kinds=SEVERAL)).get_data(as_text=True)
    assert text.count('type="checkbox"') == 3
    assert text.count("checked") == 3
    assert "What is unusual for you" in text
    assert "Today&#39;s check-in and drills" in text


def test_what_was_unticked_still_comes(club: Club) -> None:
    form = {"chosen": "yes", "kind": ["week", "plan"]}  # a plan is not what the link is about
    text = club.be(None).post(where(club, "athlete", kinds=SEVERAL), data=form)
    assert "no more of: your week." in text.get_data(as_text=True)
    assert switched_off(club) == [(club.ids["athlete"], "week")]


def test_with_nothing_ticked_nothing_is_switched_off(club: Club) -> None:
    response = club.be(None).post(where(club, "athlete", kinds=SEVERAL), data={"chosen": "yes"})
    assert "Nothing was changed" in response.get_data(as_text=True)
    assert switched_off(club) == []


def test_the_same_link_switches_it_on_again_for_staff_too(club: Club) -> None:
    again = {"chosen": "yes", "again": "yes", "kind": "morning"}
    off = club.be(None).post(where(club)).get_data(as_text=True)
    assert "Switch on again" in off
    assert "Switch on again" in club.be(None).get(where(club)).get_data(as_text=True)
    assert switched_off(club) == [(club.ids["coach"], "morning")]
    for _ in range(2):
        on = club.be(None).post(where(club), data=again).get_data(as_text=True)
        assert "You will get again: the morning list." in on
    assert switched_off(club) == []
    assert club.audited() == ["unsubscribed", "subscribed_again"]


def test_only_what_the_link_is_about_is_switched_on_again(club: Club) -> None:
    club.be(None).post(where(club, "athlete", kinds=SEVERAL))
    form = {"chosen": "yes", "again": "yes", "kind": ["week", "flag"]}
    club.be(None).post(where(club, "athlete", kinds=["week"]), data=form)
    assert sorted(kind for _, kind in switched_off(club)) == ["flag", "reminder"]


def test_a_mail_program_switches_off_all_that_the_message_was_of(club: Club) -> None:
    where_ = where(club, "athlete", kinds=SEVERAL)
    response = club.be(None).post(where_, data={"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert sorted(kind for _, kind in switched_off(club)) == SEVERAL


def test_a_kind_that_there_is_not_is_refused(club: Club) -> None:
    for kinds in (["tier3"], ["invitation"], [], "flag"):
        assert club.be(None).post(where(club, "athlete", kinds=kinds)).status_code == 404
    assert switched_off(club) == []


def test_the_switch_is_in_the_audit_log(club: Club) -> None:
    club.be(None).post(where(club))
    assert club.audited() == ["unsubscribed"]


def test_one_click_ends_what_was_asked_for_and_the_page_begins_it_again(club: Club) -> None:
    coach = club.ids["coach"]
    mailchoices.switch(club.store, coach, ("report",), club.now, on=True)
    link = where(club, kinds=["report"])
    assert "the weekly report" in club.be(None).get(link).get_data(as_text=True)
    for _ in range(2):
        club.be(None).post(link, data={"List-Unsubscribe": "One-Click"})
    assert "report" in mailchoices.off_for(club.store, coach)
    assert switched_off(club) == []
    club.be(None).post(link, data={"chosen": "yes", "again": "yes", "kind": "report"})
    assert "report" not in mailchoices.off_for(club.store, coach)
    assert club.audited() == ["unsubscribed", "subscribed_again"]
