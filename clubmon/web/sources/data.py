"""Where the data comes from: each source, who sees it and who permitted that."""

from __future__ import annotations

from flask import Blueprint, render_template

from clubmon.policy import Permission
from clubmon.sync import connecting
from clubmon.web.frame.access import context, requires
from clubmon.web.sources import source_words

bp = Blueprint("data", __name__)


@bp.get("/data")
@requires(Permission.SIGNED_IN)
def page() -> str:
    """Changes nothing, and names no athlete."""
    held = context()
    permits = connecting.permits(held.store)
    return render_template(
        "data.html",
        sources=source_words.every(held.store, held.now()),
        newest={source: records[0] for source, records in permits.items()},
    )
