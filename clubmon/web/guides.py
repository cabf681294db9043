"""How to get data out of each watch and app and into the club; holds no personal data."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from clubmon import guides
from clubmon.policy import Permission
from clubmon.web.access import context, requires

bp = Blueprint("guides", __name__)


@bp.get("/help/files")
@requires(Permission.PUBLIC)
def index() -> str:
    """Every source that can be read here."""
    return render_template("guides.html", guides=guides.every())


@bp.get("/help/files/<of_source>")
@requires(Permission.PUBLIC)
def show(of_source: str) -> str:
    """The steps for one source, or 404."""
    found = next((one for one in guides.every() if one.slug == of_source), None)
    address = context().settings.base_url or ""
    return render_template("guide.html", guide=found or abort(404), address=address)
