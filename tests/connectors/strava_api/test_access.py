"""What the connector promises about being let in: yes, scopes, tokens, and giving them back."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from clubmon_strava import Strava
from clubmon_strava.client import Client
from clubmon_strava.options import options
from strava_simulator import Answer, fault

from clubmon.sdk import (
    Access,
    AccessDenied,
    ClockOff,
    ConnectorError,
    Malformed,
    RateLimited,
    SourceDown,
)

ANNA = 134815
BACK = "http://127.0.0.1/connect"


def say_yes(club: Any, scope: str = "read,activity:read_all", athlete: int = ANNA) -> Any:
    """Follow the authorize link as a browser would; the query that comes back."""
    club.strava.sign_in = (athlete, scope)
    url = Strava().authorize_url(club.strava.settings, BACK, "state-1")
    location = requests.get(url, allow_redirects=False, timeout=5).headers["Location"]
    assert location.startswith(BACK)
    return {key: values[0] for key, values in parse_qs(urlsplit(location).query).items()}


def stranger(club: Any) -> Access:
    """What is lent to an athlete who is not connected yet."""
    club.credentials[ANNA] = {}
    return club.access(ANNA)  # type: ignore[no-any-return]


def test_the_link_asks_for_what_is_needed_and_carries_the_state() -> None:
    settings = {"client_id": "4711", "client_secret": "s"}
    url = urlsplit(Strava().authorize_url(settings, "https://club.example/x?y", "abc"))
    assert url._replace(query="").geturl() == "https://www.strava.com/oauth/authorize"
    assert {key: values[0] for key, values in parse_qs(url.query).items()} == {
        "client_id": "4711",
        "redirect_uri": "https://club.example/x?y",
        "response_type": "code",
        "approval_prompt": "auto",
        "scope": "read,activity:read_all",
        "state": "abc",
    }


def test_a_yes_becomes_kept_tokens_and_the_athletes_id(club: Any) -> None:
    answer = say_yes(club)
    assert answer["state"] == "state-1"
    assert Strava().exchange(stranger(club), answer, BACK) == str(ANNA)
    kept = club.credentials[ANNA]
    assert set(kept) == {"access_token", "refresh_token", "expires_at", "athlete_id"}
    assert club.fetch(ANNA)


@pytest.mark.parametrize("scope", ["read", "read,activity:read", ""])
def test_an_unticked_permission_is_named_and_nothing_is_kept(club: Any, scope: str) -> None:
    answer = say_yes(club, scope)
    with pytest.raises(AccessDenied, match="private activities' ticked"):
        Strava().exchange(stranger(club), answer, BACK)
    assert club.kept == []


def test_what_the_token_grants_counts_more_than_what_the_address_says(club: Any) -> None:
    answer = say_yes(club, "read,activity:read") | {"scope": "read,activity:read_all"}
    with pytest.raises(AccessDenied, match="ticked"):
        Strava().exchange(stranger(club), answer, BACK)


def test_a_no_is_said_as_a_no(club: Any) -> None:
    with pytest.raises(AccessDenied, match="declined"):
        Strava().exchange(stranger(club), say_yes(club, athlete=0), BACK)


def test_a_code_works_once(club: Any) -> None:
    answer = say_yes(club)
    Strava().exchange(stranger(club), answer, BACK)
    with pytest.raises(AccessDenied, match="once more"):
        Strava().exchange(stranger(club), answer, BACK)


def test_a_wrong_secret_is_the_admins_to_mend(club: Any) -> None:
    club.settings = {"client_secret": "wrong"}
    with pytest.raises(AccessDenied, match="client id and secret"):
        Strava().exchange(stranger(club), say_yes(club), BACK)


def test_a_token_that_ended_is_renewed_and_kept_before_it_is_used(club: Any, clock: Any) -> None:
    club.fetch(ANNA)
    first = club.credentials[ANNA]
    clock.go(hours=6)
    seen = len(club.strava.calls)
    access = club.access(ANNA)

    def keep(credentials: Any) -> None:
        assert club.strava.calls[seen:] == ["POST /oauth/token"], "used before it was kept"
        club.credentials[ANNA] = dict(credentials)

    list(Strava().pages(with_keep(access, keep), None))
    assert club.credentials[ANNA]["refresh_token"] != first["refresh_token"]
    assert club.credentials[ANNA]["athlete_id"] == str(ANNA)


def test_a_crash_after_keeping_leaves_tokens_that_work(club: Any, clock: Any) -> None:
    access = club.access(ANNA)
    clock.go(hours=7)

    def keep_and_die(credentials: Any) -> None:
        club.credentials[ANNA] = dict(credentials)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(Strava().pages(with_keep(access, keep_and_die), None))
    assert club.fetch(ANNA)


def test_the_old_refresh_token_is_dead(club: Any, clock: Any) -> None:
    access = club.access(ANNA)
    clock.go(hours=7)
    list(Strava().pages(access, None))
    with pytest.raises(AccessDenied, match="once more"):
        list(Strava().pages(access, None))


def test_a_token_that_is_refused_before_its_time_is_renewed_once(club: Any) -> None:
    access = club.access(ANNA)
    club.strava.grants[0].access_token = "another"
    list(Strava().pages(access, None))
    assert [call for call in club.strava.calls if call.startswith("POST")] == ["POST /oauth/token"]


def test_who_took_the_permission_back_is_asked_to_connect_again(club: Any) -> None:
    club.fetch(ANNA)
    club.strava.withdraw(ANNA)
    with pytest.raises(AccessDenied, match="connects Strava once more") as caught:
        club.fetch(ANNA)
    assert caught.value.permanent


def test_an_inactive_application_is_said_in_words(club: Any) -> None:
    club.strava.inactive = True
    with pytest.raises(AccessDenied, match="paid Strava subscription"):
        club.fetch(ANNA)
    with pytest.raises(AccessDenied, match="paid Strava subscription"):
        Strava().exchange(stranger(club), say_yes(club), BACK)


def test_an_application_without_a_place_for_one_more_is_said_in_words(club: Any) -> None:
    answer = say_yes(club)
    full = json.dumps(fault("Application", "connected athletes", "exceeded", "Forbidden"))
    club.strava.canned = [Answer(403, full.encode())]
    with pytest.raises(AccessDenied, match="no place for one more athlete"):
        Strava().exchange(stranger(club), answer, BACK)
    assert club.kept == []


def test_a_permission_that_was_taken_back_alone_is_named(club: Any) -> None:
    club.access(ANNA)
    club.strava.grants[0].scope = "read"
    with pytest.raises(AccessDenied, match="lets this connection see no activities"):
        club.fetch(ANNA)


def test_giving_back_ends_the_grant_and_may_be_done_twice(club: Any) -> None:
    access = club.access(ANNA)
    Strava().revoke(access)
    assert club.strava.grants == []
    Strava().revoke(access)
    assert club.strava.calls == ["POST /oauth/revoke"] * 2


def test_giving_back_can_be_tried_again_where_strava_is_down(club: Any) -> None:
    club.strava.revoke_down = True
    with pytest.raises(SourceDown) as caught:
        Strava().revoke(club.access(ANNA))
    assert not caught.value.permanent
    club.strava.revoke_down = False
    Strava().revoke(club.access(ANNA))
    assert club.strava.grants == []


def test_who_was_never_connected_has_nothing_to_give_back(club: Any) -> None:
    Strava().revoke(stranger(club))
    assert club.strava.calls == []


def test_a_netrc_puts_no_other_name_in_place_of_the_token(
    club: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert club.fetch(ANNA)


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"client_id": ""}, "client id or client secret"),
        ({"api_url": "http://strava.example/api"}, "api_url"),
        ({"oauth_url": "ftp://www.strava.com"}, "oauth_url"),
        ({"history_days": "many"}, "history_days"),
        ({"timeout_s": "0"}, "timeout_s"),
    ],
)
def test_a_wrong_setting_is_named(settings: dict[str, str], word: str) -> None:
    with pytest.raises(ConnectorError, match=word):
        options({"client_id": "1", "client_secret": "2"} | settings)


def test_both_hosts_are_settings() -> None:
    own = {"client_id": "1", "client_secret": "2", "api_url": "https://api-v3.strava.com/"}
    chosen = options(own)
    assert (chosen.api_url, chosen.oauth_url) == (
        "https://api-v3.strava.com",
        "https://www.strava.com",
    )


@pytest.mark.parametrize(
    ("answer", "error", "permanent"),
    [
        ({"status": 500}, SourceDown, False),
        ({"status": 200, "body": b"<html>"}, Malformed, False),
        ({"status": 200, "body": b'{"not": "a list"}'}, Malformed, False),
        ({"status": 302, "headers": {"Location": "https://elsewhere.example"}}, Malformed, False),
        ({"status": 429}, RateLimited, False),
        ({"status": 403, "body": b"no JSON"}, AccessDenied, True),
    ],
)
def test_each_bad_answer_has_its_error(
    club: Any, answer: Any, error: type[ConnectorError], permanent: bool
) -> None:
    access = club.access(ANNA)
    club.strava.canned = [Answer(**answer)]
    with pytest.raises(error) as caught:
        Client(access).get("/athlete/activities", list)
    assert caught.value.permanent is permanent
    assert str(caught.value).endswith(".")
    for secret in club.credentials[ANNA].values():
        assert secret not in str(caught.value) or len(secret) < 7


def test_retry_after_is_honoured_and_without_it_the_next_window(club: Any, clock: Any) -> None:
    access = club.access(ANNA)
    for headers, wait in (
        ({"Retry-After": "120"}, 120),
        ({}, 13 * 60),
        ({"Retry-After": "?"}, 780),
    ):
        club.strava.canned = [Answer(429, headers=headers)]
        with pytest.raises(RateLimited) as caught:
            Client(access).get("/athlete/activities", list)
        assert caught.value.retry_at == clock.now + timedelta(seconds=wait)


def test_a_clock_that_is_off_is_said_before_anything_is_believed(club: Any, clock: Any) -> None:
    access = club.access(ANNA)
    club.strava.date = lambda: clock.now + timedelta(minutes=20)
    with pytest.raises(ClockOff, match="20 minutes"):
        list(Strava().pages(access, None))


def test_an_answer_that_does_not_come_ends_the_wait(club: Any) -> None:
    release = threading.Event()
    club.settings = {"timeout_s": "0.2"}
    access = club.access(ANNA)
    club.strava.canned = [Answer(pause=release)]
    with pytest.raises(SourceDown, match="in time"):
        list(Strava().pages(access, None))
    release.set()


def test_a_machine_that_is_not_there_is_a_source_that_is_down(club: Any) -> None:
    club.settings = {"api_url": "http://127.0.0.1:9/api"}
    with pytest.raises(SourceDown):
        club.fetch(ANNA)


def with_keep(access: Access, keep: Any) -> Access:
    """The same access with another way of keeping credentials."""
    return replace(access, keep=keep)
