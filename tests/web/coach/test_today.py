"""What the coach's start page promises, per consent, to everybody who may open it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from uuid6 import uuid7

from clubmon.club import consenting, enrolling, people
from clubmon.drill.drills import SAFETY_NOTE
from clubmon.flag import flagging
from clubmon.load import marts
from clubmon.message import notify
from clubmon.policy import Consent, Role
from tests.conftest import record_sessions

STEADY = [8, 0, 10, 0, 8, 0, 14] * 8
JUMP = [*STEADY[:-7], 16, 0, 20, 0, 16, 0, 28]
FORBIDDEN = ("injury risk", "danger zone", "safe zone", "sweet spot", "predict", "prevent",
             "diagnosis", "overtraining", " fix", "cure")  # fmt: skip


@dataclass
class Morning:
    """A club with training in it, its clock at the first morning after the last day."""

    club: Any
    record: Callable[..., None]

    @property
    def today(self) -> date:
        return people.local_today(self.club.settings, None, self.club.now)

    def trains(self, who: str, km: Sequence[float] = STEADY, ends: int = 1) -> None:
        self.record(self.club.ids[who], self.today - timedelta(days=ends), km=km)

    def answers(self, who: str, left: int, back: int = 0, **columns: Any) -> None:
        values = {
            "checkin_id": str(uuid7()), "athlete_id": self.club.ids[who],
            "local_date": self.today - timedelta(days=back), "left_score": left, "right_score": 1,
            "something_else": False, "refer_signs": "[]", "strain_signs": "[]",
            "known_at": self.club.now - timedelta(days=back, minutes=5), **columns,
        }  # fmt: skip
        names, marks = ", ".join(values), ", ".join("?" for _ in values)
        self.club.store.execute(
            "app", f"INSERT INTO app.checkin ({names}) VALUES ({marks})", list(values.values())
        )

    def dawns(self, state: str = "done", error: str | None = None) -> None:
        """The nightly run's rebuild and flags, and its row."""
        club = self.club
        marts.rebuild(club.store, self.today, club.now)
        flagging.flag(club.store, club.settings, self.today, club.now)
        club.store.execute(
            "app",
            "INSERT INTO app.job_run VALUES (?, 'nightly', ?, ?, ?, ?, '{}', ?)",
            [str(uuid7()), self.today, club.now, club.now, state, error],
        )

    def page(self, who: str = "coach", query: str = "") -> Page:
        response = self.club.be(who).get(f"/today{query}")
        assert response.status_code == 200
        return Page(response.get_data(as_text=True))

    def join(self, name: str, *kinds: Consent) -> None:
        club = self.club
        id_ = enrolling.add_person(club.store, name, f"{name}@example.org", club.now,
                                born=date(2000, 1, 1))  # fmt: skip
        club.ids[name] = id_
        enrolling.add_role(club.store, id_, Role.ATHLETE, club.ids["team"], club.now)
        for kind in kinds:
            consenting.record(club.store, id_, kind, True, id_, "athlete", None, club.now)


@dataclass(frozen=True)
class Page:
    """The page's text and its parts."""

    html: str

    @property
    def text(self) -> str:
        """What is read, tags left out."""
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", self.html))

    def entry(self, name: str) -> str | None:
        """The list item about this person, wherever it is folded."""
        found = re.findall(
            r'<li class="entry.*?</li>\s*(?=<li class="entry|</ol>)', self.html, re.S
        )
        return next((item for item in found if f">{name}</a>" in item), None)

    def row(self, name: str) -> str:
        """The grid's row about this person."""
        rows = re.findall(r"<tr role.*?</tr>", self.html, re.S)
        return next(str(row) for row in rows if f">{name}<" in row and 'scope="row"' in row)

    @property
    def order(self) -> list[str]:
        """Names in the grid, from the top."""
        cells = re.findall(r'<th role="rowheader".*?</th>', self.html, re.S)
        return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", cell)).split(":")[-1].strip()
                for cell in cells]  # fmt: skip


