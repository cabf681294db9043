"""Each drill on a page of its own, open to whoever was sent the link."""

from __future__ import annotations

import html
from typing import Any

import pytest

from clubmon.drills import SAFETY_NOTE, library


@pytest.mark.parametrize("drill_id", sorted(library()))
def test_a_drill_shows_steps_dose_cautions_stop_rule_note_and_credit(
    read_only_club: Any, drill_id: str
) -> None:
    drill = library()[drill_id]
    response = read_only_club.be(None).get(f"/drills/{drill_id}")
    text = html.unescape(response.get_data(as_text=True))
    expected = [*drill.steps, *drill.caution, drill.stop_rule, drill.frequency, drill.progression]
    for part in [*expected, drill.dose or "", drill.credit, SAFETY_NOTE]:
        assert part in text


def test_an_unknown_drill_is_a_plain_404(read_only_club: Any) -> None:
    assert read_only_club.be(None).get("/drills/D99").status_code == 404
