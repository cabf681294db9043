"""Builds every table of sql/staging and sql/marts, as the night leaves them for the morning."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from clubmon import models, past, series
from clubmon.store import Connection, Store

KEPT = "marts.load_past"
BY_ARRAYS = ("marts.load_volume", "marts.load_metric")


def rebuild(store: Store, morning: date, known_by: datetime) -> list[str]:
    """Build every table anew in one transaction and return their names in that order.

    Readers see the old tables until it commits. `known_by` is aware. Metrics cover the last 42
    days; the tables below them as many more as those need.
    """

    def run(con: Connection) -> list[str]:
        since = past.bring_up(con, morning, known_by)
        metric_from = morning - timedelta(days=models.METRIC_DAYS)
        models.bind(con, metric_from, morning, known_by, since=since)
        for name in models.tables():
            if name == BY_ARRAYS[0]:
                series.fill(con, since, metric_from, morning)
            elif name not in (KEPT, *BY_ARRAYS):
                con.execute(f"CREATE OR REPLACE TABLE lake.{name} AS {models.sources()[name]}")
        return models.tables()

    return store.write("lake", run)
