"""Every route with every role and an outsider, against one table of who may."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from clubmon.club import consenting, links, screens, signin

if TYPE_CHECKING:
    from tests.web.conftest import Club

PEOPLE = (
    "admin",
    "coach",
    "physio",
    "outsider",  # coach of team B
    "guardian",  # of the minor
    "athlete",  # team A, agreed to everything
    "reserved",  # team A, keeps tightness from the coach
    "minor",  # team A
    "athlete_b",  # team B
    "nobody",  # signed in, no role
)
STRANGER = "stranger"  # not signed in
ATHLETES = ("athlete", "reserved", "minor", "athlete_b")

Who = frozenset[str]
EVERYONE: Who = frozenset({*PEOPLE, STRANGER})
SIGNED_IN: Who = frozenset(PEOPLE)
STAFF: Who = frozenset({"coach", "physio", "outsider"})
PHYSIO: Who = frozenset({"physio"})
ADMIN: Who = frozenset({"admin"})
COACH: Who = frozenset({"coach"})
COACHES: Who = frozenset({"coach", "outsider"})

# Who may, per athlete that a path is about; a path of nobody's is nobody's.
PerAthlete = dict[str, Who]
OWN: PerAthlete = {
    "athlete": frozenset({"athlete"}),
    "reserved": frozenset({"reserved"}),
    "minor": frozenset({"minor", "guardian"}),
    "athlete_b": frozenset({"athlete_b"}),
}
STAFF_OF: PerAthlete = {
    "athlete": frozenset({"coach", "physio"}),
    "reserved": frozenset({"coach", "physio"}),
    "minor": frozenset({"coach", "physio"}),
    "athlete_b": frozenset({"outsider"}),
}
SEES: PerAthlete = {name: OWN[name] | STAFF_OF[name] for name in ATHLETES}
PHYSIO_OF: PerAthlete = {name: STAFF_OF[name] & PHYSIO for name in ATHLETES}
TREATS_OR_IS_TOLD: PerAthlete = {  # of tightness, and is no athlete
    **STAFF_OF,
    "reserved": PHYSIO,
}
KEEPS: PerAthlete = {name: OWN[name] | PHYSIO_OF[name] for name in ATHLETES}

# The one table. A new route goes here: method and rule, then who may.
EXPECTED: dict[tuple[str, str], Who | PerAthlete] = {
    ("GET", "/static/<path:filename>"): EVERYONE,
    ("GET", "/healthz"): EVERYONE,
    ("GET", "/"): EVERYONE - {"nobody"},
    ("GET", "/signin"): EVERYONE,
    ("POST", "/signin"): EVERYONE,
    ("GET", "/signin/<token>"): EVERYONE,
    ("POST", "/signin/<token>"): EVERYONE,
    ("POST", "/signout"): SIGNED_IN,
    ("GET", "/consent/<token>"): EVERYONE,
    ("POST", "/consent/<token>"): EVERYONE,
    ("GET", "/unsubscribe/<token>"): EVERYONE,
    ("POST", "/unsubscribe/<token>"): EVERYONE,
    ("GET", "/checkin/<token>"): EVERYONE,
    ("POST", "/checkin/<token>"): EVERYONE,
    ("GET", "/checkins"): STAFF,
    ("POST", "/checkins/<scope>/wellness"): ADMIN | COACH,  # of team A
    ("GET", "/drills"): EVERYONE,
    ("GET", "/drills/<drill_id>"): EVERYONE,
    ("GET", "/help/files"): EVERYONE,
    ("GET", "/help/files/<of_source>"): EVERYONE,
    ("GET", "/plan/<token>"): EVERYONE,
    ("POST", "/plan/<token>"): EVERYONE,
    ("POST", "/athlete/<athlete_id>/plan/<plan_id>"): OWN,
    ("POST", "/athlete/<athlete_id>/assign"): TREATS_OR_IS_TOLD,
    ("POST", "/plan/<plan_id>/stop"): TREATS_OR_IS_TOLD,
    ("POST", "/plan/<plan_id>/note"): PHYSIO_OF,
    ("GET", "/outcomes"): STAFF,
    ("GET", "/proposals"): ADMIN | COACHES,
    ("POST", "/proposals/<scope>"): ADMIN | COACH,  # of team A
    ("GET", "/today"): STAFF,
    ("GET", "/squad"): STAFF,
    ("GET", "/week"): STAFF,
    ("POST", "/week/<scope>"): COACH,  # of team A
    ("POST", "/week/<scope>/<planned_id>"): COACH,
    ("GET", "/squad/<name>.json"): STAFF,
    ("POST", "/today/view"): STAFF,
    ("GET", "/today/<day>"): STAFF,
    ("GET", "/accounting"): STAFF | ADMIN,
    ("POST", "/flags/<flag_id>/handle"): STAFF_OF,
    ("GET", "/athlete/<athlete_id>"): SEES,
    ("GET", "/athlete/<athlete_id>/chart.json"): SEES,
    ("GET", "/athlete/<athlete_id>/consent"): OWN,
    ("POST", "/athlete/<athlete_id>/consent"): OWN,
    ("GET", "/athlete/<athlete_id>/questions"): OWN,
    ("POST", "/athlete/<athlete_id>/questions"): OWN,
    ("GET", "/mails"): SIGNED_IN,  # one's own
    ("GET", "/shown"): SIGNED_IN,  # one's own
    ("POST", "/shown"): SIGNED_IN,
    ("POST", "/mails"): SIGNED_IN,
    ("GET", "/athlete/<athlete_id>/mails"): OWN,
    ("POST", "/athlete/<athlete_id>/mails"): OWN,
    ("GET", "/athlete/<athlete_id>/clearance"): PHYSIO_OF,
    ("POST", "/athlete/<athlete_id>/clearance"): PHYSIO_OF,
    ("GET", "/athlete/<athlete_id>/values"): KEEPS,
    ("POST", "/athlete/<athlete_id>/values"): KEEPS,
    ("POST", "/athlete/<athlete_id>/availability"): KEEPS,
    ("GET", "/athlete/<athlete_id>/files"): OWN,
    ("POST", "/athlete/<athlete_id>/files"): OWN,
    ("POST", "/athlete/<athlete_id>/files/one"): OWN,
    ("POST", "/athlete/<athlete_id>/tokens"): OWN,
    ("POST", "/athlete/<athlete_id>/tokens/<token_id>/revoke"): OWN,
    ("GET", "/athlete/<athlete_id>/home"): OWN,
    ("GET", "/athlete/<athlete_id>/data"): OWN,
    ("POST", "/athlete/<athlete_id>/data/delete"): OWN,
    ("POST", "/athlete/<athlete_id>/data/download"): OWN,
    ("GET", "/doubtful"): STAFF,
    ("GET", "/athlete/<athlete_id>/doubtful"): SEES,
    ("POST", "/athlete/<athlete_id>/doubtful/<session_id>"): SEES,
    ("PUT", "/api/v1/files/<sha256>"): EVERYONE,  # with a token; without one 401
    ("PATCH", "/api/v1/files/<sha256>"): EVERYONE,
    ("GET", "/screens"): ADMIN | COACHES,
    ("POST", "/screens/<scope>"): ADMIN | COACH,  # of team A
    ("POST", "/screens/<scope>/shirts"): ADMIN | COACH,
    ("POST", "/screens/<scope>/<screen_id>/revoke"): ADMIN | COACH,
    ("GET", "/wall/<token>"): EVERYONE,
    ("GET", "/embed/<token>"): EVERYONE,
    ("GET", "/report"): STAFF,
    ("GET", "/report/<scope>/<week>"): COACH | PHYSIO,  # of team A
    ("GET", "/report/<scope>/<week>.pdf"): COACH | PHYSIO,
    ("GET", "/referrals"): PHYSIO,
    ("POST", "/referral/<referral_id>/acknowledge"): PHYSIO_OF,
    ("POST", "/referral/<referral_id>/close"): PHYSIO_OF,
    ("GET", "/exercises"): STAFF,
    ("POST", "/exercises"): STAFF,
    ("GET", "/teams/files"): ADMIN | COACHES,
    ("GET", "/teams/<scope>/files"): ADMIN | COACH,  # of team A
    ("POST", "/teams/<scope>/files"): ADMIN | COACH,
    ("POST", "/teams/<scope>/names"): ADMIN | COACH,
    ("GET", "/rules"): ADMIN | COACHES,
    ("GET", "/rules/<scope>/<slug>"): ADMIN | COACH,  # of team A
    ("POST", "/rules/<scope>/<slug>"): ADMIN | COACH,
    ("GET", "/admin"): ADMIN,
    ("GET", "/athlete/<athlete_id>/sources"): OWN,
    ("POST", "/athlete/<athlete_id>/sources/<source>/disconnect"): OWN,
    ("GET", "/connect/<source>"): SIGNED_IN,  # a signed state says whose; without one: refused
    ("POST", "/connect/<source>"): SIGNED_IN,
    ("GET", "/hooks/<source>"): EVERYONE,
    ("POST", "/hooks/<source>"): EVERYONE,
    ("GET", "/data"): SIGNED_IN,
    ("GET", "/admin/connections"): ADMIN,
    ("POST", "/admin/connections/<connection_id>/pull"): ADMIN,
    ("POST", "/admin/sources/<source>/mode"): ADMIN,
    ("POST", "/admin/nightly"): ADMIN,
    ("POST", "/admin/team/<team_id>/contact"): ADMIN,
    ("POST", "/admin/team/<team_id>/checkins"): ADMIN,
}
UNKNOWN = "00000000-0000-7000-8000-000000000000"


def routes(club: Club) -> set[tuple[str, str]]:
    """Method and rule of everything the application answers."""
    return {
        (method, rule.rule)
        for rule in club.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def path(club: Club, method: str, rule: str, about: str | None) -> str:
    """The rule filled in; `about` is the athlete the path is about, None: an id of nobody's."""
    athlete = club.ids["athlete"]
    token: dict[str, Callable[[], str]] = {
        "/signin/": lambda: signin.issue(
            club.store, club.settings, club.ids["nobody"], club.now
        ).rsplit("/", 1)[1],
        "/consent/": lambda: links.token(club.settings, "consent", athlete),
        "/unsubscribe/": lambda: links.token(club.settings, "unsubscribe", athlete, kind="flag"),
        "/checkin/": lambda: links.token(club.settings, "checkin", athlete),
        "/wall/": lambda: _screen(club, "wall"),
        "/embed/": lambda: _screen(club, "embed"),
        "/plan/": lambda: links.token(
            club.settings, "plan", athlete, plan=club.plan("athlete"), day="2026-11-17"
        ),
    }
    values: dict[str, Callable[[], str]] = {
        "path:filename": lambda: "clubmon.css",
        "drill_id": lambda: "D1",
        "day": lambda: "2026-11-16",
        "week": lambda: "2026-W46",
        "of_source": lambda: "strava",
        "name": lambda: "days",
        "session_id": lambda: UNKNOWN,
        "screen_id": lambda: UNKNOWN,
        "token_id": lambda: UNKNOWN,
        "sha256": lambda: "0" * 64,
        "source": lambda: "example",
        "connection_id": lambda: UNKNOWN,
        "team_id": lambda: club.ids["team"],
        "scope": lambda: club.ids["team"],
        "slug": lambda: "spike-run_m",
        "athlete_id": lambda: club.ids[about] if about else UNKNOWN,
        "flag_id": lambda: club.flag(about) if about else UNKNOWN,
        "plan_id": lambda: club.plan(about) if about else UNKNOWN,
        "planned_id": lambda: UNKNOWN,
        "referral_id": lambda: club.refer(about) if about else UNKNOWN,
    }
    for name, value in values.items():
        if f"<{name}>" in rule:
            rule = rule.replace(f"<{name}>", value())
    for start, made in token.items():
        if rule == f"{start}<token>":
            rule = start + made()
    assert "<" not in rule, f"say how to fill in {rule}"
    return rule


