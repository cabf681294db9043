"""Handing over files in a real browser: several at once, dropped, without script, and decided."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from tests.browser.conftest import Site, Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]

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
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


class BadLine:
    """Leads to the site and breaks connections on which a file is sent: `breaks` says of the first
    ones how ('early': nothing arrives; 'late': all of it, but no answer comes back), `rest` of all
    others ('' not at all)."""

    def __init__(self, to: str) -> None:
        self.breaks: list[str] = []
        self.rest, self.sent = "", 0
        parts = urlsplit(to)
        self._to = (parts.hostname or "", parts.port or 0)
        self._listens = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listens.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listens.shutdown(socket.SHUT_RDWR)
        self._listens.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listens.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(near,), daemon=True).start()

    def _pass_on(self, near: socket.socket) -> None:
        """One request of one connection."""
        with near, socket.create_connection(self._to) as far:
            asked = near.recv(65536)
            file = b"/files/one " in asked.split(b"\r\n", 1)[0]
            how = (self.breaks.pop(0) if self.breaks else self.rest) if file else ""
            self.sent += file
            if how == "early":
                return
            head, _, body = asked.partition(b"\r\n\r\n")
            found = LENGTH.search(head)
            missing = int(found[1]) - len(body) if found else 0
            far.sendall(
                re.sub(rb"(?i)connection: keep-alive", b"Connection: close", asked, count=1)
            )
            while missing > 0:
                more = near.recv(65536)
                missing -= len(more)
                far.sendall(more)
            while answer := far.recv(65536):
                if how != "late":
                    near.sendall(answer)


@pytest.fixture
def bad_line(site: Site) -> Iterator[BadLine]:
    line = BadLine(site.url)
    yield line
    line.close()


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


def test_a_file_is_sent_again_by_itself_and_counted_once_after_the_connection_broke(
    site: Site, visit: Callable[..., Visit], bad_line: BadLine, tmp_path: Path
) -> None:
    page: Any = visit(NAME, "/").page
    bad_line.breaks = ["late", "early"]
    page.clock.install()
    page.goto(f"{bad_line.url}/athlete/{site.ids[NAME]}/files")
    page.set_input_files("#file", files(tmp_path)[:1])
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("it is sent again by itself").wait_for()
    page.clock.resume()
    page.get_by_role("heading", name="1 lift found.").wait_for()
    assert bad_line.sent == 3
    assert page.get_by_text("known before").count() == 0


def test_where_the_connection_breaks_again_and_again_the_page_says_so_and_lets_send_again(
    site: Site, visit: Callable[..., Visit], bad_line: BadLine, tmp_path: Path
) -> None:
    page: Any = visit(NAME, "/").page
    bad_line.rest = "early"
    page.clock.install()
    page.goto(f"{bad_line.url}/athlete/{site.ids[NAME]}/files")
    page.set_input_files("#file", files(tmp_path)[:1])
    page.get_by_role("button", name="Send", exact=True).click()
    said, gave_up = page.locator("#sending-said"), "send it again, nothing is doubled"
    for _ in range(200):
        if gave_up in said.inner_text():
            break
        page.clock.fast_forward(10_000)
    assert gave_up in said.inner_text()
    assert bad_line.sent == 4
    assert page.get_by_role("button", name="Send", exact=True).is_enabled()
