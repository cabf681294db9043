"""The pages of the rules: who may see and change which, the preview before a change is saved."""

from __future__ import annotations

import html
import random
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from clubmon.club import consenting, enrolling
from clubmon.flag import rules
from clubmon.load import marts
from clubmon.policy import Consent, Role
from clubmon.web.rulebook import rulepage
from tests.conftest import record_sessions

if TYPE_CHECKING:
    from tests.web.conftest import Club, Further

RUNNING = ("spike", "run_m")
ATHLETES = ("athlete", "reserved", "minor", "athlete_b")
FORM = {
    "enabled": "yes", "threshold": "10", "basis": "literal", "floor_base": "10", "floor_rise": "3",
    "hold_days": "1", "rearm_days": "7", "week": "rolling", "percentile": "", "from_day": "35",
}  # fmt: skip


@pytest.fixture(scope="module")
def begun(further: Further) -> Club:
    """The club after a night, each athlete with three months of uneven running."""
    return further(_trains)


@pytest.fixture
def trained(begun: Club, club: Club) -> Club:
    """A copy of it."""
    return club


def _trains(club: Club) -> None:
    last, chance = club.now.date() - timedelta(days=1), random.Random(3)
    for who in ATHLETES:
        km = [chance.choice([0, 0, 5, 8, 12, 20, 26]) for _ in range(95)]
        record_sessions(club.store, club.ids[who], last, km=km)
    marts.rebuild(club.store, club.now.date(), club.now)


def where(club: Club, scope: str = "team", slug: str = "spike-run_m") -> str:
    return f"/rules/{club.ids.get(scope, scope)}/{slug}"


def read(club: Club, who: str, path: str, **asked: str) -> tuple[int, str]:
    """Status and the page's text without tags."""
    response = club.be(who).get(path, query_string=asked)
    text = re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))
    return response.status_code, re.sub(r"\s+", " ", html.unescape(text))


def save(club: Club, who: str, path: str, **form: str) -> Any:
    """Preview the change, then press the page's button."""
    client = club.be(who)
    asked = "&".join(f"{name}={value}" for name, value in form.items())
    preview = client.get(path, query_string=form).get_data(as_text=True)
    button = re.search(r'<form class="row" method="post".*?</form>', preview, re.DOTALL)
    assert button, f"no button to save after ?{asked}"
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', button[0]))
    del fields["csrf_token"]
    return club.post(client, path, f"{path}?{asked}", **fields)


def test_an_admin_sees_and_changes_the_club_and_every_team(club: Club) -> None:
    status, text = read(club, "admin", "/rules")
    assert status == 200
    assert "The club" in text
    assert "Team A" in text
    assert "Team B" in text
    for scope in ("club", "team", "team_b"):
        assert "Show what it would change" in read(club, "admin", where(club, scope))[1]


def test_a_coach_changes_the_own_team_and_reads_the_clubs(club: Club) -> None:
    _, text = read(club, "coach", "/rules")
    assert "Team A" in text
    assert "Team B" not in text
    assert "An admin can change these." in text
    assert "Show what it would change" in read(club, "coach", where(club))[1]
    status, text = read(club, "coach", where(club, "club"))
    assert (status, "Show what it would change" in text) == (200, False)


@pytest.mark.parametrize(
    ("who", "scope", "expected"),
    [
        ("admin", "club", 400), ("admin", "team_b", 400), ("coach", "team", 400),
        ("coach", "club", 404), ("coach", "team_b", 404), ("outsider", "team", 404),
        ("physio", "team", 404), ("athlete", "team", 404), ("guardian", "club", 404),
    ],
)  # fmt: skip
def test_only_who_may_can_save(club: Club, who: str, scope: str, expected: int) -> None:
    """Whoever may is stopped only by the missing form token."""
    assert club.be(who).post(where(club, scope), data=FORM).status_code == expected


def test_a_preview_of_what_one_may_only_read_is_not_there(club: Club) -> None:
    assert read(club, "coach", where(club, "club"), **FORM)[0] == 404


@pytest.mark.parametrize("path", ["/rules/nowhere/spike-run_m", "/rules/club/spike-shoes"])
def test_scopes_and_rules_that_do_not_exist_are_not_found(club: Club, path: str) -> None:
    assert read(club, "admin", path)[0] == 404


def test_a_coach_of_the_whole_club_changes_teams_and_not_the_clubs_rules(club: Club) -> None:
    enrolling.add_role(club.store, club.ids["nobody"], Role.COACH, "", club.now)
    assert club.be("nobody").post(where(club, "team_b"), data=FORM).status_code == 400
    assert club.be("nobody").post(where(club, "club"), data=FORM).status_code == 404


def test_rules_are_said_in_shown_units_with_who_set_them(club: Club) -> None:
    _, text = read(club, "admin", "/rules")
    assert "the four-week mean is at least 10 km and the rise at least 3 km" in text
    assert "at least 2 t and the rise at least 0.5 t" in text
    assert "at least 500 AU and the rise at least 150 AU" in text
    assert "Version 1, shipped" in text


