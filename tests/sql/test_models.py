"""Runs every case of this folder: <model>/<case>/ holds input CSVs and what must come out.

An input is named after its table, such as lake.raw.session.csv; tables without one are empty,
except those that are shipped with rows. Models that are not given are computed. A column
that an input leaves out gets a plain default where the table insists on a value. expect.csv is
compared on the columns that it names and, where it names channels, on those. variables.csv may
set morning, known_by, metric_from, athlete and since.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from clubmon.load import models
from clubmon.storage.store import Connection

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/*/expect.csv"))
VARIABLES = {
    "morning": "2026-06-01",
    "known_by": "2026-06-01 04:00:00+00",
    "metric_from": "2026-04-20",
}
SHIPPED = ("app.rule", "app.exercise_tag")
DEFAULTS = {
    "audience": "'club'",
    "source": "'fit'",
    "sha256": "'payload'",
    "start_local": "CAST(local_date AS TIMESTAMP) + INTERVAL 12 HOURS",
    "known_at": "TIMESTAMPTZ '2026-05-01 00:00:00+00'",
    "set_type": "'normal'",
    "exercise": "'Squat'",
    "set_index": "0",
    "something_else": "false",
    "checkin_id": "athlete_id || local_date",
    "state": "if(load IS NULL, 'unknown', if(load > 0, 'trained', 'rest'))",
    "imputed": "false",
    "role": "'athlete'",
    "week": "'rolling'",
}


SHIPPED = ("app.rule", "app.exercise_tag")


@pytest.fixture(scope="module")
def catalogs(in_memory: Callable[[], Connection]) -> Iterator[Connection]:
    """Both catalogs in memory, with a table for every model, all empty but for what is shipped."""
    with in_memory() as con:
        _bind(con, VARIABLES)
        for name in models.order():
            con.execute(f"CREATE TABLE lake.{name} AS FROM ({models.sources()[name]}) LIMIT 0")
        for table in SHIPPED:
            con.execute(f"CREATE TABLE shipped_{table[4:]} AS FROM {table}")
        yield con


@pytest.fixture
def con(catalogs: Connection) -> Iterator[Connection]:
    """The catalogs, emptied again afterwards."""
    yield catalogs
    for catalog, schema, table in catalogs.execute(
        "SELECT database_name, schema_name, table_name FROM duckdb_tables() "
        "WHERE database_name IN ('app', 'lake') AND estimated_size > 0"
    ).fetchall():
        catalogs.execute(f"DELETE FROM {catalog}.{schema}.{table}")
    for table in SHIPPED:
        catalogs.execute(f"INSERT INTO {table} FROM shipped_{table[4:]}")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_case(con: Connection, case: Path) -> None:
    model = next(name for name in models.sources() if name.endswith(f".{case.parent.name}"))
    given = {path.name.removesuffix(".csv") for path in case.glob("*.*.csv")}
    for table in given:
        _insert(con, table, case / f"{table}.csv")
    _bind(con, VARIABLES | _first_row(case / "variables.csv"))
    sql = models.query(model, frozenset(table.removeprefix("lake.") for table in given))
    missing, surplus = _differences(con, sql, case / "expect.csv")
    assert (missing, surplus) == ([], [])


def test_every_model_has_a_case() -> None:
    tested = {case.parent.name for case in CASES}
    assert {name.split(".")[1] for name in models.sources()} <= tested


def _first_row(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as handle:
        return next(csv.DictReader(handle))


def _bind(con: Connection, variables: dict[str, str]) -> None:
    models.bind(
        con,
        date.fromisoformat(variables["metric_from"]),
        date.fromisoformat(variables["morning"]),
        datetime.fromisoformat(variables["known_by"]),
        variables.get("athlete"),
        since=date.fromisoformat(variables.get("since", models.EVER.isoformat())),
    )


def _types(con: Connection, relation: str) -> dict[str, str]:
    return {row[0]: row[1] for row in con.execute(f"DESCRIBE {relation}").fetchall()}


def _insert(con: Connection, table: str, path: Path) -> None:
    described = con.execute(f"DESCRIBE {table}").fetchall()
    types = {row[0]: row[1] for row in described}
    plain = {row[0]: "''" if (row[1], row[2]) == ("VARCHAR", "NO") else "NULL" for row in described}
    named = _header(path)
    assert set(named) <= set(types), f"{path}: columns that {table} does not have"
    values = [
        f"coalesce({name if name in named else 'NULL'}, {DEFAULTS.get(name, plain[name])})"
        for name in types
    ]
    if table in SHIPPED:
        con.execute(f"DELETE FROM {table}")
    con.execute(
        f"INSERT INTO {table} SELECT {', '.join(values)} FROM ({_read(path, named, types)})"
    )


def _read(path: Path, columns: list[str], types: dict[str, str]) -> str:
    typed = ", ".join(f"'{column}': '{types[column]}'" for column in columns)
    return f"SELECT * FROM read_csv('{path}', header=true, columns={{{typed}}})"


def _differences(
    con: Connection, sql: str, expect: Path
) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    con.execute(f"CREATE OR REPLACE TEMP TABLE actual AS {sql}")
    types = _types(con, "actual")
    columns = _header(expect)
    con.execute(f"CREATE OR REPLACE TEMP TABLE wanted AS {_read(expect, columns, types)}")
    if "channel" in columns:
        con.execute("DELETE FROM actual WHERE channel NOT IN (SELECT channel FROM wanted)")
    shown = ", ".join(f"round({c}, 9)" if types[c] == "DOUBLE" else c for c in columns)
    return (
        con.execute(f"SELECT {shown} FROM wanted EXCEPT ALL SELECT {shown} FROM actual").fetchall(),
        con.execute(f"SELECT {shown} FROM actual EXCEPT ALL SELECT {shown} FROM wanted").fetchall(),
    )


def _header(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as handle:
        return next(csv.reader(handle))
