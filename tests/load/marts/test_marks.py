"""A mark changes with what becomes known of an athlete's days before, and of nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from clubmon.load import marks
from clubmon.storage.store import Connection, Store

DAY = date(2026, 5, 18)  # marks are of the days before this Monday
MORNING = date(2026, 6, 1)
KNOWN = datetime(2026, 6, 1, 4, tzinfo=UTC)
EARLY = KNOWN - timedelta(days=200)
OLD = DAY - timedelta(days=10)
Change = Callable[[Store], None]


def add(store: Store, table: str, row: list[Any]) -> None:
    store.execute("app", f"INSERT INTO app.{table} VALUES ({', '.join('?' * len(row))})", row)


def session(store: Store, name: str, who: str, day: date, known_at: datetime = EARLY) -> None:
    start = datetime(day.year, day.month, day.day, 18)  # noqa: DTZ001 wall clock
    store.execute("lake", _SESSION, [name, who, f"file {name}", day, start, known_at])


_SESSION = """
INSERT INTO lake.raw.session (session_id, athlete_id, sha256, audience, source, source_id, kind,
    sport, local_date, start_local, known_at)
SELECT ?, ?, ?, 'club', 'fit', '', 'run', 'running', ?, ?, ?
"""


@pytest.fixture
def club(store: Store) -> Store:
    """`a` and `b` in one team, `c` in another."""
    for who, team in (("a", "one"), ("b", "one"), ("c", "two")):
        add(store, "role", [who, "athlete", team, EARLY])
        session(store, f"run {who}", who, OLD)
        session(store, f"newest {who}", who, MORNING - timedelta(days=2))
    return store


def taken(store: Store) -> dict[str, list[str]]:
    def run(con: Connection) -> dict[str, list[str]]:
        con.execute("CREATE OR REPLACE TABLE lake.staging.span AS " + _SPAN)
        marks.take(con, "found", DAY, MORNING, KNOWN)
        rows = "SELECT athlete_id, list_sort(list(mark)) FROM temp.found GROUP BY athlete_id"
        return dict(con.execute(rows).fetchall())

    return store.write("lake", run)


_SPAN = """
SELECT athlete_id, min(local_date) AS first_date, max(local_date) AS last_date, ['run'] AS groups
FROM lake.raw.session GROUP BY athlete_id, sha256
"""


def differing(before: dict[str, list[str]], after: dict[str, list[str]]) -> set[str]:
    return {who for who in before | after if before.get(who) != after.get(who)}


def arrived(store: Store) -> None:
    session(store, "late", "a", OLD)


def moved(store: Store) -> None:
    """What was of long ago is said to have been of this week."""
    session(store, "run a", "a", MORNING - timedelta(days=1))


def deleted(store: Store) -> None:
    add(store, "tombstone", ["session", "run a", EARLY])


def rated(store: Store) -> None:
    add(store, "session_rpe", ["run a", "a", 70, EARLY])


def rated_file(store: Store) -> None:
    add(store, "file_rpe", ["a", "file run a", 70, EARLY])


def decided(store: Store) -> None:
    add(store, "quarantine_decision", ["run a", "a", "drop", "coach", EARLY])


def mended_to_here(store: Store) -> None:
    add(store, "quarantine_decision", ["newest a", "a", "mend", "coach", EARLY])
    start = datetime(OLD.year, OLD.month, OLD.day, 7)  # noqa: DTZ001 wall clock
    add(store, "session_mend", ["newest a", "a", start, None, None, False, EARLY])


def told(store: Store) -> None:
    said = ["rest", None, None, None, False, None, None, None, None, None, EARLY]
    add(store, "checkin", ["c1", "a", OLD, None, None, None, None, *said])


def synced(store: Store) -> None:
    add(store, "sync", ["s1", "a", "strava_api", "run", OLD, MORNING, EARLY])


def measured(store: Store) -> None:
    add(store, "physiology", ["a", "f", 50, 190, 4200, "a", EARLY])


def agreed(store: Store) -> None:
    add(store, "consent", ["k1", "a", "health", True, "a", "athlete", None, EARLY])


@pytest.mark.parametrize(
    "change",
    [arrived, moved, deleted, rated, rated_file, decided, mended_to_here, told, synced, measured,
     agreed],
)  # fmt: skip
def test_what_becomes_known_of_an_athlete_changes_that_mark_alone(
    club: Store, change: Change
) -> None:
    before = taken(club)
    change(club)
    assert differing(before, taken(club)) == {"a"}


def joined(store: Store) -> None:
    add(store, "role", ["c", "athlete", "one", EARLY])


def left(store: Store) -> None:
    store.execute("app", "DELETE FROM app.role WHERE person_id = 'b'")


@pytest.mark.parametrize(("change", "of"), [(joined, {"a", "b", "c"}), (left, {"a", "b"})])
def test_who_joins_or_leaves_a_team_changes_the_marks_of_all_in_it(
    club: Store, change: Change, of: set[str]
) -> None:
    before = taken(club)
    change(club)
    assert differing(before, taken(club)) == of


def tagged(store: Store) -> None:
    add(store, "exercise_tag", ["Squat", "eccentric-hamstring", "coach", EARLY])


def erased(store: Store) -> None:
    add(store, "tombstone", ["person", "c", EARLY])


@pytest.mark.parametrize("change", [tagged, erased])
def test_what_concerns_everybody_changes_the_mark_of_all(club: Store, change: Change) -> None:
    before = taken(club)
    change(club)
    assert marks.ALL in differing(before, taken(club))


def test_an_erased_person_has_no_mark(club: Store) -> None:
    erased(club)
    assert set(taken(club)) == {marks.ALL, "a", "b"}


def test_what_is_of_the_newest_days_or_not_known_yet_changes_nothing(club: Store) -> None:
    before = taken(club)
    session(club, "yesterday", "a", MORNING - timedelta(days=1))
    session(club, "later", "a", OLD, KNOWN + timedelta(hours=1))
    # a file that is not of days before has a span of its own, which does not count either
    club.execute(
        "lake", "UPDATE lake.raw.session SET sha256 = 'file run a' WHERE session_id = 'later'"
    )
    assert differing(before, taken(club)) == set()


def test_changed_tells_whose_marks_differ_from_those_kept(club: Store) -> None:
    def keep(con: Connection) -> None:
        marks.take(con, "found", DAY, MORNING, KNOWN)
        con.execute("CREATE OR REPLACE TABLE lake.staging.kept AS FROM temp.found")

    def changed(con: Connection) -> set[str] | None:
        marks.take(con, "found", DAY, MORNING, KNOWN)
        return marks.changed(con, "found", "lake.staging.kept")

    taken(club)
    club.write("lake", keep)
    assert club.write("lake", changed) == set()
    rated(club)
    assert club.write("lake", changed) == {"a"}
    tagged(club)
    assert club.write("lake", changed) is None