def _screen(club: Club, kind: screens.Kind) -> str:
    """The token of a link that the coach made for team A, the same one each time."""
    mine = [club.ids["team"]]
    found = [one for one in screens.in_force(club.store, mine, club.now) if one.kind == kind]
    if not found:
        wanted = screens.Wanted(kind, "names", "Hall", 7)
        screens.make(club.store, club.ids["coach"], mine[0], wanted, club.now)
        return _screen(club, kind)
    return screens.address(club.settings, found[0]).rsplit("/", 1)[1]


def ask(client: FlaskClient, method: str, where: str) -> TestResponse:
    """The request without a form token: whoever is let in by role is stopped by that, unhurt."""
    return client.open(where, method=method)


def words(response: TestResponse) -> str:
    """The page without the form token, which differs each time."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", response.get_data(as_text=True))


def let_in(response: TestResponse) -> bool:
    """Whether the guard let the request through."""
    assert response.status_code < 500, response.get_data(as_text=True)
    if response.status_code == 302 and response.location == "/signin":
        return response.request.path == "/"
    return response.status_code not in (403, 404)


def test_the_table_names_every_route_and_no_other(read_only_club: Club) -> None:
    assert routes(read_only_club) == set(EXPECTED)


@pytest.mark.slow
@pytest.mark.parametrize("who", [*PEOPLE, STRANGER])
def test_everybody_gets_where_the_table_says_and_nowhere_else(
    read_only_club: Club, who: str
) -> None:
    club, wrong = read_only_club, []
    client = club.be(None if who == STRANGER else who)
    for (method, rule), allowed in EXPECTED.items():
        targets = allowed if isinstance(allowed, dict) else {"athlete": allowed}
        for about, may in targets.items():
            where = path(club, method, rule, about)
            if let_in(ask(client, method, where)) != (who in may):
                wrong.append((method, rule, about))
    assert wrong == []


@pytest.mark.parametrize("who", PEOPLE)
def test_what_does_not_exist_and_what_is_not_yours_answer_alike(
    read_only_club: Club, who: str
) -> None:
    club, client = read_only_club, read_only_club.be(who)
    for (method, rule), allowed in EXPECTED.items():
        if not isinstance(allowed, dict):
            continue
        nothing = ask(client, method, path(club, method, rule, None))
        assert nothing.status_code == 404
        for about in ATHLETES:
            if who in allowed[about]:
                continue
            refused = ask(client, method, path(club, method, rule, about))
            assert (refused.status_code, words(refused)) == (404, words(nothing))


@pytest.mark.parametrize("who", [*PEOPLE, STRANGER])
def test_options_tells_an_outsider_no_more_than_the_page_would(
    read_only_club: Club, who: str
) -> None:
    client = read_only_club.be(None if who == STRANGER else who)
    response = client.options("/admin")
    assert (response.status_code == 200) == (who == "admin")


def test_a_flag_that_used_tightness_is_not_open_to_a_coach_without_that_consent(
    club: Club,
) -> None:
    for about, open_ in (("athlete", True), ("reserved", False)):
        where = f"/flags/{club.flag(about, uses_tightness=True)}/handle"
        assert let_in(ask(club.be("coach"), "POST", where)) is open_
        assert let_in(ask(club.be("physio"), "POST", where)) is True


def test_a_route_that_declares_nothing_is_closed_to_everyone(club: Club) -> None:
    club.app.add_url_rule("/forgotten", "forgotten", lambda: "open")
    for who in (*PEOPLE, None):
        assert club.be(who).get("/forgotten").status_code == 403


def test_a_stranger_is_led_to_sign_in_from_pages_only(club: Club) -> None:
    client = club.be(None)
    assert client.get("/today").location == "/signin"
    assert client.head("/today").location == "/signin"
    assert client.post("/admin/nightly").status_code == 403
    fetched = client.get("/today", headers={"Sec-Fetch-Mode": "cors"})
    assert fetched.status_code == 403


def test_a_role_that_was_taken_away_stops_counting_at_once(club: Club) -> None:
    client = club.be("admin")
    assert client.get("/admin").status_code == 200
    club.store.execute("app", "DELETE FROM app.role WHERE person_id = ?", [club.ids["admin"]])
    assert client.get("/admin").status_code == 403


def test_a_consent_that_was_withdrawn_stops_counting_at_once(club: Club) -> None:
    from clubmon.policy import Consent

    client, page = club.be("coach"), f"/athlete/{club.ids['athlete']}"
    assert client.get(page).status_code == 200
    by = club.ids["athlete"]
    club.later(minutes=1)
    consenting.record(club.store, by, Consent.LOAD, False, by, "athlete", None, club.now)
    assert client.get(page).status_code == 404


def test_a_session_of_somebody_who_is_gone_is_nobody(club: Club) -> None:
    client = club.be("admin")
    club.store.execute("app", "DELETE FROM app.person WHERE person_id = ?", [club.ids["admin"]])
    assert client.get("/admin").location == "/signin"


@pytest.mark.parametrize(
    ("who", "start"),
    [
        ("coach", "/today"),
        ("physio", "/today"),
        ("admin", "/admin"),
        ("athlete", "/athlete/{athlete}/home"),
        ("minor", "/athlete/{minor}/home"),
        ("guardian", "/athlete/{minor}/home"),
        (None, "/signin"),
    ],
)
def test_the_start_address_leads_everyone_to_their_own_page(
    club: Club, who: str | None, start: str
) -> None:
    assert club.be(who).get("/").location == start.format(**club.ids)
