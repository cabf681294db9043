"""Tables whose rows are cards on a phone: each cell says there what its column does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from clubmon.club import screens
from clubmon.club.screens import Wanted
from tests.conftest import record_sessions
from tests.web.coach.test_today import Morning

if TYPE_CHECKING:
    from tests.web.conftest import Club

CELL = re.compile(
    r"<t([hd]) role=\"(?:cell|rowheader|columnheader)\"([^>]*)>(.*?)</t\1>", re.DOTALL
)


@pytest.fixture(scope="module")
def begun(further: Callable[..., Any]) -> Any:
    """An athlete with sessions, and a link for a screen."""
    return further(_filled)


def _filled(club: Club) -> None:
    morning = Morning(club, partial(record_sessions, club.store))
    morning.trains("athlete")
    morning.dawns()
    wanted = Wanted("wall", "names", "Hall", 7)
    screens.make(club.store, club.ids["coach"], club.ids["team"], wanted, club.now)


def rows(page: str, mark: str) -> Iterator[list[tuple[str, str]]]:
    """Each row of the table of this class after `mark`: of each cell its attributes and words."""
    found = page[page.index(mark) :]
    for row in found[: found.index("</table>")].split("<tr ")[1:]:
        yield [
            (more, re.sub(r"<[^>]+>", "", words).strip()) for _, more, words in CELL.findall(row)
        ]


@pytest.mark.parametrize(
    ("who", "path", "mark"),
    [
        ("athlete", "/athlete/{athlete}", '<h2 id="keys-heading">'),
        ("athlete", "/athlete/{athlete}", "The numbers behind the drawing</summary>"),
        ("athlete", "/athlete/{athlete}", "Spread and slow averages, for information</summary>"),
        ("athlete", "/athlete/{athlete}", '<table class="sessions cards"'),
        ("admin", "/admin", '<h2 id="runs">'),
        ("admin", "/admin", '<h2 id="people">'),
        ("coach", "/screens", '<table class="links cards"'),
        ("coach", "/checkins", '<h2 id="team-1">'),
        ("coach", "/squad", 'aria-label="Change and tightness, in numbers"'),
        ("coach", "/squad", 'aria-label="Volume by week, in numbers"'),
        ("coach", "/squad", 'aria-label="What is known, in numbers"'),
    ],
)
def test_every_cell_names_its_column_or_takes_a_line(
    begun: Any, club: Club, who: str, path: str, mark: str
) -> None:
    page = club.be(who).get(path.format(**club.ids)).get_data(as_text=True)
    heads, *found = rows(page, mark)
    assert found
    for row in found:
        assert len(row) == len(heads)
        for (_, head), (more, _words) in list(zip(heads, row, strict=True))[1:]:
            assert "whole" in more or f'data-label="{head}"' in more
