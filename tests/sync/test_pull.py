"""Sources are asked: everybody before histories, one bad connection alone, nothing twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from clubmon_example import Example
from example_simulator import ExampleSimulator, activity
from installed import example_plugin

from clubmon import jobs
from clubmon.arrival import ingest
from clubmon.club import connections, consenting, enrolling, people
from clubmon.club.connections import Connected, NotConnected
from clubmon.policy import Consent, Role
from clubmon.sdk import Hint, Mode
from clubmon.settings import Settings, load
from clubmon.storage.store import Store
from clubmon.sync import hints, keeping, leaving, pull


@pytest.fixture
def now() -> datetime:
    """The simulator's clock is the machine's, and clocks are compared."""
    return pull.utc_now()


@pytest.fixture
def source(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ExampleSimulator]:
    with example_plugin(tmp_path_factory.mktemp("site")), ExampleSimulator() as running:
        yield running


@pytest.fixture
def settings(settings: Settings, source: ExampleSimulator) -> Settings:
    return load(settings.data, timezone="Europe/Berlin", connectors={"example": source.settings})


def athlete(store: Store, name: str, now: datetime) -> str:
    team = people.team_by_name(store, "Team")
    team_id = team.team_id if team else enrolling.add_team(store, "Team", now)
    id_ = enrolling.add_person(store, name, f"{name}@example.org", now, born=date(2000, 1, 1))
    enrolling.add_role(store, id_, Role.ATHLETE, team_id, now)
    consenting.record(store, id_, Consent.LOAD, True, id_, "athlete", None, now)
    return id_


def connect(
    store: Store, source: ExampleSimulator, athlete_id: str, now: datetime, mode: Mode = "club"
) -> Connected:
    id_ = connections.begin(store, athlete_id, "example", mode, now)
    token = f"token-of-{athlete_id}"
    source.tokens.add(token)
    connections.keep_credentials(store, id_, {"token": token})
    connections.complete(store, id_, f"owner-{athlete_id}")
    return again(store, id_)


def again(store: Store, connection_id: str) -> Connected:
    found = connections.get(store, connection_id)
    assert found is not None
    return found


@pytest.fixture
def one(store: Store, source: ExampleSimulator, now: datetime) -> Connected:
    """Ada, connected; the club may see what arrives."""
    return connect(store, source, athlete(store, "ada", now), now)


@pytest.fixture
def private(store: Store, source: ExampleSimulator, now: datetime) -> Connected:
    """Bea, connected; what arrives is for her alone."""
    return connect(store, source, athlete(store, "bea", now), now, "athlete_only")


def sessions(store: Store, athlete_id: str, audience: str = "club") -> list[str]:
    rows = store.rows(
        "SELECT source_id FROM lake.raw.session WHERE athlete_id = ? AND audience = ? "
        "ORDER BY source_id",
        [athlete_id, audience],
    )
    return [row["source_id"] for row in rows]


def kept(store: Store, athlete_id: str) -> list[Path]:
    return sorted((store.folder / "raw" / athlete_id).glob("*"))


def audited(store: Store, action: str) -> list[str]:
    rows = store.rows("SELECT detail FROM app.audit WHERE action = ? ORDER BY known_at", [action])
    return [row["detail"] for row in rows]


def hint(key: str, one: Connected, change: str = "changed", source_id: str = "") -> Hint:
    return Hint(key, one.owner_id, change, source_id)  # type: ignore[arg-type]


def test_what_is_fetched_is_kept_as_received_and_says_whose_eyes_it_is_for(
    store: Store, settings: Settings, one: Connected, private: Connected, now: datetime
) -> None:
    pulled = pull.everyone(store, settings, now)
    assert (pulled.documents, pulled.connections, pulled.problems) == (10, 2, ())
    assert sessions(store, one.athlete_id) == ["1", "2", "3", "4", "5"]
    assert sessions(store, private.athlete_id, "athlete_only") == ["1", "2", "3", "4", "5"]
    found, problems = ingest.notes(store.folder, private.athlete_id)
    assert problems == []
    assert {(n.audience, n.connector, n.connection) for n in found} == {
        ("athlete_only", "example", private.connection_id)
    }
    raw = ingest.raw_path(store.folder, private.athlete_id, found[0].sha256)
    assert json.loads(raw.read_bytes())["sport"] == "run"


def test_a_lake_made_anew_from_raw_files_keeps_every_audience(
    store: Store, settings: Settings, one: Connected, private: Connected, now: datetime
) -> None:
    pull.everyone(store, settings, now)
    query = "SELECT * EXCLUDE (samples) FROM lake.raw.session ORDER BY session_id"
    before = store.rows(query)
    assert jobs.rebuild(store, settings, now, from_raw=True).loaded == 10
    assert store.rows(query) == before


def test_the_second_pull_asks_only_for_what_is_new(
    store: Store, settings: Settings, source: ExampleSimulator, one: Connected, now: datetime
) -> None:
    pull.everyone(store, settings, now)
    assert again(store, one.connection_id).caught_up
    source.activities[6] = activity(6)
    source.asked.clear()
    assert pull.everyone(store, settings, now).documents == 1
    assert source.asked == ["/activities?after=5", "/activities?after=6"]


def test_one_bad_connection_never_stops_the_others(
    store: Store, settings: Settings, source: ExampleSimulator, one: Connected, now: datetime
) -> None:
    other = connect(store, source, athlete(store, "cem", now), now)
    source.tokens.discard(f"token-of-{one.athlete_id}")
    pulled = pull.everyone(store, settings, now)
    assert len(pulled.problems) == 1
    assert one.athlete_id in pulled.problems[0]
    assert len(sessions(store, other.athlete_id)) == 5
    bad = again(store, one.connection_id)
    assert (bad.state, bad.next_try) == ("needs_attention", None)
    assert "connect again" in str(bad.last_error)


def test_a_connector_that_breaks_its_promise_is_an_error_of_that_connection(
    store: Store, settings: Settings, source: ExampleSimulator, one: Connected, now: datetime
) -> None:
    source.activities[3] = {"id": 3, "sport": {}, "start": 5}  # read refuses it
    del source.activities[4]["id"]  # the pages stumble over it
    pulled = pull.everyone(store, settings, now)
    assert sessions(store, one.athlete_id) == ["1", "2"]
    assert again(store, one.connection_id).state == "retrying"
    assert len(pulled.problems) == 1


def test_first_fetches_take_turns_after_everybodys_last_days(
    store: Store, settings: Settings, source: ExampleSimulator, one: Connected, now: datetime
) -> None:
    pull.everyone(store, settings, now)
    new = [connect(store, source, athlete(store, name, now), now) for name in ("bo", "cy")]
    source.activities[6] = activity(6)
    source.asked.clear()
    pull.everyone(store, settings, now)
    assert source.asked[:2] == ["/activities?after=5", "/activities?after=6"]
    assert source.asked[2:6] == ["/activities?after=0"] * 2 + ["/activities?after=2"] * 2
    assert [len(sessions(store, each.athlete_id)) for each in new] == [6, 6]


def test_a_first_fetch_that_ran_out_of_time_goes_on_where_it_ended(
    store: Store, settings: Settings, source: ExampleSimulator, one: Connected, now: datetime
) -> None:
    pull.everyone(store, settings, now, history_seconds=0)
    assert sessions(store, one.athlete_id) == []
    assert not again(store, one.connection_id).caught_up
    assert pull.by_day(store, settings, now).documents == 5
    assert pull.by_day(store, settings, now).connections == 0, "by day only what waits"


def test_a_limit_is_waited_for(
    store: Store, settings: Settings, source: ExampleSimulator, one: Connected, now: datetime
) -> None:
    source.trouble("limited")
    pull.everyone(store, settings, now)
    stopped = again(store, one.connection_id)
    assert stopped.state == "rate_limited"
    source.trouble(None)
    source.asked.clear()
    pull.by_day(store, settings, now)
    assert source.asked == []
    assert stopped.next_try is not None
    pull.by_day(store, settings, stopped.next_try + timedelta(seconds=1))
    assert again(store, one.connection_id).state == "active"


def test_what_the_night_could_not_fetch_counts_as_soon_as_it_has_come(
    store: Store, settings: Settings, source: ExampleSimulator, one: Connected, now: datetime
) -> None:
    source.activities[6] = activity(6) | {"start": (now - timedelta(days=2)).isoformat()}
    source.trouble("limited")
    jobs.nightly(store, settings, people.local_today(settings, None, now), now, tell=False)
    stopped = again(store, one.connection_id)
    assert stopped.next_try is not None
    assert store.rows("SELECT 1 AS one FROM lake.staging.session") == []
    source.trouble(None)
    jobs.by_day(store, settings, stopped.next_try + timedelta(seconds=1))
    assert len(store.rows("SELECT 1 AS one FROM lake.staging.session")) == 1


def long_run_yesterday(source: ExampleSimulator, now: datetime) -> None:
    """Five kilometres every other day for six weeks, then twenty."""
    source.activities.clear()
    for back in range(1, 43, 2):
        started = (now - timedelta(days=back)).isoformat()
        metres = 20_000 if back == 1 else 5_000
        changes = {"id": 100 - back, "start": started, "seconds": metres * 0.4}
        source.activities[100 - back] = activity(1, metres) | changes


def flagged(store: Store) -> list[tuple[date, str]]:
    rows = store.rows("SELECT morning, rule FROM app.flag WHERE rule = 'single_run'")
    return [(row["morning"], row["rule"]) for row in rows]


def test_a_first_fetch_after_the_clubs_hour_puts_its_flags_on_the_same_mornings_list(
    store: Store, settings: Settings, source: ExampleSimulator, one: Connected, now: datetime
) -> None:
    long_run_yesterday(source, now)
    source.trouble("limited")
    today = people.local_today(settings, None, now)
    jobs.nightly(store, settings, today, now, tell=False)
    assert flagged(store) == []
    source.trouble(None)
    stopped = again(store, one.connection_id)
    assert stopped.next_try is not None
    later = stopped.next_try + timedelta(seconds=1)
    jobs.by_day(store, settings, later)
    assert flagged(store) == [(today, "single_run")]
    jobs.nightly(store, settings, today, later + timedelta(hours=1), tell=False)
    assert flagged(store) == [(today, "single_run")]


def test_before_the_mornings_job_nothing_that_arrives_is_put_on_its_list(
    store: Store, settings: Settings, source: ExampleSimulator, one: Connected, now: datetime
) -> None:
    long_run_yesterday(source, now)
    assert jobs.by_day(store, settings, now).counting == 21
    assert store.rows("SELECT 1 AS one FROM lake.staging.session")
    assert flagged(store) == []


def test_what_is_for_the_athlete_alone_has_no_figures_made_by_day(
    store: Store, settings: Settings, private: Connected, now: datetime
) -> None:
    jobs.rebuild(store, settings, now, from_raw=False)
    before = store.rows("SELECT * FROM lake.marts.past_night")
    assert jobs.by_day(store, settings, now + timedelta(seconds=1)).documents == 5
    assert store.rows("SELECT * FROM lake.marts.past_night") == before


def test_an_edited_activity_is_fetched_once_however_often_the_source_tells(
    store: Store, settings: Settings, source: ExampleSimulator, one: Connected, now: datetime
) -> None:
    pull.everyone(store, settings, now)
    source.activities[2] = activity(2, metres=9500)
    assert hints.take(store, "example", hint("2/update/1", one, source_id="2"), now)
    assert not hints.take(store, "example", hint("2/update/1", one, source_id="2"), now)
    source.asked.clear()
    assert pull.by_day(store, settings, now).documents == 1
    assert pull.by_day(store, settings, now).documents == 0
    assert source.asked == ["/activities/2"]
    newest = store.row("SELECT arg_max(distance_m, known_at) AS m, count(*) AS n FROM "
                       "lake.raw.session WHERE source_id = '2'")  # fmt: skip
    assert newest is not None
    assert newest["n"] == 2
    assert again(store, one.connection_id).cursor == "5"


def test_a_hint_about_nobody_here_is_not_kept(store: Store, one: Connected, now: datetime) -> None:
    stranger = Hint("9/update/1", "somebody else", "changed", "9")
    assert not hints.take(store, "example", stranger, now)
    assert hints.waiting(store) == []


def test_hints_wait_while_the_source_does_not_answer(
    store: Store, settings: Settings, source: ExampleSimulator, one: Connected, now: datetime
) -> None:
    pull.everyone(store, settings, now)
    hints.take(store, "example", hint("1/update/1", one, source_id="1"), now)
    source.trouble("failing")
    pull.by_day(store, settings, now)
    assert len(hints.waiting(store)) == 1
    source.trouble(None)
    pull.again(store, settings, one.connection_id, now)
    pull.by_day(store, settings, now)
    assert hints.waiting(store) == []


def test_what_was_deleted_at_the_source_counts_nowhere_and_leaves_a_line_without_health_data(
    store: Store, settings: Settings, source: ExampleSimulator, one: Connected, now: datetime
) -> None:
    pull.everyone(store, settings, now)
    del source.activities[2]
    hints.take(store, "example", hint("2/delete/1", one, "deleted", "2"), now)
    assert pull.by_day(store, settings, now).deleted == 1
    assert sessions(store, one.athlete_id) == ["1", "3", "4", "5"]
    assert len(kept(store, one.athlete_id)) == 8, "raw files and their notes go as well"
    stone = store.rows("SELECT kind FROM app.tombstone")
    assert [row["kind"] for row in stone] == ["session"]
    assert audited(store, "session_deleted_at_source") == ["example 1 files"]


def test_a_goodbye_is_believed_only_when_the_source_refuses_us_too(
    store: Store, settings: Settings, source: ExampleSimulator, one: Connected, now: datetime
) -> None:
    pull.everyone(store, settings, now)
    hints.take(store, "example", hint("7/goodbye/1", one, "revoked"), now)
    pull.by_day(store, settings, now)
    assert again(store, one.connection_id).state == "active"
    source.tokens.clear()
    hints.take(store, "example", hint("7/goodbye/2", one, "revoked"), now)
    pull.by_day(store, settings, now)
    gone = again(store, one.connection_id)
    assert (gone.state, gone.credentials) == ("revoked", None)
    assert sessions(store, one.athlete_id) == []
    assert kept(store, one.athlete_id) == []


def test_what_is_for_the_athlete_alone_is_purged_after_its_days(
    store: Store, settings: Settings, one: Connected, private: Connected, now: datetime
) -> None:
    pull.everyone(store, settings, now)
    almost = now + timedelta(days=7) - timedelta(minutes=1)
    assert keeping.purge(store, almost) == 0
    assert keeping.purge(store, almost + timedelta(minutes=2)) == 5
    assert sessions(store, private.athlete_id, "athlete_only") == []
    assert kept(store, private.athlete_id) == []
    assert len(sessions(store, one.athlete_id)) == 5
    assert jobs.rebuild(store, settings, now, from_raw=True).loaded == 5, "it does not come back"


def test_a_purge_waits_for_no_night(
    store: Store, settings: Settings, private: Connected, now: datetime
) -> None:
    pull.everyone(store, settings, now)
    pull.by_day(store, settings, now + timedelta(days=7, minutes=1))
    assert kept(store, private.athlete_id) == []


def test_the_night_checks_the_raw_files_as_well(
    store: Store, settings: Settings, private: Connected, now: datetime
) -> None:
    pull.everyone(store, settings, now)
    store.execute("lake", "DELETE FROM lake.raw.payload")  # as if a purge had been cut off
    assert keeping.sweep(store, now + timedelta(days=8)) == 5
    assert kept(store, private.athlete_id) == []


def test_disconnecting_stops_deletes_and_gives_the_token_back(
    store: Store, settings: Settings, source: ExampleSimulator, one: Connected, now: datetime
) -> None:
    pull.everyone(store, settings, now)
    leaving.disconnect(store, settings, one, one.athlete_id, now)
    assert sessions(store, one.athlete_id) == []
    assert kept(store, one.athlete_id) == []
    assert source.tokens == {"token-of-athlete-7"}
    gone = again(store, one.connection_id)
    assert (gone.state, gone.credentials) == ("revoked", None)
    source.asked.clear()
    pull.everyone(store, settings, now)
    assert source.asked == []
    assert audited(store, "fetched_data_deleted") == ["example 5 files"]


def test_a_token_that_could_not_be_given_back_is_tried_again(
    store: Store, settings: Settings, source: ExampleSimulator, one: Connected, now: datetime
) -> None:
    source.trouble("failing")
    leaving.disconnect(store, settings, one, one.athlete_id, now)
    waiting = again(store, one.connection_id)
    assert waiting.credentials is not None
    assert "down" in str(waiting.last_error)
    source.trouble(None)
    pull.by_day(store, settings, now)
    assert again(store, one.connection_id).credentials is None
    assert source.tokens == {"token-of-athlete-7"}


def test_a_withdrawn_consent_stops_the_sync_and_deletes_what_it_brought(
    store: Store, settings: Settings, source: ExampleSimulator, one: Connected, now: datetime
) -> None:
    pull.everyone(store, settings, now)
    who, later = one.athlete_id, now + timedelta(seconds=1)
    consenting.record(store, who, Consent.LOAD, False, who, "athlete", None, later)
    source.asked.clear()
    pull.everyone(store, settings, later)
    assert source.asked == ["/revoke"]
    assert sessions(store, who) == []
    assert again(store, one.connection_id).state == "revoked"


def test_nothing_arrives_for_a_connection_that_ended_meanwhile(
    store: Store, settings: Settings, one: Connected, now: datetime
) -> None:
    from clubmon.sync.fetching import Fetch, Moment

    fetch = Fetch(store, settings, Example(), one, Moment(now, lambda: now))
    assert fetch.step()
    leaving.end(store, one, one.athlete_id, now)
    assert not fetch.step()
    assert sessions(store, one.athlete_id) == []
    assert kept(store, one.athlete_id) == []


def test_a_consent_taken_back_between_two_pages_lets_no_further_one_be_asked_for(
    store: Store, settings: Settings, source: ExampleSimulator, one: Connected, now: datetime
) -> None:
    from clubmon.sync.fetching import Fetch, Moment

    fetch = Fetch(store, settings, Example(), one, Moment(now + timedelta(seconds=1), lambda: now))
    assert fetch.step()
    who = one.athlete_id
    consenting.record(store, who, Consent.LOAD, False, who, "athlete", None, now)
    stored, asked = sessions(store, who), list(source.asked)
    assert not fetch.step()
    assert (sessions(store, who), source.asked) == (stored, asked)


def test_a_crash_between_rows_and_files_brings_nothing_back(
    store: Store, settings: Settings, one: Connected, now: datetime
) -> None:
    pull.everyone(store, settings, now)
    connections.revoke(store, one.connection_id)  # and then the machine stopped
    assert jobs.rebuild(store, settings, now, from_raw=True).loaded == 0
    keeping.sweep(store, now)
    assert kept(store, one.athlete_id) == []


def test_a_file_that_was_fetched_for_the_athlete_alone_counts_once_it_is_handed_in(
    store: Store, settings: Settings, private: Connected, now: datetime, tmp_path: Path
) -> None:
    pull.everyone(store, settings, now)
    path = tmp_path / "2.example.json"
    path.write_bytes(json.dumps(activity(2), sort_keys=True).encode())
    receipt = ingest.store_file(store, settings, private.athlete_id, path, path.name, now)
    assert receipt.runs == 1
    assert sessions(store, private.athlete_id) == ["2"]
    keeping.purge(store, now + timedelta(days=8))
    assert sessions(store, private.athlete_id) == ["2"]
    assert len(kept(store, private.athlete_id)) == 2


def test_one_account_belongs_to_one_athlete_and_one_athlete_has_one_account(
    store: Store, one: Connected, now: datetime
) -> None:
    twice = connections.begin(store, one.athlete_id, "example", "club", now)
    with pytest.raises(NotConnected, match="connected already"):
        connections.complete(store, twice, "another account")
    other = connections.begin(store, athlete(store, "dee", now), "example", "club", now)
    with pytest.raises(NotConnected, match="another athlete"):
        connections.complete(store, other, one.owner_id)


def test_synced_days_are_evidence_only_for_what_the_club_may_see(
    store: Store, settings: Settings, one: Connected, private: Connected, now: datetime
) -> None:
    pull.everyone(store, settings, now)
    rows = store.rows("SELECT athlete_id, groups, first_date, last_date FROM app.sync")
    yesterday = people.local_today(settings, None, now) - timedelta(days=1)
    assert rows == [
        {
            "athlete_id": one.athlete_id,
            "groups": "run",
            "first_date": date(2025, 11, 1),
            "last_date": yesterday,
        }
    ]
    pull.everyone(store, settings, now + timedelta(days=2))
    assert again(store, one.connection_id).state == "needs_attention", "the clock is two days off"
    leaving.end(store, one, one.athlete_id, now)
    assert store.rows("SELECT 1 FROM app.sync") == []
