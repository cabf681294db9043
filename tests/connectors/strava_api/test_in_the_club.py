"""Strava through the real core: the athlete alone, then the club, then gone; nothing doubled."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from clubmon_strava import Strava
from strava_simulator import Simulator

from clubmon import jobs
from clubmon.arrival import ingest
from clubmon.club import connections, consenting, enrolling
from clubmon.club.connections import Connected
from clubmon.policy import Consent, Role
from clubmon.sdk import OAuthConnector
from clubmon.settings import Settings, load
from clubmon.storage.store import Store
from clubmon.sync import connecting, hints, leaving, pull

ANNA = 134815
SOURCE = Strava.source
PERMIT = connecting.Permit("Strava, developer support", date(2026, 11, 1), "ticket 77, on file")
EXPORT = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Elapsed Time,Distance,Elapsed Time,"
    'Distance\n{id},"{start:%b %d, %Y, %I:%M:%S %p}",Run,Run,3100,10.0,3100,10000\n'
)


@pytest.fixture
def settings(settings: Settings, strava: Simulator) -> Settings:
    """A club that knows where the simulator is."""
    return load(settings.data, timezone="Europe/Berlin", connectors={SOURCE: strava.settings})


@pytest.fixture
def anna(store: Store, settings: Settings, strava: Simulator, clock: Any) -> Connected:
    """Anna, who consented and connected Strava by its own page."""
    now = clock()
    team = enrolling.add_team(store, "Team", now)
    who = enrolling.add_person(store, "Anna", "anna@example.org", now, born=date(2000, 1, 1))
    enrolling.add_role(store, who, Role.ATHLETE, team, now)
    consenting.record(store, who, Consent.LOAD, True, who, "athlete", None, now)
    connector = Strava()
    assert isinstance(connector, OAuthConnector)
    strava.codes["code-1"] = (ANNA, "read,activity:read_all")
    answer = {"code": "code-1", "scope": "read,activity:read_all"}
    connecting.finish(store, settings, connector, who, answer, who, now)
    return connections.of_athlete(store, who)[SOURCE]


def rows(store: Store, sql: str) -> list[dict[str, Any]]:
    return store.rows(sql)


def audiences(store: Store) -> list[str]:
    found = rows(store, "SELECT DISTINCT audience FROM lake.raw.session ORDER BY audience")
    return [row["audience"] for row in found]


def staged(store: Store, settings: Settings, now: datetime) -> list[dict[str, Any]]:
    jobs.rebuild(store, settings, now, from_raw=False)
    return rows(store, "SELECT source, distance_m, rpe_tenths FROM lake.staging.session")


def files(store: Store, who: str) -> list[Path]:
    return [path for path in (store.folder / "raw" / who).glob("*") if path.suffix != ".json"]


def open_to_club(store: Store, settings: Settings, now: datetime) -> None:
    connecting.open_to_club(store, Strava(), PERMIT, "admin", now)
    pull.everyone(store, settings, now)


def test_what_strava_tells_is_for_the_athlete_alone_until_a_permission_is_recorded(
    store: Store, settings: Settings, strava: Simulator, anna: Connected, clock: Any
) -> None:
    strava.add(ANNA)
    strava.add(ANNA, start=clock.now - timedelta(days=60))
    pulled = pull.everyone(store, settings, clock())
    assert (pulled.problems, audiences(store)) == ((), ["athlete_only"])
    assert len(rows(store, "SELECT DISTINCT source_id FROM lake.raw.session")) == 1
    assert staged(store, settings, clock()) == []
    open_to_club(store, settings, clock())
    assert audiences(store) == ["club"]
    assert staged(store, settings, clock()) == [
        {"source": SOURCE, "distance_m": 10_000, "rpe_tenths": 60},
        {"source": SOURCE, "distance_m": 10_000, "rpe_tenths": 60},
    ]


def test_after_seven_days_what_is_for_the_athlete_alone_is_gone(
    store: Store, settings: Settings, strava: Simulator, anna: Connected, clock: Any
) -> None:
    strava.add(ANNA)
    pull.everyone(store, settings, clock())
    assert files(store, anna.athlete_id)
    clock.go(days=7, hours=1)
    pull.everyone(store, settings, clock())
    assert (audiences(store), files(store, anna.athlete_id)) == ([], [])


@pytest.mark.parametrize("stopped", [False, True])
def test_after_seven_days_nothing_names_an_activity_of_the_athlete_alone(
    store: Store,
    settings: Settings,
    strava: Simulator,
    anna: Connected,
    clock: Any,
    stopped: bool,
) -> None:
    """Neither cursor nor event, also where nothing could be fetched meanwhile."""
    identity = str(strava.add(ANNA)["id"])
    pull.everyone(store, settings, clock())
    tell(store, clock(), object_id=int(identity), aspect_type="update")
    clock.go(minutes=1)
    pull.by_day(store, settings, clock())
    assert identity in written(store)
    strava.inactive = stopped
    for _ in range(8):
        clock.go(days=1)
        pull.everyone(store, settings, clock())
    assert identity not in written(store)
    strava.inactive = False
    new = str(strava.add(ANNA)["id"])
    pull.again(store, settings, anna.connection_id, clock())
    assert new in written(store), "it goes on afterwards"


def test_no_position_reaches_the_disk(
    store: Store, settings: Settings, strava: Simulator, anna: Connected, clock: Any
) -> None:
    strava.add(ANNA)
    pull.everyone(store, settings, clock())
    for path in files(store, anna.athlete_id):
        content = path.read_bytes()
        assert b"SECRET" not in content
        assert b"51.46" not in content


@pytest.mark.parametrize("hidden", [False, True])
def test_the_same_activity_in_the_bulk_export_counts_once(
    store: Store,
    settings: Settings,
    strava: Simulator,
    anna: Connected,
    clock: Any,
    tmp_path: Path,
    hidden: bool,
) -> None:
    start = clock.now - timedelta(hours=30)
    changes = {}
    if hidden:  # Strava then gives midnight and one second, of the clock on the wall
        changes = {"start_date": "2026-11-14T23:00:01Z", "start_date_local": "2026-11-15T00:00:01Z"}
    activity = strava.add(ANNA, start=start, **changes)
    open_to_club(store, settings, clock())
    path = tmp_path / "activities.csv"
    path.write_text(EXPORT.format(id=activity["id"], start=start), encoding="utf-8")
    ingest.store_file(store, settings, anna.athlete_id, path, path.name, clock())
    (session,) = staged(store, settings, clock())
    assert session == {"source": "strava_export", "distance_m": 10_000, "rpe_tenths": 60}


def test_an_event_leads_to_asking_again_and_a_deletion_takes_the_session_away(
    store: Store, settings: Settings, strava: Simulator, anna: Connected, clock: Any
) -> None:
    activity = strava.add(ANNA)
    open_to_club(store, settings, clock())
    activity["perceived_exertion"] = 9.0
    tell(store, clock(), object_id=activity["id"], aspect_type="update")
    clock.go(minutes=1)
    pull.by_day(store, settings, clock())
    assert [row["rpe_tenths"] for row in staged(store, settings, clock())] == [90]
    tell(store, clock(), object_id=activity["id"], aspect_type="delete")
    pull.by_day(store, settings, clock())
    assert len(staged(store, settings, clock())) == 1, "a deletion that Strava does not confirm"
    strava.activities[ANNA].clear()
    clock.go(minutes=1)
    tell(store, clock(), object_id=activity["id"], aspect_type="delete")
    pull.by_day(store, settings, clock())
    assert (staged(store, settings, clock()), files(store, anna.athlete_id)) == ([], [])


def test_a_permission_taken_back_at_strava_ends_it_all_and_a_forged_word_of_it_nothing(
    store: Store, settings: Settings, strava: Simulator, anna: Connected, clock: Any
) -> None:
    strava.add(ANNA)
    open_to_club(store, settings, clock())
    gone = {"object_type": "athlete", "object_id": ANNA, "updates": {"authorized": "false"}}
    tell(store, clock(), aspect_type="update", **gone)
    pull.by_day(store, settings, clock())
    assert len(staged(store, settings, clock())) == 1
    strava.withdraw(ANNA)
    clock.go(minutes=1)
    tell(store, clock(), aspect_type="update", **gone)
    pull.by_day(store, settings, clock())
    assert (staged(store, settings, clock()), files(store, anna.athlete_id)) == ([], [])
    assert connections.of_athlete(store, anna.athlete_id) == {}


def test_a_forged_word_of_a_permission_taken_back_swallows_no_event_that_waits_beside_it(
    store: Store, settings: Settings, strava: Simulator, anna: Connected, clock: Any
) -> None:
    activity = strava.add(ANNA, start=clock() - timedelta(days=20))
    open_to_club(store, settings, clock())
    activity["perceived_exertion"] = 9.0
    gone = {"object_type": "athlete", "object_id": ANNA, "updates": {"authorized": "false"}}
    tell(store, clock(), object_id=activity["id"], aspect_type="update")
    tell(store, clock(), aspect_type="update", **gone)
    clock.go(minutes=1)
    pull.by_day(store, settings, clock())
    assert [row["rpe_tenths"] for row in staged(store, settings, clock())] == [90]
    strava.withdraw(ANNA)
    tell(store, clock(), object_id=activity["id"], aspect_type="update")
    tell(store, clock(), aspect_type="update", **gone)
    pull.by_day(store, settings, clock())
    assert connections.of_athlete(store, anna.athlete_id) == {}


def test_disconnecting_gives_the_tokens_back(
    store: Store, settings: Settings, strava: Simulator, anna: Connected, clock: Any
) -> None:
    strava.add(ANNA)
    open_to_club(store, settings, clock())
    one = connections.of_athlete(store, anna.athlete_id)[SOURCE]
    leaving.disconnect(store, settings, one, anna.athlete_id, clock())
    assert (strava.grants, files(store, anna.athlete_id)) == ([], [])
    assert staged(store, settings, clock()) == []


def written(store: Store) -> str:
    """Every row of every table."""
    tables = rows(
        store,
        "SELECT database_name || '.' || schema_name || '.' || table_name AS name "
        "FROM duckdb_tables() WHERE database_name IN ('app', 'lake') AND NOT internal",
    )
    return "".join(str(rows(store, f"SELECT * FROM {table['name']}")) for table in tables)


def tell(store: Store, now: datetime, **event: Any) -> None:
    """An event of Strava's, as the web hands it on."""
    whole = {
        "object_type": "activity",
        "updates": {},
        "owner_id": ANNA,
        "subscription_id": 120475,
        "event_time": int(now.timestamp()),
        **event,
    }
    found = Strava().hint({"subscription_id": "120475"}, json.dumps(whole).encode())
    assert found is not None
    assert hints.take(store, SOURCE, found, now)
