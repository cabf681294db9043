"""What sources tell by themselves: answered at once, followed afterwards by asking them.

Unsigned, so nothing that comes here is believed; it is written down once, and only when it is
about somebody who is connected.
"""

from __future__ import annotations

import logging

from flask import Blueprint, abort, jsonify, request
from werkzeug.wrappers import Response

from clubmon.policy import Permission
from clubmon.sync import hints, sources
from clubmon.web.frame.access import context, requires

bp = Blueprint("hooks", __name__)
log = logging.getLogger("clubmon")

LONGEST = 16 * 1024  # bytes; a hint is a few hundred
REFUSED = "This address does not take this call; see the connector's settings."


@bp.get("/hooks/<source>")
@requires(Permission.PUBLIC)
def handshake(source: str) -> Response:
    """Prove to the source that this address is ours, where it asks as it should."""
    connector = sources.hooked(source)
    own = context().settings.connectors.get(source, {})
    answer = connector.handshake(own, dict(request.args)) if connector else None
    return jsonify(dict(answer)) if answer is not None else abort(400, REFUSED)


@bp.post("/hooks/<source>")
@requires(Permission.PUBLIC)
def take(source: str) -> Response:
    """Write the hint down and answer; the source is asked afterwards."""
    held, connector = context(), sources.hooked(source)
    if connector is None or (request.content_length or 0) > LONGEST:
        abort(400, REFUSED)
    try:
        hint = connector.hint(held.settings.connectors.get(source, {}), request.get_data())
    except Exception:  # a plugin can fail in any way on what a stranger sends
        log.warning("The connector of %s could not read what a webhook sent.", source)
        hint = None
    if hint is not None and hints.take(held.store, source, hint, held.now()):
        held.on_sources()
    return jsonify({})  # also where it was not for us: the source would only send it again
