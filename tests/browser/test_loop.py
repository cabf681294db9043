"""The hamstring loop in a browser, on a phone: from the flag's e-mail to what came of the drill.

One athlete, one coach, one clock that is moved forward. Each step leaves a picture at 390 px.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from uuid6 import uuid7
from werkzeug.serving import make_server

from clubmon.club import consenting, enrolling, people, signin
from clubmon.drill import planrows
from clubmon.drill.plans import Course
from clubmon.flag import flagging
from clubmon.hamstring import planday, planning
from clubmon.load import marts
from clubmon.message import notify
from clubmon.policy import Consent, Role
from clubmon.settings import Settings
from clubmon.storage.store import Store
from clubmon.web import create_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDTH = 390
STEADY = [8, 0, 10, 0, 8, 0, 14] * 8


@dataclass
class Loop:
    """The club, its clock, and a phone for each of two people."""

    store: Store
    settings: Settings
    now: datetime
    url: str = ""
    athlete: str = ""
    coach: str = ""
    physio: str = ""
    pages: dict[str, Page] = field(default_factory=dict)
    shots: Path = Path()
    taken: int = 0

    @property
    def today(self) -> date:
        return people.local_today(self.settings, None, self.now)

    @property
    def course(self) -> Course:
        return planrows.courses(self.store, [self.athlete])[self.athlete][0]

    @property
    def phone(self) -> Page:
        return self.pages["athlete"]

    def night(self) -> None:
        """What the nightly job does for this loop."""
        marts.rebuild(self.store, self.today, self.now)
        flagging.flag(self.store, self.settings, self.today, self.now)
        planning.settle_all(self.store, self.settings, self.now)
        notify.morning(self.store, self.settings, self.today, self.now)

    def mail(self) -> tuple[str, str]:
        """HTML and text of the newest mail to the athlete."""
        rows = self.store.rows(
            "SELECT body_html, body_text FROM app.message WHERE person_id = ? "
            "ORDER BY known_at DESC LIMIT 1",
            [self.athlete],
        )
        return rows[0]["body_html"], rows[0]["body_text"]

    def follow(self, path: str) -> None:
        """Open a mailed link on the athlete's phone."""
        self.phone.goto(f"{self.url}/{path}")

    def look(self, who: str, name: str) -> None:
        """A picture, and that nothing is wider than the phone."""
        page = self.pages[who]
        root = "document.documentElement"
        assert page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") == 0, name
        self.taken += 1
        page.screenshot(path=self.shots / f"{self.taken:02}-{name}.png", full_page=True)

    def answer(self, left: int) -> None:
        """The first page of the check-in with this score, and both lists with none."""
        self.phone.get_by_label("Left leg", exact=True).fill(str(left))
        self.phone.get_by_role("button", name="Send", exact=True).click()
        expect(self.phone.get_by_role("heading", name="Two lists")).to_be_visible()
        for place in (0, 1):
            self.phone.get_by_text("None of these", exact=True).nth(place).click()
        self.look("athlete", "lists")
        go_on(self.phone)


@pytest.fixture
def loop(
    store: Store,
    settings: Settings,
    now: datetime,
    record: Callable[..., None],
    browser: Browser,
    tmp_path: Path,
) -> Iterator[Loop]:
    made = Loop(store, settings, now, shots=tmp_path)
    _people(made, record)
    app = create_app(store, settings, lambda: made.now)
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    contexts = []
    for who in ("athlete", "coach", "physio"):
        context = browser.new_context(viewport={"width": WIDTH, "height": 844})
        if who != "athlete":  # the athlete never signs in
            cookie = str(serializer.dumps({"session_id": signin.begin(
                store, getattr(made, who), now + timedelta(days=15))}))  # fmt: skip
            context.add_cookies([{"name": "clubmon", "value": cookie, "url": made.url}])
        contexts.append(context)
        made.pages[who] = context.new_page()
        made.pages[who].set_default_timeout(8000)
    yield made
    for context in contexts:
        context.close()
    server.shutdown()
    thread.join()


def _people(made: Loop, record: Callable[..., None]) -> None:
    store, before = made.store, made.now - timedelta(days=60)
    team = enrolling.add_team(store, "First team", before)
    for who, role in (("coach", Role.COACH), ("physio", Role.PHYSIO), ("athlete", Role.ATHLETE)):
        name = {"coach": "Kim Bauer", "physio": "Ada Holm", "athlete": "Amara Okafor"}[who]
        born = date(2000, 1, 1) if role is Role.ATHLETE else None
        id_ = enrolling.add_person(store, name, f"{who}@example.org", before, born=born)
        enrolling.add_role(store, id_, role, team, before)
        setattr(made, who, id_)
    enrolling.set_medical_contact(store, team, made.physio, before)
    enrolling.switch_checkins(store, team, True, before)
    for kind in Consent:
        consenting.record(store, made.athlete, kind, True, made.athlete, "athlete", None, before)
    record(made.athlete, made.today - timedelta(days=1), km=STEADY)
    for back, score in ((1, 5), (2, 5), (3, 4), (4, 4), (5, 1)):
        store.execute(
            "app",
            "INSERT INTO app.checkin (checkin_id, athlete_id, local_date, left_score, "
            "right_score, left_place, something_else, known_at) "
            "VALUES (?, ?, ?, ?, 1, 'lower', false, ?)",
            [str(uuid7()), made.athlete, made.today - timedelta(days=back), score,
             made.now - timedelta(days=back)],
        )  # fmt: skip