@pytest.fixture
def morning(club: Any, record: Callable[..., None]) -> Morning:
    return Morning(club, record)


@pytest.fixture(scope="module")
def begun(further: Callable[..., Any]) -> Any:
    """An athlete has trained as usual, said that a leg is tight, and a night has been."""
    return further(lambda club: _tight(Morning(club, partial(record_sessions, club.store))))


@pytest.fixture
def tight(begun: Any, morning: Morning) -> Morning:
    """A copy of it."""
    return morning


def test_a_coach_without_athletes_is_told_what_to_do(new_club: Any) -> None:
    coach = enrolling.add_person(new_club.store, "Kim", "kim@example.org", new_club.now)
    enrolling.add_role(new_club.store, coach, Role.COACH, "", new_club.now)
    new_club.ids["coach"] = coach
    assert "clubmon athlete add" in new_club.be("coach").get("/today").get_data(as_text=True)


def test_before_the_first_night_the_page_says_that_there_are_no_figures(morning: Morning) -> None:
    page = morning.page()
    assert "No figures yet" in page.text
    assert "silent" not in page.text


def test_a_quiet_morning_says_so_and_how_many_it_cannot_speak_for(morning: Morning) -> None:
    morning.trains("athlete")
    morning.dawns()
    text = morning.page().text
    assert "Nobody to talk to this morning" in text
    assert "cannot speak for them" in text


def test_a_name_from_right_to_left_turns_no_number_beside_it(morning: Morning) -> None:
    name = "\u0645\u062d\u0645\u062f \u0639\u0644\u064a"
    morning.club.store.execute(
        "app", "UPDATE app.person SET name = ? WHERE person_id = ?",
        [name, morning.club.ids["athlete"]],
    )  # fmt: skip
    morning.trains("athlete", ends=8)
    morning.dawns()
    beside = rf'<a [^>]*dir="auto">{name}</a> <span class="muted">\(\d+ days\)'
    assert re.search(beside, morning.page().html)


def test_reasons_are_sentences_with_numbers(morning: Morning) -> None:
    morning.trains("athlete", JUMP)
    morning.answers("athlete", 6)
    morning.dawns()
    entry = morning.page().entry("Athlete")
    assert entry is not None
    assert "Left hamstring <b>6/10</b>" in entry
    assert re.search(r"Run volume <b>\d+ km</b> in 7 days, <b>\d+ %</b> above the usual 40", entry)


def test_without_the_consent_tightness_puts_nobody_on_the_coachs_list(morning: Morning) -> None:
    for who in ("athlete", "reserved"):
        morning.trains(who)
        morning.answers(who, 7)
    morning.dawns()
    coach, physio = morning.page(), morning.page("physio")
    assert coach.entry("Athlete") is not None
    assert coach.entry("Reserved") is None
    assert "7/10" not in coach.row("Reserved")
    assert 'class="leg"' not in coach.row("Reserved")
    assert "mark talk" not in coach.row("Reserved")
    assert physio.entry("Reserved") is not None
    assert 'class="leg"' in physio.row("Reserved")


def test_a_watched_load_stays_a_watched_load_for_who_may_not_see_tightness(
    morning: Morning,
) -> None:
    morning.trains("reserved", JUMP)
    morning.answers("reserved", 9)
    morning.dawns()
    entry = morning.page().entry("Reserved")
    assert entry is not None
    assert "Watch" in entry
    assert "/10" not in entry
    assert "hamstring" not in entry


def test_the_order_of_the_grid_tells_a_coach_nothing_about_hidden_tightness(
    morning: Morning,
) -> None:
    for who in ("athlete", "reserved", "minor"):
        morning.trains(who)
    morning.dawns()
    before = morning.page(query="?sort=left").order, morning.page().order
    morning.answers("reserved", 10)
    morning.dawns()
    assert (morning.page(query="?sort=left").order, morning.page().order) == before


