"""Error pages of one sentence, and a log that holds no personal data."""

from __future__ import annotations

import logging

from flask import (
    Flask,
    g,
    has_request_context,
    jsonify,
    make_response,
    render_template,
    request,
)
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Response

from clubmon.club.links import LinkExpired, LinkInvalid
from clubmon.storage.quietlog import WithoutValues
from clubmon.words.language import N_

TITLES = {
    400: N_("That could not be read"),
    403: N_("Not open to you"),
    404: N_("Nothing here"),
    405: N_("Not this way"),
    410: N_("This link is over"),
    413: N_("Too large"),
    500: N_("Something went wrong here"),
}
SENTENCES = {
    400: N_("What was sent could not be read; go back, reload the page and try again."),
    403: N_("You may not open this page; ask your club's admin if you should."),
    404: N_("There is no such page, or it is not open to you; go back to the start page."),
    405: N_(
        "This address does not take that kind of request; go back and use the page's own buttons."
    ),
    410: N_("This link has run out; ask for a new one."),
    413: N_("What was sent is larger than this page takes; send less."),
    500: N_(
        "The page could not be made because of a fault in clubmon; try again, and tell your club's "
        "admin if it stays."
    ),
}
API = "/api/"  # programs ask there: they are answered in JSON, and in English
TO_PROGRAMS = {
    404: "There is no such address here; hand over files with PUT /api/v1/files/<sha256>.",
    405: "Files are handed over with PUT; nothing that is stored can be read here.",
    500: "There is a fault in clubmon; try again, and tell your club's admin if it stays.",
}
TOO_LARGE = N_(
    "What was sent is larger than {most} MB, the most that this page takes; send less at once."
)
OTHER = N_("That did not work; go back and try again.")
EXPIRED_LINK = N_(
    "This link has run out; open the newest e-mail from your club, or ask for a new one."
)
INVALID_LINK = N_("This link is not complete; open it from the e-mail again, or copy all of it.")
STALE_FORM = N_("This form is too old, or cookies are off; reload the page and send it again.")


class WithoutPaths(WithoutValues):
    """Flask's own message names the path, which can hold a signed token: the endpoint is enough."""

    def said(self, record: logging.LogRecord) -> str:
        """The method and the endpoint of the request that failed."""
        if has_request_context():
            return f"Error in {request.method} {request.endpoint}"
        return super().said(record)


def page(code: int, sentence: str | None = None) -> Response:
    """The error page for a status code."""
    g.bare = code >= 500  # the store may be what failed: ask it for nothing more
    body = render_template(
        "error.html",
        heading=TITLES.get(code, N_("That did not work")),
        sentence=sentence or SENTENCES.get(code, OTHER),
    )
    return make_response(body, code)


def to_program(code: int, sentence: str | None = None) -> Response:
    """The same as `message` in JSON, for who asked by program."""
    said = sentence or TO_PROGRAMS.get(code, "That did not work; check what was sent.")
    return make_response(jsonify(message=said), code)


def register(app: Flask) -> None:
    """Answer every error with its page, and log it without personal data."""
    app.logger.addFilter(WithoutPaths())
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, lambda error: page(400, STALE_FORM))
    app.register_error_handler(LinkExpired, lambda error: page(410, EXPIRED_LINK))
    app.register_error_handler(LinkInvalid, lambda error: page(404, INVALID_LINK))


def _http(error: HTTPException) -> Response | HTTPException:
    if error.response is not None or error.code is None or error.code < 400:
        return error
    said = error.description if error.description != type(error).description else None
    if error.code == 413 and g.get("largest"):
        said = str(TOO_LARGE).format(most=g.largest // 1024**2)
    response = (to_program if request.path.startswith(API) else page)(error.code, said)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response
