"""`make bench-pages`: what a coach's pages weigh, when they can be read, and how the server holds.

A real `clubmon serve` with a made-up squad. Weights are bytes on the wire as Chromium counts them.
Times are of the machine that runs this; read the ratios.
"""

from __future__ import annotations

import argparse
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Browser, CDPSession, sync_playwright

from clubmon.club import enrolling, people, signin
from clubmon.load import marts
from clubmon.policy import Role
from clubmon.settings import Settings, load
from clubmon.storage.store import Store
from clubmon.web import create_app
from tests.bench import made_up, pagetext

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
TITLE = "## Pages"
CLUBMON = str(Path(sys.executable).with_name("clubmon"))
CHROMIUM = os.environ.get("CLUBMON_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
SLOWED, READERS, REPORTS = 4, 20, 5
WITH_CHARTS_KB, WITHOUT_KB, P50, P99 = 480, 60, 5.0, 20.0  # the aims
ONE, MANY = "Today, one coach", "Today, twenty coaches"
TRIVIAL = "/healthz"  # asks both catalogs for a number and says ok


@dataclass(frozen=True)
class Site:
    """A running service, and the cookies of coaches, each of everybody."""

    url: str
    cookies: tuple[str, ...]
    athlete: str
    folder: Path


@dataclass(frozen=True)
class Seen:
    """One page in the browser: kB, and milliseconds to first content and to charts."""

    cold_kb: float
    warm_kb: float
    first_ms: float
    first_chart_ms: float | None
    last_chart_ms: float | None


@dataclass(frozen=True)
class Held:
    """One address under many readers: milliseconds, and how many answers were errors."""

    p50: float
    p99: float
    answers: int
    errors: int


@contextmanager
def site(athletes: int, days: int) -> Iterator[Site]:
    """A squad with its history and check-ins, one night done, served by `clubmon serve`."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("CLUBMON_BENCH")) as place:
        folder = Path(place)
        cookies = _prepare(folder, athletes, days)
        port = _free_port()
        command = [CLUBMON, "--data", place, "serve", "--port", str(port)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as up:
            try:
                found = Site(f"http://127.0.0.1:{port}", cookies, "athlete-1", folder)
                _wait(found)
                yield found
            finally:
                up.terminate()


def _prepare(folder: Path, athletes: int, days: int) -> tuple[str, ...]:
    settings, now = load(folder, timezone="Europe/Berlin"), datetime.now(UTC)
    today = people.local_today(settings, None, now)
    made_up.MORNING = today
    store = Store(folder)
    made_up.fill(store, athletes, days)
    _staff(store, today, now)
    marts.rebuild(store, today, now)
    store.execute(
        "app",
        "INSERT INTO app.job_run VALUES ('bench', 'nightly', ?, ?, ?, 'done', '{}', NULL)",
        [today, now, now],
    )
    cookies = tuple(_cookie(store, settings, number, now) for number in range(READERS))
    store.close()
    return cookies


def _cookie(store: Store, settings: Settings, number: int, now: datetime) -> str:
    """Of one more coach of everybody, signed in."""
    coach = enrolling.add_person(store, f"Coach {number}", f"coach{number}@club.example", now)
    enrolling.add_role(store, coach, Role.COACH, "", now)
    app = create_app(store, settings)
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return str(signer.dumps({"session_id": signin.begin(store, coach, now)}))


def _staff(store: Store, today: date, now: datetime) -> None:
    """A team per thirty athletes that is asked, consents to tightness, half a year of answers."""
    store.execute(
        "app",
        "INSERT INTO app.team BY NAME SELECT DISTINCT team_id, 'Team ' || team_id AS name, "
        "true AS checkins, CAST(? AS TIMESTAMPTZ) AS known_at FROM app.role WHERE team_id <> ''",
        [now],
    )
    store.execute(
        "app",
        "INSERT INTO app.consent SELECT 't' || c.consent_id, c.athlete_id, 'tightness', "
        "c.* EXCLUDE (consent_id, athlete_id, kind) FROM app.consent AS c WHERE c.kind = 'load'",
    )
    store.execute(
        "app",
        "INSERT INTO app.checkin (checkin_id, athlete_id, local_date, left_score, right_score, "
        "something_else, refer_signs, strain_signs, drill_ids, known_at) "
        "SELECT r.athlete_id || '/' || d.range, r.athlete_id, "
        "CAST(? AS DATE) - CAST(d.range AS INTEGER), "
        "hash(r.athlete_id || d.range) % 5, hash(d.range || r.athlete_id) % 3, false, '[]', '[]', "
        "'[]', CAST(? AS TIMESTAMPTZ) - to_days(CAST(d.range AS INTEGER)) "
        "FROM (SELECT DISTINCT athlete_id FROM app.consent) AS r, range(180) AS d",
        [today, now],
    )


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait(found: Site) -> None:
    for _ in range(600):
        try:
            if requests.get(f"{found.url}/healthz", timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise SystemExit("The service did not come up within a minute; run `clubmon serve` to see why.")


def looked_at(browser: Browser, found: Site, path: str, *, charts: bool) -> Seen:
    """A page opened cold and again warm, with the processor slowed."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": "clubmon", "value": found.cookies[0], "url": found.url}])
    page = context.new_page()
    page.set_default_timeout(300_000)  # a loaded machine is slow, and no reason to give up
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    weights = [_weight(session, page, found.url + path, charts=charts) for _ in range(2)]
    context.close()
    return Seen(weights[0][0], weights[1][0], *weights[0][1:])


