"""Where rows about one person are: every table, and which of its rows are theirs.

A table with a column `athlete_id` or `person_id` holds what that column says; the others are
named here, so that what is about a person is neither left behind by an erasure nor left out of
a download. A test holds the list against the tables that there are.
"""

from __future__ import annotations

from collections.abc import Mapping

from clubmon.storage.store import Connection, Row, rows_of

ATHLETE, PERSON = "athlete_id", "person_id"
BY_PERSON = "t.person_id = $1"
# whose row it is, where no column of these names says so; $1 is the person's id
ELSEWHERE: Mapping[str, str] = {
    "flag_action": ("t.flag_id IN (SELECT f.flag_id FROM app.flag AS f WHERE f.athlete_id = $1)"),
    "audit": "(t.actor = $1 OR t.subject = $1)",
    "tombstone": "(t.kind = 'person' AND t.key = $1)",
    "erasure": "t.person_key = $1",
    "hint": (
        "EXISTS (SELECT 1 FROM app.connection AS c WHERE c.athlete_id = $1 "
        "AND c.source = t.source AND c.owner_id = t.owner_id)"
    ),
}
# the club's own: rules, runs of jobs and the like
OF_NOBODY = frozenset(
    {
        "team",
        "team_asks",
        "rule",
        "job_run",
        "exercise_tag",
        "source_note",
        "source_mode",
        "proposal_setting",
        "schema_migration",
    }
)


def tables(con: Connection) -> dict[str, str]:
    """Every table of `app` that holds rows about people, with the condition for one person's.

    The rows are read AS t, the person's id is parameter $1.
    """
    found = {table: _condition(table, names) for table, names in _all(con).items()}
    return {table: condition for table, condition in found.items() if condition}


def unplaced(con: Connection) -> list[str]:
    """Tables of `app` of which nobody has said whose rows they hold; there are none."""
    known = {*tables(con), *OF_NOBODY}
    return [table for table in _all(con) if table not in known]


def lake_tables(con: Connection, schema: str) -> list[str]:
    """The tables of one schema of the lake that have a column `athlete_id`."""
    return sorted(
        row["table_name"]
        for row in _columns(con, "lake")
        if row["schema_name"] == schema and row["column_name"] == ATHLETE
    )


def _all(con: Connection) -> dict[str, set[str]]:
    """The columns of each table of `app`, by its name."""
    columns: dict[str, set[str]] = {}
    for row in _columns(con, "app"):
        columns.setdefault(row["table_name"], set()).add(row["column_name"])
    return dict(sorted(columns.items()))


def _condition(table: str, names: set[str]) -> str:
    """'' for a table that is nobody's."""
    if table in ELSEWHERE or table in OF_NOBODY:
        return ELSEWHERE.get(table, "")
    return next((f"t.{column} = $1" for column in (ATHLETE, PERSON) if column in names), "")


def _columns(con: Connection, catalog: str) -> list[Row]:
    return rows_of(
        con,
        "SELECT schema_name, table_name, column_name FROM duckdb_columns() "
        "WHERE database_name = ? AND NOT internal",
        [catalog],
    )
