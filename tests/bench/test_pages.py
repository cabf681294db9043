"""The bench of pages runs end to end on a small squad; sections keep out of each other's way."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.bench import pages, pagetext

OTHER = "## Reading files\n\nRead.\n\n| a |\n"


@pytest.mark.parametrize("first", [True, False])
def test_a_section_is_replaced_where_another_stands_before_or_after(first: bool) -> None:
    own = "## Pages\n\nold\n"
    page = "# How fast\n\nText.\n\n" + (f"{own}\n{OTHER}" if first else f"{OTHER}\n{own}")
    assert pagetext.of(page, pages.TITLE) == f"\n{own}"
    assert pagetext.of(page, "## Reading files") == f"\n{OTHER}"
    without = pagetext.without(page, pages.TITLE)
    assert without == f"# How fast\n\nText.\n\n{OTHER}"
    assert pagetext.without(without, pages.TITLE) == without
    assert pagetext.of(without, pages.TITLE) == ""
    assert pagetext.others(page, [pages.TITLE]) == f"\n{OTHER}"


@pytest.mark.browser
@pytest.mark.slow
def test_pages_are_weighed_and_drawn_and_answered_without_an_error() -> None:
    with ThreadPoolExecutor(1) as own:  # a browser of the same process may be open in this thread
        text = own.submit(pages.section, athletes=3, days=60, seconds=1, reports=1).result()
    weights = text.split("cold with charts")[0]
    rows = {
        row[0]: row[1:] for row in re.findall(r"^\| (.+?) \| (\d+) \| (\d+) \| ", weights, re.M)
    }
    for name in ("Today", "Squad charts", "An athlete"):
        assert 0 < int(rows[name][1]) <= int(rows[name][0])
    assert int(rows["Squad charts"][0]) < pages.WITH_CHARTS_KB
    assert int(rows["Today"][0]) < pages.WITHOUT_KB
    for name in (pages.ONE, pages.MANY):
        assert re.search(rf"\| {name} \| \d+ \| \d+ \| \d+ \| 0 \|", text)
