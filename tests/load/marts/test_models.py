"""What the rebuild and the history on request promise."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb
import pytest

from clubmon.load import marts, models
from clubmon.storage.store import Row, Store, sql_folder
from tests.conftest import insert

MORNING = date(2026, 6, 1)
KNOWN_BY = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
AVERAGES = ("acwr_ewma", "ctl", "atl", "tsb", "monotony", "strain")
FILES = [path for s in models.SCHEMAS for path in sorted((sql_folder() / s).glob("*.sql"))]


def add_runs(store: Store, athlete: str, metres: list[int], known_at: datetime = KNOWN_BY) -> None:
    """One run a day up to yesterday, all from one file; 0 is no run."""
    first = MORNING - timedelta(days=len(metres))
    rows = [
        _run(athlete, first + timedelta(days=t), m, known_at) for t, m in enumerate(metres) if m
    ]
    columns = ", ".join(rows[0])
    marks = ", ".join("?" for _ in rows[0])
    values = [list(row.values()) for row in rows]
    store.write("lake", lambda con: insert(con, f"lake.raw.session ({columns})", marks, values))


def _run(athlete: str, day: date, metres: int, known_at: datetime) -> dict[str, Any]:
    start = datetime(day.year, day.month, day.day, 8)  # noqa: DTZ001 - wall-clock time
    session_id = f"{athlete} {day}"
    return {
        "session_id": session_id, "athlete_id": athlete, "sha256": f"file of {athlete}",
        "audience": "club", "source": "strava_export", "source_id": session_id, "kind": "run",
        "sport": "Run", "start_local": start, "local_date": day, "distance_m": metres,
        "moving_s": metres // 3, "ascent_m": metres // 100, "rpe_tenths": 55, "known_at": known_at,
    }  # fmt: skip


def tables(store: Store) -> dict[str, list[Row]]:
    return {name: store.rows(f"SELECT * FROM lake.{name} ORDER BY ALL") for name in models.tables()}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_model_is_one_select_that_states_its_grain_first(path: Any) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.match(r"-- one row per .+\n", text)
    with duckdb.connect() as con:
        statements = con.extract_statements(text)
    assert [s.type for s in statements] == [duckdb.StatementType.SELECT]
    assert "RETURNING" not in text.upper()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_list_of_distinct_values_is_sorted_as_it_comes_in_another_order_on_every_run(
    path: Any,
) -> None:
    text = re.sub(r"\s", "", path.read_text(encoding="utf-8"))
    lists = re.findall(r"list\(DISTINCT", text)
    in_order = re.findall(r"list_sort\((?:list_filter\()?list\(DISTINCT", text)
    assert len(in_order) == len(lists)


def test_every_model_comes_after_the_models_that_it_names() -> None:
    order = models.order()
    assert sorted(order) == sorted(models.sources())
    for name, sql in models.sources().items():
        named = set(re.findall(r"lake\.((?:staging|marts)\.\w+)", sql))
        assert all(order.index(other) < order.index(name) for other in named)


def test_the_order_is_the_same_every_time() -> None:
    assert models.order() == models.order()


def test_an_empty_lake_gives_empty_tables(store: Store) -> None:
    assert marts.rebuild(store, MORNING, KNOWN_BY) == models.tables()
    shipped = {"staging.newest_rule", "staging.exercise"}
    assert all(rows == [] for name, rows in tables(store).items() if name not in shipped)


def test_a_second_rebuild_changes_nothing(store: Store) -> None:
    for i in range(5):
        add_runs(store, f"a{i}", [(t * 7919 + i) % 9000 for t in range(200)])
    marts.rebuild(store, MORNING, KNOWN_BY)
    before = tables(store)
    marts.rebuild(store, MORNING, KNOWN_BY)
    assert tables(store) == before
    assert len(before["marts.load_metric"]) == 5 * 42 * 4


def test_a_failed_rebuild_leaves_the_old_tables(store: Store) -> None:
    add_runs(store, "a", [5000] * 40)
    marts.rebuild(store, MORNING, KNOWN_BY)
    before = tables(store)
    # a load beyond 64 bits stops a late model, after staging has been replaced
    add_runs(store, "b", [2**62] * 40)
    with pytest.raises(duckdb.Error):
        marts.rebuild(store, MORNING, KNOWN_BY)
    assert tables(store) == before


def test_the_last_day_is_the_one_before_the_morning(store: Store) -> None:
    add_runs(store, "a", [5000] * 60)
    marts.rebuild(store, MORNING - timedelta(days=3), KNOWN_BY)
    days = store.row(
        "SELECT min(local_date) AS a, max(local_date) AS b FROM lake.marts.load_metric"
    )
    assert days == {"a": MORNING - timedelta(days=45), "b": MORNING - timedelta(days=4)}


def test_history_is_what_the_rebuild_computes_and_every_day_before(store: Store) -> None:
    for athlete in ("a", "b"):
        add_runs(store, athlete, [(t * 7919 + ord(athlete)) % 9000 for t in range(1500)])
    marts.rebuild(store, MORNING, KNOWN_BY)
    history = models.history(store, "b", MORNING, KNOWN_BY)
    wanted = store.rows(
        "SELECT * FROM lake.marts.load_metric WHERE athlete_id = 'b' ORDER BY local_date, channel"
    )
    assert [exact(row) for row in history[-len(wanted) :]] == [exact(row) for row in wanted]
    for got, want in zip(history[-len(wanted) :], wanted, strict=True):
        for name in AVERAGES:
            assert got[name] == pytest.approx(want[name], rel=1e-9)
    assert len(history) == 1500 * 4


def exact(row: Row) -> Row:
    """What is summed in another order may differ in the last digit."""
    return {name: value for name, value in row.items() if name not in AVERAGES}


def test_history_needs_no_rebuild_and_writes_nothing(store: Store) -> None:
    add_runs(store, "a", [5000] * 10)
    assert len(models.history(store, "a", MORNING, KNOWN_BY)) == 40
    assert store.rows("SELECT * FROM duckdb_tables() WHERE schema_name = 'marts'") == []


def test_history_of_nobody_is_empty(store: Store) -> None:
    assert models.history(store, "nobody", MORNING, KNOWN_BY) == []


def test_history_shows_a_day_as_it_was_known_then(store: Store) -> None:
    add_runs(store, "a", [5000] * 50, known_at=KNOWN_BY - timedelta(days=2))
    add_runs(store, "a", [6000] * 50, known_at=KNOWN_BY)
    then = models.history(store, "a", MORNING, KNOWN_BY - timedelta(days=1))
    now = models.history(store, "a", MORNING, KNOWN_BY)
    assert {r["load"] for r in then if r["channel"] == "run_m"} == {5000}
    assert {r["load"] for r in now if r["channel"] == "run_m"} == {6000}


def test_a_rebuild_counts_what_was_known_by_then(store: Store) -> None:
    add_runs(store, "a", [5000] * 50, known_at=KNOWN_BY + timedelta(seconds=1))
    marts.rebuild(store, MORNING, KNOWN_BY)
    assert store.rows("SELECT * FROM lake.marts.daily_load") == []


def test_a_spike_reaches_the_candidates_through_every_model(store: Store) -> None:
    add_runs(store, "a", [4000] * 40 + [7000] * 5)
    marts.rebuild(store, MORNING, KNOWN_BY)
    found = store.rows(
        "SELECT morning, held_days, holds FROM lake.marts.flag_candidate "
        "WHERE rule = 'spike' AND channel = 'run_m' ORDER BY morning"
    )
    assert found[-1] == {"morning": MORNING, "held_days": 4, "holds": True}
    rules = store.rows("SELECT DISTINCT rule FROM lake.marts.flag_candidate ORDER BY 1")
    assert [r["rule"] for r in rules] == ["single_run", "spike"]


def test_a_circle_is_told_in_one_sentence() -> None:
    with pytest.raises(models.ModelError, match=r"^These models read each other: .+ → .+\.$"):
        models.ordered({"marts.a": ["marts.b"], "marts.b": ["marts.a"]})