def test_consent_taken_back_counts_at_once(morning: Morning) -> None:
    morning.trains("athlete")
    morning.answers("athlete", 7)
    morning.dawns()
    assert morning.page().entry("Athlete")
    club = morning.club
    consenting.record(club.store, club.ids["athlete"], Consent.TIGHTNESS, False,
                          club.ids["athlete"], "athlete", None, club.now)  # fmt: skip
    assert morning.page().entry("Athlete") is None


def test_without_consent_to_loads_there_is_a_name_and_nothing_else(morning: Morning) -> None:
    morning.join("Robin", Consent.HEALTH, Consent.TIGHTNESS)
    morning.trains("Robin", JUMP)
    morning.answers("Robin", 8)
    morning.dawns()
    page = morning.page()
    row = page.row("Robin")
    assert "does not share loads" in row
    assert "<a " not in row
    assert "<svg" not in row
    assert page.entry("Robin") is None
    assert "1 not sharing" in page.text


def test_a_coach_of_another_team_sees_none_of_it(morning: Morning) -> None:
    morning.trains("athlete", JUMP)
    morning.dawns()
    page = morning.page("outsider")
    assert morning.club.ids["athlete"] not in page.html
    assert page.order == ["Athlete B"]


def test_a_referral_is_on_top_without_a_drill_and_without_its_answers(morning: Morning) -> None:
    morning.trains("athlete")
    morning.club.refer("athlete")
    morning.dawns()
    entry = morning.page().entry("Athlete")
    assert entry is not None
    assert "Referred" in entry
    assert "calf" not in entry
    assert "same day" not in entry
    assert "/drills/" not in entry
    assert 'value="dismissed"' not in entry


def test_a_drill_is_shown_only_while_the_answers_allow_it(morning: Morning) -> None:
    morning.trains("athlete")
    morning.answers("athlete", 6, pattern="neural", drill_ids='["D3"]')
    morning.dawns()
    entry = morning.page().entry("Athlete")
    assert entry is not None
    assert "/drills/D3" in entry
    morning.club.refer("athlete")
    assert "/drills/D3" not in morning.page().html


def test_answers_to_the_lists_older_than_two_days_allow_no_drill(morning: Morning) -> None:
    morning.trains("athlete")
    morning.answers("athlete", 6, pattern="neural", drill_ids='["D3"]')
    morning.dawns()
    morning.club.later(hours=49)
    assert "/drills/D3" not in morning.page().html


def test_who_should_see_the_physio_is_sent_there_and_gets_no_drill(morning: Morning) -> None:
    morning.trains("athlete")
    morning.answers("athlete", 9, pattern="neural", drill_ids='["D3"]')
    morning.dawns()
    coach, physio = morning.page().entry("Athlete"), morning.page("physio").entry("Athlete")
    assert coach is not None
    assert physio is not None
    assert "To the physio" in coach
    assert "See them yourself" in physio
    assert "/drills/" not in coach + physio
    own = morning.club.be("athlete").get(f"/athlete/{morning.club.ids['athlete']}")
    assert "/drills/" not in own.get_data(as_text=True)


def test_without_the_consent_a_coach_is_told_of_no_step_that_follows_from_tightness(
    morning: Morning,
) -> None:
    morning.trains("reserved", JUMP)
    morning.answers("reserved", 9)
    morning.dawns()
    entry = morning.page().entry("Reserved")
    assert entry is not None
    assert "Keep an eye on it" in entry
    assert "physio" not in entry


def test_a_parent_who_coaches_is_told_what_a_coach_does(morning: Morning) -> None:
    enrolling.add_role(morning.club.store, morning.club.ids["guardian"], Role.COACH,
                    morning.club.ids["team"], morning.club.now)  # fmt: skip
    morning.trains("minor")
    morning.answers("minor", 9)
    morning.dawns()
    entry = morning.page("guardian").entry("Minor")
    assert entry is not None
    assert "To the physio" in entry


