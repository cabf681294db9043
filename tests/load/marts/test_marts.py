"""What a night computes with arrays and from what it kept is what the SELECTs say."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from laws import law

from clubmon.load import blocks, marts, models, past, series
from clubmon.storage.store import Connection, Row, Store, rows_of
from tests.conftest import insert

MORNING = date(2026, 6, 1)
KNOWN_BY = datetime.fromisoformat("2026-06-01 04:00:00+00:00")
METRIC_FROM = MORNING - timedelta(days=models.METRIC_DAYS)

amount = st.one_of(st.none(), st.just(0), st.integers(0, 30), st.integers(0, 30_000_000))


def add(store: Store, athlete: str, loads: list[int | None], kind: str = "run") -> None:
    """One session per day up to the day before MORNING; None is a day that no file covers."""
    first = MORNING - timedelta(days=len(loads))
    days = [first + timedelta(days=t) for t in range(len(loads))]
    rows = [
        [f"{athlete} {kind} {t}", athlete, f"{athlete} {t // 9}", kind, days[t], load,
         load // 3 + 60, load % 90, KNOWN_BY - timedelta(hours=1),
         datetime.combine(days[t], time(18))]
        for t, load in enumerate(loads)
        if load
    ]  # fmt: skip
    store.write("lake", lambda con: insert(con, _SESSION, _ROW, rows))


def one(con: Connection, row: list[Any]) -> None:
    """One session more; of its columns the start is left out."""
    insert(con, _SESSION, _ROW, [[*row, datetime.combine(row[4], time(18))]])


_ROW = "?, ?, ?, ?, ?, ?, ?, ?, ?, 'club', 'fit', '', 'running', ?"


_SESSION = """lake.raw.session (session_id, athlete_id, sha256, kind, local_date, distance_m,
    moving_s, rpe_tenths, known_at, audience, source, source_id, sport, start_local)"""


def close(got: list[Row], want: list[Row]) -> None:
    """The same rows, numbers to 1e-9."""
    assert [key(row) for row in got] == [key(row) for row in want]
    for one, other in zip(got, want, strict=True):
        for name, value in other.items():
            if isinstance(value, float):
                assert one[name] == pytest.approx(value, rel=1e-9, abs=1e-6), (name, key(other))
            else:
                assert one[name] == value, (name, key(other))


def key(row: Row) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in ("athlete_id", "local_date", "channel", "state"))


def emptied(con: Connection) -> None:
    con.execute("DELETE FROM lake.raw.session")
    past.forget(con)  # as whoever puts other rows in the place of raw ones does


@pytest.mark.slow
@law(12)
@given(
    runs=st.lists(amount, min_size=1, max_size=120),
    lifts=st.lists(amount, max_size=60),
    since=st.integers(0, 120),
)
def test_arrays_give_what_the_selects_say(
    store: Store, runs: list[int | None], lifts: list[int | None], since: int
) -> None:
    store.write("lake", emptied)
    add(store, "a", runs)
    add(store, "b", lifts, "lift")
    marts.rebuild(store, MORNING, KNOWN_BY)
    with store.cursor() as con:
        models.bind(con, METRIC_FROM, MORNING, KNOWN_BY)
        for name in ("marts.load_volume", "marts.load_metric"):
            order = "ORDER BY athlete_id, channel, local_date"
            want = rows_of(con, f"SELECT * FROM ({models.query(name)}) {order}")
            close(store.rows(f"SELECT * FROM lake.{name} {order}"), want)


def night(store: Store, morning: date = MORNING) -> list[Row]:
    marts.rebuild(store, morning, KNOWN_BY)
    return store.rows(
        "SELECT * FROM lake.marts.load_metric ORDER BY athlete_id, channel, local_date"
    )


def anew(store: Store, morning: date = MORNING) -> list[Row]:
    """The same night with nothing kept."""
    for table in ("load_past", "past_night"):
        store.execute("lake", f"DELETE FROM lake.marts.{table}")
    return night(store, morning)


def loads(days: int, seed: int) -> list[int | None]:
    return [None if t % 11 == 3 else t * 7919 * seed % 9001 for t in range(days)]


def test_what_was_kept_moves_on_with_the_weeks(store: Store) -> None:
    add(store, "a", loads(700, 1))
    add(store, "b", loads(300, 2), "lift")
    for back in (30, 23, 9, 1, 0):
        moved = night(store, MORNING - timedelta(days=back))
    close(moved, anew(store))


def test_a_long_history_is_kept_slice_by_slice(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(store, "a", loads(700, 1))
    whole = night(store)
    monkeypatch.setattr(past, "SLICE", timedelta(days=40))
    monkeypatch.setattr(series, "AT_ONCE", 2)
    close(anew(store), whole)


def test_every_day_of_a_history_is_what_the_selects_say(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(series, "CELLS", 700)  # two series at a time
    add(store, "a", loads(300, 1))
    add(store, "b", loads(200, 2), "lift")
    night(store)
    begin = MORNING - timedelta(days=300)

    def run(con: Connection) -> list[Row]:
        con.execute("DELETE FROM lake.marts.load_past")
        models.bind(con, begin, MORNING, KNOWN_BY)
        con.execute(f"CREATE TEMP TABLE d AS {models.query('marts.daily_load')}")
        con.execute("DELETE FROM lake.marts.daily_load; INSERT INTO lake.marts.daily_load FROM d")
        con.execute(series.METRIC_TABLE.format(table="lake.marts.every_day"))
        series.metrics_into(con, "lake.marts.every_day", begin, MORNING)
        return rows_of(con, f"SELECT * FROM ({models.query('marts.load_metric')}) {_ORDER}")

    want = store.write("lake", run)
    close(store.rows(f"SELECT * FROM lake.marts.every_day {_ORDER}"), want)


_ORDER = "ORDER BY athlete_id, channel, local_date"


def test_a_squad_is_computed_block_by_block(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for n, athlete in enumerate("abcdef"):
        add(store, athlete, loads(400, n + 1), "lift" if n % 3 == 2 else "run")
        row = [athlete, "athlete", f"team {n // 4}", KNOWN_BY - timedelta(days=900)]
        store.execute("app", "INSERT INTO app.role VALUES (?, ?, ?, ?)", row)
    whole = night(store)
    monkeypatch.setattr(blocks, "AT_ONCE", 1)
    monkeypatch.setattr(past, "SLICE", timedelta(days=20))
    close(anew(store), whole)


LATE = KNOWN_BY - timedelta(minutes=1)
OLD = MORNING - timedelta(days=400)


def late_file(store: Store) -> None:
    store.write(
        "lake",
        lambda con: one(con, ["late", "a", "late", "run", OLD, 30_000, 9000, 50, LATE]),
    )


def corrected(store: Store) -> None:
    """A session of long ago is said to have been last week's."""
    day = MORNING - timedelta(days=4)
    store.write(
        "lake",
        lambda con: one(con, ["a run 305", "a", "late", "run", day, 30_000, 9000, 50, LATE]),
    )


