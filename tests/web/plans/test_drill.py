"""Each drill on a page of its own, open to whoever was sent the link."""

from __future__ import annotations

import html
from typing import Any

import pytest

from clubmon.drill.drills import SAFETY_NOTE, Shelf, library


@pytest.mark.parametrize("drill_id", sorted(library()))
def test_a_drill_shows_steps_dose_cautions_stop_rule_note_and_credit(
    read_only_club: Any, drill_id: str
) -> None:
    drill = library()[drill_id]
    response = read_only_club.be(None).get(f"/drills/{drill_id}")
    text = html.unescape(response.get_data(as_text=True))
    expected = [*drill.steps, *drill.caution, drill.stop_rule, drill.frequency, drill.progression]
    for part in [*expected, *drill.notes, drill.dose or "", SAFETY_NOTE, drill.drawing]:
        assert html.unescape(part) in text
    assert text.count(drill.credit) == 1


def test_the_list_links_to_every_drill_and_its_page_leads_back(read_only_club: Any) -> None:
    client = read_only_club.be(None)
    text = client.get("/drills").get_data(as_text=True)
    for drill in library().values():
        assert f'href="/drills/{drill.id}">{drill.name}</a>' in text
    assert SAFETY_NOTE in text
    assert 'href="/drills"' in client.get("/drills/D1").get_data(as_text=True)


@pytest.mark.parametrize("who", ["coach", "physio", "athlete"])
def test_the_menu_of_who_works_with_drills_leads_to_them(read_only_club: Any, who: str) -> None:
    text = read_only_club.be(who).get("/drills").get_data(as_text=True)
    assert '<a href="/drills" aria-current="page">Drills</a>' in text
    text = read_only_club.be(who).get("/drills/D1").get_data(as_text=True)
    assert '<a href="/drills" aria-current="true">Drills</a>' in text  # a page within that part


def test_a_page_of_a_drill_holds_nothing_that_the_policy_for_content_stops(
    read_only_club: Any,
) -> None:
    text = read_only_club.be(None).get("/drills/D3").get_data(as_text=True)
    assert "<script" not in text
    assert " style=" not in text


def test_the_admin_reads_which_packs_there_are_and_which_was_left_out(
    read_only_club: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "none besides the built-in drills" in read_only_club.be("admin").get("/admin").text
    said = "Drill pack 'club' is left out: drills.toml could not be read; install it again."
    broken = Shelf(library(), ("other",), (said,))
    monkeypatch.setattr("clubmon.web.people.admin.shelf", lambda: broken)
    text = html.unescape(read_only_club.be("admin").get("/admin").text)
    assert said in text
    assert "Drill packs: other." in text


def test_an_unknown_drill_is_a_plain_404(read_only_club: Any) -> None:
    assert read_only_club.be(None).get("/drills/D99").status_code == 404