def test_a_spike_that_goes_on_has_the_numbers_of_the_grid(morning: Morning) -> None:
    morning.trains("athlete", [*STEADY[:-1], 26])
    morning.dawns()
    before = morning.club.store.rows("SELECT * FROM app.flag")
    morning.club.later(days=3)
    morning.trains("athlete", [12, 0, 14])
    morning.dawns()
    _same_change(morning, "Athlete")
    after = morning.club.store.rows("SELECT * FROM app.flag")
    assert [row for row in after if row in before] == before


def test_page_and_mail_say_the_same(morning: Morning) -> None:
    morning.trains("athlete", JUMP)
    morning.trains("minor", JUMP)
    morning.answers("athlete", 6, pattern="neural", drill_ids='["D3"]')
    morning.answers("minor", 9)
    morning.dawns()
    page = morning.page().text
    said = _mailed(morning, "coach")
    assert any(line.startswith("Next: D3") for line in said)
    assert any(line.startswith("Next: To the physio") for line in said)
    for line in said:
        for part in line.removeprefix("Next: ").split(". "):
            assert part.rstrip(".") in page


def test_five_stand_before_the_fold_and_nobody_is_dropped(morning: Morning) -> None:
    names = [f"Runner{i}" for i in range(7)]
    for name in names:
        morning.join(name, *Consent)
        morning.trains(name)
        morning.answers(name, 7)
    morning.dawns()
    page = morning.page()
    assert "Talk to seven people today" in page.text
    assert all(page.entry(name) for name in names)
    before, after = page.html.split('<details class="fold"', 1)
    assert before.count('<li class="entry') == 5
    assert after.count('<li class="entry') == 2


def test_days_of_which_nothing_is_known_are_not_drawn_as_rest(morning: Morning) -> None:
    morning.trains("athlete", ends=3)
    morning.dawns()
    row = morning.page().row("Athlete")
    assert row.count('class="day unknown"') == 2
    assert "incomplete, 5 of 7 days" in row


def test_a_silent_athlete_is_counted_and_named(morning: Morning) -> None:
    morning.trains("athlete", ends=7)
    morning.dawns()
    text = morning.page().text
    assert "3 silent" in text
    assert "Athlete (6 days)" in text
    assert "Minor (six weeks or more)" in text


@pytest.mark.parametrize(
    ("sort", "expected"), [("km", ["Reserved", "Athlete", "Minor"]), ("name", None)]
)
def test_the_grid_sorts_on_the_server(
    morning: Morning, sort: str, expected: list[str] | None
) -> None:
    morning.trains("athlete")
    morning.trains("reserved", JUMP)
    morning.dawns()
    order = morning.page(query=f"?sort={sort}").order
    assert order == (expected or sorted(order))


def test_an_unknown_sort_or_team_is_no_error(morning: Morning) -> None:
    morning.trains("athlete")
    morning.dawns()
    assert morning.page(query="?sort=nonsense").order
    assert "Nobody is like that" in morning.page(query="?team=Nowhere").text


def test_a_failed_run_and_late_figures_are_said(morning: Morning) -> None:
    morning.trains("athlete")
    morning.dawns()
    morning.club.later(days=2)
    assert "no nightly run since" in morning.page().text
    morning.dawns("failed", "Step 'pull' failed (OSError); the log has the details.")
    assert "Step &#39;pull&#39; failed" in morning.page().html


def arrives(morning: Morning, who: str, audience: str = "club") -> None:
    club = morning.club
    club.store.execute(
        "lake",
        "INSERT INTO lake.raw.payload VALUES (?, ?, 'run.fit', 'files', '1', 1, ?, 1, 0, ?)",
        [club.ids[who], str(uuid7()), audience, club.now],
    )


