"""Files and pages in as few bytes as the browser takes.

Static files go in brotli where a `.br` lies beside, else in gzip.

The large bundle has a `.br` made when it was vendored, as the standard library has no brotli and
a served byte should not need another dependency. gzip is made on first use and kept in memory.

Pages and figures go in gzip only where the browser says that no other site asked for them
(`Sec-Fetch-Site`). A page that holds what is somebody's beside what a stranger put into its address
must not change its length with both: that is how compressed pages are guessed (BREACH).
"""

from __future__ import annotations

import gzip
from functools import cache
from io import BytesIO
from pathlib import Path

from flask import Flask, request, send_file, send_from_directory
from werkzeug.security import safe_join
from werkzeug.wrappers import Response

TEXTS = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
}
PAGES = ("text/html", "application/json")
WORTH_IT = 1024  # bytes; below this a header costs as much as it saves


def register(app: Flask) -> None:
    """Serve the endpoint `static` from here, and pack pages."""
    folder = Path(app.static_folder or "")
    app.view_functions["static"] = lambda filename: _send(folder, filename)
    app.after_request(_pack)


def wanted() -> bool:
    """Whether an answer may go in gzip now: the browser takes it, and no other site asked."""
    asked_here = request.headers.get("Sec-Fetch-Site") in ("same-origin", "none")
    return asked_here and bool(request.accept_encodings["gzip"])


def packed(body: bytes) -> bytes:
    """The body in gzip."""
    return gzip.compress(body, 6, mtime=0)


def encoded(response: Response, encoding: str) -> Response:
    """Say in which encoding the body of the response is."""
    response.headers["Content-Encoding"] = encoding
    return response


def _pack(response: Response) -> Response:
    fit = response.mimetype in PAGES and not response.is_streamed and response.status_code == 200
    if not (fit and wanted()) or "Content-Encoding" in response.headers:
        return response
    body = response.get_data()
    if len(body) < WORTH_IT:
        return response
    response.set_data(packed(body))
    return encoded(response, "gzip")


def _send(folder: Path, filename: str) -> Response:
    found = safe_join(str(folder), filename)
    path = Path(found) if found else None
    if path is None or path.suffix not in TEXTS or not path.is_file():
        return send_from_directory(folder, filename)
    response = _packed(path) or send_from_directory(folder, filename)
    response.content_type = TEXTS[path.suffix]
    response.vary.add("Accept-Encoding")
    return response


def _packed(path: Path) -> Response | None:
    """The file in the best encoding that the browser names; None: as it is."""
    accepted = request.accept_encodings
    brotli = path.with_name(path.name + ".br")
    if accepted["br"] and brotli.is_file():
        return encoded(send_file(brotli, conditional=True), "br")
    if not accepted["gzip"] or path.stat().st_size < WORTH_IT:
        return None
    changed = path.stat().st_mtime_ns
    body = BytesIO(_gzipped(path, changed))
    return encoded(send_file(body, "text/plain", etag=f"{changed:x}-gzip"), "gzip")


@cache
def _gzipped(path: Path, changed_ns: int) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)
