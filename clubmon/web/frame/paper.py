"""Pages as PDF, made by WeasyPrint in this process.

A library rather than a headless browser: nothing is started beside the service, nothing is
fetched, and a server needs Debian's pango (a few MB) where Chromium would be hundreds. What a
page may load are this service's own static files.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from clubmon.words.language import N_

NEEDED = N_(
    "PDFs need the library pango on this machine (on Debian: apt install libpango-1.0-0 "
    "libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core); until then print the page from "
    "the browser."
)
_BASE = "static:///"
_one_at_a_time = Lock()  # laying out takes a processor for a second or more


@cache
def missing() -> str | None:
    """Why no PDF can be made on this machine, in one sentence; None where it can."""
    try:
        import weasyprint  # noqa: F401  # loads libraries of the system, which may be missing
    except (OSError, ImportError):
        return str(NEEDED)
    return None


def pdf(html: str) -> bytes:
    """The page on paper. Only addresses below 'static:///' are read, from the static folder."""
    from weasyprint import HTML

    with _one_at_a_time:
        made: bytes = HTML(string=html, base_url=_BASE, url_fetcher=_fetcher()).write_pdf()
    return made


def static(url: str) -> Path:
    """The static file that an address names; raises ValueError for any other address."""
    folder = Path(current_app.static_folder or "").resolve()
    found = (folder / urlsplit(url).path.lstrip("/")).resolve()
    if not url.startswith(_BASE) or not found.is_relative_to(folder):
        raise ValueError(f"{url} is no file of these pages.")
    return found


def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class Static(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: object = None) -> Any:
            found = static(url)
            return URLFetcherResponse(url, found.read_bytes(), {"Content-Type": "text/css"})

    return Static(fail_on_errors=True)
