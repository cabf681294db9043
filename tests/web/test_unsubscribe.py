"""Switching an e-mail off: opening the link changes nothing, one post does, also a machine's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clubmon import links

if TYPE_CHECKING:
    from tests.web.conftest import Club


def where(club: Club, who: str = "coach", **extra: str) -> str:
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
    assert "the morning note" in text
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
    changed = where(club)[:-2] + "xx"
    nobody = links.token(club.settings, "unsubscribe", "gone", kind="morning")
    for path in (f"/unsubscribe/{consent}", changed, f"/unsubscribe/{nobody}"):
        assert club.be(None).post(path).status_code == 404
    assert switched_off(club) == []


def test_a_link_that_names_no_kind_is_refused(club: Club) -> None:
    assert club.be(None).post(where(club, "coach", other="x")).status_code == 404


def test_the_switch_is_in_the_audit_log(club: Club) -> None:
    club.be(None).post(where(club))
    assert club.audited() == ["unsubscribed"]
