"""A night that makes only the newest days anew leaves what one that makes all of them would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import arrivals
import pytest
from arrivals import ATHLETES, File
from hypothesis import given
from hypothesis import strategies as st
from laws import law

from clubmon.arrival import rawfiles, rawrows
from clubmon.load import latest, marts, models
from clubmon.sdk import LiftSet, Session
from clubmon.storage.store import Connection, Store

MORNING = arrivals.MORNING
BEFORE = MORNING - timedelta(days=1)
SEEN = arrivals.FIRST_SEEN - timedelta(days=1)
FIRST = latest.monday(MORNING)  # the first day that is made anew
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ALONE_OR_ALL = [1, 1000]  # marts.FEW: those who changed are made anew by themselves, or all are
Tables = dict[str, list[tuple[Any, ...]]]
Change = Callable[[Store, datetime], None]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = Store(tmp_path_factory.mktemp("latest") / "data")
    early = SEEN - timedelta(days=300)
    for athlete in ATHLETES:
        add(opened, "role", [athlete, "athlete", "squad", early])
        add(opened, "consent", [athlete, athlete, "health", True, athlete, "athlete", None, early])
        add(opened, "physiology", [athlete, "f", 50, 190, 4200, athlete, early])
    yield opened
    opened.close()


def add(store: Store, table: str, row: list[Any]) -> None:
    marks = ", ".join("?" for _ in row)
    store.execute("app", f"INSERT INTO app.{table} VALUES ({marks})", row)


def empty(store: Store) -> None:
    def lake(con: Connection) -> None:
        for table in ("payload", "session", "lift_set", "sample"):
            con.execute(f"DELETE FROM lake.raw.{table}")
        for table in ("load_past", "past_mark", "past_night", "latest_mark", "latest_night"):
            con.execute(f"DROP TABLE IF EXISTS lake.marts.{table}")

    def app(con: Connection) -> None:
        for table in ("tombstone", "session_rpe", "file_rpe", "quarantine_decision",
                      "session_mend", "checkin", "sync"):  # fmt: skip
            con.execute(f"DELETE FROM app.{table}")
        con.execute("DELETE FROM app.exercise_tag WHERE by_person_id IS NOT NULL")

    store.write("lake", lake)
    store.write("app", app)


def arrive(store: Store, file: File, known_at: datetime) -> None:
    store.write("lake", partial(arrivals.arrive, file=file, known_at=known_at))


def tables(store: Store) -> Tables:
    """Every table, to the last bit."""
    return {
        name: sorted((tuple(row.values()) for row in store.rows(f"FROM lake.{name}")), key=repr)
        for name in models.tables()
    }


def anew(store: Store, morning: date, known_by: datetime) -> Tables:
    """What the same night makes where no day stands as it was left."""
    store.execute("lake", "DELETE FROM lake.marts.latest_night")
    marts.rebuild(store, morning, known_by)
    return tables(store)


def assert_like_anew(store: Store, morning: date, known_by: datetime) -> None:
    got, want = tables(store), anew(store, morning, known_by)
    for name in models.tables():
        assert got[name] == want[name], name


def only_the_newest(store: Store, known_by: datetime) -> bool:
    """Whether the night at that moment let the days before stand."""
    (mark,) = store.rows("SELECT known_by FROM lake.marts.latest_night")
    return bool(mark["known_by"] < known_by)


def session_id(told: Session, athlete: str) -> str:
    return rawrows.session_id(athlete, told.source, told.source_id)


# days on both sides of the Monday, of what it reads back to, and where all tables begin
_backs = st.sampled_from([1, 1, 2, 9, 11, 12, 13, 14, 14, 15, 16, 20, 22, 40, 74, 80, 104, 130])
_kinds = st.sampled_from(
    ["file", "file", "deleted", "rated", "told", "rested", "dropped", "mended", "effort", "tagged",
     "synced"]
)  # fmt: skip


@st.composite
def changes(draw: st.DrawFn, files: list[File]) -> Change:
    """Something that becomes known: a file, or what somebody says of a session or a day."""
    file = draw(st.sampled_from(files))
    about = draw(st.sampled_from(file.sessions))
    kind, back = draw(_kinds), draw(_backs)
    day = MORNING - timedelta(days=back)
    key, athlete = session_id(about, file.athlete_id), file.athlete_id

    def change(store: Store, at: datetime) -> None:
        stamp = str(at)
        if kind == "file":
            arrive(store, file, at)
        elif kind == "deleted":
            gone = "INSERT OR IGNORE INTO app.tombstone VALUES ('session', ?, ?)"
            store.execute("app", gone, [key, at])
        elif kind == "rated":
            add(store, "session_rpe", [key, athlete, 70, at])
        elif kind in ("told", "rested"):
            said = ["trained", 6000, 35, 50] if kind == "told" else ["rest", None, None, None]
            row = [stamp, athlete, day + timedelta(days=1), None, None, None, None, *said, False]
            add(store, "checkin", [*row, None, None, None, None, None, at])
        elif kind in ("dropped", "mended"):
            decision = "drop" if kind == "dropped" else "mend"
            add(store, "quarantine_decision", [key, athlete, decision, "coach", at])
            if kind == "mended":
                start = datetime(day.year, day.month, day.day, 7)  # noqa: DTZ001 wall clock
                add(store, "session_mend", [key, athlete, start, 5000, None, False, at])
        elif kind == "effort":
            add(store, "file_rpe", [athlete, file.payload(at).sha256, 60, at])
        elif kind == "tagged":
            add(store, "exercise_tag", ["Squat", "eccentric-hamstring", "coach", at])
        else:
            add(store, "sync", [stamp, athlete, "strava_api", "run lift", day, MORNING, at])

    return change


@pytest.mark.slow
@law(4)
@given(files=arrivals.files(), data=st.data())
def test_whatever_becomes_known_between_nights_is_counted_as_if_all_were_made_anew(
    store: Store, monkeypatch: pytest.MonkeyPatch, files: list[File], data: st.DataObject
) -> None:
    monkeypatch.setattr(marts, "FEW", data.draw(st.sampled_from(ALONE_OR_ALL)))
    empty(store)
    at = SEEN
    for file in data.draw(st.lists(st.sampled_from(files), min_size=1, max_size=6)):
        arrive(store, file, at)
    marts.rebuild(store, BEFORE, at)
    for morning in data.draw(st.sampled_from([[MORNING], [BEFORE, MORNING], [MORNING, MORNING]])):
        for change in data.draw(st.lists(changes(files), max_size=2)):
            at += HOUR / 60
            change(store, at)
        at += HOUR / 60
        marts.rebuild(store, morning, at)
    assert_like_anew(store, morning, at)


def run(day: date, known_at: datetime, name: str = "", by: str = "a") -> tuple[str, list[Any]]:
    """A run of an athlete, in a file of its own."""
    name = name or f"run {day}"
    told = [name, "run", "running", day, 9000, 3000, known_at]
    return name, [name, by, f"file {name}", "club", "fit", *told]


def insert(store: Store, day: date, known_at: datetime, name: str = "", by: str = "a") -> str:
    name, row = run(day, known_at, name, by)
    store.write("lake", lambda con: con.execute(_RUN, row))
    return name


_RUN = """
INSERT INTO lake.raw.session (session_id, athlete_id, sha256, audience, source, source_id, kind,
    sport, local_date, distance_m, moving_s, known_at, start_local)
