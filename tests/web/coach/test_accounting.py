"""What became of flags, as each kind of reader is shown it."""

from __future__ import annotations

import re
from datetime import timedelta

from clubmon.club import consenting, enrolling
from clubmon.policy import Consent, Role
from tests.web.conftest import Club


def read(club: Club, who: str) -> str:
    html = club.be(who).get("/accounting").get_data(as_text=True)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def cells(club: Club, who: str, month: str = "November 2026") -> dict[str, str]:
    html = club.be(who).get("/accounting").get_data(as_text=True)
    row = html.split(month, 1)[1].split("</tr>", 1)[0]
    found = re.findall(r'data-label="([^"]+)"[^>]*>(.*?)</td>', row, re.S)
    return {label: re.sub(r"<[^>]+>", "", text).strip() for label, text in found}


def act(club: Club, flag_id: str, action: str, reason: str | None = None) -> None:
    club.store.execute(
        "app", "INSERT INTO app.flag_action VALUES (?, ?, ?, ?, ?, NULL, ?)",
        [f"{flag_id}-{action}", flag_id, club.ids["coach"], action, reason, club.now],
    )  # fmt: skip


def test_without_flags_it_says_so(club: Club) -> None:
    assert "No flag was raised in the last twelve months." in read(club, "coach")


def test_a_coach_counts_what_was_acted_on_dismissed_and_why(club: Club) -> None:
    talked, wrong = club.flag("athlete"), club.flag("minor")
    club.later(days=1)
    act(club, talked, "acted")
    act(club, wrong, "dismissed", "The data is wrong: left leg 7/10")
    found = cells(club, "coach")
    assert (found["Raised"], found["Acted on"], found["Dismissed"]) == ("2", "1", "1")
    assert found["Days to contact"] == "1.0"
    assert found["Why"] == "The data is wrong: 1"  # never the note, which may name health


def test_a_flag_that_the_coach_may_not_see_counts_nowhere_for_them(club: Club) -> None:
    club.flag("reserved")
    club.flag("reserved", uses_tightness=True)
    assert cells(club, "coach")["Raised"] == "1"
    assert cells(club, "physio")["Raised"] == "2"


def test_a_coach_of_another_team_counts_nothing_of_this_one(club: Club) -> None:
    club.flag("athlete")
    assert "No flag was raised" in read(club, "outsider")


def test_a_consent_taken_back_takes_its_flags_out(club: Club) -> None:
    club.flag("athlete")
    club.later(minutes=1)
    by = club.ids["athlete"]
    consenting.record(club.store, by, Consent.LOAD, False, by, "athlete", None, club.now)
    assert "No flag was raised" in read(club, "coach")


def test_an_assigned_drill_and_a_read_referral_are_contacts(club: Club) -> None:
    club.flag("athlete", uses_tightness=True)
    club.later(hours=12)
    start = club.now.date()
    columns = [
        "p", club.ids["athlete"], '["D3"]', "neural", "c", start, start + timedelta(days=14),
        1, 3, 5, 1, club.ids["coach"], club.now,
    ]  # fmt: skip
    marks = ", ".join("?" for _ in columns)
    club.store.execute("app", f"INSERT INTO app.plan VALUES ({marks})", columns)
    found = cells(club, "coach")
    assert (found["Acted on"], found["Days to contact"]) == ("1", "0.5")


def test_few_acted_on_asks_for_a_review_with_the_rules_preview_at_hand(club: Club) -> None:
    for _ in range(5):
        club.flag("athlete")
        club.later(days=1)
    club.later(days=7)
    said = read(club, "coach")
    assert "0 % of the flags were acted on" in said.replace("\xa0", " ").replace("&nbsp;", " ")
    html = club.be("coach").get("/accounting").get_data(as_text=True)
    link = f"/rules/{club.ids['team']}/spike-run_m"
    assert f'href="{link}"' in html
    assert club.be("coach").get(link).status_code == 200
    assert "Your coaches and the admin can change them." in read(club, "physio")


def test_an_admin_is_shown_numbers_only_and_none_of_few(club: Club) -> None:
    for who in ("athlete", "reserved", "minor", "athlete_b"):
        act(club, club.flag(who), "acted")
    assert cells(club, "admin")["Raised"] == "hidden"
    for number in range(5):
        club.ids["new"] = enrolling.add_person(
            club.store, f"New {number}", f"new{number}@example.org", club.now,
            born=club.now.date() - timedelta(days=9000),
        )  # fmt: skip
        enrolling.add_role(club.store, club.ids["new"], Role.ATHLETE, club.ids["team"], club.now)
        by = club.ids["new"]
        consenting.record(club.store, by, Consent.LOAD, True, by, "athlete", None, club.now)
        act(club, club.flag("new"), "acted")
    found = cells(club, "admin")
    assert (found["Raised"], found["Acted on"]) == ("9", "9")
    assert found["Dismissed"] == "hidden"
    assert "Athlete" not in read(club, "admin").replace("athletes", "")
