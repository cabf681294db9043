"""Strava's answers and events as Strava and its users wrote them down, through the connector."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from clubmon_strava import Strava, mapping
from clubmon_strava import budget as budgets
from strava_simulator import Answer

from clubmon.sdk import AccessDenied, Hint, RateLimited, Session

PAYLOADS = Path(
    os.environ.get("CLUBMON_PAYLOADS", Path(__file__).parents[3] / ".." / "shared" / "payloads")
)
pytestmark = pytest.mark.skipif(not PAYLOADS.is_dir(), reason="the payloads seen are not here")
PLACES = (b"51.46", b"polyline", b"location", b"latlng", b"description", b"device_name")
ANNA = 134815


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / name).read_bytes())


def told(name: str) -> Any:
    return payload("strava_webhook_and_errors.json")[name]


def read(activity: dict[str, Any]) -> Session:
    content = mapping.document(activity).content
    assert not [word for word in PLACES if word in content]
    found = mapping.session(content, "here")
    assert isinstance(found, Session)
    return found


def test_a_race_as_strava_wrote_it() -> None:
    detail = payload("strava_detailed_run.json")
    run = read(detail)
    assert (run.source_id, run.kind, run.sport) == ("8076222179", "run", "Run")
    assert (run.distance_m, run.moving_s, run.elapsed_s, run.ascent_m) == (21369.8, 6115, 6115, 520)
    assert (run.avg_hr, run.max_hr, run.rpe) == (168, 184, None)
    assert run.start_utc == datetime(2022, 11, 6, 9, 5, 52, tzinfo=UTC)
    assert (run.timezone, run.title, run.warnings) == ("Europe/London", "Half marathon", ())


def test_a_weight_training_as_strava_wrote_it_has_no_sets_and_its_own_wall_clock() -> None:
    lift = read(payload("strava_detailed_weighttraining.json"))
    assert (lift.kind, lift.sets, lift.distance_m, lift.elapsed_s) == ("lift", (), 0, 7157)
    assert lift.start_utc == datetime(2024, 2, 6, 17, 20, 32, tzinfo=UTC)
    assert lift.start_local == datetime(2024, 2, 6, 18, 20, 32)  # noqa: DTZ001
    assert (lift.timezone, lift.avg_hr, lift.max_hr) == ("Africa/Algiers", 77, 148)


def test_a_page_of_the_list_as_strava_documents_it(club: Any, sessions: Any) -> None:
    """Two rides that `type` and `sport_type` name differently; after them comes an empty page."""
    page = payload("strava_summary_activities_page_swagger.json")
    club.access(ANNA)
    club.strava.canned = [Answer(200, json.dumps(page).encode()), Answer(200, b"[]")]
    steps = club.steps(ANNA)
    found = sessions([next(steps), next(steps)])
    assert {key: (one.kind, one.sport) for key, one in found.items()} == {
        str(each["id"]): ("other", each["sport_type"]) for each in page
    }
    first = found[str(page[0]["id"])]
    assert first.start_local == datetime(2018, 5, 2, 5, 15, 9)  # noqa: DTZ001
    assert (first.distance_m, first.timezone) == (24931.4, "America/Los_Angeles")
    assert page[0]["type"] != page[0]["sport_type"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "activity_create",
            Hint("1360128428/create/1516126040", "134815", "changed", "1360128428"),
        ),
        (
            "activity_update",
            Hint("1360128428/update/1516126040", "134815", "changed", "1360128428"),
        ),
        (
            "activity_made_private",
            Hint("1360128428/update/1516126041", "134815", "changed", "1360128428"),
        ),
        (
            "activity_delete",
            Hint("1360128428/delete/1516126042", "134815", "deleted", "1360128428"),
        ),
        ("deauthorization", Hint("134815/update/1516126040", "134815", "revoked")),
    ],
)
def test_each_event_as_strava_documents_it(name: str, expected: Hint) -> None:
    event = told(name)
    ours = {"subscription_id": str(event["subscription_id"])}
    assert Strava().hint(ours, json.dumps(event).encode()) == expected
    assert Strava().hint({"subscription_id": "9"}, json.dumps(event).encode()) is None


def test_the_handshake_as_strava_documents_it() -> None:
    _, _, query = told("handshake_request").partition("?")
    asked = dict(part.split("=") for part in query.split("&"))
    own = {"verify_token": asked["hub.verify_token"]}
    assert Strava().handshake(own, asked) == told("handshake_response")


@pytest.mark.parametrize(
    ("status", "name", "error", "words"),
    [
        (403, "inactive_app_403", AccessDenied, "paid Strava subscription"),
        (429, "rate_limit_429", RateLimited, "limit is used up"),
    ],
)
def test_each_refusal_as_strava_writes_it(
    club: Any, status: int, name: str, error: type[Exception], words: str
) -> None:
    club.access(ANNA)
    club.strava.canned = [Answer(status, json.dumps(told(name)).encode())]
    with pytest.raises(error, match=words):
        club.fetch(ANNA)


def test_the_headers_of_limits_as_strava_writes_them(club: Any) -> None:
    club.access(ANNA)
    club.strava.canned = [Answer(200, b"[]", told("rate_headers"))]
    club.fetch(ANNA)
    assert budgets.load(club.note).left(club.clock.now) == (88, 660)


def test_tokens_as_strava_hands_them_out_are_kept_whole(club: Any) -> None:
    answer = told("token_response")
    club.credentials[ANNA] = {}
    club.strava.canned = [Answer(200, json.dumps(answer).encode())]
    came_back = {"code": "c", "scope": answer["scope"]}
    owner = Strava().exchange(club.access(ANNA), came_back, "http://127.0.0.1/connect")
    assert owner == str(answer["athlete"]["id"])
    assert club.credentials[ANNA] == {
        "access_token": answer["access_token"],
        "refresh_token": answer["refresh_token"],
        "expires_at": str(answer["expires_at"]),
        "athlete_id": owner,
    }