def _weight(
    session: CDPSession, page: Any, url: str, *, charts: bool
) -> tuple[float, float, float | None, float | None]:
    total = [0.0]

    def add(event: dict[str, Any]) -> None:
        total[0] += event["encodedDataLength"]

    session.on("Network.loadingFinished", add)
    page.goto(url, wait_until="networkidle")
    drawn: list[float | None] = [None, None]
    if charts:
        page.wait_for_selector("[data-chart]:not([data-drawn])", state="detached")
        marks = page.evaluate(
            "performance.getEntriesByName('chart-drawn').map((mark) => mark.startTime)"
        )
        drawn = [marks[0], marks[-1]]
    first = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
    session.remove_listener("Network.loadingFinished", add)
    return total[0] / 1000, float(first or 0), drawn[0], drawn[1]


def held(found: Site, path: str, seconds: float, coaches: int = 1) -> Held:
    """So many readers at once ask for the address so long, each again once it is answered.

    They are so many coaches: one in twenty browsers, or twenty.
    As a browser asks that has been sent there by the same site, so that pages come packed.
    """
    until = time.monotonic() + seconds

    def read(number: int) -> list[tuple[float, bool]]:
        session = requests.Session()
        session.cookies.set("clubmon", found.cookies[number % coaches])
        session.headers["Sec-Fetch-Site"] = "same-origin"
        answers = []
        while time.monotonic() < until:
            began = time.perf_counter()
            answer = session.get(found.url + path, timeout=300, allow_redirects=False)
            took = 1000 * (time.perf_counter() - began)
            answers.append((took, answer.status_code == 200))
        return answers

    with ThreadPoolExecutor(READERS) as pool:
        answers = [one for some in pool.map(read, range(READERS)) for one in some]
    times = [took for took, _ in answers]
    cuts = statistics.quantiles(times, n=100)
    return Held(cuts[49], cuts[98], len(times), sum(not fine for _, fine in answers))


def reported(found: Site, times: int) -> dict[str, float]:
    """A team's last week as page and as PDF: milliseconds, the middle of so many."""
    session = requests.Session()
    session.cookies.set("clubmon", found.cookies[0])
    address = session.get(f"{found.url}/report", timeout=300).url
    return {
        "page": _middle(session, address, times),
        "PDF": _middle(session, f"{address}.pdf", times),
    }


def _middle(session: requests.Session, address: str, times: int) -> float:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        answer = session.get(address, timeout=300)
        answer.raise_for_status()
        took.append(1000 * (time.perf_counter() - began))
    return statistics.median(took)


def reported_among_readers(found: Site, times: int) -> dict[str, float]:
    """The same while twenty coaches read Today, and no night runs."""
    done = threading.Event()

    def read(number: int) -> None:
        session = requests.Session()
        session.cookies.set("clubmon", found.cookies[number])
        while not done.is_set():
            session.get(f"{found.url}/today", timeout=300)

    with ThreadPoolExecutor(READERS) as pool:
        reading = [pool.submit(read, number) for number in range(READERS)]
        try:
            return reported(found, times)
        finally:
            done.set()
            for one in reading:
                one.result()


@contextmanager
def nights(found: Site) -> Iterator[list[int]]:
    """The nightly job again and again meanwhile, handed to the service; yields how many ended."""
    done, stop = [0], threading.Event()

    def run() -> None:
        while not stop.is_set():
            command = [CLUBMON, "--data", str(found.folder), "nightly"]
            ended = subprocess.run(command, check=False, capture_output=True)
            done[0] += ended.returncode == 0

    thread = threading.Thread(target=run)
    thread.start()
    yield done
    stop.set()
    thread.join()