def test_what_arrived_since_the_night_is_part_of_when_it_was_synced(morning: Morning) -> None:
    morning.trains("athlete")
    morning.dawns()
    at_dawn = re.search(r"Synced today, (\S+)", morning.page().text)
    morning.club.later(hours=3)
    arrives(morning, "athlete", "athlete_only")  # nothing that the club may know of
    assert at_dawn is not None
    assert at_dawn[0] in morning.page().text
    arrives(morning, "athlete")
    assert at_dawn[0] not in morning.page().text
    assert f"Synced today, {local(morning)}" in morning.page().text
    ada = morning.club.ids["athlete"]
    consenting.record(
        morning.club.store, ada, Consent.LOAD, False, ada, "athlete", None, morning.club.now
    )
    assert at_dawn[0] in morning.page().text


def local(morning: Morning) -> str:
    return f"{morning.club.now.astimezone(morning.club.settings.zone):%H:%M}"


def test_seen_keeps_the_entry_and_says_by_whom(tight: Morning) -> None:
    _handle(tight, action="seen")
    entry = tight.page().entry("Athlete")
    assert entry is not None
    assert "Seen by Coach, today" in entry


def test_who_was_talked_to_moves_to_those_dealt_with(tight: Morning) -> None:
    _handle(tight, action="acted")
    page = tight.page()
    assert page.entry("Athlete") is None
    assert "Talked. Coach." in page.text
    assert "mark talk" not in page.row("Athlete")


ONE_PRESS = [  # the form, and what a second press of it is told
    ({"action": "seen"}, "Athlete: marked as seen already."),
    ({"action": "acted"}, "Athlete: noted as talked to already."),
    ({"action": "dismissed", "reason": "known", "note": "sees Bo"}, "Athlete: dismissed already."),
    ({"action": "snoozed", "until": "2026-11-20"}, "Athlete: put off already."),
]


@pytest.mark.parametrize(("form", "said"), ONE_PRESS)
def test_a_button_that_is_pressed_twice_is_one_action(
    tight: Morning, form: dict[str, str], said: str
) -> None:
    club = tight.club
    (path,) = set(re.findall(r"/flags/[^/]+/handle", tight.page().html))
    coach = club.be("coach")
    for _ in range(2):
        assert club.post(coach, path, "/today", **form).status == 303
        club.later(seconds=2)
    assert said in coach.get("/today").get_data(as_text=True)
    assert [one["person_id"] for one in _actions(tight)] == [club.ids["coach"]]
    assert club.audited().count(f"flag {form['action']}") == 1


def test_two_presses_at_the_same_moment_are_one_action(tight: Morning) -> None:
    club = tight.club
    (path,) = set(re.findall(r"/flags/[^/]+/handle", tight.page().html))
    hands = [club.be("coach") for _ in range(4)]
    with ThreadPoolExecutor(len(hands)) as pool:
        posted = pool.map(lambda hand: club.post(hand, path, "/today", action="acted"), hands)
        assert {one.status for one in posted} == {303}
    assert len(_actions(tight)) == 1


def test_what_another_person_or_another_day_adds_is_an_action_of_its_own(tight: Morning) -> None:
    flag = tight.club.store.row("SELECT flag_id FROM app.flag")["flag_id"]
    for who, days in (("coach", 0), ("physio", 0), ("coach", 0), ("coach", 1)):
        tight.club.later(days=days)
        tight.club.post(tight.club.be(who), f"/flags/{flag}/handle", "/today", action="seen")
    assert len(_actions(tight)) == 4


def _actions(morning: Morning) -> list[dict[str, Any]]:
    found = morning.club.store.rows("SELECT * FROM app.flag_action ORDER BY action_id")
    return list(found)


def test_dismissing_needs_a_reason_and_keeps_it(tight: Morning) -> None:
    assert "choose a reason" in _handle(tight, action="dismissed", reason="")
    assert tight.page().entry("Athlete")
    _handle(tight, action="dismissed", reason="planned", note="camp in Font-Romeu")
    assert "Planned, such as a training camp: camp in Font-Romeu. Coach." in tight.page().text


