"""The page where a coach hands in a team's file and says whose names are in it."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from clubmon.arrival import teamfiles
from clubmon.club import consenting
from clubmon.policy import Consent

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.conftest import Club, Posted

HEADER = (
    "Player number,Player name,Session name,Type,Phase name,Duration,Start time,HR avg [bpm],"
    "HR max [bpm],Total distance [m]\n"
)
ROW = "7,{name},MD-1,Training,Whole session,01:30:00,13-11-2026 18:00:00,150,185,{metres}\n"
FILE = re.compile(r'name="file" value="([^"]+)"')
KEY = re.compile(r'name="key" value="([^"]+)"')


def polar(*names: str) -> bytes:
    return (HEADER + "".join(ROW.format(name=name, metres=6000) for name in names)).encode()


def page(club: Club, of: str = "team") -> str:
    return f"/teams/{club.ids[of]}/files"


def hand_in(club: Club, client: FlaskClient, content: bytes, name: str = "team.csv") -> Posted:
    file = (io.BytesIO(content), name)
    return club.post(client, page(club), page(club), file=file)


def place(club: Club, client: FlaskClient, text: str, **chosen: str) -> Posted:
    (token,) = FILE.findall(text)
    where = f"/teams/{club.ids['team']}/names"
    return club.post(client, where, page(club), file=token, **chosen)


def stored(club: Club) -> list[str]:
    rows = club.store.rows(
        "SELECT athlete_id FROM lake.raw.session WHERE source = 'polar_team' ORDER BY 1"
    )
    return [row["athlete_id"] for row in rows]


def test_names_are_asked_once_and_their_rows_stored(club: Club) -> None:
    client = club.be("coach")
    asks = hand_in(club, client, polar("Athlete", "Reserved", "Trialist"))
    assert stored(club) == []
    chosen = club.ids["athlete"]
    assert f'<option value="{chosen}" selected>' in asks.text  # suggested by the name
    done = place(
        club, client, asks.text,
        **{"name-0": "Athlete", "athlete-0": chosen, "name-1": "Reserved", "athlete-1": "later",
           "name-2": "Trialist", "athlete-2": "nobody"},
    )  # fmt: skip
    assert stored(club) == [chosen]
    assert "stored 1 run" in done.text
    assert "no athlete of this team" in done.text
    again = hand_in(club, client, polar("Athlete", "Trialist"))
    assert "Whose names are these?" not in again.text


def test_an_athlete_without_consent_has_nothing_stored(club: Club) -> None:
    who = club.ids["athlete"]
    club.later(minutes=1)
    consenting.record(club.store, who, Consent.LOAD, False, who, "athlete", None, club.now)
    teamfiles.place(club.store, club.ids["team"], {"Athlete": who}, "coach", club.now)
    text = hand_in(club, club.be("coach"), polar("Athlete")).text
    assert "has not agreed to training data being stored" in text
    assert stored(club) == []
    assert not (club.settings.data / "raw" / who).exists()


def test_names_of_another_teams_athletes_are_neither_offered_nor_taken(club: Club) -> None:
    client = club.be("coach")
    asks = hand_in(club, client, polar("Athlete B"))
    assert club.ids["athlete_b"] not in asks.text
    wrong = place(
        club, client, asks.text, **{"name-0": "Athlete B", "athlete-0": club.ids["athlete_b"]}
    )
    assert (wrong.status, stored(club)) == (400, [])


def test_a_waiting_file_is_its_senders_alone_and_is_let_go_after_half_an_hour(club: Club) -> None:
    asks = hand_in(club, club.be("coach"), polar("Athlete"))
    chosen = {"name-0": "Athlete", "athlete-0": club.ids["athlete"]}
    other = place(club, club.be("admin"), asks.text, **chosen)
    assert (other.status, stored(club)) == (400, [])
    assert "hand it in once more" in other.text
    club.now += timedelta(minutes=31)
    late = place(club, club.be("coach"), asks.text, **chosen)
    assert (late.status, stored(club)) == (400, [])


def test_nothing_of_a_file_that_waits_stands_on_disk(club: Club) -> None:
    hand_in(club, club.be("coach"), polar("Marker Unplaced"))
    for each in club.settings.data.rglob("*"):
        assert not each.is_file() or b"Marker Unplaced" not in each.read_bytes()


def test_the_columns_of_an_unknown_table_are_asked_before_its_names(club: Club) -> None:
    client = club.be("coach")
    table = b"Date,Player,Minutes,sRPE\n2026-11-03,Athlete,90,7\n"
    asks = hand_in(club, client, table)
    assert "Which column is what?" in asks.text
    chosen = dict(enumerate(("date:ymd", "athlete", "duration:min", "rpe")))
    fields = {f"column-{place_}": value for place_, value in chosen.items()}
    names = place(club, client, asks.text, key=KEY.findall(asks.text)[0], **fields)
    assert "Whose names are these?" in names.text
    done = place(
        club, client, names.text, **{"name-0": "Athlete", "athlete-0": club.ids["athlete"]}
    )
    assert "stored 1 other session" in done.text


def test_columns_can_be_tried_and_nothing_is_stored_by_that(club: Club) -> None:
    client = club.be("coach")
    table = b"Date,Player,Minutes,Far\n2026-11-03,Athlete,90,6000\nsomeday,Athlete,90,1\n"
    asks = hand_in(club, client, table + b"2026-11-03,Reserved,60,\n")
    fields = {"column-0": "date:ymd", "column-1": "athlete", "column-2": "duration:min",
              "column-3": "distance:m"}  # fmt: skip
    key = KEY.findall(asks.text)[0]
    tried = place(club, client, asks.text, key=key, do="try", **fields)
    assert "2 athletes. Nothing is stored yet." in tried.text
    assert "1 run; 1 row not understood" in tried.text
    assert "6.00" in tried.text
    assert '<option value="distance:m" selected>' in tried.text
    assert stored_all(club) == []
    names = place(club, client, tried.text, key=key, do="store", **fields)
    assert "1 run; 1 row not understood · suggested by the name" in names.text
    assert stored_all(club) == []


def test_columns_on_trial_that_name_no_athlete_come_to_nobody(club: Club) -> None:
    client = club.be("coach")
    asks = hand_in(club, client, b"Date,Player,Minutes\n2026-11-03,Athlete,90\n")
    fields = {f"column-{place_}": "" for place_ in range(3)}
    tried = place(club, client, asks.text, key=KEY.findall(asks.text)[0], do="try", **fields)
    assert tried.status == 200
    assert "0 athletes. Nothing is stored yet." in tried.text


def stored_all(club: Club) -> list[str]:
    return [row["sha256"] for row in club.store.rows("SELECT sha256 FROM lake.raw.payload")]


def test_before_names_are_placed_the_page_says_what_their_rows_hold(club: Club) -> None:
    asks = hand_in(club, club.be("coach"), polar("Athlete", "Trialist"))
    assert asks.text.count("1 run · ") == 2
    assert stored_all(club) == []


def test_names_placed_can_be_placed_anew_without_a_file(club: Club) -> None:
    who, where = club.ids["athlete"], f"/teams/{club.ids['team']}/names"
    teamfiles.place(club.store, club.ids["team"], {"Athlete": who}, "coach", club.now)
    club.later(minutes=1)
    fields = {"name-0": "athlete", "athlete-0": "nobody"}
    posted = club.post(club.be("coach"), where, page(club), **fields)
    assert posted.status == 303
    assert teamfiles.names(club.store, club.ids["team"]) == {"athlete": ""}


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "is empty"), (b"just text", "no header row"), (b"\x00" * 50, "binary data")],
)
def test_what_is_no_teams_file_is_refused_in_a_line(club: Club, content: bytes, words: str) -> None:
    text = hand_in(club, club.be("coach"), content).text
    assert words in text
    assert "Refused: team.csv" in text


def test_no_file_and_no_names_are_said_so(club: Club) -> None:
    client, of = club.be("coach"), page(club)
    assert club.post(client, of, of).status == 400
    assert club.post(client, f"/teams/{club.ids['team']}/names", of).status == 400


def test_a_file_of_many_megabytes_is_taken_and_one_beyond_the_limit_is_not(club: Club) -> None:
    client = club.be("coach")
    rows = polar("Athlete") + b"\n" * 2_000_000
    assert hand_in(club, client, rows).status == 200
    refused = hand_in(club, client, b"x" * (21 * 1024 * 1024))
    assert refused.status == 413
    assert "larger than 20 MB, the most that this page takes; send less at once." in refused.text


def test_who_has_one_team_is_led_to_it_and_who_has_several_chooses(club: Club) -> None:
    assert club.be("coach").get("/teams/files").location == page(club)
    text = club.be("admin").get("/teams/files").get_data(as_text=True)
    assert page(club) in text
    assert page(club, "team_b") in text