SELECT s.*, CAST(s.d AS TIMESTAMP) + INTERVAL 18 HOURS
FROM (SELECT ? AS a, ? AS b, ? AS c, ? AS k, ? AS e, ? AS f, ? AS g, ? AS h, CAST(? AS DATE) AS d,
    ? AS i, ? AS j, ? AS l) AS s
"""


@pytest.fixture
def running(store: Store) -> Store:
    """A run every other day of four months; the night before has been."""
    empty(store)
    for back in range(1, 120, 2):
        insert(store, BEFORE - timedelta(days=back), SEEN - HOUR)
    marts.rebuild(store, BEFORE, SEEN)
    return store


def test_what_became_known_of_the_last_days_leaves_the_days_before_as_they_are(
    running: Store,
) -> None:
    insert(running, BEFORE, SEEN + HOUR)
    insert(running, FIRST + timedelta(days=3), SEEN + HOUR)
    marts.rebuild(running, MORNING, SEEN + 2 * HOUR)
    assert only_the_newest(running, SEEN + 2 * HOUR)
    assert_like_anew(running, MORNING, SEEN + 2 * HOUR)


def late_file(store: Store) -> None:
    insert(store, FIRST - timedelta(days=20), SEEN + HOUR, "late")


def near_the_edge(store: Store) -> None:
    insert(store, FIRST + timedelta(days=2), SEEN + HOUR, "late")


def moved_here(store: Store) -> None:
    """A run of long before is said to have been yesterday's."""
    old = FIRST - timedelta(days=20)
    insert(store, BEFORE, SEEN + HOUR, f"run {old if (BEFORE - old).days % 2 else old - DAY}")


