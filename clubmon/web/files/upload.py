"""The upload API: a program hands over an athlete's files with the athlete's token.

PUT the bytes under their own SHA-256, so that sending again is harmless. docs/api.md says how.
No cookie is looked at and no page is answered: every answer is JSON with one sentence.
"""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from urllib.parse import unquote_to_bytes

from flask import Blueprint, current_app, jsonify, request
from uuid6 import uuid7
from werkzeug.wrappers import Response

from clubmon.arrival import arrivalrows, arrivals, ingest, uploadtokens
from clubmon.arrival.arrivalrows import Arrival, Coming
from clubmon.arrival.ingest import ImportRefused
from clubmon.httpserver import ONLY_HEADERS
from clubmon.policy import Permission
from clubmon.storage import landing
from clubmon.storage.landing import Landed, NotTaken
from clubmon.web.frame.access import Context, context, requires
from clubmon.web.frame.ratelimit import RateLimit

bp = Blueprint("upload", __name__)

AT_ONCE = 16 * 1024**2  # bytes; a larger file is stored at once and read afterwards
PER_TOKEN = 300, timedelta(minutes=1)
PER_STRANGER = 30, timedelta(minutes=1)
SHA256 = re.compile(r"[0-9a-f]{64}")
RPE = re.compile(r"(10([.,]0)?|[0-9]([.,][0-9])?)")

STORED = "Stored: {}."
LATER = "Stored; it is read within minutes, and the athlete's page says what was found."
ASKS = "Stored; it counts once the athlete has answered on the page Files: {}"
KNOWN = "Known before; nothing was changed."
KNOWN_RATED = "Known before; the session RPE is taken where the file is one recording."
NO_TOKEN = "No upload token in force was sent; make one on the athlete's page under Files."
NOT_READ = "No file with these bytes was read of this athlete; send the file itself."
BAD_HASH = "The address must end in the SHA-256 of the file, as 64 lower-case hex digits."
BAD_RPE = "X-Session-RPE must be a number from 0 to 10 with one decimal at most."
DIFFERS = "The bytes that arrived are not those of the address; send the file again."
EMPTY = "The file is empty; nothing was stored."
TOO_LARGE = "The file is larger than {} MB, the most that this club takes."
TOO_OFTEN = "Too many requests; wait {} seconds."


class Refused(Exception):
    """A request that is answered with a status and one sentence."""

    def __init__(self, status: int, sentence: str, retry_after: int = 0) -> None:
        super().__init__(sentence)
        self.status, self.retry_after = status, retry_after


@bp.record_once
def _limits(state: object) -> None:
    """Each application counts on its own."""
    app = state.app  # type: ignore[attr-defined]
    app.extensions["clubmon.upload"] = RateLimit(*PER_TOKEN), RateLimit(*PER_STRANGER)


@bp.errorhandler(Refused)
def refused(error: Refused) -> Response:
    """The sentence as JSON."""
    response = jsonify(message=str(error))
    response.status_code = error.status
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="clubmon files"'
    if error.retry_after:
        response.headers["Retry-After"] = str(error.retry_after)
    return response


@bp.route("/api/v1/files/<sha256>", methods=["HEAD"])
@requires(Permission.UPLOAD_TOKEN)
def known(sha256: str) -> tuple[str, int]:
    """200 where this athlete's file with these bytes is stored or waits to be read, else 404."""
    athlete_id = _athlete(context())
    return "", 200 if arrivalrows.known(context().store, athlete_id, sha256) else 404


@bp.put("/api/v1/files/<sha256>")
@requires(Permission.UPLOAD_TOKEN)
def put(sha256: str) -> Response:
    """Store one file: 201 new, 200 known before; otherwise the status says why not."""
    held = context()
    athlete_id = _athlete(held)
    rpe_tenths = _admitted(held, athlete_id, sha256)
    if ONLY_HEADERS in request.environ:
        return Response(status=204)
    if rpe_tenths is None and arrivalrows.known(held.store, athlete_id, sha256):
        return _said(200, KNOWN)
    request.max_content_length = held.settings.largest_upload
    with landing.landed(held.settings.data, request.stream) as landed:
        _right(landed, sha256)
        coming = Coming(athlete_id, athlete_id, "api", _name(), str(uuid7()), rpe_tenths)
        arrival_id = arrivalrows.take(held.store, landed, coming, held.now())
    return _answer(held, arrival_id, landed)


