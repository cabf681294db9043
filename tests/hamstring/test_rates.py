"""Answer rates: of days that were asked, and of nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from clubmon.club import consenting, enrolling
from clubmon.hamstring.rates import Count, Rate, days_asked, rate, together
from clubmon.policy import Consent, Role
from clubmon.storage.store import Store

TODAY = date(2026, 11, 17)
LONG_AGO = TODAY - timedelta(days=200)


def days(*back: int) -> list[date]:
    return [TODAY - timedelta(days=one) for one in back]


def of(*back: int, since: date = LONG_AGO) -> Rate:
    return rate("ada", days(*back), since, TODAY)


def test_the_week_and_the_month_end_yesterday() -> None:
    found = of(0, 1, 2, 7, 8, 28, 29)
    assert (found.week, found.month) == (Count(3, 7), Count(5, 28))
    assert (found.today, found.last) == (True, TODAY)


def test_days_before_anybody_asked_count_against_nobody() -> None:
    found = of(1, 2, since=TODAY - timedelta(days=3))
    assert (found.week, found.month) == (Count(2, 3), Count(2, 3))
    assert found.week.percent == 67


def test_somebody_asked_since_today_has_no_rate_yet() -> None:
    found = of(since=TODAY)
    assert (found.week.percent, found.month.asked) == (None, 0)
    assert not found.quiet(TODAY)


def test_quiet_is_four_days_without_an_answer() -> None:
    assert not of(3).quiet(TODAY)
    assert of(4).quiet(TODAY)
    assert of().quiet(TODAY)
    assert not of(since=TODAY - timedelta(days=3)).quiet(TODAY)
    assert of(since=TODAY - timedelta(days=4)).quiet(TODAY)


def test_a_team_is_the_sum_of_its_athletes() -> None:
    both = [of(1, 2, 3), of(1, since=TODAY - timedelta(days=1))]
    assert together(both, "week") == Count(4, 8)
    assert together([], "month").percent is None


def test_asked_from_the_newest_yes_and_from_the_teams_first_answer_on(store: Store) -> None:
    zone = UTC
    start = datetime(2026, 11, 1, 8, tzinfo=UTC)
    team = enrolling.add_team(store, "First team", start)
    ids = [enrolling.add_person(store, name, f"{name}@x.org", start) for name in ("ada", "bea")]
    for id_ in ids:
        enrolling.add_role(store, id_, Role.ATHLETE, team, start)
        consenting.record(store, id_, Consent.HEALTH, True, id_, "athlete", None, start)
    asked = days_asked(store, {key: [team] for key in ids}, zone, TODAY)
    assert {one.since for one in asked.values()} == {TODAY}  # nobody has answered yet
    answer(store, ids[0], date(2026, 11, 5))
    for given, day in ((False, 9), (True, 10)):
        when = datetime(2026, 11, day, 8, tzinfo=UTC)
        consenting.record(store, ids[1], Consent.HEALTH, given, ids[1], "athlete", None, when)
    asked = days_asked(store, {key: [team] for key in ids}, zone, TODAY)
    assert asked[ids[0]].since == date(2026, 11, 5)
    assert asked[ids[0]].days == {date(2026, 11, 5)}
    assert asked[ids[1]].since == date(2026, 11, 10)


def answer(store: Store, athlete_id: str, day: date) -> None:
    store.execute(
        "app",
        "INSERT INTO app.checkin (checkin_id, athlete_id, local_date, something_else, known_at) "
        "VALUES (?, ?, ?, false, ?)",
        [f"{athlete_id}{day}", athlete_id, day, datetime(2026, 11, 17, tzinfo=UTC)],
    )