def deleted(store: Store) -> None:
    old = next(d for d in (FIRST - DAY, FIRST - 2 * DAY) if (BEFORE - d).days % 2)
    add(store, "tombstone", ["session", f"run {old}", SEEN + HOUR])


def erased(store: Store) -> None:
    add(store, "tombstone", ["person", "a", SEEN + HOUR])


def told(store: Store) -> None:
    said = ["trained", 6000, 35, 50, False, None, None, None, None, None, SEEN + HOUR]
    add(store, "checkin", ["c", "b", FIRST, None, None, None, None, *said])


def rated(store: Store) -> None:
    old = next(d for d in (FIRST - DAY, FIRST - 2 * DAY) if (BEFORE - d).days % 2)
    add(store, "file_rpe", ["a", f"file run {old}", 70, SEEN + HOUR])


@pytest.mark.parametrize(
    "change", [late_file, near_the_edge, moved_here, deleted, erased, told, rated]
)
@pytest.mark.parametrize("few", ALONE_OR_ALL)
def test_what_became_known_of_the_days_before_makes_all_of_them_anew(
    running: Store, monkeypatch: pytest.MonkeyPatch, few: int, change: Callable[[Store], None]
) -> None:
    monkeypatch.setattr(marts, "FEW", few)
    change(running)
    marts.rebuild(running, MORNING, SEEN + 2 * HOUR)
    assert_like_anew(running, MORNING, SEEN + 2 * HOUR)


def test_a_late_file_leaves_the_days_before_of_those_in_other_teams_as_they_are(
    running: Store,
) -> None:
    add(running, "role", ["alone", "athlete", "others", SEEN - 300 * DAY])
    for name in ("theirs", "alone"):
        insert(running, FIRST - timedelta(days=10), SEEN - HOUR, name, by=name)
    marts.rebuild(running, BEFORE, SEEN)
    _mark_what_stands(running)
    late_file(running)
    marts.rebuild(running, MORNING, SEEN + 2 * HOUR)
    assert only_the_newest(running, SEEN + 2 * HOUR)
    stands = running.rows(
        "SELECT DISTINCT athlete_id FROM lake.marts.daily_load WHERE sessions > 1000 ORDER BY ALL"
    )
    assert [row["athlete_id"] for row in stands] == ["alone", "theirs"]
    running.execute("app", "DELETE FROM app.role WHERE person_id = 'alone'")


def _mark_what_stands(store: Store) -> None:
    """A number that no night would make."""
    store.execute("lake", "UPDATE lake.marts.daily_load SET sessions = sessions + 1001")


def test_a_file_that_covers_more_once_its_last_run_is_over_makes_all_anew(store: Store) -> None:
    empty(store)
    for day in (FIRST - 4 * DAY, BEFORE):  # the last one is not over before the second night
        row = run(day, SEEN - HOUR, f"export {day}")[1]
        row[2] = "export"
        store.write("lake", lambda con, row=row: con.execute(_RUN, row))  # type: ignore[misc]
    marts.rebuild(store, BEFORE, SEEN)
    marts.rebuild(store, MORNING, SEEN)
    assert_like_anew(store, MORNING, SEEN)