def test_from_the_flag_to_the_outcome_on_a_phone(loop: Loop) -> None:
    phone, coach = loop.phone, loop.pages["coach"]

    loop.night()  # the flag's e-mail, with the check-in's link and no drill
    html, text = loop.mail()
    phone.set_content(html)
    loop.look("athlete", "flag-mail")
    assert "hamstring" in text
    assert "nerve glide" not in text
    checkin = re.search(r"/(checkin/\S+)", text)
    assert checkin

    loop.follow(checkin[1])  # the check-in, question by question
    loop.look("athlete", "check-in")
    loop.answer(5)
    finish(phone, neural=("after_sitting", "eases_walking"))
    expect(phone.get_by_role("heading", name="Pattern to discuss: neural")).to_be_visible()
    expect(phone.get_by_text("A drill may fit.")).to_be_visible()
    loop.look("athlete", "result")

    coach.goto(f"{loop.url}/today")  # the coach sees the drill and assigns it
    loop.look("coach", "today")
    coach.get_by_role("button", name="Assign D3 to Amara Okafor").click()
    expect(coach.get_by_text("Assigned. It runs from today.")).to_be_visible()
    expect(coach.get_by_text("It starts today.")).to_be_visible()
    loop.look("coach", "assigned")
    assert loop.course.plan.start == loop.today

    tapping(loop)
    checks(loop, coach)


def tapping(loop: Loop) -> None:
    """Not today, and the day after it is done: each one tap from a link."""
    phone = loop.phone
    for button, shown in (("Not today", "Noted: not today."), ("Done", "Noted: done.")):
        plan_id = loop.course.plan.plan_id
        loop.follow(planday.tap_path(loop.settings, loop.athlete, plan_id, loop.today))
        assert loop.today not in loop.course.taps  # opening it changed nothing
        expect(phone.get_by_role("heading", name="Did you do your drill today?")).to_be_visible()
        loop.look("athlete", "taps")
        phone.get_by_role("button", name=button, exact=True).click()
        expect(phone.get_by_role("heading", name=shown)).to_be_visible()
        loop.look("athlete", "noted")
        loop.now += timedelta(days=1)
    assert loop.course.adherence(loop.today).done == 1


def checks(loop: Loop, coach: Page) -> None:
    """Tightness after 7 and 14 days, by the check-in of those days, and what came of it."""
    phone, start = loop.phone, loop.course.plan.start
    for number, score in ((7, 4), (14, 2)):
        loop.now += timedelta(days=(start - loop.today).days + number)
        loop.night()
        assert planday.recheck_due(loop.store, loop.athlete, loop.today) == number
        checkin = re.search(r"/(checkin/\S+)", loop.mail()[1])
        assert checkin
        loop.follow(checkin[1])
        loop.answer(score)
        if number == 7:
            finish(phone)
            expect(phone.get_by_role("heading", name="Worth a conversation")).to_be_visible()
        loop.look("athlete", f"re-check-{number}")
        assert loop.course.checked[number].detail["score"] == score
    expect(phone.get_by_text("Your plan has ended. Tightness fell by 3 points.")).to_be_visible()
    assert (loop.course.outcome, loop.course.change) == ("better", -3)

    coach.goto(f"{loop.url}/athlete/{loop.athlete}")
    expect(coach.get_by_text("Tightness fell by 3 points.")).to_be_visible()
    expect(coach.get_by_text("After 14 days: tightness 2/10")).to_be_visible()
    loop.look("coach", "outcome")
    coach.goto(f"{loop.url}/outcomes")  # of one athlete no number is told
    expect(coach.get_by_text("fewer than 5 athletes")).to_be_visible()
    loop.look("coach", "ledger")


def finish(phone: Page, **answers: tuple[str, ...]) -> None:
    """Answer every pattern question that comes: with these, or that nothing fits."""
    while phone.get_by_role("button", name="Continue").count():
        name = phone.locator('main input[name^="q."]:not([type=hidden])').first.get_attribute(
            "name"
        )
        question = (name or "").removeprefix("q.")
        usual = ("no",) if question == "after_eccentric" else ("none",)
        for value in answers.get(question, usual):
            phone.locator(f'input[name="{name}"][value="{value}"]').check(force=True)
        go_on(phone)


def go_on(phone: Page) -> None:
    """Send one step, and wait for the next: the page is replaced without loading another."""
    heading = phone.get_by_role("heading", level=1)
    before = heading.inner_text()
    phone.get_by_role("button", name="Continue").click()
    expect(heading).not_to_have_text(before)
