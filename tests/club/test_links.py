"""Signed links: for one purpose and one person, for a time, and not to be forged."""

from __future__ import annotations

import stat

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from itsdangerous import TimestampSigner

from clubmon.club import links
from clubmon.settings import Settings


def test_a_link_says_whom_and_what_it_is_for(settings: Settings) -> None:
    token = links.token(settings, "unsubscribe", "p1", kind="morning")
    assert links.read(settings, "unsubscribe", token) == links.Link("p1", {"kind": "morning"})


def test_a_link_for_one_purpose_opens_nothing_else(settings: Settings) -> None:
    token = links.token(settings, "checkin", "p1")
    with pytest.raises(links.LinkInvalid):
        links.read(settings, "consent", token)


@given(position=st.integers(0, 200), letter=st.sampled_from("abcXYZ019-_"))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_a_changed_link_is_refused(settings: Settings, position: int, letter: str) -> None:
    token = links.token(settings, "checkin", "p1")
    place = position % (len(token) - 1)  # the last letter holds unused bits
    changed = token[:place] + letter + token[place + 1 :]
    if changed != token:
        with pytest.raises((links.LinkInvalid, links.LinkExpired)):
            links.read(settings, "checkin", changed)


def test_an_old_link_is_said_to_be_old(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    token = links.token(settings, "checkin", "p1")
    later = TimestampSigner("x").get_timestamp() + int(links.LIFETIME["checkin"].total_seconds())
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: later + 1)
    with pytest.raises(links.LinkExpired):
        links.read(settings, "checkin", token)


def test_the_key_is_made_once_and_readable_by_its_owner_only(settings: Settings) -> None:
    first = links.secret(settings.data)
    assert links.secret(settings.data) == first
    assert len(first) >= 64
    assert stat.S_IMODE((settings.data / "secret").stat().st_mode) == 0o600


def test_another_club_cannot_make_our_links(settings: Settings) -> None:
    token = links.token(settings, "checkin", "p1")
    (settings.data / "secret").unlink()
    with pytest.raises(links.LinkInvalid):
        links.read(settings, "checkin", token)
