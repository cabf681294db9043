"""Data older than the club keeps it goes by the clock, and nothing younger does."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from clubmon import jobs
from clubmon.arrival import rawfiles
from clubmon.arrival.rawfiles import Note
from clubmon.privacy import personal, retention
from clubmon.settings import Settings, load
from clubmon.storage.store import Store
from tests.conftest import NOW, Record
from tests.privacy.conftest import Marked

YEARS_LATER = NOW + timedelta(days=740)
KEPT = {"person", "role", "guardian", "consent", "audit", "tombstone", "erasure", "unsubscribed",
        "connection", "upload_token", "file_answer", "player_name", "login_link", "web_session",
        "hint", "quiet_hours", "note_waiting", "grid_view", "shown",
        "subscribed"}  # fmt: skip


@pytest.mark.parametrize(
    ("today", "months", "first"),
    [
        (date(2026, 11, 16), 24, date(2024, 11, 18)),  # a Saturday then: the Monday after
        (date(2026, 11, 18), 24, date(2024, 11, 18)),  # a Monday then: itself
        (date(2026, 3, 31), 1, date(2026, 3, 2)),  # 28 February was a Saturday
        (date(2026, 1, 5), 12, date(2025, 1, 6)),
    ],
)
def test_the_first_day_kept_is_a_monday_within_the_months(
    today: date, months: int, first: date
) -> None:
    assert retention.first_kept(today, months) == first


def days_of(store: Store, table: str = "session") -> list[date]:
    rows = store.rows("SELECT local_date FROM lake.raw.session ORDER BY local_date")
    return [row["local_date"] for row in rows]


def test_old_sessions_go_with_their_sets_and_younger_ones_stay(
    store: Store, settings: Settings, record: Record
) -> None:
    limit = retention.first_kept(NOW.date(), 24)
    record("a", limit + timedelta(days=1), km=[5, 5, 5, 5], tonnes=[1, 1, 1, 1])
    assert retention.apply(store, settings, NOW) == 4
    assert sorted(set(days_of(store))) == [limit, limit + timedelta(days=1)]
    assert store.row("SELECT count(*) AS n FROM lake.raw.lift_set") == {"n": 2}
    assert retention.apply(store, settings, NOW) == 0


def test_a_file_goes_when_its_newest_session_is_too_old(marked: Marked) -> None:
    for who, name in ((marked.athlete, "sha256-" + marked.athlete), (marked.other, "later")):
        path = marked.settings.data / "x"
        path.write_text("original")
        note = Note(who, name, "run.fit", "club", NOW.isoformat())
        rawfiles.keep_raw(marked.settings.data, note, path)
    marked.store.execute(
        "lake", "UPDATE lake.raw.session SET local_date = ? WHERE athlete_id = ?",
        [YEARS_LATER.date(), marked.other],
    )  # fmt: skip
    retention.apply(marked.store, marked.settings, YEARS_LATER)
    raw = marked.settings.data / "raw"
    assert not (raw / marked.athlete / f"sha256-{marked.athlete}").exists()
    assert (raw / marked.other / "later").exists()


def test_everything_that_has_a_day_is_gone_from_every_table_and_file(marked: Marked) -> None:
    marked.store.execute("app", "UPDATE app.referral SET closed_at = ?", [NOW])
    marked.store.execute("app", "UPDATE app.arrival SET state = 'stored', ended_at = ?", [NOW])
    marked.store.execute("app", "INSERT INTO app.physiology SELECT * REPLACE (? AS known_at) "
                         "FROM app.physiology", [NOW + timedelta(days=1)])  # fmt: skip
    plans = "SELECT p.plan_id FROM app.plan AS p WHERE p.athlete_id = plan_event.athlete_id"
    marked.store.execute("app", f"UPDATE app.plan_event SET plan_id = ({plans})")
    retention.apply(marked.store, marked.settings, YEARS_LATER)
    with marked.store.cursor() as con:
        tables = personal.tables(con)
    left = {
        table
        for table, condition in tables.items()
        if marked.store.rows(f"SELECT 1 FROM app.{table} AS t WHERE {condition}", [marked.athlete])
    }
    assert left <= KEPT | {"physiology"}
    assert marked.store.row("SELECT count(*) AS n FROM app.physiology") == {"n": 2}  # one each
    for place in ("app.referral.decision", "app.flag_action.reason", "lake.raw.session.title"):
        assert place not in marked.found()


def test_what_nobody_has_closed_is_kept_with_its_answers(marked: Marked) -> None:
    marked.store.execute("app", "UPDATE app.referral SET closed_at = NULL")
    marked.store.execute(
        "app", "UPDATE app.checkin SET checkin_id = (SELECT r.checkin_id FROM app.referral AS r "
        "WHERE r.athlete_id = checkin.athlete_id)"
    )  # fmt: skip
    retention.apply(marked.store, marked.settings, YEARS_LATER)
    for table in ("referral", "checkin"):
        assert marked.store.row(f"SELECT count(*) AS n FROM app.{table}") == {"n": 2}


def test_the_night_does_it_once_a_week(
    store: Store, settings: Settings, record: Record, tmp_path: Path
) -> None:
    record("a", NOW.date(), km=[5] * 14)
    moment = datetime(2027, 1, 4, 5, tzinfo=NOW.tzinfo)  # a Monday
    short = load(settings.data, timezone="Europe/Berlin", keep_months=2)
    run = jobs.nightly(store, short, moment.date(), moment, tell=False)
    assert run.counts["age"] == 5  # those of the week before Monday, 9 November
    assert min(days_of(store)) == date(2026, 11, 9)
    for days, gone in ((1, 0), (7, 7)):
        later = moment + timedelta(days=days)
        run = jobs.nightly(store, short, later.date(), later, tell=False)
        assert run.counts["age"] == gone
    (line, _) = store.rows("SELECT detail FROM app.audit WHERE action = 'old_data_deleted' "
                           "ORDER BY known_at")  # fmt: skip
    assert line["detail"] == "before 2026-11-09"
