"""A week's figures are worked out for few, and are those that everybody's whole history gives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from clubmon.club import enrolling
from clubmon.flag import lookback
from clubmon.load import models
from clubmon.policy import Role
from clubmon.storage.store import Row, Store, rows_of

MONDAY = date(2026, 11, 16)
AVERAGES = {"acwr_ewma", "ctl", "atl", "tsb"}
WHOLE = "SELECT 1 FROM lake.marts.load_metric, lake.marts.longest_run, lake.marts.load_usual"


def club(store: Store, now: datetime, record: Callable[..., None]) -> list[str]:
    """Three athletes of two teams with 40 weeks that go beyond the Monday; one has a gap."""
    first, second = (enrolling.add_team(store, name, now) for name in ("A", "B"))
    found = []
    for place, team in enumerate((first, first, second)):
        who = enrolling.add_person(store, f"P{place}", f"p{place}@club.example", now)
        enrolling.add_role(store, who, Role.ATHLETE, team, now)
        km = [(day * (place + 3)) % 11 for day in range(280)]
        record(who, MONDAY + timedelta(days=3), km=km, tonnes=[0, 4, 0, 0, 5 + place, 0, 0] * 30)
        found.append(who)
    record(found[0], MONDAY - timedelta(days=300), km=[5, 0, 7])
    return found


def of_all(store: Store, morning: date, now: datetime, table: str, where: str) -> list[Row]:
    """Rows of the unrestricted SELECTs."""
    with store.cursor() as con:
        week = morning - timedelta(days=7)
        models.bind(con, week, morning, now, usual_of_all=True)
        models.made(con, WHOLE)
        return rows_of(con, f'SELECT * FROM "marts.{table}" WHERE {where}')


def test_a_week_of_some_athletes_is_the_same_as_of_everybody(
    store: Store, now: datetime, record: Callable[..., None]
) -> None:
    ids = club(store, now, record)
    for morning in (MONDAY, MONDAY - timedelta(days=140)):
        found = lookback.week(store, ids[:2], morning, now)
        last = f"local_date = DATE '{morning}' - 1 AND athlete_id <> '{ids[2]}'"
        metrics = of_all(store, morning, now, "load_metric", last)
        assert metrics
        for row in metrics:
            mine = found.metrics[row["athlete_id"], row["channel"]]
            assert {k: v for k, v in mine.items() if k not in AVERAGES} == {
                k: v for k, v in row.items() if k not in AVERAGES
            }
        usual = of_all(store, morning, now, "load_usual", last)
        assert usual
        assert len(found.metrics) == len(metrics)
        assert {key: (row["p10"], row["p90"]) for key, row in found.usual.items()} == {
            (row["athlete_id"], row["channel"]): (row["p10"], row["p90"]) for row in usual
        }
        longest = of_all(store, morning, now, "longest_run", f"athlete_id = '{ids[0]}'")
        assert found.longest[ids[0]]["longest_m"] == max(row["longest_m"] for row in longest)
