"""Files and pages travel packed where the browser takes it, and stay what they are."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import pytest

from clubmon import web
from clubmon.web.frame import shell

STATIC = Path(web.__path__[0]) / "static"
BUNDLE = f"/static/{shell.PLOTLY}"


def get(club: Any, path: str, accept: str = "", **headers: str) -> Any:
    return club.be(None).get(path, headers={"Accept-Encoding": accept, **headers})


@pytest.mark.parametrize("accept", ["gzip", "gzip, deflate", "br;q=0, gzip"])
@pytest.mark.parametrize("name", ["clubmon.css", "chart.js", shell.PLOTLY])
def test_gzip_unpacks_to_the_file(read_only_club: Any, name: str, accept: str) -> None:
    response = get(read_only_club, f"/static/{name}", accept)
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.data) == (STATIC / name).read_bytes()
    assert response.content_length == len(response.data) < (STATIC / name).stat().st_size / 2


def test_the_bundle_travels_in_brotli_where_the_browser_takes_it(read_only_club: Any) -> None:
    response = get(read_only_club, BUNDLE, "gzip, deflate, br, zstd")
    assert response.headers["Content-Encoding"] == "br"
    assert response.data == (STATIC / f"{shell.PLOTLY}.br").read_bytes()
    assert response.content_type == "text/javascript; charset=utf-8"
    assert len(response.data) < 360_000


@pytest.mark.parametrize("accept", ["", "identity", "gzip;q=0"])
def test_who_takes_neither_gets_the_file_as_it_is(read_only_club: Any, accept: str) -> None:
    response = get(read_only_club, "/static/clubmon.css", accept)
    assert "Content-Encoding" not in response.headers
    assert response.data == (STATIC / "clubmon.css").read_bytes()


@pytest.mark.parametrize("accept", ["", "gzip", "br"])
def test_caches_keep_the_encodings_apart_and_versions_for_good(
    read_only_club: Any, accept: str
) -> None:
    response = get(read_only_club, f"{BUNDLE}?v=1", accept)
    assert "Accept-Encoding" in response.headers["Vary"]
    assert "immutable" in response.headers["Cache-Control"]
    again = get(read_only_club, BUNDLE, accept, **{"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_every_encoding_has_a_tag_of_its_own(read_only_club: Any) -> None:
    tags = {get(read_only_club, BUNDLE, accept).headers["ETag"] for accept in ("", "gzip", "br")}
    assert len(tags) == 3


@pytest.mark.parametrize("path", ["../secret", "..%2f..%2fsettings.py", "none.js", "%00"])
def test_what_is_not_there_is_not_found(read_only_club: Any, path: str) -> None:
    assert get(read_only_club, f"/static/{path}", "br, gzip").status_code == 404


@pytest.mark.parametrize("path", ["/today", "/squad", "/squad/days.json"])
@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_pages_are_packed_where_no_other_site_asked(
    read_only_club: Any, path: str, site: str
) -> None:
    coach = read_only_club.be("coach")
    plain = coach.get(path)
    packed = coach.get(path, headers={"Accept-Encoding": "br, gzip", "Sec-Fetch-Site": site})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.content_length == len(packed.data) < len(plain.data) / 2
    assert _still(gzip.decompress(packed.data)) == _still(plain.data)


def _still(body: bytes) -> bytes:
    """Without the tokens of forms, which differ every second."""
    return re.sub(rb'name="csrf_token" value="[^"]+"', b"", body)


@pytest.mark.parametrize("site", ["cross-site", "same-site", None])
def test_pages_are_never_packed_for_another_site_or_where_nobody_says(
    read_only_club: Any, site: str | None
) -> None:
    headers = {"Accept-Encoding": "br, gzip"} | ({"Sec-Fetch-Site": site} if site else {})
    response = read_only_club.be("coach").get("/squad?team=guess", headers=headers)
    assert "Content-Encoding" not in response.headers


def test_who_does_not_take_gzip_gets_the_page_as_it_is(read_only_club: Any) -> None:
    response = read_only_club.be("coach").get("/today", headers={"Sec-Fetch-Site": "none"})
    assert "Content-Encoding" not in response.headers