def test_who_was_put_off_comes_back_on_that_day(tight: Morning) -> None:
    back = tight.today + timedelta(days=10)  # longer than a flag is open by itself
    assert "until Fri 27 Nov" in _handle(tight, action="snoozed", until=back.isoformat())
    assert tight.page().entry("Athlete") is None
    assert "Put off until Fri 27 Nov. Coach." in tight.page().text
    tight.club.later(days=9)
    assert tight.page().entry("Athlete") is None
    tight.club.later(days=1)
    assert tight.page().entry("Athlete")
    tight.club.later(days=7)
    assert tight.page().entry("Athlete") is None


@pytest.mark.parametrize("until", ["", "soon", "2026-11-17", "2026-11-01", "2027-03-01"])
def test_putting_off_needs_a_day_that_is_near(tight: Morning, until: str) -> None:
    assert "Nothing was put off" in _handle(tight, action="snoozed", until=until)
    assert tight.page().entry("Athlete")


def test_nothing_puts_off_a_referral(morning: Morning) -> None:
    morning.club.refer("athlete")
    morning.dawns()
    assert "Snooze" not in str(morning.page("physio").entry("Athlete"))
    back = morning.today + timedelta(days=1)
    said = _handle(morning, action="snoozed", until=back.isoformat())
    assert "stays open until the physio has decided" in said
    assert morning.page().entry("Athlete")


def test_marking_as_seen_later_brings_back_nothing_that_was_dealt_with(tight: Morning) -> None:
    _handle(tight, action="acted")
    flag = tight.club.store.row("SELECT flag_id FROM app.flag")["flag_id"]
    path = f"/flags/{flag}/handle"
    client = tight.club.be("coach")
    assert tight.club.post(client, path, "/today", action="seen").status == 303
    assert tight.page().entry("Athlete") is None


def test_how_long_somebody_is_silent_stands_in_the_first_line(morning: Morning) -> None:
    for name in ("athlete", "reserved", "minor"):
        morning.trains(name, ends=7)
    morning.dawns()
    assert "3 silent for 6 days" in morning.page().text


def test_the_safety_note_stands_wherever_a_drill_is_named(morning: Morning) -> None:
    assert SAFETY_NOTE not in morning.page().text
    morning.trains("athlete")
    morning.answers("athlete", 6, pattern="neural", drill_ids='["D3"]')
    morning.dawns()
    assert "/drills/D3" in morning.page().html
    assert SAFETY_NOTE in morning.page().text


def test_a_note_is_read_only_by_who_may_know_of_tightness(morning: Morning) -> None:
    """A physio's free words about a load flag may name what this coach may not see."""
    club = morning.club
    morning.trains("reserved")
    morning.dawns()
    flag_id = club.flag("reserved")
    club.store.execute(
        "app",
        "INSERT INTO app.flag_action VALUES ('a', ?, ?, 'dismissed', "
        "'Already being looked after: left hamstring 4/10', NULL, ?)",
        [flag_id, club.ids["physio"], club.now],
    )
    coach, physio = morning.page("coach").text, morning.page("physio").text
    assert "Dismissed: Already being looked after. Physio." in coach
    assert "hamstring 4/10" not in coach
    assert "left hamstring 4/10" in physio
    path = f"/athlete/{club.ids['reserved']}"
    assert "hamstring 4/10" not in club.be("coach").get(path).get_data(as_text=True)


def test_what_is_refused_tells_no_flag_that_is_hidden_from_one_that_is_not_there(
    morning: Morning,
) -> None:
    club = morning.club
    morning.trains("reserved")
    morning.dawns()
    shown, hidden = club.flag("reserved"), club.flag("reserved", uses_tightness=True)
    said = {
        re.sub(r'value="[^"]*"', "", _handle(morning, flag=shown, also=also, action="acted"))
        for also in (hidden, "no such flag")
    }
    assert len(said) == 1
    assert '<p class="error" role="alert">' in said.pop()