def test_a_preview_says_how_many_and_for_a_coach_who(trained: Club) -> None:
    status, text = read(trained, "coach", where(trained), **FORM)
    assert status == 200
    said = re.search(
        r"The last 28 mornings would have had (\d+) flags? for (\d+) athletes? "
        r"\(with the rule as it is: (\d+) for (\d+)\)", text
    )  # fmt: skip
    assert said, text
    assert int(said[1]) >= int(said[2]) > 0
    assert len(names(trained, "coach")) == max(int(said[2]), int(said[4]))
    assert "3 athletes of Team A whose loads you may see" in text
    assert "Threshold 15 % → becomes 10 %" in text
    assert "Athlete B" not in text


def names(club: Club, who: str, scope: str = "team") -> set[str]:
    page = club.be(who).get(where(club, scope), query_string=FORM).get_data(as_text=True)
    return set(re.findall(r'<th scope="row"><a href="/athlete/[^"]+">([^<]+)</a>', page))


def test_a_number_of_few_would_tell_an_admin_of_one_of_them(trained: Club) -> None:
    status, text = read(trained, "admin", where(trained, "club"), **FORM)
    assert (status, names(trained, "admin", "club")) == (200, set())
    assert "would have had no flags for no athletes" in text
    assert "Of fewer than 5 athletes only those are counted whose loads you may see." in text


def test_an_admin_learns_how_many_and_not_who(
    trained: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rulepage, "FEWEST", 4)  # the club of these tests has four who train
    status, text = read(trained, "admin", where(trained, "club"), **FORM)
    assert status == 200
    assert re.search(r"would have had \d+ flags? for \d+ athlete", text)
    assert "4 athletes of the club who share their loads" in text
    assert names(trained, "admin", "club") == set()
    for name in ("Reserved", "Minor", "Athlete B", "/athlete/"):
        assert name not in text


def test_an_admin_who_coaches_sees_the_names_of_the_own_athletes_only(trained: Club) -> None:
    enrolling.add_role(
        trained.store, trained.ids["admin"], Role.COACH, trained.ids["team_b"], trained.now
    )
    assert names(trained, "admin", "club") <= {"Athlete B"}
    assert names(trained, "admin", "team") == set()


def test_who_took_the_consent_back_is_neither_counted_nor_named(trained: Club) -> None:
    named = names(trained, "coach")
    assert named
    for who in ("athlete", "reserved", "minor"):
        by, role = ("guardian", "guardian") if who == "minor" else (who, "athlete")
        consenting.record(
            trained.store, trained.ids[who], Consent.LOAD, False, trained.ids[by], role, None,
            trained.now,
        )  # fmt: skip
    status, text = read(trained, "coach", where(trained), **FORM)
    assert (status, names(trained, "coach")) == (200, set())
    assert "would have had no flags for no athletes" in text
    assert "no athletes of Team A" in text
    assert "4 athletes" not in read(trained, "admin", where(trained, "club"), **FORM)[1]


def test_before_the_first_night_there_is_nothing_to_compare_and_one_may_still_save(
    club: Club,
) -> None:
    _, text = read(club, "coach", where(club), **FORM)
    assert "nothing to compare with yet" in text
    assert save(club, "coach", where(club), **FORM).status == 303


def test_a_preview_saves_nothing(trained: Club) -> None:
    before = trained.store.rows("SELECT * FROM app.rule ORDER BY ALL")
    read(trained, "coach", where(trained), **FORM)
    assert trained.store.rows("SELECT * FROM app.rule ORDER BY ALL") == before
    assert trained.audited() == []


def test_saving_adds_a_version_that_is_audited_and_shown(trained: Club) -> None:
    done = save(trained, "coach", where(trained), **FORM)
    assert (done.status, done.location) == (303, "/rules")
    team = trained.ids["team"]
    now = rules.in_force(trained.store, [team])[RUNNING]
    assert (now.threshold_pct, now.basis, now.version) == (10, "literal", 2)
    assert now.by_person_id == trained.ids["coach"]
    assert rules.in_force(trained.store, ())[RUNNING].threshold_pct == 15
    (row,) = trained.store.rows("SELECT actor, action, subject, detail FROM app.audit")
    assert row == {
        "actor": trained.ids["coach"], "action": "rule_changed", "subject": team,
        "detail": "spike-run_m version 2",
    }  # fmt: skip
    _, text = read(trained, "coach", where(trained))
    assert "Version 2, since Tue 17 Nov 2026, 06:00, by Coach" in text
    assert "more than 10 % above last week" in text


def test_what_is_saved_is_what_was_shown(trained: Club) -> None:
    path = where(trained, "club", "spike-run_s")
    save(trained, "admin", path, enabled="yes", floor_base="90.5")
    assert rules.in_force(trained.store, ())["spike", "run_s"].floor_base == 5_430


