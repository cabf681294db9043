"""What recent sessions promise: only fresh, own, real ones are asked about or explain anything."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from clubmon.hamstring.recent import arrived, owned, recent_sessions, unrated
from clubmon.storage.store import Store

NOW = datetime(2026, 11, 17, 5, 0, tzinfo=UTC)
TODAY = date(2026, 11, 17)
BERLIN = ZoneInfo("Europe/Berlin")
RUN: dict[str, Any] = {
    "session_id": "s1",
    "athlete_id": "ada",
    "source": "fit",
    "sha256": "f1",
    "kind": "run",
    "sport": "running",
    "title": "Evening run",
    "start_utc": datetime(2026, 11, 16, 17, 0, tzinfo=UTC),
    "start_local": datetime(2026, 11, 16, 18, 0),  # noqa: DTZ001 - wall clock
    "local_date": date(2026, 11, 16),
    "distance_m": 8000,
    "moving_s": 2700,
    "elapsed_s": 3000,
    "ascent_m": 20,
    "rpe_tenths": None,
    "known_at": datetime(2026, 11, 16, 20, 0, tzinfo=UTC),
}


@pytest.fixture
def lake(store: Store) -> Store:
    """A store whose staging tables exist and are empty."""
    store.execute(
        "lake",
        "CREATE TABLE lake.staging.session (session_id VARCHAR, athlete_id VARCHAR, "
        "source VARCHAR, sha256 VARCHAR, kind VARCHAR, sport VARCHAR, title VARCHAR, "
        "start_utc TIMESTAMPTZ, start_local TIMESTAMP, local_date DATE, "
        "distance_m BIGINT, moving_s BIGINT, "
        "elapsed_s BIGINT, ascent_m BIGINT, rpe_tenths BIGINT, known_at TIMESTAMPTZ, "
        "sets_sha256 VARCHAR)",
    )
    store.execute(
        "lake",
        "CREATE TABLE lake.staging.exercise AS SELECT * FROM (VALUES "
        "('Bench Press (Barbell)', false, false), "
        "('Nordic Hamstrings Curls', true, false), ('Sled Push', false, true)"
        ") AS t(exercise, eccentric, sled)",
    )
    return store


def put(store: Store, **changes: Any) -> None:
    row = {**RUN, **changes}
    marks = ", ".join("?" for _ in row)
    store.execute(
        "lake",
        f"INSERT INTO lake.staging.session ({', '.join(row)}) VALUES ({marks})",
        list(row.values()),
    )


def test_before_the_first_rebuild_there_is_nothing_to_ask(store: Store) -> None:
    assert unrated(store, "ada", TODAY, None) == []
    assert recent_sessions(store, "ada", NOW, BERLIN) == []
    assert owned(store, "ada", frozenset({"s1"})) == frozenset()
    assert not arrived(store, "ada", TODAY)


def test_a_session_that_arrived_is_to_be_rated_with_its_minutes(lake: Store) -> None:
    put(lake)
    found = unrated(lake, "ada", TODAY, None)
    assert [(s.session_id, s.minutes) for s in found] == [("s1", 45)]


def test_a_session_is_told_by_day_and_hour_and_never_by_its_title(lake: Store) -> None:
    put(lake)
    put(lake, session_id="s2", kind="lift", moving_s=None, elapsed_s=None)
    told = {one.session_id: one.told for one in unrated(lake, "ada", TODAY, None)}
    assert told == {
        "s1": "Monday's run at 18:00, 45 min",
        "s2": "Monday's lifting at 18:00",
    }


def test_a_lift_counts_its_rests(lake: Store) -> None:
    put(lake, kind="lift")
    assert unrated(lake, "ada", TODAY, None)[0].minutes == 50


@pytest.mark.parametrize(
    "changes",
    [
        {"rpe_tenths": 50},
        {"kind": "other"},
        {"athlete_id": "ben"},
        {"source": "checkin", "start_local": None, "start_utc": None},
        {"local_date": date(2026, 11, 13)},
        {"known_at": datetime(2026, 11, 15, tzinfo=UTC)},
    ],
)
def test_rated_foreign_old_and_seen_sessions_are_not_asked_about(
    lake: Store, changes: dict[str, Any]
) -> None:
    put(lake, **changes)
    assert unrated(lake, "ada", TODAY, datetime(2026, 11, 16, tzinfo=UTC)) == []


def test_three_are_asked_about_at_most_the_newest_first(lake: Store) -> None:
    for day in range(14, 18):
        put(
            lake,
            session_id=f"s{day}",
            local_date=date(2026, 11, day),
            start_local=datetime(2026, 11, day, 6, 0),  # noqa: DTZ001
        )
    assert [s.session_id for s in unrated(lake, "ada", TODAY, None)] == ["s17", "s16", "s15"]


def test_a_rating_given_in_a_check_in_counts_before_the_next_rebuild(lake: Store) -> None:
    put(lake)
    lake.execute("app", "INSERT INTO app.session_rpe VALUES ('s1', 'ada', 60, ?)", [NOW])
    assert unrated(lake, "ada", TODAY, None) == []


def test_only_own_sessions_can_be_rated(lake: Store) -> None:
    put(lake)
    put(lake, session_id="s2", athlete_id="ben")
    assert owned(lake, "ada", frozenset({"s1", "s2", "s3"})) == {"s1"}


def test_what_was_told_in_a_check_in_is_no_arrival(lake: Store) -> None:
    put(lake, source="checkin")
    assert not arrived(lake, "ada", date(2026, 11, 16))
    put(lake)
    assert arrived(lake, "ada", date(2026, 11, 16))
    assert not arrived(lake, "ada", date(2026, 11, 15))


def test_a_session_ends_when_its_elapsed_time_has_passed(lake: Store) -> None:
    put(lake)
    (found,) = recent_sessions(lake, "ada", NOW, BERLIN)
    assert found.ended_at == datetime(2026, 11, 16, 17, 50, tzinfo=UTC)
    assert not found.loads_hamstrings


def test_a_start_without_an_instant_is_read_in_the_athletes_zone(lake: Store) -> None:
    put(lake, start_utc=None)
    (found,) = recent_sessions(lake, "ada", NOW, BERLIN)
    assert found.ended_at == datetime(2026, 11, 16, 17, 50, tzinfo=UTC)


@pytest.mark.parametrize(("ascent", "hilly"), [(119, False), (120, True), (None, False)])
def test_a_hill_session_has_15_metres_of_ascent_per_kilometre(
    lake: Store, ascent: int | None, hilly: bool
) -> None:
    put(lake, ascent_m=ascent)
    assert recent_sessions(lake, "ada", NOW, BERLIN)[0].hilly is hilly


def lift(store: Store, *exercises: str, sha256: str = "f1") -> None:
    """Sets of session s1, as a file told of them."""
    for place, exercise in enumerate(exercises):
        store.execute(
            "lake",
            "INSERT INTO lake.raw.lift_set VALUES "
            "('s1', 'ada', ?, ?, ?, 'normal', 8, NULL, NULL, ?)",
            [sha256, place, exercise, NOW],
        )


@pytest.mark.parametrize(
    ("exercises", "eccentric"),
    [
        (["Bench Press (Barbell)", "Nordic Hamstrings Curls"], True),
        (["Bench Press (Barbell)", "Sled Push"], True),
        (["Bench Press (Barbell)"], False),
        (["Nordic of a kind that nobody tagged"], False),
        ([], False),
    ],
)
def test_a_lift_with_a_tagged_exercise_or_a_sled_is_eccentric(
    lake: Store, exercises: list[str], eccentric: bool
) -> None:
    put(lake, kind="lift", sets_sha256="f1")
    lift(lake, *exercises)
    assert recent_sessions(lake, "ada", NOW, BERLIN)[0].eccentric is eccentric


def test_only_the_sets_that_count_make_a_lift_eccentric(lake: Store) -> None:
    put(lake, kind="lift", sets_sha256="f2")
    lift(lake, "Nordic Hamstrings Curls", sha256="f1")
    lift(lake, "Bench Press (Barbell)", sha256="f2")
    assert not recent_sessions(lake, "ada", NOW, BERLIN)[0].eccentric


def test_a_lake_of_an_older_version_explains_nothing(lake: Store) -> None:
    put(lake)
    lake.execute("lake", "DROP TABLE lake.staging.exercise")
    assert recent_sessions(lake, "ada", NOW, BERLIN) == []


@pytest.mark.parametrize(("seconds", "fast"), [(9, False), (10, True)])
def test_ten_seconds_of_high_speed_make_a_fast_run(lake: Store, seconds: int, fast: bool) -> None:
    put(lake)
    lake.execute(
        "lake",
        "INSERT INTO lake.raw.sample (session_id, athlete_id, sha256, t_s, speed_mmps) "
        "SELECT 's1', 'ada', 'f1', i, CASE WHEN i < ? THEN 5500 ELSE 5499 END "
        "FROM range(60) AS r(i)",
        [seconds],
    )
    assert recent_sessions(lake, "ada", NOW, BERLIN)[0].fast is fast


@pytest.mark.parametrize(("hours", "known"), [(-1, False), (73, True), (17 * 24 + 1, False)])
def test_sessions_are_known_back_to_what_tightness_of_two_weeks_ago_was_put_down_to(
    lake: Store, hours: int, known: bool
) -> None:
    start = NOW - timedelta(hours=hours) - timedelta(seconds=3000)
    put(lake, start_utc=start, local_date=start.date())
    assert bool(recent_sessions(lake, "ada", NOW, BERLIN)) is known


def on(store: Store, days_ago: int, **changes: Any) -> None:
    """A session of some days before TODAY, at 18:00 in Berlin."""
    day = TODAY - timedelta(days=days_ago)
    start = datetime(day.year, day.month, day.day, 17, 0, tzinfo=UTC)
    wall = (start + timedelta(hours=1)).replace(tzinfo=None)
    place = f"{days_ago}{changes}"
    put(store, session_id=place, local_date=day, start_utc=start, start_local=wall, **changes)


@pytest.mark.parametrize(
    ("newest", "unaccustomed"),
    [
        ({"distance_m": 11000}, False),
        ({"distance_m": 11001}, True),
        ({"kind": "lift", "sport": "strength", "distance_m": None}, True),
        ({"kind": "other", "sport": "football", "distance_m": None}, True),
        ({"kind": "other", "sport": "rowing", "distance_m": None}, False),
        ({"sport": "Trail Run", "distance_m": 9000}, False),  # another source's word for a run
    ],
)
def test_a_sport_or_a_length_that_is_new_to_the_last_30_days_is_unaccustomed(
    lake: Store, newest: dict[str, Any], unaccustomed: bool
) -> None:
    on(lake, 32)
    on(lake, 20, distance_m=10000)
    on(lake, 10, kind="other", sport="rowing", distance_m=None)
    on(lake, 1, **newest)
    assert recent_sessions(lake, "ada", NOW, BERLIN)[-1].unaccustomed is unaccustomed


def test_nothing_is_new_to_someone_of_whom_less_than_30_days_are_known(lake: Store) -> None:
    on(lake, 10, distance_m=5000)
    on(lake, 1, distance_m=20000)
    assert not recent_sessions(lake, "ada", NOW, BERLIN)[-1].unaccustomed
