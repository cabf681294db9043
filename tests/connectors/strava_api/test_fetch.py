"""What the connector promises about fetching: all of it, once, new things first, within limits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from clubmon_strava import Strava
from clubmon_strava import budget as budgets
from strava_simulator import Answer

from clubmon.sdk import Deleted, Malformed, RateLimited

ANNA, BEA = 134815, 167560


def details(club: Any) -> list[str]:
    """The ids whose details were asked for, in order."""
    return [
        call.split("?")[0].removeprefix("GET /api/v3/activities/")
        for call in club.strava.calls
        if call.startswith("GET /api/v3/activities/")
    ]


def lists(club: Any) -> int:
    """How often the list was asked for."""
    return sum("/athlete/activities?" in call for call in club.strava.calls)


def names(pages: list[Any]) -> list[str]:
    return [document.name for page in pages for document in page.documents]


def test_the_list_is_read_until_a_page_is_empty(club: Any, sessions: Any) -> None:
    for back in range(230):
        start = club.clock.now - timedelta(hours=12 * back + 2)
        club.strava.add(ANNA, start=start, ghost=back % 40 == 3)
    steps = club.steps(ANNA, history=True)
    found = sessions([next(steps), next(steps), next(steps)])
    assert len(found) == 224  # six are not shown, so that both pages are short
    assert lists(club) == 3


def test_a_years_history_has_its_loads_after_two_calls(club: Any, sessions: Any) -> None:
    for back in range(150):
        club.strava.add(ANNA, start=club.clock.now - timedelta(days=back, hours=1))
    steps = club.steps(ANNA, history=True)
    first, second = next(steps), next(steps)
    assert len(sessions([first])) == 150
    assert (first.until, second.until) == (None, club.clock.now)
    assert len(club.strava.calls) == 2


def test_details_follow_newest_first_and_bring_the_effort(club: Any, sessions: Any) -> None:
    ids = [
        str(club.strava.add(ANNA, start=club.clock.now - timedelta(days=back, hours=1))["id"])
        for back in (3, 1, 2)
    ]
    pages = club.fetch(ANNA)
    assert details(club) == [ids[1], ids[2], ids[0]]
    assert {session.rpe for session in sessions(pages).values()} == {6.0}
    assert {session.rpe for session in sessions(pages[:1]).values()} == {None}


def test_a_second_fetch_hands_over_only_what_is_new(club: Any) -> None:
    club.strava.add(ANNA)
    club.fetch(ANNA)
    club.clock.go(days=1)
    assert names(club.fetch(ANNA)) == []
    new = club.strava.add(ANNA)
    assert names(club.fetch(ANNA)) == [f"strava-activity-{new['id']}.json"] * 2
    assert lists(club) == 2 * 3


def test_a_watch_that_is_synced_late_is_not_missed(club: Any) -> None:
    club.strava.add(ANNA)
    club.fetch(ANNA)
    late = club.strava.add(ANNA, start=club.clock.now - timedelta(days=10))
    assert names(club.fetch(ANNA))[0] == f"strava-activity-{late['id']}.json"


def test_a_change_is_fetched_again(club: Any, sessions: Any) -> None:
    activity = club.strava.add(ANNA)
    club.fetch(ANNA)
    activity["sport_type"], activity["distance"] = "Ride", 25_000.0
    (session,) = sessions(club.fetch(ANNA)).values()
    assert (session.kind, session.distance_m) == ("other", 25_000.0)


def test_an_effort_that_is_entered_in_the_evening_is_found(club: Any, sessions: Any) -> None:
    activity = club.strava.add(ANNA, perceived_exertion=None)
    assert {session.rpe for session in sessions(club.fetch(ANNA)).values()} == {None}
    activity["perceived_exertion"] = 8.0
    club.clock.go(hours=12)
    assert [session.rpe for session in sessions(club.fetch(ANNA)).values()] == [8.0]


def test_what_the_list_names_no_more_is_gone_once_strava_says_so(club: Any) -> None:
    kept, gone = club.strava.add(ANNA), club.strava.add(ANNA)
    club.fetch(ANNA)
    club.strava.activities[ANNA].remove(gone)
    pages = club.fetch(ANNA)
    assert [d for page in pages for d in page.deleted] == [Deleted("strava_api", str(gone["id"]))]
    assert club.fetch(ANNA)[-1].deleted == ()
    assert str(kept["id"]) not in [d.source_id for page in pages for d in page.deleted]


def test_what_is_made_private_stays_with_the_scope_and_leaves_without(club: Any) -> None:
    activity = club.strava.add(ANNA)
    identity = str(activity["id"])
    club.fetch(ANNA)
    activity["private"] = True
    (page,) = club.fetch(ANNA, wanted=(identity,))
    assert (len(page.documents), b"Run 1" in page.documents[0].content) == (1, False)
    club.strava.grants[-1].scope = "read,activity:read"
    (page,) = club.fetch(ANNA, wanted=(identity,))
    assert page.deleted == (Deleted("strava_api", identity),)


def test_wanted_activities_are_fetched_and_nothing_else(club: Any) -> None:
    club.strava.add(ANNA)
    wanted = club.strava.add(ANNA)
    (page,) = club.fetch(ANNA, wanted=(str(wanted["id"]), "404404"))
    assert names([page]) == [f"strava-activity-{wanted['id']}.json"]
    assert page.deleted == (Deleted("strava_api", "404404"),)
    assert lists(club) == 0


def test_a_token_stands_in_no_address(club: Any) -> None:
    watch = club.strava.add(ANNA)
    club.strava.streams[watch["id"]] = {"time": {"data": [0, 1]}}
    club.settings = {"streams": "yes"}
    club.fetch(ANNA)
    secrets = {club.credentials[ANNA][name] for name in ("access_token", "refresh_token")}
    assert len(club.strava.calls) == 4
    assert not [call for call in club.strava.calls if any(one in call for one in secrets)]


def test_a_forged_hint_brings_in_nobody_elses_run(club: Any) -> None:
    foreign = club.strava.add(BEA)
    assert names(club.fetch(ANNA, wanted=(str(foreign["id"]),))) == []


def test_only_days_that_will_be_kept_are_fetched(club: Any) -> None:
    club.strava.add(ANNA, start=club.clock.now - timedelta(days=20))
    recent = club.strava.add(ANNA, start=club.clock.now - timedelta(days=2))
    found = names(club.fetch(ANNA, not_before=club.clock.now - timedelta(days=7)))
    assert set(found) == {f"strava-activity-{recent['id']}.json"}


def test_streams_come_only_where_they_are_wanted_and_a_manual_run_has_none(
    club: Any, sessions: Any
) -> None:
    watch, manual, bare = club.strava.add(ANNA), club.strava.add(ANNA, manual=True), None
    bare = club.strava.add(ANNA)
    columns = {"time": [0, 1], "distance": [0.0, 3.0], "latlng": [[1.0, 2.0], [1.0, 2.0]]}
    club.strava.streams[watch["id"]] = {
        key: {"data": data, "series_type": "distance"} for key, data in columns.items()
    }
    assert not any(s.samples for s in sessions(club.fetch(ANNA)).values())
    club.settings, club.cursors = {"streams": "yes"}, {}
    found = sessions(club.fetch(ANNA))
    assert found[str(watch["id"])].samples.distance_m == [0.0, 3.0]
    assert (found[str(manual["id"])].samples, found[str(bare["id"])].samples) == (None, None)
    assert f"{manual['id']}/streams" not in details(club)
    (call,) = [call for call in club.strava.calls if f"{watch['id']}/streams" in call]
    assert "latlng" not in call


@pytest.mark.parametrize("stop", range(6))
def test_cut_off_anywhere_it_goes_on_and_nothing_is_missed_or_doubled(club: Any, stop: int) -> None:
    for back in range(45):
        club.strava.add(ANNA, start=club.clock.now - timedelta(days=back, hours=1))
    whole = {d.content for page in club.fetch(ANNA) for d in page.documents}
    club.cursors.clear()
    steps = club.steps(ANNA)
    first = [page for _, page in zip(range(stop), steps, strict=False)]
    steps.close()
    rest = club.fetch(ANNA)
    again = [d.content for page in (*first, *rest) for d in page.documents]
    assert set(again) == whole
    assert len(again) == len(whole)


def test_a_cursor_that_cannot_be_read_begins_anew(club: Any) -> None:
    club.strava.add(ANNA)
    whole = names(club.fetch(ANNA))
    for cursor in ("", "{", "[]", '{"seen": 3, "todo": {}}', '{"listed": "x"}'):
        assert names(list(Strava().pages(club.access(ANNA), cursor))) == whole


def test_the_limit_stops_calls_before_strava_does(club: Any) -> None:
    club.strava.limits = {"X-RateLimit": (200, 2_000), "X-ReadRateLimit": (10, 1_000)}
    for back in range(30):
        club.strava.add(ANNA, start=club.clock.now - timedelta(days=back, hours=1))
    with pytest.raises(RateLimited) as caught:
        club.fetch(ANNA, history=True)
    assert caught.value.retry_at == club.clock.now.replace(minute=15)
    assert (club.strava.refused, club.strava.used) == (0, (10, 10))


def test_calls_that_others_made_with_the_same_application_count(club: Any) -> None:
    club.strava.add(ANNA)
    club.strava.used, club.strava.counted_at = (99, 99), club.clock.now
    with pytest.raises(RateLimited):
        club.fetch(ANNA)
    assert club.strava.refused == 0


def test_a_first_fetch_goes_on_quarter_by_quarter_without_reading_the_list_again(club: Any) -> None:
    for back in range(260):
        club.strava.add(ANNA, start=club.clock.now - timedelta(hours=16 * back + 1))
    for _ in range(2):
        with pytest.raises(RateLimited) as caught:
            club.fetch(ANNA, history=True)
        assert caught.value.retry_at is not None
        club.clock.now = caught.value.retry_at
    club.fetch(ANNA, history=True)
    assert lists(club) == 3
    assert len(set(details(club))) == 260
    assert budgets.load(club.note).waiting == {}


def test_the_time_told_is_the_time_when_it_is_done(club: Any) -> None:
    for athlete in (ANNA, BEA):
        for back in range(110):
            club.strava.add(athlete, start=club.clock.now - timedelta(days=back, hours=1))
        steps = club.steps(athlete, history=True)
        assert [next(steps).until, next(steps).until] == [None, club.clock.now]
    told, waiting, retry_at = None, {ANNA, BEA}, None
    while waiting:
        for athlete in sorted(waiting):
            try:
                club.fetch(athlete, history=True)
                waiting.remove(athlete)
            except RateLimited as error:
                retry_at = error.retry_at
        told = told or budgets.load(club.note).finish(club.clock.now)
        club.clock.now = retry_at if waiting and retry_at else club.clock.now
    assert told == budgets.quarter_of(club.clock.now)
    assert club.strava.refused == 0


def test_a_first_fetch_says_in_words_when_it_will_be_done(club: Any) -> None:
    for back in range(150):
        club.strava.add(ANNA, start=club.clock.now - timedelta(days=back, hours=1))
    with pytest.raises(RateLimited, match=r"52 calls .* until about 2026-11-17 05:30 UTC\."):
        club.fetch(ANNA, history=True)
    assert "which will be done by about 2026-11-17 05:30 UTC." in Strava().budget(
        club.note, club.clock.now
    )


def test_first_fetches_starve_no_nightly_sync(club: Any) -> None:
    """Six athletes are synced every night; four more arrive with two months each."""
    club.strava.limits = {"X-RateLimit": (40, 400), "X-ReadRateLimit": (20, 120)}
    old, new = range(1, 7), range(101, 105)
    for athlete in old:
        club.strava.add(athlete, start=club.clock.now - timedelta(hours=9))
    for athlete in new:
        for back in range(60):
            club.strava.add(athlete, start=club.clock.now - timedelta(days=back, hours=1))
    waiting, synced, queue, longest_wait = set(new), 0, list(old), timedelta(0)
    for quarter in range(4 * 24 * 3):
        if quarter % 96 == 73:  # late in Strava's day, when most of it is used
            queue = list(old)
        while queue:
            try:
                club.fetch(queue[0])
                synced += bool(queue.pop(0))
            except RateLimited as error:
                longest_wait = max(longest_wait, error.retry_at - club.clock.now)
                break
        for athlete in sorted(waiting if not queue else ()):
            try:
                club.fetch(athlete, history=True)
                waiting.discard(athlete)
            except RateLimited:
                continue
        club.clock.go(minutes=15)
    assert (synced, waiting, club.strava.refused) == (4 * 6, set(), 0)
    assert longest_wait <= timedelta(minutes=15), "what is new waited for more than its turn"
    assert club.strava.most_used <= (20, 120)


@pytest.mark.parametrize("body", [b'[{"name": "no id"}]', b'{"a": 1}', b"[", b'[{"id": "x"}]'])
def test_a_list_of_another_shape_ends_in_a_sentence(club: Any, body: bytes) -> None:
    access = club.access(ANNA)
    club.strava.canned = [Answer(body=body)]
    with pytest.raises(Malformed, match=r"Strava.*\.$"):
        list(Strava().pages(access, None))