def section(athletes: int, days: int, seconds: float, reports: int = REPORTS) -> str:
    """The section, measured now."""
    with site(athletes, days) as found, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        pages = {
            "Today": looked_at(browser, found, "/today", charts=False),
            "Squad charts": looked_at(browser, found, "/squad", charts=True),
            "An athlete": looked_at(browser, found, f"/athlete/{found.athlete}", charts=True),
        }
        browser.close()
        alone, among = reported(found, reports), reported_among_readers(found, reports)
        with nights(found) as ended:
            rows = {
                "trivial": held(found, TRIVIAL, seconds),
                ONE: held(found, "/today", seconds),
                MANY: held(found, "/today", seconds, READERS),
            }
    server, made = _server(rows, ended), _reports(alone, among)
    return "\n".join([*_head(athletes, days), *_weights(pages), "", *server, *made])


def _head(athletes: int, days: int) -> list[str]:
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    return [
        TITLE,
        "",
        f"Made by `make bench-pages` on {datetime.now(UTC):%Y-%m-%d} ({machine}): {athletes} "
        f"athletes, {days} days, a coach",
        f"of all of them, Debian's Chromium with its processor slowed {SLOWED} times.",
        "",
    ]


def _weights(pages: dict[str, Seen]) -> list[str]:
    rows = [
        f"| {name} | {one.cold_kb:.0f} | {one.warm_kb:.0f} | {one.first_ms:.0f} "
        f"| {_ms(one.first_chart_ms)} | {_ms(one.last_chart_ms)} |"
        for name, one in pages.items()
    ]
    return [
        "| page | cold, kB | warm, kB | first content, ms | first chart, ms | last chart, ms |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *rows,
        "",
        _aim("cold with charts, kB", pages["Squad charts"].cold_kb, WITH_CHARTS_KB),
        _aim("cold without, kB", pages["Today"].cold_kb, WITHOUT_KB),
    ]


def _ms(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


def _server(rows: dict[str, Held], ended: list[int]) -> list[str]:
    trivial = rows["trivial"]
    return [
        f"{READERS} readers at once while the nightly job runs ({ended[0]} nights ended);",
        f"`{TRIVIAL}` is the trivial address. Each asks again once answered, with a session each:",
        "all as browsers of one coach, and as twenty coaches who each see everybody. The club is",
        "read once for all of them after each write, about ten in a night; a page is made anew",
        "where that changed something on it, an athlete's part once for all who may see the same.",
        "",
        "| address | p50, ms | p99, ms | answers | errors |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {name} | {one.p50:.0f} | {one.p99:.0f} | {one.answers} | {one.errors} |"
            for name, one in rows.items()
        ),
        "",
        *(aim for name in (ONE, MANY) for aim in _aims(name, rows[name], trivial)),
        "",
    ]


def _reports(alone: dict[str, float], among: dict[str, float]) -> list[str]:
    return [
        f"A team's weekly report, the middle of {REPORTS}, alone and while twenty coaches read",
        "Today, without a night:",
        "",
        "| report | alone, ms | among readers, ms |",
        "| --- | ---: | ---: |",
        *(f"| {name} | {alone[name]:.0f} | {among[name]:.0f} |" for name in alone),
        "",
    ]


def _aims(name: str, one: Held, trivial: Held) -> list[str]:
    return [
        _aim(f"{name}: p50, times trivial", one.p50 / trivial.p50, P50),
        _aim(f"{name}: p99, times trivial", one.p99 / trivial.p99, P99),
    ]


def _aim(what: str, value: float, most: float) -> str:
    return f"- {what}: {value:.1f} of at most {most:.0f}, {'met' if value <= most else 'not met'}."


def main() -> None:
    """Measure, print the section and write it where asked."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--athletes", type=int, default=60)
    asked.add_argument("--days", type=int, default=730)
    asked.add_argument("--seconds", type=float, default=60, help="of each address under readers")
    asked.add_argument("--write", action="store_true", help="also write docs/performance.md")
    chosen = asked.parse_args()
    text = section(chosen.athletes, chosen.days, chosen.seconds)
    if chosen.write:
        page = pagetext.without(PAGE.read_text(encoding="utf-8"), TITLE)
        PAGE.write_text(f"{page}\n{text}", encoding="utf-8")
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
