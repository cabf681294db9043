"""One measurement in a process of its own: prints JSON with seconds, peak memory and sizes.

python measure.py fill FOLDER ATHLETES DAYS
python measure.py night FOLDER            a night after the night before
python measure.py late FOLDER             a night after a file of an athlete's first days
python measure.py anew FOLDER             a night after which no day stands as it was
python measure.py first FOLDER            the first night: nothing kept of the years before
python measure.py whole FOLDER            full history, all channels and metrics
python measure.py athlete FOLDER          one athlete's full history from raw rows
python measure.py ratios ATHLETES DAYS    the same ratios by several libraries
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from clubmon import settings
from clubmon.flag import flagging
from clubmon.load import marts, models, past, series
from clubmon.storage.store import Connection, Store
from tests.bench import libraries, made_up

MEMORY = "2500MB"  # what DuckDB may hold; the rest of 4 GiB is for Python and the system
KNOWN = made_up.NOW
MORNING = made_up.MORNING
DAY = timedelta(days=1)


def fill(store: Store, athletes: str, days: str) -> dict[str, Any]:
    """Make the lake."""
    made_up.fill(store, int(athletes), int(days))
    return {"sessions": _count(store, "raw.session"), "sets": _count(store, "raw.lift_set")}


def first(store: Store) -> dict[str, Any]:
    """A night that keeps nothing yet."""
    return {"seconds": _timed(lambda: marts.rebuild(store, MORNING - DAY, KNOWN - DAY))}


def night(store: Store) -> dict[str, Any]:
    """Everything of one night but mail; the night before has been."""
    chosen = settings.load(store.folder)
    marts.rebuild(store, MORNING - DAY, KNOWN - DAY)
    flagging.flag(store, chosen, MORNING - DAY, KNOWN - DAY)
    rebuilt = _timed(lambda: marts.rebuild(store, MORNING, KNOWN))
    flagged = _timed(lambda: flagging.flag(store, chosen, MORNING, KNOWN))
    return {
        "seconds": rebuilt + flagged,
        "rebuild": rebuilt,
        "flag": flagged,
        "rows": _count(store, "marts.load_metric"),
        "candidates": _count(store, "marts.flag_candidate"),
    }


def late(store: Store) -> dict[str, Any]:
    """A night before which an old run became known, of one athlete."""
    marts.rebuild(store, MORNING - DAY, KNOWN - DAY)
    store.execute("lake", _LATE, [KNOWN - DAY / 24])
    seconds = _timed(lambda: marts.rebuild(store, MORNING, KNOWN))
    store.execute("lake", "DELETE FROM lake.raw.session WHERE session_id = 'late'")
    return {"seconds": seconds}


def anew(store: Store) -> dict[str, Any]:
    """A night before which something of some weeks ago became known: its tables made anew."""
    marts.rebuild(store, MORNING - DAY, KNOWN - DAY)
    store.execute("lake", "DELETE FROM lake.marts.latest_night")
    return {"seconds": _timed(lambda: marts.rebuild(store, MORNING, KNOWN))}


def whole(store: Store) -> dict[str, Any]:
    """Daily loads of all years from raw rows, then every metric of every channel and day."""
    loads, metrics = store.write("lake", _whole)
    (counted,) = store.rows(
        "SELECT count(DISTINCT channel) AS channels, count(*) AS rows FROM lake.bench_metric"
    )
    return {"loads": loads, "metrics": metrics, "seconds": loads + metrics, **counted}


def athlete(store: Store) -> dict[str, Any]:
    """What an athlete's page asks for."""
    seconds = _timed(lambda: models.history(store, "athlete-7", MORNING, KNOWN))
    return {"seconds": seconds}


def ratios(athletes: str, days: str) -> dict[str, Any]:
    """The three ratios of one channel from the same daily loads, and that all agree."""
    return libraries.compare(int(athletes), int(days))


def _whole(con: Connection) -> tuple[float, float]:
    con.execute(past.TABLES + "; DELETE FROM lake.marts.load_past")
    begin = MORNING - timedelta(days=_days(con))
    models.bind(con, begin, MORNING, KNOWN, since=begin)

    def make(*names: str) -> None:
        for name in names:
            con.execute(f"CREATE OR REPLACE TABLE lake.{name} AS {models.sources()[name]}")

    loads = _timed(lambda: make(*models.order()[: models.order().index("marts.begun") + 1]))

    def metrics() -> None:
        con.execute(series.METRIC_TABLE.format(table="lake.bench_metric"))
        series.metrics_into(con, "lake.bench_metric", begin, MORNING)

    return loads, _timed(metrics)


def _days(con: Connection) -> int:
    (days,) = con.execute(
        "SELECT date_diff('day', min(local_date), CAST(? AS DATE)) FROM lake.raw.session", [MORNING]
    ).fetchall()[0]
    return int(days)


def _count(store: Store, table: str) -> int:
    row = store.row(f"SELECT count(*) AS n FROM lake.{table}")
    return int(row["n"]) if row else 0


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


_LATE = """
INSERT INTO lake.raw.session
SELECT s.* REPLACE ('late' AS session_id, 'late' AS sha256, ? AS known_at)
FROM lake.raw.session AS s
WHERE s.athlete_id = 'athlete-7' AND s.kind = 'run'
ORDER BY s.local_date LIMIT 1
"""

MEASURES: dict[str, Callable[..., dict[str, Any]]] = {
    "fill": fill, "first": first, "night": night, "late": late, "anew": anew, "whole": whole,
    "athlete": athlete,
}  # fmt: skip


def main(name: str, *arguments: str) -> None:
    """Measure and print."""
    if name == "ratios":
        found = ratios(*arguments)
    else:
        store = Store(Path(arguments[0]))
        with store.cursor() as con:
            con.execute(f"SET GLOBAL memory_limit = '{MEMORY}'")
        found = MEASURES[name](store, *arguments[1:])
        store.close()
        found["file_mb"] = store.path("lake").stat().st_size / 2**20
    found["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
