"""Handing over files in a real browser: several at once, dropped, without script, and decided."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.browser.conftest import Site, Visit

NAME = "Amara Okafor"
HEVY = (
    "title,start_time,end_time,exercise_title,set_index,set_type,weight_kg,reps,rpe\n"
    'Gym,"3 Nov 2026, 18:00","3 Nov 2026, 19:00",Squat (Barbell),0,normal,{},5,8\n'
)
DROP = """
([selector, name, text]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([text], name));
  document.querySelector(selector).dispatchEvent(
    new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
}
"""


def files(folder: Path) -> list[str]:
    found = {"hevy.csv": HEVY.format(60), "heavy.csv": HEVY.format(5000), "photo.jpg": "no runs"}
    for name, text in found.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [str(folder / name) for name in found]


def test_files_are_sent_dropped_and_decided_about(
    site: Site, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    seen = visit(NAME, f"/athlete/{site.ids[NAME]}/files", width=390)
    page: Any = seen.page
    page.set_input_files("#file", files(tmp_path))
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Send", exact=True).press("Enter")
    page.get_by_text("2 lifts found, 1 file not understood, here is why.").wait_for()
    page.evaluate(DROP, [".drop", "more.csv", HEVY.format(70)])
    page.get_by_role("heading", name="1 lift found.").wait_for()
    page.get_by_role("link", name="Decide").click()
    page.get_by_role("button", name="Drop it").click()
    page.get_by_text("Dropped: the session is left out.").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert seen.complaints == []


def test_without_script_the_same_form_sends_all_of_them(
    site: Site, visit: Callable[..., Visit], tmp_path: Path
) -> None:
    seen = visit(NAME, f"/athlete/{site.ids[NAME]}/files", java_script_enabled=False)
    page: Any = seen.page
    page.set_input_files("#file", files(tmp_path))
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("2 lifts found, 1 file not understood, here is why.").wait_for()
