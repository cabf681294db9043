"""Builds every table of sql/staging and sql/marts, as the night leaves them for the morning."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from clubmon import latest, models, past, series
from clubmon.store import Connection, Store

KEPT = "marts.load_past"
BY_ARRAYS = ("marts.load_volume", "marts.load_metric")


def rebuild(store: Store, morning: date, known_by: datetime) -> list[str]:
    """Bring every table up to date in one transaction and return their names in that order.

    Readers see the old tables until it commits. `known_by` is aware. Metrics cover the last 42
    days; the tables below them as many more as those need.
    """

    def run(con: Connection) -> list[str]:
        models.bind(con, morning, morning, known_by)
        for name in past.GIVEN:
            _make(con, name)
        since = past.monday(con, morning)
        renewed = latest.stands(con, since, morning, known_by)
        if not renewed:
            past.bring_up(con, morning, known_by)
        _below(con, since, morning, known_by, renewed)
        _above(con, since, morning, known_by, renewed)
        latest.remember(con, since, morning, known_by, renewed)
        return models.tables()

    return store.write("lake", run)


def _below(con: Connection, since: date, morning: date, known_by: datetime, renewed: bool) -> None:
    """The tables up to daily loads: all days from `since` on, or only the newest."""
    if renewed:
        latest.bind(con, morning, known_by)
    else:
        models.bind(con, since, morning, known_by, since=since)
    for name in models.tables():
        if name in latest.TABLES:
            latest.renew(con, name) if renewed else _make(con, name)
        elif name.startswith("staging.") and name not in past.GIVEN:
            _make(con, name)


def _above(con: Connection, since: date, morning: date, known_by: datetime, renewed: bool) -> None:
    """The marts that are made of daily loads."""
    newest = latest.monday(morning) if renewed else None
    metric_from = morning - timedelta(days=models.METRIC_DAYS)
    models.bind(con, metric_from, morning, known_by, since=since)
    for name in models.tables():
        if name == BY_ARRAYS[0]:
            series.fill(con, since, metric_from, morning, newest)
        elif not (name.startswith("staging.") or name in (KEPT, *BY_ARRAYS, *latest.TABLES)):
            _make(con, name)


def _make(con: Connection, name: str) -> None:
    con.execute(f"CREATE OR REPLACE TABLE lake.{name} AS {models.sources()[name]}")
