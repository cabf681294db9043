"""Pages are in the language of who reads them, and say which it is."""

from __future__ import annotations

import subprocess
import sys

import pytest
from flask.testing import FlaskClient

from clubmon.club import showing
from clubmon.club.showing import Showing
from clubmon.words import language
from tests.web.conftest import Club

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}


def shown(client: FlaskClient, path: str = "/signin", **headers: str) -> tuple[str, str, str]:
    """`lang` of the page, Content-Language, Vary."""
    got = client.get(path, headers=headers)
    page = got.get_data(as_text=True)
    lang = page.partition('<html lang="')[2].partition('"')[0]
    return lang, got.headers["Content-Language"], got.headers.get("Vary", "")


def test_a_stranger_gets_what_the_browser_asks_for(club: Club) -> None:
    lang, said, vary = shown(club.be(None), **GERMAN)
    assert (lang, said) == ("de", "de")
    assert "Accept-Language" in vary


@pytest.mark.parametrize("asked", ["fr-FR", "", "*", "en-GB,de;q=0.2"])
def test_or_else_the_clubs(club: Club, asked: str) -> None:
    assert shown(club.be(None), **{"Accept-Language": asked})[:2] == ("en", "en")


def test_who_is_signed_in_gets_the_clubs_whatever_the_browser_asks(club: Club) -> None:
    lang, said, vary = shown(club.be("coach"), "/today", **GERMAN)
    assert (lang, said) == ("en", "en")
    assert "Accept-Language" not in vary
    assert "Cookie" in vary


def test_or_their_own_choice(club: Club) -> None:
    showing.choose(club.store, club.ids["coach"], Showing(language="de"), club.now)
    page = club.be("coach").get("/today").get_data(as_text=True)
    assert '<html lang="de">' in page
    assert "Zum Inhalt springen" in page


def test_an_answer_leaves_no_language_behind(club: Club) -> None:
    club.be(None).get("/signin", headers=GERMAN)
    assert language.current() == "en"


PAGES = (
    ("physio", "/referrals", "Offene Überweisungen"),
    ("coach", "/outcomes", "Was aus Plänen wurde"),
    ("coach", "/accounting", "Was aus Meldungen wurde"),
    ("coach", "/rules", "Meldet, wenn eine Woche mehr als 15\u00a0% über der Vorwoche"),
    ("coach", "/rules/{team}/spike-run_m", "Meldet wieder nach sieben ruhigen Tagen."),
    ("coach", "/proposals", "Ein Coach oder Physio teilt jede Übung zu"),
    ("coach", "/exercises", "Belastet die Oberschenkelrückseite"),
    ("coach", "/teams/{team}/files", "Datei aus dem GPS-System"),
    ("admin", "/admin", "Bildschirme und Trikotnummern"),
    ("admin", "/admin/connections", "Verbindungen"),
    ("coach", "/help/files/garmin", "Das ganze Archiv"),
)


def test_the_pages_of_staff_are_in_their_language(club: Club) -> None:
    missing = []
    for who, path, words in PAGES:
        showing.choose(club.store, club.ids[who], Showing(language="de"), club.now)
        page = club.be(who).get(path.format(team=club.ids["team"])).get_data(as_text=True)
        if words not in page:
            missing.append((path, words))
    assert missing == []


def test_what_connectors_said_before_a_restart_is_known_again(club: Club) -> None:
    made = f"""
from pathlib import Path
from clubmon import settings
from clubmon.storage import store
from clubmon.words import sentences
from clubmon.web import create_app
create_app(store.Store(Path({str(club.settings.data / "other")!r})), settings.load())
print(*sentences.templates(), sep="\\n")
"""
    run = subprocess.run([sys.executable, "-c", made], capture_output=True, text=True, check=True)
    assert "Strava did not answer in time; the next sync asks again." in run.stdout
