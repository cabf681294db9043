"""How to get data out of each watch and app and into the club; holds no personal data."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, abort, render_template

from clubmon.policy import Permission, Role
from clubmon.sync import guides
from clubmon.web.frame.access import context, maybe_viewer, requires

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
    if found is None:
        abort(404)
    address = {"address": context().settings.base_url}
    told = replace(found, ways=tuple(guides.filled(way, address) for way in found.ways))
    who = maybe_viewer()
    base = f"/athlete/{who.person_id}" if who and who.has(Role.ATHLETE) else ""
    return render_template(
        "guide.html",
        guide=told,
        own_files=f"{base}/files" if base else "",
        own_sources=f"{base}/sources" if base else "",
    )
