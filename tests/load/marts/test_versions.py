"""One session that arrives in several files: what each of them knows is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clubmon.arrival import rawrows
from clubmon.load import models
from clubmon.sdk import LiftSet, Samples, Session

ZONE = "Pacific/Kiritimati"  # 14 hours ahead: a start in UTC alone is most often the day before
SEEN = datetime(2026, 9, 10, 5, tzinfo=UTC)
MORNING = date(2026, 9, 11)

RICH = Session(  # what the bulk export tells of a run, recorded while travelling in Berlin
    source="strava_export",
    source_id="101",
    kind="run",
    sport="Run",
    start_utc=datetime(2026, 9, 1, 16, tzinfo=UTC),
    start_local=datetime(2026, 9, 1, 18),  # noqa: DTZ001 wall clock
    timezone="+02:00",
    title="Evening Run",
    distance_m=5012.5,
    moving_s=1500,
    elapsed_s=1600,
    ascent_m=31,
    descent_m=30,
    avg_hr=150,
    max_hr=171,
    rpe=6,
    samples=Samples([0, 1], [0.0, 3.0], [3.0, 3.0], [20.0, 20.0], [140, 141]),
)
BARE = replace(  # the same row of activities.csv alone
    RICH,
    start_local=None,
    timezone="UTC",
    ascent_m=None,
    descent_m=None,
    avg_hr=None,
    max_hr=None,
    samples=None,
)
LIFT = replace(
    RICH,
    source_id="102",
    kind="lift",
    sport="Workout",
    distance_m=None,
    sets=(LiftSet("Squat", "normal", 5, 100), LiftSet("Squat", "normal", 5, 102.5)),
)
BARE_LIFT = replace(BARE, source_id="102", kind="other", sport="Workout", distance_m=None)


def store(con: Any, files: Sequence[Sequence[Session]]) -> None:
    """Each file an hour after the one before, as an import would write them."""
    for hour, sessions in enumerate(files):
        sha256 = hashlib.sha256(repr(sessions).encode()).hexdigest()
        known_at = SEEN + timedelta(hours=hour)
        payload = rawrows.Payload("a", sha256, "x", "files", "1", 1, "club", 0, known_at)
        found = rawrows.frames(payload, sessions, ZONE)
        rawrows.insert(con, payload, len(sessions), [found])


def seen(con: Any) -> tuple[list[Any], list[Any], list[Any]]:
    """Sessions, sets and loads as staging and marts show them, without when they arrived."""
    models.bind(con, MORNING - timedelta(days=42), MORNING, SEEN + timedelta(days=1))
    models.made(con, "SELECT * FROM lake.marts.daily_load")  # and all that it is made from
    asked = (
        ("staging.session", "* EXCLUDE (known_at)"),
        ("staging.lift", "*"),
        ("marts.daily_load", "*"),
    )
    sessions, sets, loads = (
        con.execute(f'SELECT {what} FROM "{name}" ORDER BY ALL').fetchall() for name, what in asked
    )
    return sessions, sets, loads


@pytest.mark.parametrize("files", [*permutations([(RICH, LIFT), (BARE, BARE_LIFT)])])
def test_a_bare_table_takes_nothing_from_the_bulk_export(con: Any, files: Any) -> None:
    store(con, files)
    models.bind(con, MORNING - timedelta(days=42), MORNING, SEEN + timedelta(days=1))
    found = con.execute(
        "SELECT kind, start_local, local_date, ascent_m, avg_hr, distance_m "
        f"FROM ({models.query('staging.session')}) ORDER BY kind DESC"
    ).fetchall()
    start = datetime(2026, 9, 1, 18)  # noqa: DTZ001 wall clock
    assert found == [
        ("run", start, date(2026, 9, 1), 31, 150, 5012),
        ("lift", start, date(2026, 9, 1), 31, 150, None),
    ]
    day = con.execute(
        f"SELECT load FROM ({models.query('marts.daily_load')}) "
        "WHERE channel = 'tonnage_g' AND state = 'trained'"
    )
    assert day.fetchall() == [(5 * 202_500,)]


def test_the_session_points_at_the_file_that_has_its_samples(con: Any) -> None:
    store(con, [(RICH,), (BARE,)])
    models.bind(con, MORNING - timedelta(days=42), MORNING, SEEN + timedelta(days=1))
    (counted,) = con.execute(
        "SELECT count(*) FROM lake.raw.sample AS p INNER JOIN "
        f"({models.query('staging.session')}) AS s ON s.sha256 = p.sha256"
    ).fetchone()
    assert counted == 2


def test_a_value_that_was_corrected_later_is_the_one_that_counts(con: Any) -> None:
    corrected = replace(BARE, distance_m=4000, avg_hr=160)
    store(con, [(RICH,), (corrected,)])
    models.bind(con, MORNING - timedelta(days=42), MORNING, SEEN + timedelta(days=1))
    rows = con.execute(
        f"SELECT distance_m, avg_hr, max_hr FROM ({models.query('staging.session')})"
    ).fetchall()
    assert rows == [(4000, 160, 171)]


_optional = ("title", "ascent_m", "descent_m", "avg_hr", "max_hr", "rpe", "distance_m")
_masks = st.lists(st.sets(st.sampled_from([*_optional, "wall", "samples"])), min_size=2, max_size=3)


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(masks=_masks, data=st.data())
def test_the_order_of_arrival_does_not_matter_where_nothing_conflicts(
    in_memory: Callable[[], Any], masks: list[set[str]], data: st.DataObject
) -> None:
    versions = [(poorer(missing),) for missing in masks]
    shuffled = data.draw(st.permutations(versions))
    with in_memory() as one, in_memory() as other:
        store(one, versions)
        store(other, shuffled)
        # which of several equal files is pointed at may differ; what they say may not
        assert [told(row) for row in seen(one)[0]] == [told(row) for row in seen(other)[0]]
        assert seen(one)[1:] == seen(other)[1:]


def poorer(missing: set[str]) -> Session:
    """The full run without some of what it knows."""
    values: dict[str, Any] = {name: None for name in missing if name != "wall"}
    if "wall" in missing:
        values |= {"start_local": None, "timezone": "UTC"}
    return replace(RICH, **values)


def told(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row of staging.session without the hash of the file that it points at."""
    return (*row[:3], *row[5:])
