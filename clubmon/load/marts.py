"""Builds every table of sql/staging and sql/marts, as the night leaves them for the morning."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from clubmon.load import anew, blocks, latest, models, past, series
from clubmon.storage.store import Connection, Store

KEPT = "marts.load_past"
BY_ARRAYS = ("marts.load_volume", "marts.load_metric")
FEW = 3  # of as many parts of all athletes, one is made anew apart from the others


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
        changed = latest.changed(con, since, morning, known_by)
        if changed is None or changed:
            past.bring_up(con, morning, known_by)
        touched = _touched(con, known_by, changed)
        _below(con, since, morning, known_by, touched)
        _above(con, since, morning, known_by, touched)
        latest.remember(con, since, morning, known_by, renewed=touched is not None)
        return models.tables()

    return store.write("lake", run)


def _touched(con: Connection, known_by: datetime, changed: set[str] | None) -> blocks.Groups | None:
    """Who has to be made anew on all days; None: everybody, which is quicker than many."""
    if not changed:
        return None if changed is None else []
    groups = blocks.of_athletes(con, known_by, f"lake.{KEPT}")
    found, others = blocks.parted(groups, changed)
    # of whom nothing is left but what the night before made
    found.append(sorted(changed.difference(*found, *others)))
    few = FEW * sum(map(len, found)) <= sum(map(len, groups))
    return [*blocks.packed(found)] if few else None


def _below(
    con: Connection, since: date, morning: date, known_by: datetime, touched: blocks.Groups | None
) -> None:
    """The tables up to daily loads: all days from `since` on, or the newest and those of few."""
    of_sessions = [name for name in models.tables() if name in latest.TABLES]
    for name in models.tables():
        if name.startswith("staging.") and name not in (*past.GIVEN, *of_sessions):
            _make(con, name)
    if touched is not None:
        latest.bind(con, morning, known_by)
        for name in of_sessions:
            latest.renew(con, name)
    models.bind(con, since, morning, known_by, since=since)
    for athletes in touched or []:
        anew.make(con, of_sessions, athletes)
    for name in of_sessions if touched is None else []:
        _make(con, name)


def _above(
    con: Connection, since: date, morning: date, known_by: datetime, touched: blocks.Groups | None
) -> None:
    """The marts that are made of daily loads."""
    newest = None if touched is None else latest.monday(morning)
    metric_from = morning - timedelta(days=models.METRIC_DAYS)
    models.bind(con, metric_from, morning, known_by, since=since)
    for name in models.tables():
        if name == BY_ARRAYS[0]:
            series.fill(con, since, metric_from, morning, newest)
            for athletes in touched or []:
                blocks.choose(con, athletes)
                series.fill_block(con, since, metric_from, morning)
        elif not (name.startswith("staging.") or name in (KEPT, *BY_ARRAYS, *latest.TABLES)):
            _make(con, name)


def _make(con: Connection, name: str) -> None:
    con.execute(f"CREATE OR REPLACE TABLE lake.{name} AS {models.sources()[name]}")
