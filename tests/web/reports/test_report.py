"""The weekly report: each reader's own, of a team and a week that is over."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

import pytest
from uuid6 import uuid7

from clubmon.club import consenting, showing
from clubmon.club.showing import Showing
from clubmon.policy import Consent
from clubmon.web.frame import paper

if TYPE_CHECKING:
    from tests.web.conftest import Club

WEEK = "2026-W46"  # Mon 9 to Sun 15 November; the club's clock says Tue 17
SUNDAY = date(2026, 11, 15)
SPACES = re.compile(r"\s+")


@pytest.fixture(scope="module")
def club(read_only_club: Club) -> Club:
    """Answers and flags in the week; every test leaves them as they are, or takes back."""
    _answer(read_only_club, "athlete", 7, 2)
    _answer(read_only_club, "reserved", 5, 3)
    for who in ("athlete", "reserved"):
        _flag(read_only_club, who, "tightness", "", 2)
    _flag(read_only_club, "minor", "spike", "run_m", 1)
    return read_only_club


def _answer(club: Club, who: str, left: int, right: int) -> None:
    club.store.execute(
        "app",
        "INSERT INTO app.checkin (checkin_id, athlete_id, local_date, left_score, right_score, "
        "something_else, refer_signs, strain_signs, known_at) "
        "VALUES (?, ?, ?, ?, ?, false, '[]', '[]', ?)",
        [str(uuid7()), club.ids[who], SUNDAY, left, right, club.now - timedelta(days=2)],
    )


def _flag(club: Club, who: str, rule: str, channel: str, tier: int) -> None:
    left = 7 if who == "athlete" else 5
    day = f'{{"date": "2026-11-15", "left": {left}, "right": 2, "runs_normally": true, '
    tight = f'{{"days": [{day}"left_place": "upper", "right_place": null}}]}}'
    inputs = '{"v7": 54000, "base": 41000}' if channel else tight
    club.store.execute(
        "app",
        "INSERT INTO app.flag VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, NULL, ?)",
        [f"{who}-{rule}", club.ids[who], SUNDAY, tier, rule, channel, not channel, inputs,
         club.now - timedelta(days=2)],
    )  # fmt: skip


def page(club: Club, who: str, week: str = WEEK) -> str:
    """The report of team A as words in one line."""
    response = club.be(who).get(f"/report/{club.ids['team']}/{week}")
    assert response.status_code == 200
    words = re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))
    return SPACES.sub(" ", words.replace("&nbsp;", " ").replace("\u00a0", " "))


@pytest.fixture(scope="module")
def read(club: Club) -> Callable[[str], str]:
    """The report as it is before any test changes something, each reader's read once."""
    return cache(lambda who: page(club, who))


def test_the_menu_leads_to_the_last_week_that_is_over(club: Club) -> None:
    client = club.be("coach")
    assert client.get("/report").location == f"/report/{club.ids['team']}/{WEEK}"
    assert 'href="/report"' in client.get("/today").get_data(as_text=True)


def test_the_head_says_which_week_of_whom_and_for_whom(read: Callable[[str], str]) -> None:
    said = read("coach")
    assert "Team A, week 46" in said
    assert "Monday 9 November to Sunday 15 November 2026, with what Coach may see." in said


def test_a_coach_reads_everybodys_loads_and_only_shared_tightness(
    read: Callable[[str], str],
) -> None:
    said = read("coach")
    assert "3 of 3 athletes share loads with you" in said
    assert "L 7 R 2" in said
    assert said.count("not shared") == 1
    assert "L 5 R 3" not in said


def test_a_physio_reads_every_tightness(read: Callable[[str], str]) -> None:
    assert "L 5 R 3" in read("physio")


def test_flags_are_those_that_the_reader_may_see_with_what_became_of_them(
    read: Callable[[str], str],
) -> None:
    coach, physio = read("coach"), read("physio")
    assert "2 flags of 2 athletes were raised: 0 acted on, 0 dismissed" in coach
    assert "Left hamstring 7/10" in coach
    assert "Left hamstring 5/10" not in coach
    assert "3 flags of 3 athletes were raised" in physio
    assert "Left hamstring 5/10" in physio
    assert "Nothing noted yet." in coach


def test_what_was_done_and_taken_back_is_told(club: Club) -> None:
    club.store.execute(
        "app",
        "INSERT INTO app.flag_action VALUES ('a', 'minor-spike', ?, 'dismissed', 'known', NULL, ?)",
        [club.ids["coach"], club.now],
    )
    club.store.execute(
        "app",
        "UPDATE app.flag SET superseded_at = ? WHERE flag_id = 'athlete-tightness'",
        [club.now],
    )
    said = page(club, "coach")
    club.store.execute("app", "DELETE FROM app.flag_action WHERE action_id = 'a'")
    club.store.execute("app", "UPDATE app.flag SET superseded_at = NULL")
    assert "0 acted on, 1 dismissed, 1 taken back by later data, 0 with nothing noted" in said
    assert "Dismissed: known. Coach." in said
    assert "data that came later made it untrue" in said


def test_who_takes_back_the_consent_to_loads_is_in_no_figure_from_then_on(club: Club) -> None:
    club.later(minutes=1)
    _agree(club, "athlete", granted=False)
    after = page(club, "coach")
    club.later(minutes=1)
    _agree(club, "athlete", granted=True)
    assert "2 of 3 athletes share loads with you" in after
    assert "1 shares none and is in no figure" in after
    assert "1 athlete shares no loads with you: left out of every figure" in after
    assert "Left hamstring 7/10" not in after
    assert "L 7 R 2" not in after