@pytest.mark.parametrize(
    ("day", "deleted_before"), [(BEFORE - DAY, False), (FIRST - 20 * DAY, True)]
)
def test_a_file_that_is_taken_away_leaves_nothing_of_a_lift(
    running: Store, monkeypatch: pytest.MonkeyPatch, day: date, deleted_before: bool
) -> None:
    monkeypatch.setattr(marts, "FEW", 1)
    lift = LiftSet("Squat", "normal", 5, 100, 8)
    started = datetime(day.year, day.month, day.day, 7)  # noqa: DTZ001 wall clock
    told = Session("hevy", "lift", "lift", "strength", start_local=started, sets=(lift,))
    arrive(running, File("a", (told,)), SEEN - HOUR)
    if deleted_before:
        add(running, "tombstone", ["session", session_id(told, "a"), SEEN - HOUR])
    marts.rebuild(running, BEFORE, SEEN)
    rawfiles.forget(running, "a", [File("a", (told,)).payload(SEEN).sha256])
    marts.rebuild(running, MORNING, SEEN + HOUR)
    assert_like_anew(running, MORNING, SEEN + HOUR)


def test_a_file_that_goes_while_another_comes_that_was_long_on_its_way_is_counted(
    running: Store,
) -> None:
    insert(running, FIRST - 20 * DAY, SEEN - HOUR / 2, "goes")
    insert(running, FIRST - 10 * DAY, SEEN, "stays")
    marts.rebuild(running, BEFORE, SEEN)
    rawfiles.forget(running, "a", ["file goes"])
    insert(running, FIRST - 20 * DAY, SEEN - HOUR / 3, "comes")
    marts.rebuild(running, MORNING, SEEN + HOUR)
    assert_like_anew(running, MORNING, SEEN + HOUR)


def test_of_whom_nothing_is_left_nothing_stays_in_any_table(
    running: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marts, "FEW", 1)
    insert(running, FIRST - 20 * DAY, SEEN - HOUR, "only one", by="new")
    marts.rebuild(running, BEFORE, SEEN)
    rawfiles.forget(running, "new", ["file only one"])
    marts.rebuild(running, MORNING, SEEN + HOUR)
    assert_like_anew(running, MORNING, SEEN + HOUR)


def test_all_is_made_anew_once_a_week(running: Store) -> None:
    nights = [MORNING + timedelta(days=n) for n in range(7)]
    stood = []
    for night in nights:
        known_by = SEEN + (night - BEFORE)
        marts.rebuild(running, night, known_by)
        stood.append(only_the_newest(running, known_by))
    assert stood.count(False) == 1


def test_a_night_of_an_earlier_moment_does_not_go_by_what_a_later_one_knew(
    running: Store,
) -> None:
    insert(running, FIRST - timedelta(days=20), SEEN + HOUR, "late")
    marts.rebuild(running, BEFORE, SEEN + 2 * HOUR)
    marts.rebuild(running, BEFORE, SEEN)
    assert_like_anew(running, BEFORE, SEEN)


def test_an_earlier_morning_has_all_of_its_metrics(running: Store) -> None:
    marts.rebuild(running, MORNING + 5 * DAY, SEEN + HOUR)
    marts.rebuild(running, MORNING, SEEN + HOUR)
    assert_like_anew(running, MORNING, SEEN + HOUR)


def test_a_rule_for_another_channel_is_judged_from_the_first_day_on(running: Store) -> None:
    assert not running.rows("SELECT 1 FROM app.rule WHERE channel = 'descent_m'")
    add_rule = (
        "INSERT INTO app.rule SELECT * REPLACE ('descent_m' AS channel) FROM app.rule "
        "WHERE channel = 'ascent_m' LIMIT 1"
    )
    running.execute("app", add_rule)
    marts.rebuild(running, MORNING, SEEN + HOUR)
    running.execute("app", "DELETE FROM app.rule WHERE channel = 'descent_m'")
    assert not only_the_newest(running, SEEN + HOUR)