def deleted(store: Store) -> None:
    store.execute("app", "INSERT INTO app.tombstone VALUES ('session', 'a run 305', ?)", [LATE])


def erased(store: Store) -> None:
    store.execute("app", "INSERT INTO app.tombstone VALUES ('person', 'a', ?)", [LATE])


def rated(store: Store) -> None:
    store.execute("app", "INSERT INTO app.session_rpe VALUES ('a run 305', 'a', 100, ?)", [LATE])


@pytest.mark.parametrize("change", [late_file, corrected, deleted, erased, rated])
def test_a_change_of_long_ago_is_not_missed(store: Store, change: Any) -> None:
    add(store, "a", loads(700, 1))
    add(store, "b", loads(700, 3))
    before = night(store)
    change(store)
    after = night(store)
    assert after != before
    close(after, anew(store))


def test_a_change_of_this_month_leaves_what_was_kept(store: Store) -> None:
    add(store, "a", loads(700, 1))
    night(store)
    kept = store.rows("SELECT * FROM lake.marts.past_night")
    store.write(
        "lake",
        lambda con: one(
            con,
            ["new", "a", "new", "run", MORNING - timedelta(days=2), 30_000, 9000, 50, LATE],
        ),
    )
    close(night(store), anew(store))
    assert store.rows("SELECT * FROM lake.marts.past_night") == kept


def test_a_rule_by_percentile_reads_further_back(store: Store) -> None:
    add(store, "a", [5000] * 300)
    night(store)
    (short,) = store.rows("SELECT since FROM lake.marts.past_night")
    store.execute("app", "UPDATE app.rule SET percentile = 90 WHERE channel = 'run_m'")
    night(store)
    (long,) = store.rows("SELECT since FROM lake.marts.past_night")
    assert (short["since"] - long["since"]).days >= 150
    ranked = store.rows("SELECT DISTINCT channel, percentile FROM lake.marts.load_usual")
    assert ranked == [{"channel": "run_m", "percentile": 1.0}]


def test_what_became_known_after_the_moment_of_a_night_is_not_missed_by_the_next(
    store: Store,
) -> None:
    add(store, "a", loads(700, 1))
    night(store)
    late = KNOWN_BY + timedelta(minutes=1)  # while the night was running
    store.write(
        "lake",
        lambda con: one(con, ["late", "a", "late", "run", OLD, 30_000, 9000, 50, late]),
    )
    night(store)
    marts.rebuild(store, MORNING, late)
    kept = store.rows("SELECT * FROM lake.marts.load_metric ORDER BY channel, local_date")
    for table in ("load_past", "past_night"):
        store.execute("lake", f"DELETE FROM lake.marts.{table}")
    marts.rebuild(store, MORNING, late)
    close(kept, store.rows("SELECT * FROM lake.marts.load_metric ORDER BY channel, local_date"))


def test_a_file_that_covers_more_of_the_past_once_its_last_run_is_over_is_not_missed(
    store: Store,
) -> None:
    add(store, "a", loads(400, 1)[:200])
    days = (MORNING - timedelta(days=150), MORNING - timedelta(days=1))
    for n, day in enumerate(days):
        row = [f"s{n}", "a", "export", "run", day, 9000, 3000, 50, LATE]
        store.write("lake", partial(one, row=row))
    night(store, MORNING - timedelta(days=1))
    close(night(store), anew(store))