@bp.patch("/api/v1/files/<sha256>")
@requires(Permission.UPLOAD_TOKEN)
def rate(sha256: str) -> Response:
    """Take another session RPE for a file that was read before, without its bytes."""
    held = context()
    athlete_id = _athlete(held)
    rpe_tenths = _admitted(held, athlete_id, sha256)
    if rpe_tenths is None:
        raise Refused(400, BAD_RPE)
    if not arrivals.rate(held.store, athlete_id, sha256, rpe_tenths, held.now()):
        raise Refused(404, NOT_READ)
    held.on_decision()  # figures of past days follow
    return _said(200, KNOWN_RATED)


def _athlete(held: Context) -> str:
    """Whose token was sent; raises Refused for none and for one that asks too often."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip() if scheme.lower() == "bearer" else ""
    athlete_id = uploadtokens.owner(held.store, token, held.now()) if token else None
    of_tokens, of_strangers = current_app.extensions["clubmon.upload"]
    if athlete_id is None:
        _counted(held, of_strangers, request.remote_addr or "")
        raise Refused(401, NO_TOKEN)
    _counted(held, of_tokens, uploadtokens.digest(token))
    return athlete_id


def _counted(held: Context, limit: RateLimit, key: str) -> None:
    seconds = limit.wait(key, held.now())
    if seconds:
        raise Refused(429, TOO_OFTEN.format(seconds), seconds)


def _admitted(held: Context, athlete_id: str, sha256: str) -> int | None:
    """The session RPE x 10 that was sent; raises Refused before a byte of the file is read."""
    try:
        ingest.require_consent(held.store, held.settings, athlete_id, held.now())
    except ImportRefused as refusal:
        raise Refused(403, str(refusal)) from refusal
    if not SHA256.fullmatch(sha256):
        raise Refused(400, BAD_HASH)
    size = request.content_length or 0
    if size > held.settings.largest_upload:
        raise Refused(413, TOO_LARGE.format(held.settings.largest_upload_mb))
    try:
        landing.room_for(held.settings.data, size)
    except NotTaken as error:
        raise Refused(507, str(error)) from error
    return _rpe_tenths(request.headers.get("X-Session-RPE", "").strip())


def _rpe_tenths(text: str) -> int | None:
    if not text:
        return None
    if not RPE.fullmatch(text):
        raise Refused(400, BAD_RPE)
    return int(Decimal(text.replace(",", ".")) * 10)


def _name() -> str:
    """The file's own name; percent-encoded, or in UTF-8 as curl sends what was typed."""
    sent = request.headers.get("X-Filename", "").encode("latin-1", "replace")  # as WSGI hands it
    return unquote_to_bytes(sent).decode("utf-8", "replace")


def _right(landed: Landed, sha256: str) -> None:
    if not landed.size:
        raise Refused(422, EMPTY)
    if landed.sha256 != sha256:
        raise Refused(409, DIFFERS)


def _answer(held: Context, arrival_id: str, landed: Landed) -> Response:
    """Read a small file now and say what was found; a large one is read in its turn."""
    if held.on_files is not None and landed.size > AT_ONCE:
        held.on_files()
        return _said(201, LATER)
    arrivals.read_one(held.store, held.settings, arrival_id, held.now())
    found = arrivalrows.one(held.store, arrival_id)
    assert found is not None  # it was put on record just now
    rated = "X-Session-RPE" in request.headers
    if found.state == "stored" or (rated and found.state == "known"):
        held.on_decision()  # figures of past days follow
    return _said(200, KNOWN_RATED) if rated and found.state == "known" else receipt(found)


def receipt(found: Arrival) -> Response:
    """What became of a file, as JSON; 422 where it held nothing that can be stored."""
    if found.state in ("waiting", "reading"):  # sent twice at once: the other request reads it
        return _said(201, LATER)
    if found.state == "known":
        return _said(200, KNOWN)
    if found.state == "asks":
        return _said(201, ASKS.format(" ".join(found.read.questions)))
    if found.state == "refused":
        return _said(422, " ".join(found.read.refusals) or "The file holds no session.")
    read = found.read
    response = jsonify(
        message=STORED.format(words(found)),
        runs=read.runs,
        lifts=read.lifts,
        others=read.others,
        doubtful=list(read.doubtful),
        notes=list(read.notes),
        refused=list(read.refusals),
    )
    response.status_code = 201
    return response


def words(found: Arrival) -> str:
    """'3 runs, 1 lift' of what a file held."""
    read = found.read
    counts = ((read.runs, "run"), (read.lifts, "lift"), (read.others, "other session"))
    return ", ".join(f"{count} {word}{'s' * (count != 1)}" for count, word in counts if count)


def _said(status: int, sentence: str) -> Response:
    response = jsonify(message=sentence)
    response.status_code = status
    return response
