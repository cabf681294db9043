"""Any order and any repetition of imports gives the same tables.

Not of what contradicts itself: an edited session counts as it was told last.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import arrivals
import pytest
from arrivals import ATHLETES, FIRST_SEEN, MORNING, File
from hypothesis import given
from hypothesis import strategies as st
from laws import law

from clubmon.load import marts, models
from clubmon.storage.store import Connection, Store

# when a row was known, and which of several equal files it points at, follow the order of arrival
OF_ARRIVAL = {"known_at", "sha256", "sets_sha256", "payloads"}
Tables = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A squad with what is known of its athletes, before any file arrives."""
    opened = Store(tmp_path_factory.mktemp("imports") / "data")
    for table, rows in _SQUAD.items():
        marks = ", ".join("?" for _ in rows[0])
        opened.write(
            "app",
            lambda con, t=table, r=rows, m=marks: con.executemany(  # type: ignore[misc]
                f"INSERT INTO app.{t} VALUES ({m})", r
            ),
        )
    yield opened
    opened.close()


EARLY = FIRST_SEEN - timedelta(days=300)
_SQUAD: dict[str, list[list[Any]]] = {
    "role": [[athlete, "athlete", "squad", EARLY] for athlete in ATHLETES],
    "physiology": [[athlete, "f", 50, 190, 4200, athlete, EARLY] for athlete in ATHLETES[:3]],
    "consent": [[f"c {athlete}", athlete, "health", True, athlete, "athlete", None, EARLY]
                for athlete in ATHLETES],
    "checkin": [
        [f"k{back}", athlete, MORNING - timedelta(days=back), 0, 0, None, None, told,
         metres, minutes, 50, False, None, None, None, None, None, EARLY]
        for athlete, back, told, metres, minutes in (
            ("a", 1, "rest", None, None), ("a", 2, "trained", 5000, 30),
            ("b", 93, "trained", None, 45), ("c", 150, "rest", None, None),
        )
    ],
}  # fmt: skip


def empty(store: Store) -> None:
    def run(con: Connection) -> None:
        for table in ("payload", "session", "lift_set", "sample"):
            con.execute(f"DELETE FROM lake.raw.{table}")
        for table in ("load_past", "past_night"):
            con.execute(f"DROP TABLE IF EXISTS lake.marts.{table}")

    store.write("lake", run)


def tables(store: Store, order: Sequence[File], nights: Sequence[int] = ()) -> Tables:
    """Every model once all files have arrived; a night comes before some of them."""
    empty(store)
    for begin, end in pairwise([0, *nights, len(order)]):
        if begin:
            weeks = timedelta(weeks=len(order) - begin)
            marts.rebuild(store, MORNING - weeks, FIRST_SEEN + timedelta(minutes=begin))
        store.write("lake", partial(arrive, order=order, begin=begin, end=end))
    marts.rebuild(store, MORNING, FIRST_SEEN + timedelta(hours=2))
    return {name: _rows(store, name) for name in models.tables()}


def arrive(con: Connection, order: Sequence[File], begin: int, end: int) -> None:
    """Some of the files, a minute apart."""
    for minute in range(begin, end):
        arrivals.arrive(con, order[minute], FIRST_SEEN + timedelta(minutes=minute))


def _rows(store: Store, name: str) -> list[tuple[Any, ...]]:
    rows = store.rows(f"SELECT * FROM lake.{name}")
    left_out = OF_ARRIVAL - ({"sha256"} if name == "staging.lift" else set())
    return sorted(
        (tuple(value for key, value in row.items() if key not in left_out) for row in rows),
        key=repr,
    )


@pytest.mark.slow
@law(4)
@given(files=arrivals.files(), data=st.data())
def test_any_order_and_repetition_of_imports_gives_the_same_tables(
    store: Store, files: list[File], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(files), max_size=4))
    order = data.draw(st.permutations([*files, *again]))
    nights = data.draw(st.lists(st.integers(1, len(order)), max_size=1))
    want, got = tables(store, files), tables(store, order, nights)
    for name in models.tables():
        assert got[name] == want[name], name
    assert_recorded_is_a_session_or_linked_to_one(store)


def assert_recorded_is_a_session_or_linked_to_one(store: Store) -> None:
    kept = _ids(store, "SELECT session_id FROM lake.staging.session WHERE source <> 'checkin'")
    linked = _ids(store, "SELECT session_id FROM lake.staging.duplicate")
    assert sorted(kept + linked) == _ids(store, "SELECT session_id FROM lake.staging.recorded")
    assert set(_ids(store, "SELECT kept_id AS session_id FROM lake.staging.duplicate")) <= set(kept)


def _ids(store: Store, sql: str) -> list[str]:
    return sorted(row["session_id"] for row in store.rows(sql))
