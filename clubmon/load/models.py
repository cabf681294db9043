"""Orders and runs the SELECT files of sql/staging and sql/marts.

`marts/load_metric.sql` is the table lake.marts.load_metric. The order comes from the tables
that each SELECT names; nothing else says what depends on what. A SELECT reads three
variables of its connection: `morning` (DATE; the last completed local day is the one
before), `known_by` (TIMESTAMPTZ; only what was known by then counts) and `metric_from`
(DATE; the first day of the metric tables). Four more narrow what is read: `athlete` to one
athlete, `since` and `until` to the days from one to the day before the other, `held_from` to
sessions from that day on, which is 63 days before `since` unless said. With `usual_of_all`
everybody's usual range is worked out, which no night needs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import Any

import duckdb

from clubmon.storage.store import Connection, Row, Store, rows_of, sql_folder

SCHEMAS = ("staging", "marts")
METRIC_DAYS = 42  # what mornings need; older days are read on request
EVER = date(1900, 1, 1)
# a missing RPE is imputed from the 60 days before; three more hold a start that was corrected
HELD_BEFORE = timedelta(days=63)
# a night keeps what load_metric and load_volume make of these
UNKEPT = {"marts.begun", "marts.load_average", "marts.load_window"}
_MODEL = re.compile(r"\blake\.((?:staging|marts)\.\w+)")


class ModelError(Exception):
    """A model file cannot be used, in one sentence."""


def built(store: Store) -> bool:
    """Whether the tables are there to be read; a new or lost lake has none."""
    wanted = {tuple(name.split(".")) for name in tables()}
    rows = store.rows(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'lake'"
    )
    return wanted <= {(row["schema_name"], row["table_name"]) for row in rows}


def history(store: Store, athlete_id: str, morning: date, known_by: datetime) -> list[Row]:
    """load_metric of one athlete for every day before `morning`, by day and channel."""
    return of_athlete(
        store,
        "SELECT * FROM lake.marts.load_metric ORDER BY local_date, channel",
        athlete_id,
        morning,
        known_by,
    )


def of_athlete(
    store: Store,
    sql: str,
    athlete_id: str,
    morning: date,
    known_by: datetime,
    metric_from: date = EVER,
) -> list[Row]:
    """What a SELECT over models gives for one athlete.

    Computed from raw rows as they were known by then, with the same SELECTs as the nightly
    rebuild; nothing is written but temporary tables.
    """
    with store.cursor() as con:
        bind(con, metric_from, morning, known_by, athlete_id)
        return rows_of(con, made(con, sql))


def bind(
    con: Connection,
    metric_from: date,
    morning: date | None = None,
    known_by: datetime | None = None,
    athlete_id: str | None = None,
    since: date = EVER,
    until: date | None = None,
    held_from: date | None = None,
    *,
    usual_of_all: bool = False,
) -> None:
    """Set the variables that the SELECTs read, on this connection only."""
    before = held_from or since - HELD_BEFORE
    con.execute("SET VARIABLE held_from = CAST(? AS DATE)", [before])
    con.execute("SET VARIABLE usual_of_all = CAST(? AS BOOLEAN)", [usual_of_all])
    con.execute("SET VARIABLE since = CAST(? AS DATE)", [since])
    con.execute("SET VARIABLE until = CAST(? AS DATE)", [until or morning])
    con.execute("SET VARIABLE metric_from = CAST(? AS DATE)", [metric_from])
    con.execute("SET VARIABLE morning = CAST(? AS DATE)", [morning])
    con.execute("SET VARIABLE known_by = CAST(? AS TIMESTAMPTZ)", [known_by])
    con.execute("SET VARIABLE athlete = CAST(? AS VARCHAR)", [athlete_id])


@cache
def sources() -> dict[str, str]:
    """The text of every model by its name, such as 'marts.load_metric'."""
    return {
        f"{schema}.{path.stem}": path.read_text(encoding="utf-8").strip()
        for schema in SCHEMAS
        for path in sorted((sql_folder() / schema).glob("*.sql"))
    }


def order() -> list[str]:
    """Every model after the models it reads."""
    return ordered(_reads())


def tables() -> list[str]:
    """Every model that a night leaves as a table, after the models it reads."""
    return [name for name in order() if name not in UNKEPT]


def ordered(reads: Mapping[str, Iterable[str]]) -> list[str]:
    """The keys, each after the ones it reads; raises ModelError for a circle."""
    try:
        return list(TopologicalSorter(reads).static_order())
    except CycleError as error:
        circle = " → ".join(error.args[1])
        raise ModelError(f"These models read each other: {circle}; break the circle.") from error


def query(
    name: str, given: frozenset[str] = frozenset(), instead: Mapping[str, str] | None = None
) -> str:
    """One SELECT for a model: see `computed`."""
    return computed(f"SELECT * FROM lake.{name}", given, instead)


def computed(
    sql: str, given: frozenset[str] = frozenset(), instead: Mapping[str, str] | None = None
) -> str:
    """A SELECT over models, with all that they read as CTEs down to raw and `app` tables.

    The models in `given` are not computed: they are read as tables. Those in `instead` are
    computed by the SELECT given there, which reads no models.
    """
    own = instead or {}
    needed = _needed(_MODEL.findall(sql), given, own)
    ctes = [
        f'"{part}" AS ({own.get(part) or _with_ctes(sources()[part], given)})'
        for part in order()
        if part in needed
    ]
    return ("WITH " if ctes else "") + ",\n".join(ctes) + "\n" + _with_ctes(sql, given)


def alone(name: str, given: frozenset[str], instead: Mapping[str, str]) -> str:
    """One model's own SELECT.

    It reads the models in `given` as tables of the lake, those in `instead` as the SELECT that
    is given there, and the others from temporary tables of their names.
    """
    ctes = ", ".join(f'"{part}" AS ({select})' for part, select in instead.items())
    read = f"FROM ({_with_ctes(sources()[name], given)})"
    return f"WITH {ctes} {read}" if ctes else read


def apart_from(name: str) -> frozenset[str]:
    """Every model that reads neither this one nor anything made from it."""
    made: set[str] = {name}
    for model in order():  # each after what it reads
        if made & set(_reads()[model]):
            made.add(model)
    return frozenset(_reads()) - made


def made(
    con: Connection,
    sql: str,
    there: frozenset[str] = frozenset(),
    instead: Mapping[str, str] | None = None,
    narrowed: Callable[[str], str] = str,
) -> str:
    """The same SELECT over temporary tables, made now, of all the models that it reads.

    The table of marts.rule is called "marts.rule", with the quotes. Those in `there` have been
    made before. `instead` is as in `computed`; `narrowed` is done to each SELECT first.

    One statement of many models takes far longer to plan than to run.
    """
    own = instead or {}
    needed = _needed(_MODEL.findall(sql), there, own)
    for name in order():
        if name in needed:
            part = own.get(name) or _with_ctes(sources()[name], frozenset())
            con.execute(f'CREATE OR REPLACE TEMP TABLE "{name}" AS {narrowed(part)}')
    return _with_ctes(sql, frozenset())


def below(sql: str) -> frozenset[str]:
    """Every model that a SELECT over models reads, directly or not."""
    return frozenset(_needed(_MODEL.findall(sql), frozenset(), {}))


def _with_ctes(sql: str, given: frozenset[str]) -> str:
    """The SELECT with each table of a model replaced by the CTE of the same name."""
    return _MODEL.sub(lambda m: m[0] if m[1] in given else f'"{m[1]}"', sql) + "\n"


def _needed(names: Iterable[str], given: frozenset[str], instead: Mapping[str, str]) -> set[str]:
    """The models themselves and all that they read, directly or not, short of `given`."""
    found: set[str] = set()
    waiting = [*names]
    while waiting:
        current = waiting.pop()
        if current not in found and current not in given:
            found.add(current)
            waiting += [] if current in instead else _reads()[current]
    return found


@cache
def _reads() -> dict[str, list[str]]:
    """The models that each model names in its SELECT."""
    with duckdb.connect() as con:
        named = {name: set(_tables(_parsed(con, name))) for name in sources()}
    return {name: [m for m in sources() if m in tables] for name, tables in named.items()}


def _parsed(con: Connection, name: str) -> Any:
    tree = json.loads(
        con.execute("SELECT json_serialize_sql(?)", [sources()[name]]).fetchall()[0][0]
    )
    if tree["error"]:
        path = name.replace(".", "/")
        raise ModelError(f"sql/{path}.sql is not one SELECT: {tree['error_message']}.")
    return tree


def _tables(node: Any) -> Iterator[str]:
    """'schema.name' of every lake table in DuckDB's serialised statement."""
    if isinstance(node, dict):
        if node.get("type") == "BASE_TABLE" and node["catalog_name"] == "lake":
            yield f"{node['schema_name']}.{node['table_name']}"
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _tables(child)