def test_a_referral_seen_by_its_physio_is_acknowledged_by_a_coach_it_is_not(
    morning: Morning,
) -> None:
    morning.trains("athlete")
    morning.club.refer("athlete")
    morning.dawns()
    for who, read in (("coach", False), ("physio", True)):
        flag = re.search(r'action="/flags/([^/]+)/handle"', morning.page(who).html)
        assert flag
        client = morning.club.be(who)
        path = f"/flags/{flag[1]}/handle"
        assert morning.club.post(client, path, "/today", action="seen").status == 303
        row = morning.club.store.row("SELECT acknowledged_at FROM app.referral")
        assert row is not None
        assert bool(row["acknowledged_at"]) is read
        said = "Read by Physio, today" if read else "Not read by a physio yet."
        assert said in morning.page("coach").text


def test_no_click_of_a_coach_closes_a_referral(morning: Morning) -> None:
    morning.trains("athlete")
    morning.club.refer("athlete")
    morning.dawns()
    assert "until the physio has decided" in _handle(morning, action="acted")
    assert morning.page().entry("Athlete")


def test_handling_is_audited_without_a_word_about_health(tight: Morning) -> None:
    _handle(tight, action="dismissed", reason="other", note="knee hurts")
    rows = tight.club.store.rows("SELECT * FROM app.audit WHERE action LIKE 'flag%'")
    assert len(rows) == 1
    assert "knee" not in json.dumps(rows, default=str)
    assert "tight" not in json.dumps(rows, default=str)


def test_a_flag_of_somebody_else_cannot_ride_along(morning: Morning) -> None:
    club = morning.club
    morning.trains("athlete")
    morning.dawns()
    mine, other = club.flag("athlete"), club.flag("athlete_b")
    text = _handle(morning, flag=mine, also=other, action="acted")
    assert "not all open to you" in text
    assert not club.store.rows("SELECT * FROM app.flag_action")


def test_a_hidden_flag_cannot_be_handled(morning: Morning) -> None:
    club = morning.club
    morning.trains("reserved")
    morning.dawns()
    shown, hidden = club.flag("reserved"), club.flag("reserved", uses_tightness=True)
    assert "not all open to you" in _handle(morning, flag=shown, also=hidden, action="acted")
    assert not club.store.rows("SELECT * FROM app.flag_action")


def test_the_page_is_readable_before_any_script_and_uses_none(tight: Morning) -> None:
    html = tight.page().html
    assert "<script" not in html
    assert not re.search(r'\sstyle="|\son[a-z]+="', html)


def test_the_page_keeps_to_its_words(tight: Morning) -> None:
    text = tight.page().text.lower()
    assert not [word for word in FORBIDDEN if word in text]


def _mailed(morning: Morning, who: str) -> list[str]:
    """Reasons and steps in this person's morning mail."""
    club = morning.club
    notify.morning(club.store, club.settings, morning.today, club.now)
    (row,) = club.store.rows(
        "SELECT body_text FROM app.message WHERE kind = 'morning' AND person_id = ?",
        [club.ids[who]],
    )
    lines = [line for line in row["body_text"].splitlines() if "/unsubscribe/" not in line]
    return [line.removeprefix("- ") for line in lines if line.startswith(("- ", "Next: "))]


def _same_change(morning: Morning, name: str) -> None:
    page = morning.page()
    entry = page.entry(name)
    assert entry is not None
    said = re.search(r"<b>(\d+) %</b> above the usual \d+, since", entry)
    assert said, entry
    assert f"+{said[1]}\u00a0%" in page.row(name)


def _tight(morning: Morning) -> None:
    morning.trains("athlete")
    morning.answers("athlete", 6)
    morning.dawns()


def _handle(morning: Morning, flag: str | None = None, **form: str) -> str:
    """Post the form of the first entry, or of this flag; the page that follows."""
    found = re.search(r'action="/flags/([^/]+)/handle"', morning.page().html)
    assert found
    path = f"/flags/{flag or found[1]}/handle"
    client = morning.club.be("coach")
    assert morning.club.post(client, path, "/today", **form).status == 303
    return str(client.get("/today").get_data(as_text=True))
