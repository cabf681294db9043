"""Screens: who makes and ends them, what stands on them, and who may frame them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from clubmon import settings
from clubmon.club import consenting, enrolling, links, people, screens
from clubmon.club.screens import Kind, ScreenRefused, Wanted
from clubmon.policy import Consent, Role
from clubmon.settings import SettingsError
from clubmon.web.frame.headers import CONTENT_SECURITY_POLICY
from clubmon.web.reports import board

if TYPE_CHECKING:
    from tests.web.conftest import Club

SITE = "https://www.club.example"


@pytest.fixture(scope="module")
def club(read_only_club: Club) -> Club:
    """Athletes of team A with training: athlete and minor agreed to screens, reserved did not."""
    return read_only_club


@pytest.fixture(autouse=True)
def _none_left(club: Club) -> Iterator[None]:
    """The next test finds no link."""
    yield
    club.store.execute("app", "DELETE FROM app.screen")


def made(
    club: Club,
    kind: Kind = "wall",
    shows: str = "names",
    by: str = "coach",
    days: int = 7,
    team: str = "team",
) -> str:
    """The path of a new link."""
    wanted = Wanted(kind, shows, "Changing room", days)
    id_ = screens.make(club.store, club.ids[by], club.ids[team], wanted, club.now)
    (found,) = [
        one
        for one in screens.in_force(club.store, [club.ids[team]], club.now)
        if one.screen_id == id_
    ]
    return screens.address(club.settings, found).split("/", 3)[3].join(["/", ""])


def seen(club: Club, path: str) -> str:
    """What stands there for somebody without any cookie, as words in one line."""
    response = club.be(None).get(path)
    assert response.status_code == 200
    body = response.get_data(as_text=True)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body[body.index("<main") :]))


def test_who_agreed_stands_on_the_wall_by_first_name_with_the_week(club: Club) -> None:
    said = seen(club, made(club))
    assert "Team A" in said
    assert "Athlete 16.0 km" in said or "Athlete 24.0 km" in said
    assert "Minor" in said
    assert "Reserved" not in said
    assert "48.0 km" in said or "32.0 km" in said  # of the two together


def test_nothing_of_a_check_in_is_on_any_screen(club: Club) -> None:
    club.store.execute(
        "app",
        "INSERT INTO app.checkin (checkin_id, athlete_id, local_date, left_score, right_score, "
        "something_else, refer_signs, strain_signs, known_at) "
        "VALUES ('c', ?, ?, 9, 8, true, '[\"calf\"]', '[]', ?)",
        [club.ids["athlete"], club.now.date(), club.now],
    )
    club.store.execute(
        "app",
        "INSERT INTO app.availability VALUES ('v', ?, 'out', ?, 'own', ?)",
        [club.ids["athlete"], club.ids["athlete"], club.now],
    )
    shown = [seen(club, made(club, kind, shows)) for kind in screens.KINDS for shows in
             screens.SHOWS]  # fmt: skip
    club.store.execute("app", "DELETE FROM app.checkin WHERE checkin_id = 'c'")
    club.store.execute("app", "DELETE FROM app.availability WHERE availability_id = 'v'")
    for said in shown:
        for word in ("tight", "hamstring", "9/10", "calf", "Out", "Refer", "Talk", "usual", "flag"):
            assert word not in said


def test_availability_stands_there_only_if_the_club_says_so(club: Club) -> None:
    from tests.web.conftest import Club as Another

    club.store.execute(
        "app",
        "INSERT INTO app.availability VALUES ('w', ?, 'limited', ?, 'own', ?)",
        [club.ids["athlete"], club.ids["athlete"], club.now],
    )
    shows = club.settings.model_copy(update={"screens_show_availability": True})
    other = Another(club.store, shows, ids=dict(club.ids))
    path = made(club)
    without, with_word = seen(club, path), seen(other, path)
    club.store.execute("app", "DELETE FROM app.availability WHERE availability_id = 'w'")
    assert "Limited" not in without
    assert "Limited" in with_word


def test_by_shirt_number_nobody_is_named_and_who_has_none_is_left_out(club: Club) -> None:
    enrolling.set_shirts(club.store, {club.ids["athlete"]: "10"})
    said = seen(club, made(club, shows="shirts"))
    enrolling.set_shirts(club.store, {club.ids["athlete"]: ""})
    assert re.search(r" 10 \S+ km", said)
    assert "Athlete" not in said
    assert "Minor" not in said


def test_sums_of_fewer_than_five_are_told_of_nobody(club: Club) -> None:
    said = seen(club, made(club, "embed", "counts"))
    assert " km" not in said
    assert "Too few have agreed" in said


def test_a_consent_taken_back_counts_from_the_next_look_on(club: Club) -> None:
    path = made(club)
    assert "Athlete" in seen(club, path)
    for kind in (Consent.SCREEN, Consent.LOAD):
        for granted, there in ((False, False), (True, True)):
            club.later(minutes=1)
            id_ = club.ids["athlete"]
            consenting.record(club.store, id_, kind, granted, id_, "athlete", None, club.now)
            assert ("Athlete" in seen(club, path)) is there


def test_a_revoked_link_is_over_at_once_and_says_so_without_a_name(club: Club) -> None:
    path = made(club)
    found = screens.in_force(club.store, [club.ids["team"]], club.now)[0]
    client = club.be("coach")
    where = f"/screens/{club.ids['team']}/{found.screen_id}/revoke"
    assert club.post(client, where, "/screens").status == 303
    answer = club.be(None).get(path)
    assert answer.status_code == 410
    assert "This link is over" in answer.get_data(as_text=True)
    assert "Team A" not in answer.get_data(as_text=True)
    assert club.audited()[-1] == "screen_revoked"
    assert club.post(client, where, "/screens").status == 404


def test_a_link_runs_out(club: Club) -> None:
    path, then = made(club, days=7), club.now
    club.now = then + timedelta(days=7)
    over = club.be(None).get(path).status_code
    club.now = then
    assert over == 410


def test_the_links_of_who_no_longer_runs_the_team_are_over(club: Club) -> None:
    path = made(club, by="coach")
    role = [club.ids["coach"], club.ids["team"]]
    club.store.execute("app", "DELETE FROM app.role WHERE person_id = ? AND team_id = ?", role)
    over = club.be(None).get(path).status_code
    listed = screens.in_force(club.store, [club.ids["team"]], club.now)
    enrolling.add_role(club.store, club.ids["coach"], Role.COACH, club.ids["team"], club.now)
    assert over == 410
    assert path.rsplit("/", 1)[1] not in {one.screen_id for one in listed}
    assert club.be(None).get(path).status_code == 200


@pytest.mark.parametrize("damage", [lambda t: t[:-2], lambda t: "x" + t, lambda t: t.upper()])
def test_a_damaged_or_foreign_token_shows_nothing(club: Club, damage: Callable[[str], str]) -> None:
    token = made(club).rsplit("/", 1)[1]
    assert club.be(None).get(f"/wall/{damage(token)}").status_code == 404
    assert club.be(None).get(f"/embed/{token}").status_code == 404  # made for a wall
    other = links.token(club.settings, "wall", club.ids["admin"], screen="no-such-screen")
    assert club.be(None).get(f"/wall/{other}").status_code == 404
    checkin = links.token(club.settings, "checkin", club.ids["athlete"])
    assert club.be(None).get(f"/wall/{checkin}").status_code == 404


def test_a_link_signs_nobody_in_sets_no_cookie_and_is_found_by_no_search(club: Club) -> None:
    for kind in screens.KINDS:
        for who in (None, "coach"):
            client = club.be(who)
            with client.session_transaction() as session:
                session.permanent = who is not None
            answer = client.get(made(club, kind))
            assert "Set-Cookie" not in answer.headers
            assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["Cache-Control"] == "no-store"
            assert "Sign out" not in answer.get_data(as_text=True)


def test_only_a_frame_link_may_be_framed_and_only_by_the_clubs_pages(club: Club) -> None:
    from tests.web.conftest import Club as Another

    framed = Another(
        club.store, club.settings.model_copy(update={"embed_on": (SITE,)}), ids=dict(club.ids)
    )
    embed, wall = made(club, "embed"), made(club)
    allowed = CONTENT_SECURITY_POLICY.replace("ancestors 'none'", f"ancestors {SITE}")
    said = {path: framed.be(None).get(path).headers["Content-Security-Policy"] for path in
            (embed, wall, "/embed/x", "/signin")}  # fmt: skip
    assert said[embed] == allowed
    assert said["/embed/x"] == allowed  # the frame says that the link is over
    assert said[wall] == said["/signin"] == CONTENT_SECURITY_POLICY
    unset = club.be(None).get(embed).headers["Content-Security-Policy"]
    assert unset == CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(
    "site",
    ["*", "'self'", "https://a.example/page", "https://a.example; script-src *", "a.example"],
)
def test_only_addresses_of_sites_may_be_named_for_frames(club: Club, site: str) -> None:
    with pytest.raises(SettingsError, match="embed_on"):
        settings.load(club.settings.data, embed_on=[site])


def test_the_page_offers_an_admin_every_team_and_a_coach_the_own(club: Club) -> None:
    for who, names in (("admin", {"Team A", "Team B"}), ("coach", {"Team A"})):
        text = club.be(who).get("/screens").get_data(as_text=True)
        assert {name for name in ("Team A", "Team B") if f">{name}</h2>" in text} == names
    assert "2 of 3 athletes agreed, 2 of them without a shirt number" in text


def test_a_link_is_made_named_and_seen(club: Club) -> None:
    client = club.be("coach")
    posted = club.post(
        client, f"/screens/{club.ids['team']}", "/screens",
        kind="wall", shows="shirts", name=" Gym  2 ", days="30",
    )  # fmt: skip
    assert posted.status == 303
    text = client.get("/screens").get_data(as_text=True)
    assert ">Gym 2</th>" in text
    address = re.search(r'value="[^"]*(/wall/[^"]+)"', text)
    assert address
    assert club.be(None).get(address[1]).status_code == 200
    assert club.audited()[-1] == "screen_made"


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"name": "x" * 61}, {"kind": "page"}, {"shows": "tightness"}, {"days": "9999"},
     {"days": "²"}],
)  # fmt: skip
def test_what_the_form_does_not_offer_makes_no_link(club: Club, wrong: dict[str, str]) -> None:
    before = len(screens.in_force(club.store, [club.ids["team"]], club.now))
    fields = {"kind": "wall", "shows": "names", "name": "Gym", "days": "30", **wrong}
    posted = club.post(club.be("coach"), f"/screens/{club.ids['team']}", "/screens", **fields)
    assert posted.status == 400
    assert len(screens.in_force(club.store, [club.ids["team"]], club.now)) == before


def test_a_refused_link_form_stands_there_again_with_what_was_typed(club: Club) -> None:
    team, typed = club.ids["team"], '"><b>' + "Hall" * 20
    fields = {"kind": "embed", "shows": "counts", "name": typed, "days": "365"}
    posted = club.post(club.be("coach"), f"/screens/{team}", "/screens", **fields)
    page = posted.text
    assert f'value="&#34;&gt;&lt;b&gt;{"Hall" * 20}"' in page
    for chosen in ("embed", "counts", "365"):
        assert f'<option value="{chosen}" selected>' in page
    field, sentence = page.split('aria-invalid="true"')[1].split("</p>")[0].split(' role="alert">')
    assert f'aria-describedby="name-wrong-{team}"' in field
    assert f'id="name-wrong-{team}"' in field
    assert sentence == "Name where it is shown, in 1 to 60 letters."


def test_what_no_field_alone_is_wrong_about_stands_above_them(club: Club) -> None:
    fields = {"kind": "page", "shows": "names", "name": "Gym", "days": "30"}
    posted = club.post(club.be("admin"), f"/screens/{club.ids['team']}", "/screens", **fields)
    page = posted.text
    assert page.count('<p class="error" role="alert">Choose what it shows') == 1  # at its team
    assert page.count('value="Gym"') == 1
    assert "aria-invalid" not in page


def test_there_is_an_end_to_links(club: Club) -> None:
    wanted = Wanted("wall", "names", "Hall", 7)
    for _ in range(screens.MOST):
        screens.make(club.store, club.ids["outsider"], club.ids["team_b"], wanted, club.now)
    with pytest.raises(ScreenRefused, match="revoke one"):
        screens.make(club.store, club.ids["outsider"], club.ids["team_b"], wanted, club.now)


def test_shirt_numbers_are_kept_for_the_teams_own_athletes_alone(club: Club) -> None:
    where = f"/screens/{club.ids['team']}/shirts"
    fields = {club.ids["athlete"]: " 7 ", club.ids["athlete_b"]: "9"}
    assert club.post(club.be("coach"), where, "/screens", **fields).status == 303
    found = {who: people.person(club.store, club.ids[who]) for who in ("athlete", "athlete_b")}
    assert {who: one and one.shirt for who, one in found.items()} == {
        "athlete": "7",
        "athlete_b": None,
    }
    too_long = {club.ids["athlete"]: "12345"}
    refused = club.post(club.be("coach"), where, "/screens", **too_long)
    assert refused.status == 400
    page = refused.text
    assert 'value="12345"' in page
    assert '<p class="error" role="alert">' in page
    enrolling.set_shirts(club.store, {club.ids["athlete"]: ""})


def test_first_names_that_two_share_get_an_initial() -> None:
    def athlete(name: str, shirt: str = "") -> people.Athlete:
        return people.Athlete(people.Person(name, name, "a@example.org", shirt=shirt), ())

    squad = [athlete("Jonas Weber"), athlete("Jonas van Dijk", "4"), athlete("Ada"),
             athlete("Rui Costa")]  # fmt: skip
    assert board.labels(squad, "names") == ["Jonas W.", "Jonas D.", "Ada", "Rui"]
    assert board.labels(squad[1:2], "shirts") == ["4"]


def test_the_consent_page_asks_for_the_screen_apart_and_only_beside_loads(club: Club) -> None:
    who, day = "new", date(2000, 1, 1)
    id_ = enrolling.add_person(club.store, "New Comer", "new@example.org", club.now, born=day)
    enrolling.add_role(club.store, id_, Role.ATHLETE, club.ids["team_b"], club.now)
    club.ids[who] = id_
    path = f"/athlete/{id_}/consent"
    text = club.be(who).get(path).get_data(as_text=True)
    assert "The team’s screen" in text
    assert "Whoever stands before the screen" in text
    for ticked, there in ((["screen"], set()), (["load", "screen"], {"load", "screen"})):
        club.later(minutes=1)
        club.post(club.be(who), path, path, kind=ticked)
        assert {str(kind.value) for kind in club.consents(who)} == there
    assert json.dumps(sorted(kind.value for kind in Consent)).count("screen") == 1


def test_a_wall_is_in_the_language_that_its_browser_asks_for(club: Club) -> None:
    said = club.be(None).get(made(club), headers={"Accept-Language": "de"}).get_data(as_text=True)
    assert '<html lang="de">' in said
    assert "Sieben Tage bis" in said
    assert "trainiert" in said