def _agree(club: Club, who: str, *, granted: bool) -> None:
    id_ = club.ids[who]
    consenting.record(club.store, id_, Consent.LOAD, granted, id_, "athlete", None, club.now)


def test_a_week_before_the_figures_of_mornings_is_read_as_well(club: Club) -> None:
    said = page(club, "coach", "2026-W40")
    assert "Monday 28 September to Sunday 4 October 2026" in said
    assert "16.0 km" in said or "24.0 km" in said


def test_a_week_before_everything_says_that_nothing_is_known(club: Club) -> None:
    assert "Days without anything known: Athlete 7, Minor 7, Reserved 7." in page(
        club, "coach", "2020-W10"
    )


@pytest.mark.parametrize("week", ["2026-W47", "2030-W01", "2026-W54", "yesterday", "2026-W46x"])
def test_a_week_that_is_not_over_or_is_none_has_no_report(club: Club, week: str) -> None:
    client = club.be("coach")
    for ending in ("", ".pdf"):
        assert client.get(f"/report/{club.ids['team']}/{week}{ending}").status_code == 404


@pytest.mark.parametrize("who", ["admin", "outsider", "athlete", "guardian", "nobody"])
def test_nobody_but_the_teams_staff_reads_it(club: Club, who: str) -> None:
    for scope in (club.ids["team"], "club", "no-such-team"):
        assert club.be(who).get(f"/report/{scope}/{WEEK}").status_code == 404


def test_staff_whose_role_ended_read_nothing_from_the_next_load_on(club: Club) -> None:
    client, where = club.be("physio"), f"/report/{club.ids['team']}/{WEEK}"
    assert client.get(where).status_code == 200
    role = [club.ids["physio"], club.ids["team"]]
    club.store.execute("app", "DELETE FROM app.role WHERE person_id = ? AND team_id = ?", role)
    refused = client.get(where).status_code
    club.store.execute("app", "INSERT INTO app.role VALUES (?, 'physio', ?, ?)", [*role, club.now])
    assert refused == 404


def test_while_a_night_runs_the_page_says_when_to_ask_again(club: Club) -> None:
    with club.store.job_lock:
        answer = club.be("coach").get(f"/report/{club.ids['team']}/{WEEK}")
    assert answer.status_code == 503
    assert "ask again when it has ended" in answer.get_data(as_text=True)


@pytest.fixture
def printer() -> None:
    """Skipped without pango, and failed where CI should have installed it."""
    if paper.missing() and os.environ.get("CI") != "true":
        pytest.skip(paper.NEEDED)


@pytest.mark.usefixtures("printer")
def test_the_pdf_is_the_readers_own_and_is_kept_nowhere(club: Club) -> None:
    made = {who: club.be(who).get(f"/report/{club.ids['team']}/{WEEK}.pdf") for who in
            ("coach", "physio")}  # fmt: skip
    for answer in made.values():
        assert answer.status_code == 200
        assert answer.data.startswith(b"%PDF-")
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Athlete" not in answer.headers["Content-Disposition"]
    assert made["coach"].data != made["physio"].data


@pytest.mark.usefixtures("printer")
def test_paper_loads_this_services_files_and_nothing_else(club: Club) -> None:
    with club.app.app_context():
        assert paper.static("static:///report.css").is_file()
        for address in ("file:///etc/passwd", "https://example.org/a.css", "static:///../x.py"):
            with pytest.raises(ValueError, match="no file of these pages"):
                paper.static(address)
        with pytest.raises(BaseException, match="Error fetching"):
            paper.pdf('<link rel="stylesheet" href="https://example.org/a.css"><p>x</p>')


def test_a_machine_without_the_library_says_what_to_install(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    paper.missing.cache_clear()
    where, client = f"/report/{club.ids['team']}/{WEEK}", club.be("coach")
    refused, shown = client.get(f"{where}.pdf"), client.get(where)
    paper.missing.cache_clear()
    assert refused.status_code == 501
    assert "apt install libpango" in refused.get_data(as_text=True)
    assert ".pdf" not in shown.get_data(as_text=True)


def test_the_report_is_in_the_language_and_units_of_its_reader(club: Club) -> None:
    showing.choose(club.store, club.ids["physio"], Showing("de", "mi", "lb"), club.now)
    said = page(club, "physio")
    showing.choose(club.store, club.ids["physio"], Showing(), club.now)
    assert "Team A, Woche 46" in said
    assert "3 von 3 Personen teilen Belastungen mit dir" in said
    assert "Montag, 9. November bis Sonntag, 15. November 2026" in said
    assert re.search(r"\d,\d mi", said)
    assert " km" not in said


def test_a_report_read_again_after_a_write_has_what_was_written(club: Club) -> None:
    def scale(by: str) -> None:
        club.store.execute(
            "lake", f"UPDATE lake.raw.session SET distance_m = distance_m {by} WHERE kind = 'run'"
        )

    before = page(club, "coach")
    assert page(club, "coach") == before
    scale("* 2")
    try:
        assert page(club, "coach") != before
    finally:
        scale("// 2")
    assert page(club, "coach") == before
