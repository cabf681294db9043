"""The health check: whether the store answers."""

from __future__ import annotations

import duckdb
from flask import Blueprint

from clubmon.policy import Permission
from clubmon.web.frame.access import context, requires

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@requires(Permission.PUBLIC)
def check() -> tuple[str, int, dict[str, str]]:
    """200 'ok' when both catalogs answer, otherwise 503."""
    plain = {"Content-Type": "text/plain; charset=utf-8"}
    try:
        context().store.rows(
            "SELECT (SELECT count(*) FROM app.schema_migration) AS app, "
            "(SELECT count(*) FROM lake.schema_migration) AS lake"
        )
    except duckdb.Error:
        return "the store does not answer\n", 503, plain
    return "ok\n", 200, plain