def test_changing_nothing_is_refused_in_a_sentence(club: Club) -> None:
    same = FORM | {"threshold": "15", "basis": "max", "hold_days": "3"}
    status, text = read(club, "admin", where(club, "club"), **same)
    assert status == 400
    assert "Nothing would change: every value is as it is" in text
    assert "Save as a new version" not in text
    assert read(club, "coach", where(club), **same)[0] == 400
    assert "the club's rule is in force here already" in read(
        club, "coach", where(club), follow="club"
    )[1]  # fmt: skip


def test_a_wrong_value_is_said_and_what_was_typed_stays(club: Club) -> None:
    path = where(club, "club")
    page = club.be("admin").get(path, query_string=FORM | {"floor_base": "lots"})
    assert page.status_code == 400
    text = html.unescape(page.get_data(as_text=True))
    assert "The floor must be a number of km" in text
    assert 'value="lots"' in text
    assert '<option value="10" selected>' in text


def test_the_second_of_two_people_is_told_to_look_again(club: Club) -> None:
    path, client = where(club), club.be("coach")
    save(club, "admin", path, **FORM)
    late = club.post(client, path, path + "?threshold=30", **FORM, based_on="0")
    assert late.status == 409
    assert "somebody changed this rule since you opened it" in late.text
    assert len(rules.history(club.store, club.ids["team"], RUNNING)) == 1


def test_pressing_the_button_twice_saves_once(club: Club) -> None:
    path, client = where(club), club.be("coach")
    token_page = path + "?threshold=30"
    first = club.post(client, path, token_page, threshold="30", based_on="0")
    again = club.post(client, path, path + "?threshold=10", threshold="30", based_on="0")
    assert (first.status, again.status) == (303, 409)


@pytest.mark.parametrize("based_on", [None, "", "-1", "x", "9" * 40])
def test_a_form_that_is_not_complete_saves_nothing(club: Club, based_on: str | None) -> None:
    path = where(club)
    sent = FORM if based_on is None else FORM | {"based_on": based_on}
    done = club.post(club.be("coach"), path, path + "?threshold=30", **sent)
    assert (done.status, rules.history(club.store, club.ids["team"], RUNNING)) == (400, [])


def test_a_form_with_wrong_values_saves_nothing(club: Club) -> None:
    path = where(club)
    sent = FORM | {"threshold": "12", "based_on": "0"}
    done = club.post(club.be("coach"), path, path + "?threshold=30", **sent)
    assert done.status == 400
    assert "is not a threshold" in html.unescape(done.text)


def test_a_team_goes_back_to_the_clubs_rule(trained: Club) -> None:
    path = where(trained)
    save(trained, "coach", path, **FORM)
    _, text = read(trained, "coach", path, follow="club")
    assert "Back to the club's rule" in text
    assert "Threshold 10 % → becomes 15 %" in text
    assert save(trained, "coach", path, follow="club").status == 303
    team = trained.ids["team"]
    assert rules.in_force(trained.store, [team])[RUNNING].team_id == ""
    assert "As the club." in read(trained, "coach", path)[1]
    save(trained, "coach", path, **FORM)  # and has its own again
    assert rules.in_force(trained.store, [team])[RUNNING].version == 4


def test_ratios_are_turned_on_without_a_figure(trained: Club) -> None:
    path = where(trained, "club", "acwr")
    _, text = read(trained, "admin", path, enabled="yes")
    assert "This raises no flag" in text
    assert "28 mornings" not in text
    save(trained, "admin", path, enabled="yes")
    assert rules.in_force(trained.store, ())["acwr", ""].enabled


def test_single_runs_and_returns_are_told_apart(trained: Club) -> None:
    path = where(trained, "club", "single_run")
    status, text = read(trained, "admin", path, threshold="30", floor_base="5", floor_rise="1")
    assert status == 200
    assert "Threshold 10 % → becomes 30 %" in text
    assert "Above" not in text  # no basis to choose


def test_who_set_a_rule_and_is_gone_is_said_to_have_left(club: Club) -> None:
    save(club, "coach", where(club), **FORM)
    club.store.execute("app", "DELETE FROM app.person WHERE name = 'Coach'")
    assert "somebody who has left" in read(club, "admin", where(club))[1]


def test_rules_are_in_the_menu_of_who_may_see_them(club: Club) -> None:
    for who, there in (("admin", True), ("coach", True), ("physio", False), ("athlete", False)):
        page = club.be(who).get("/", follow_redirects=True).get_data(as_text=True)
        assert ('href="/rules"' in page) is there


def test_nothing_of_a_person_stands_in_an_address(trained: Club) -> None:
    """The preview is asked for in the address, which may be logged: values of a rule alone."""
    page = trained.be("coach").get(where(trained), query_string=FORM)
    text = page.get_data(as_text=True)
    for form in re.findall(r'<form[^>]*method="get".*?</form>', text, re.DOTALL):
        assert set(re.findall(r'name="(\w+)"', form)) <= {*FORM, "follow"}
    assert page.headers["Cache-Control"] == "no-store"
