"""Static files in as few bytes as the browser takes: brotli where a `.br` lies beside, else gzip.

The large bundle has a `.br` made when it was vendored, as the standard library has no brotli and
a served byte should not need another dependency. gzip is made on first use and kept in memory.
Only files that are the same for everyone are compressed here: nothing of anybody's.
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
WORTH_IT = 1024  # bytes; below this a header costs as much as it saves


def register(app: Flask) -> None:
    """Serve the endpoint `static` from here."""
    folder = Path(app.static_folder or "")
    app.view_functions["static"] = lambda filename: _send(folder, filename)


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
        return _encoded(send_file(brotli, conditional=True), "br")
    if not accepted["gzip"] or path.stat().st_size < WORTH_IT:
        return None
    changed = path.stat().st_mtime_ns
    packed = BytesIO(_gzipped(path, changed))
    return _encoded(send_file(packed, "text/plain", etag=f"{changed:x}-gzip"), "gzip")


def _encoded(response: Response, encoding: str) -> Response:
    response.headers["Content-Encoding"] = encoding
    return response


@cache
def _gzipped(path: Path, changed_ns: int) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)
