"""An athlete's files: handing them over, what became of each, and tokens for programs.

Open to the athlete and a minor's guardian. A script sends one file per request and shows how far
it is; without it the same form sends all of them at once. Reading goes on when the page is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import IO
from urllib.parse import unquote
from uuid import UUID

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request
from uuid6 import uuid7
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from clubmon import policy
from clubmon.arrival import arrivalrows, arrivals, asking, uploadtokens
from clubmon.arrival.arrivalrows import Coming
from clubmon.arrival.uploadtokens import TokenRefused
from clubmon.club import people
from clubmon.httpserver import ONLY_HEADERS
from clubmon.policy import Consent, Permission
from clubmon.storage import landing
from clubmon.storage.landing import NotTaken
from clubmon.web.files import handover_words
from clubmon.web.frame import access
from clubmon.web.frame.access import Context, context, requires, subject, viewer
from clubmon.words.language import N_
from clubmon.words.sentences import retold

bp = Blueprint("handover", __name__)

LARGE = frozenset({"handover.send", "handover.send_one"})
AROUND = 1024 * 1024  # bytes of a form besides the files
BATCHES_SHOWN = 5
REFUSED_SHOWN = timedelta(days=14)  # and those with a file that was refused for so long
CLOSED = N_(
    "Nothing was taken: the consent to “Training” is not in force, and without it no file "
    "is stored. Agree on the page “What I share” first."
)
CLOSED_MINOR = N_(
    "Nothing was taken: a guardian has to consent to “Training” first, and without it no "
    "file is stored. Ask the guardian to open the invitation from the club."
)
NO_FILES = N_("No file was chosen; choose at least one.")
EMPTY = N_("{} is empty; export it again.")
CURL = (  # as docs/api.md has it, for who has the token in the shell
    "file=run.fit\n"
    'curl --fail-with-body -T "$file" -H "Authorization: Bearer $CLUBMON_TOKEN" '
    '-H "X-Filename: $file" '
    '"{address}/api/v1/files/$(openssl dgst -sha256 -r "$file" | cut -d\' \' -f1)"'
)
REVOKED = N_("The token was revoked and ends at once.")


def widen() -> tuple[str | Response, int] | None:
    """Runs after the guard and before a form is read: large bodies here only, none unasked.

    Where only the headers have come, the answer says whether the body may follow.
    """
    if request.endpoint in LARGE:
        if Consent.LOAD not in subject().consents:
            abort(403, CLOSED_MINOR if subject().minor else CLOSED)
        access.widen(context().settings.largest_upload, AROUND)
    if ONLY_HEADERS not in request.environ or request.endpoint == "upload.put":
        return None
    try:
        landing.room_for(context().settings.data, request.content_length or 0)
    except NotTaken as error:
        return jsonify(message=retold(str(error))), 507
    return "", 204


@bp.get("/athlete/<athlete_id>/files")
@requires(Permission.HAND_OVER)
def show(athlete_id: str) -> str:
    """The form, what arrived lately, and the tokens. Changes nothing."""
    return _page()


@bp.post("/athlete/<athlete_id>/files")
@requires(Permission.HAND_OVER)
def send(athlete_id: str) -> Response | tuple[str, int]:
    """Take every file of the form."""
    files = [file for file in request.files.getlist("file") if file.filename]
    if not files:
        return _page(wrong=NO_FILES), 400
    for sentence in _take_all(files, str(uuid7())):
        flash(sentence, "error")
    _read_soon(context())
    return redirect(request.path + "#arrived", 303)


@bp.post("/athlete/<athlete_id>/files/one")
@requires(Permission.HAND_OVER)
def send_one(athlete_id: str) -> Response:
    """Take one file, which is the body, for the script; the answer is JSON.

    `X-Again: 1` says that it was sent before in this batch and the connection broke: where it
    was taken then, nothing is added.
    """
    name = unquote(request.headers.get("X-Filename", ""), errors="replace")
    again = request.headers.get("X-Again") == "1"
    problem = _take(request.stream, name, _batch(request.headers.get("X-Batch")), again=again)
    response = jsonify(message=retold(problem))
    response.status_code = 422 if problem else 201
    if not problem:
        _read_soon(context())
    return response


@bp.post("/athlete/<athlete_id>/tokens")
@requires(Permission.HAND_OVER)
def make_token(athlete_id: str) -> str | tuple[str, int]:
    """Make a token and show it, this once."""
    held = context()
    try:
        token = uploadtokens.make(
            held.store, athlete_id, request.form.get("label", ""), viewer().person_id, held.now()
        )
    except TokenRefused as error:
        return _page(wrong=str(error)), 400
    return _page(token=token)


@bp.post("/athlete/<athlete_id>/tokens/<token_id>/revoke")
@requires(Permission.HAND_OVER)
def revoke_token(athlete_id: str, token_id: str) -> Response:
    """End a token."""
    held = context()
    if not uploadtokens.revoke(held.store, athlete_id, token_id, viewer().person_id, held.now()):
        abort(404)
    flash(REVOKED)
    return redirect(f"/athlete/{athlete_id}/files#tokens", 303)


def _take_all(files: list[FileStorage], batch_id: str) -> Iterator[str]:
    """A sentence for each file that was not taken."""
    for file in files:
        problem = _take(file.stream, file.filename or "", batch_id)
        if problem:
            yield problem


def _take(stream: IO[bytes], name: str, batch_id: str, *, again: bool = False) -> str:
    """Put one file on disk and on record; the sentence to say where that is not possible."""
    held, about = context(), subject()
    coming = Coming(about.athlete_id, viewer().person_id, "page", name, batch_id, again=again)
    try:
        landing.room_for(held.settings.data, request.content_length or 0)
        with landing.landed(held.settings.data, stream) as landed:
            if not landed.size:
                return EMPTY.format(arrivalrows.own_name(name))
            arrivalrows.take(held.store, landed, coming, held.now())
    except NotTaken as error:
        return str(error)
    return ""


def _read_soon(held: Context) -> None:
    if held.on_files is not None:
        held.on_files()
    else:
        arrivals.work(held.store, held.settings, held.now)


def _batch(text: str | None) -> str:
    """The id that the page gave to what is sent together; a new one for anything else."""
    try:
        return str(UUID(text or ""))
    except ValueError:
        return str(uuid7())


def _page(*, token: str = "", wrong: str = "") -> str:
    held, about, who = context(), subject(), viewer()
    person = people.person(held.store, about.athlete_id) or abort(404)
    since = held.now() - REFUSED_SHOWN
    found = arrivalrows.of_athlete(held.store, about.athlete_id, BATCHES_SHOWN, since)
    return render_template(
        "handover.html",
        person=person,
        own=who.person_id == about.athlete_id,
        closed="" if Consent.LOAD in about.consents else CLOSED_MINOR if about.minor else CLOSED,
        consents=policy.may(who, Permission.GIVE_CONSENT, about),
        batches=[handover_words.batch(files) for files in found],
        asks=asking.waiting(held.store, about.athlete_id),
        tokens=uploadtokens.in_force(held.store, about.athlete_id),
        token=token,
        wrong=wrong,
        batch_id=str(uuid7()),
        limit=held.settings.largest_upload,
        months=held.settings.keep_months,
        curl=CURL.format(address=held.settings.base_url),
    )
