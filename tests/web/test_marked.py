"""Nothing on a page, in a chart, in a mail or on paper is said outside of the catalogs."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import marked
import pytest
from athlete_phone import Phone
from clubmon_strava import client
from uuid6 import uuid7

from clubmon import jobs
from clubmon.arrival import arrivals
from clubmon.club import connections, people, showing
from clubmon.club.showing import Showing
from clubmon.flag import flagging
from clubmon.hamstring import clearances
from clubmon.load import marts, weekrows
from clubmon.message import mailchoices, notify, tier3
from clubmon.sdk import SourceDown
from clubmon.settings import load
from clubmon.web.frame import paper
from tests.conftest import copied, record_sessions
from tests.web.conftest import START, Club
from tests.web.happenings import STEADY, answer, treat
from tests.web.test_every_route import ATHLETES, EXPECTED, STRANGER, path

READERS = (STRANGER, "coach", "physio", "admin", "athlete", "guardian")
NO_PAGES = ("/static/", "/healthz", "/hooks/", ".pdf")
SHOWN_EACH_THEIR_OWN = ("/today", "/athlete/", "/data", "/mails")  # each reader sees other words
NAMES = {
    "admin": "Ada Vroom", "coach": "Imke Zuyd", "physio": "Oke Brandt", "outsider": "Ulf Ypsen",
    "guardian": "Gro Quist", "nobody": "Noor Xanti", "athlete": "Aki Wuori", "reserved": "Ro Iijo",
    "minor": "Mio Tjaden", "athlete_b": "Bea Hjelm",
}  # fmt: skip
DATA = (
    *NAMES.values(), *(name.partition(" ")[0] for name in NAMES.values()),
    "Team A", "Team B", "Our club", "Hall", "Europe/Berlin", "clubmon", "English", "Deutsch", "eo",
    "files", "fit", "hevy", "strava", "Strava", "PDF", "Squat", "Barbell", "Gym",
    "heavy.csv", "bad.csv", "asks.csv", "unknown.bin", "Datum", "Strecke", "Zeit",
    "exercise_title", "weight_kg", "many", "Why Your Hamstring Keeps Tightening Up", "Panenka.top",
)  # fmt: skip
JUMP = [*STEADY[:-7], 16, 0, 20, 0, 16, 0, 28]
LIFTS = [4, 0, 0, 5, 0, 0, 0] * 8
HEVY = "title,start_time,end_time,exercise_title,set_index,set_type,weight_kg,reps,rpe\n"
GYM = 'Gym,"3 Nov 2026, 18:00","3 Nov 2026, 19:00",{exercise},0,normal,{kg},5,8\n'
FILES = {
    "heavy.csv": HEVY + GYM.format(exercise="Squat (Barbell)", kg=5000),
    "bad.csv": HEVY + GYM.format(exercise="", kg=60) + GYM.format(exercise="Squat", kg="many"),
    "asks.csv": "Datum;Strecke;Zeit\n3.11.2026;8,2;0:45:00\n",
    "unknown.bin": "\x00\x01",
}


@pytest.fixture(scope="module", autouse=True)
def code() -> Iterator[str]:
    """The language in which everything of the catalogs stands in marks."""
    with marked.marks() as made:
        yield made


@pytest.fixture(scope="module")
def club(code: str, people_only: Club, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Club]:
    """A club in which there is something of everything that pages tell of."""
    folder = tmp_path_factory.mktemp("marked")
    settings = load(
        folder / "data", timezone="Europe/Berlin", screens_show_availability=True, quiet_hours=""
    )
    with copied(people_only.settings.data, settings) as store:
        club = Club(store, settings, ids=dict(people_only.ids))
        for who, name in NAMES.items():
            store.execute(
                "app", "UPDATE app.person SET name = ? WHERE person_id = ?", [name, club.ids[who]]
            )
            showing.choose(store, club.ids[who], Showing(language=code), START)
        furnish(club)
        yield club


def furnish(club: Club) -> None:
    """What training, answers, files, plans and sources leave behind, and failures of each."""
    today = people.local_today(club.settings, None, club.now)
    for who in ATHLETES:
        km = JUMP if who == "athlete" else STEADY
        record_sessions(club.store, club.ids[who], today - timedelta(days=1), km=km, tonnes=LIFTS)
        for back, score in enumerate((6, 5, 4)):
            answer(club, who, back, score)
    _plans(club)
    _files(club)
    _connection(club)
    marts.rebuild(club.store, today, club.now)
    flagging.flag(club.store, club.settings, today, club.now)
    _nights(club, today)


def _plans(club: Club) -> None:
    treat(club)
    day = club.now.date()
    until, by = day + timedelta(days=9), club.ids["physio"]
    clearances.record(club.store, club.ids["athlete"], until, day, by, club.now)
    amounts = {"run_m": 9000}
    weekrows.add(club.store, club.ids["team"], "", day, amounts, club.ids["coach"], club.now)


def _files(club: Club) -> None:
    page = f"/athlete/{club.ids['athlete']}/files"
    sent = [(io.BytesIO(text.encode()), name) for name, text in FILES.items()]
    assert club.post(club.be("athlete"), page, page, file=sent).status == 303
    arrivals.work(club.store, club.settings, lambda: club.now)


def _connection(club: Club) -> None:
    """One to a source that does not answer."""
    made = connections.begin(club.store, club.ids["athlete"], "strava", "athlete_only", club.now)
    connections.complete(club.store, made, "7")
    connections.failed(club.store, made, SourceDown(client.SILENT), club.now)


def _nights(club: Club, today: date) -> None:
    """Two runs that ended, one badly."""
    counts = {"counts": {"flag": 2, "pull": 0}, "seconds": {}}
    for back, state in ((0, "done"), (1, "running")):
        club.store.execute(
            "app",
            "INSERT INTO app.job_run VALUES (?, 'nightly', ?, ?, ?, ?, ?, NULL)",
            [str(uuid7()), today - timedelta(days=back), club.now - timedelta(days=back), club.now,
             state, json.dumps(counts)],
        )  # fmt: skip
    jobs.mark_interrupted(club.store, club.now)


def pages(club: Club, who: str) -> Iterator[str]:
    """Addresses that this reader may open: where all see the same words, the first who may."""
    about = "minor" if who == "guardian" else "athlete"
    for (method, rule), allowed in EXPECTED.items():
        may = allowed[about] if isinstance(allowed, dict) else allowed
        first = next((one for one in READERS if one in may), None)
        own = any(part in rule for part in SHOWN_EACH_THEIR_OWN)
        is_page = method == "GET" and not any(part in rule for part in NO_PAGES)
        if is_page and who in may and (who == first or own):
            yield path(club, "GET", rule, about)


@pytest.mark.parametrize("who", READERS)
def test_every_page_is_said_in_the_readers_language(club: Club, who: str) -> None:
    client = club.be(None if who == STRANGER else who)
    found = {}
    for where in [*pages(club, who), "/nowhere"]:
        answer = client.get(where, headers={"Accept-Language": marked.CODE})
        page = answer.get_data(as_text=True)
        said = marked.unmarked(page, DATA) if answer.mimetype == "text/html" else []
        if said and answer.status_code != 302:
            found[where] = said
    assert found == {}


def test_every_chart_is_said_in_the_readers_language(club: Club) -> None:
    athlete, squad = f"/athlete/{club.ids['athlete']}/chart.json", "/squad/{}.json"
    wheres = [athlete, *map(squad.format, ("days", "change", "weeks", "coverage"))]
    client = club.be("coach")
    drawn = [json.loads(client.get(where).get_data()) for where in wheres]
    assert (
        marked.plain_unmarked("\n".join(said for one in drawn for said in _said(one)), DATA) == []
    )


def _said(drawn: Any, key: str = "") -> Iterator[str]:
    """What a chart says, without what only tells how it is drawn."""
    if isinstance(drawn, dict):
        for name, value in drawn.items():
            yield from _said(value, key if name == "text" and key else name)
    elif isinstance(drawn, list):
        for value in drawn:
            yield from _said(value, key)
    elif isinstance(drawn, str) and key in ("title", "text", "name", "hovertemplate", "ticktext"):
        yield re.sub(r"%\{[^}]*\}|<[^>]*>", " ", drawn)


def test_the_report_on_paper_is_said_in_the_readers_language(
    club: Club, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed: list[str] = []
    on_paper = paper.pdf

    def watched(html: str) -> bytes:
        printed.append(html)
        return on_paper(html)

    monkeypatch.setattr(paper, "pdf", watched)
    where = f"/report/{club.ids['team']}/2026-W46.pdf"
    assert club.be("coach").get(where).mimetype == "application/pdf"
    assert marked.unmarked(printed[0], DATA) == []


KINDS = {"morning", "plan", "tier3", "invitation", "login_link", "login_link_printed"}


def test_every_mail_is_said_in_its_readers_language(club: Club) -> None:
    write(club)
    mails = club.store.rows("SELECT kind, subject, body_text, body_html FROM app.message")
    assert {mail["kind"] for mail in mails} == KINDS
    found = {
        mail["kind"]: said
        for mail in mails
        if (
            said := marked.unmarked(mail["body_html"], DATA)
            + marked.plain_unmarked(mail["subject"] + "\n" + mail["body_text"], DATA)
        )
    }
    assert found == {}


def write(club: Club) -> None:
    """Every kind of mail, to everybody who can get it."""
    store, settings, now = club.store, club.settings, club.now
    for who in ("coach", "physio"):
        mailchoices.switch(store, club.ids[who], ("report",), now, on=True)
    notify.new_plans(store, settings, now)
    notify.morning(store, settings, people.local_today(settings, None, now), now)
    monday = now + timedelta(days=6)
    notify.morning(store, settings, people.local_today(settings, None, monday), monday)
    for row in store.rows("SELECT referral_id FROM app.referral"):
        tier3.tell(store, settings, row["referral_id"], now)
    tier3.tell_second(store, settings, now + timedelta(hours=30))
    for who in ("athlete", "minor"):
        notify.invitation(store, settings, club.ids[who], now)
    coach = people.person(store, club.ids["coach"])
    assert coach is not None
    notify.login_link(store, settings, coach, "https://clubmon.example/signin/x", now)
    notify.login_link_printed(store, settings, coach, now)


SENT: tuple[dict[str, Any], ...] = (
    {},  # nothing answered
    {"left": 5, "left_place": "middle", "right": 0, "yesterday": "trained", "km": "x"},
    {
        "left": 5,
        "left_place": "middle",
        "right": 0,
        "yesterday": "trained",
        "km": "8",
        "minutes": 40,
    },
    {"list__refer": "none", "list__strain": "none"},
    {"q__limits": "none"},
    {"q__after_eccentric": "no"},
    {"q__neural": "toe_touch"},
    {"q__pelvic": "arched"},
    {"q__when": "none"},
)
SIGNS: tuple[dict[str, Any], ...] = (
    {"left": 6, "right": 0, "something": 1},
    {"list__refer": ["calf", "chest"]},
    {"list__strain": ["pop", "limp"]},
)


def test_what_is_said_to_answers_is_in_the_athletes_language(phone: Phone, code: str) -> None:
    known = (*DATA, "Ada Okafor", "Ada", "Dr Meyer")
    found: dict[tuple[int, int], list[str]] = {}
    showing.choose(phone.store, phone.athlete_id, Showing(language=code), phone.now)
    for hours, sent in ((0, SENT), (24, SIGNS)):
        phone.hours = hours
        pages = [phone.open(), *(phone.send(**fields) for fields in sent)]
        said = [marked.unmarked(page.get_data(as_text=True), known) for page in pages]
        found |= {(hours, number): one for number, one in enumerate(said) if one}
    assert found == {}
    assert {row["pattern"] for row in phone.rows("referral")} == {"refer", "strain"}


TEAM = (
    "Player number,Player name,Session name,Type,Phase name,Duration,Start time,HR avg [bpm],"
    "HR max [bpm],Total distance [m]\n"
    "7,Aki Wuori,MD-1,Training,Whole session,01:30:00,13-11-2026 18:00:00,150,185,6000\n"
    "8,Bob,MD-1,Training,Whole session,soon,13-11-2026 18:00:00,150,185,6000\n"
)


@pytest.mark.parametrize("content", [TEAM, "a;b\n1;2\n", "\x00"])
def test_what_became_of_a_teams_file_is_said_in_the_coachs_language(
    club: Club, content: str
) -> None:
    page, file = f"/teams/{club.ids['team']}/files", (io.BytesIO(content.encode()), "team.csv")
    posted = club.post(club.be("coach"), page, page, file=file)
    assert posted.status < 500
    assert marked.unmarked(posted.text, (*DATA, "team.csv", "Bob")) == []


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<p>⟦Hello ⟧Aki⟦, ⟧⟦it is⟧ 12,5 km</p>", []),
        ("<p>⟦Read <b>all</b> of it⟧</p>", []),
        ("<script>let not = 'read'</script><p>⟦a⟧</p>", []),
        ("<p>⟦Hello ⟧Aki⟦, ⟧it is</p>", ["it is"]),
        ('<img alt="A picture"><input placeholder="⟦Name⟧">', ["A picture"]),
        ("<p>⟦You ran ⟧12.5 km</p>", ["12.5"]),
        ("<p>Tuesday</p>", ["Tuesday"]),
    ],
)
def test_what_no_catalog_says_would_be_found(page: str, found: list[str]) -> None:
    assert marked.unmarked(page, DATA) == found
