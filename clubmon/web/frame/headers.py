"""Headers of every response: nothing from other hosts, nothing kept, nothing framed."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from werkzeug.wrappers import Response

from clubmon.web.frame.access import context

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
FRAMED = "screens.embed"  # the one page that the club's own site may show in a frame
UNLISTED = frozenset({FRAMED, "screens.wall"})  # open to who has the address, found by no search
ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",  # paths can hold signed tokens
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
PAGES = "no-store"
VERSIONED = "public, max-age=31536000, immutable"
UNVERSIONED = "no-cache"


def register(app: Flask) -> None:
    """Set the headers, and give every static address a version made from the file's bytes."""
    app.after_request(_secure)
    app.session_interface = _Sessions()
    app.url_defaults(_versioned)


def _secure(response: Response) -> Response:
    for name, value in ALWAYS.items():
        response.headers[name] = value
    sites = context().settings.embed_on
    if request.endpoint == FRAMED and sites:
        policy = CONTENT_SECURITY_POLICY.replace("ancestors 'none'", f"ancestors {' '.join(sites)}")
        response.headers["Content-Security-Policy"] = policy
    if request.endpoint in UNLISTED:
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = _caching(response)
    return response


class _Sessions(SecureCookieSessionInterface):
    """As Flask has them, but a page that `g.cookieless` is said of sets none."""

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        return not g.get("cookieless") and super().should_set_cookie(app, session)


def _caching(response: Response) -> str:
    if request.endpoint != "static" or response.status_code >= 400:
        return PAGES
    return VERSIONED if "v" in request.args else UNVERSIONED


def _versioned(endpoint: str, values: dict[str, Any]) -> None:
    name = values.get("filename")
    if endpoint == "static" and isinstance(name, str) and current_app.static_folder:
        path = Path(current_app.static_folder, name)
        if path.is_file():
            values.setdefault("v", _digest(path, path.stat().st_mtime_ns))


@cache
def _digest(path: Path, changed_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
