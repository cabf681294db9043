"""How data gets here: a page per watch and app that can be followed alone, open to everybody."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from clubmon.sdk import Guide, Way
from clubmon.sync import guides
from clubmon.sync.guides import together


def plain(page: str) -> str:
    page = re.sub(r"</?a\b[^>]*>", "", page)  # a link stands within its sentence
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_the_list_leads_to_a_page_for_every_source(read_only_club: Any) -> None:
    page = read_only_club.be(None).get("/help/files").get_data(as_text=True)
    for guide in guides.every():
        assert f'href="/help/files/{guide.slug}">{html.escape(guide.title)}</a>' in page


@pytest.mark.parametrize("slug", [one.slug for one in guides.every()])
def test_a_page_tells_every_way_step_by_step_to_where_it_is_handed_over(
    read_only_club: Any, slug: str
) -> None:
    (guide,) = (one for one in guides.every() if one.slug == slug)
    said = plain(read_only_club.be(None).get(f"/help/files/{slug}").get_data(as_text=True))
    address = read_only_club.settings.base_url or ""
    for way in guide.ways:
        assert len(way.steps) >= 2
        assert re.search("“Files”|“Sources”|“Team files”", " ".join(way.steps)), way.title
        for step in (*way.steps, *way.notes):
            assert step.removeprefix("$ ").replace("{address}", address) in said


def test_an_unknown_source_is_404(read_only_club: Any) -> None:
    assert read_only_club.be(None).get("/help/files/abacus").status_code == 404


def test_what_several_connectors_say_of_one_source_is_on_one_page() -> None:
    first, second = Way("A", ("one",)), Way("B", ("two",))
    found = together(
        [Guide("z", "Zed", "runs", (first,)), Guide("a", "an app", "lifts", ()),
         Guide("z", "other", "", (second,))]
    )  # fmt: skip
    assert found == [
        Guide("a", "an app", "lifts", ()),
        Guide("z", "Zed", "runs", (first, second)),
    ]
    strava = next(one for one in guides.every() if one.slug == "strava")
    assert [way.title for way in strava.ways] == [
        "The whole archive",
        "By itself, once you have said yes",
    ]


def test_a_file_that_nobody_reads_leads_to_the_list(read_only_club: Any) -> None:
    page = read_only_club.be("athlete").get(f"/athlete/{read_only_club.ids['athlete']}/files")
    assert 'href="/help/files"' in page.get_data(as_text=True)
