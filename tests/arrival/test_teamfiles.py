"""A team's file: each player's rows go to that athlete, nobody else's, and to nobody unasked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from clubmon import commands, jobs
from clubmon.arrival import ingest, teamfiles
from clubmon.club import consenting, enrolling
from clubmon.policy import Consent, Role
from clubmon.settings import Settings
from clubmon.storage.store import Store

HEADER = (
    "Player number,Player name,Session name,Type,Phase name,Duration,Start time,HR avg [bpm],"
    "HR max [bpm],Total distance [m],Distance in Speed zone 4 [m] (19.80 - 25.19 km/h),"
    "Distance in Speed zone 5 [m] (25.20- km/h)\n"
)
ROW = "7,{name},MD-1,Training,Whole session,01:30:00,13-11-2026 18:00:00,150,185,{metres},300,120\n"


class Team:
    """A team of three, the third without consent."""

    def __init__(self, store: Store, settings: Settings, now: datetime) -> None:
        self.store, self.settings, self.now = store, settings, now
        self.id = enrolling.add_team(store, "U23", now)
        self.ids = {name: self._add(name) for name in ("Ana Pérez", "Bea Roth", "Cy No")}
        for name in ("Ana Pérez", "Bea Roth"):
            self.consent(name, True)

    def _add(self, name: str) -> str:
        email = f"{teamfiles.key_of(name).replace(' ', '.')}@example.org"
        who = enrolling.add_person(self.store, name, email, self.now, born=date(2000, 1, 1))
        enrolling.add_role(self.store, who, Role.ATHLETE, self.id, self.now)
        return who

    def consent(self, name: str, given: bool) -> None:
        who = self.ids[name]
        consenting.record(self.store, who, Consent.LOAD, given, who, "athlete", None, self.now)

    def place(self, names: dict[str, str]) -> None:
        wanted = {name: self.ids.get(whose, whose) for name, whose in names.items()}
        teamfiles.place(self.store, self.id, wanted, "coach", self.now)

    def hand_in(self, path: Path) -> dict[str, str]:
        read = teamfiles.import_file(self.store, self.settings, self.id, path, path.name, self.now)
        return {one.name: one.state for one in read.players}

    def metres(self) -> dict[str, int]:
        rows = self.store.rows("SELECT athlete_id, distance_m FROM lake.raw.session")
        of = {id_: name for name, id_ in self.ids.items()}
        return {of[row["athlete_id"]]: row["distance_m"] for row in rows}


@pytest.fixture
def team(store: Store, settings: Settings, now: datetime) -> Team:
    return Team(store, settings, now)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "team.csv"
    players = {"Perez, Ana": 6100, "B. Roth": 5000, "Cy No": 4000, "Team": 15100}
    file.write_text(HEADER + "".join(
        ROW.format(name=f'"{name}"', metres=metres) for name, metres in players.items()
    ))  # fmt: skip
    return file


PLACED = {"Perez, Ana": "Ana Pérez", "B. Roth": "Bea Roth", "Cy No": "Cy No", "Team": ""}


def test_nothing_is_stored_of_a_name_that_nobody_has_placed(team: Team, path: Path) -> None:
    assert set(team.hand_in(path).values()) == {"unplaced"}
    assert team.metres() == {}
    assert not (team.settings.data / "raw").exists()


def test_placed_names_are_stored_each_for_its_own_athlete(team: Team, path: Path) -> None:
    team.place(PLACED)
    assert team.hand_in(path) == {
        "Perez, Ana": "stored", "B. Roth": "stored", "Cy No": "no_consent", "Team": "nobody",
    }  # fmt: skip
    assert team.metres() == {"Ana Pérez": 6100, "Bea Roth": 5000}


def test_each_raw_store_holds_its_own_athletes_rows_alone(team: Team, path: Path) -> None:
    team.place(PLACED)
    team.hand_in(path)
    raw = team.settings.data / "raw"
    kept = {each.name: b"".join(f.read_bytes() for f in each.iterdir()) for each in raw.iterdir()}
    assert set(kept) == {team.ids["Ana Pérez"], team.ids["Bea Roth"]}
    assert b"Roth" not in kept[team.ids["Ana Pérez"]]
    assert b"Perez" not in kept[team.ids["Bea Roth"]]
    assert not any(b"Cy No" in content for content in kept.values())


def test_a_second_time_changes_nothing_and_a_rebuild_from_raw_gives_the_same(
    team: Team, path: Path
) -> None:
    team.place(PLACED)
    team.hand_in(path)
    before = team.store.rows("SELECT * FROM lake.raw.session ORDER BY session_id")
    team.now += timedelta(days=1)
    team.hand_in(path)
    jobs.rebuild(team.store, team.settings, team.now, from_raw=True)
    after = team.store.rows("SELECT * FROM lake.raw.session ORDER BY session_id")
    assert after == before


def test_high_speed_metres_of_zones_reach_the_days(team: Team, path: Path) -> None:
    team.place(PLACED)
    team.hand_in(path)
    jobs.rebuild(team.store, team.settings, team.now, from_raw=False)
    rows = team.store.rows(
        "SELECT load FROM lake.marts.daily_load WHERE channel = 'fast_m' AND athlete_id = ?",
        [team.ids["Ana Pérez"]],
    )
    assert [row["load"] for row in rows if row["load"] is not None] == [420]


def test_consent_given_later_lets_the_next_hand_in_store(team: Team, path: Path) -> None:
    team.place(PLACED)
    team.hand_in(path)
    team.now += timedelta(minutes=1)
    team.consent("Cy No", True)
    assert team.hand_in(path)["Cy No"] == "stored"
    assert team.metres()["Cy No"] == 4000


def test_a_name_is_placed_for_one_team_and_can_be_placed_anew(team: Team, path: Path) -> None:
    team.place({"B. Roth": "Ana Pérez", "b.  ROTH": "Ana Pérez"})
    team.now += timedelta(minutes=1)
    team.place({"B. Roth": "Bea Roth"})
    assert teamfiles.names(team.store, team.id)["b. roth"] == team.ids["Bea Roth"]
    other = enrolling.add_team(team.store, "U19", team.now)
    assert teamfiles.names(team.store, other) == {}


def test_a_name_cannot_be_placed_on_somebody_outside_the_team(team: Team, now: datetime) -> None:
    stranger = enrolling.add_person(team.store, "Di", "di@example.org", now, born=date(2000, 1, 1))
    with pytest.raises(teamfiles.NotPlaced, match="'Di' cannot be placed"):
        team.place({"Di": stranger, "Team": ""})
    assert teamfiles.names(team.store, team.id) == {}


@pytest.mark.parametrize(
    ("name", "whose"),
    [("Perez, Ana", "Ana Pérez"), ("ANA PEREZ", "Ana Pérez"), ("Bea  Rohth", "Bea Roth"),
     ("Player 01", ""), ("A", "")],
)  # fmt: skip
def test_alike_names_are_suggested_and_others_are_not(team: Team, name: str, whose: str) -> None:
    members = teamfiles.of(team.store, team.id)
    assert teamfiles.suggestion(name, members) == team.ids.get(whose, "")


def test_nobody_is_suggested_twice(team: Team) -> None:
    members = teamfiles.of(team.store, team.id)
    found = teamfiles.suggestions(["Ana Perez", "Anna Perez"], members)
    assert list(found.values()) == [team.ids["Ana Pérez"], ""]


def test_an_unknown_tables_columns_are_told_once_and_travel_with_each_share(
    team: Team, tmp_path: Path
) -> None:
    path = tmp_path / "diary.csv"
    path.write_text("Date,Player,Minutes,sRPE\n2026-11-03,Ana,90,7\n2026-11-03,Bea,60,6\n")
    (question,) = teamfiles.questions(team.store, team.id, path, path.name)
    answer = "date:ymd,athlete,duration:min,rpe"
    teamfiles.name_columns(team.store, team.id, question, answer, "coach", team.now)
    team.place({"Ana": "Ana Pérez", "Bea": "Bea Roth"})
    assert team.hand_in(path) == {"Ana": "stored", "Bea": "stored"}
    rpe = "SELECT rpe_tenths FROM lake.raw.session ORDER BY 1"
    assert [row["rpe_tenths"] for row in team.store.rows(rpe)] == [60, 70]
    jobs.rebuild(team.store, team.settings, team.now, from_raw=True)
    assert [row["rpe_tenths"] for row in team.store.rows(rpe)] == [60, 70]


def run(team: Team, path: Path, *players: str) -> commands.Outcome:
    arguments = {"team": "u23", "players": "\n".join(players)}
    call = commands.Call(team.store, team.settings, team.now, arguments, [(path, path.name)])
    return commands.run("import-team", call)


def test_the_command_line_asks_for_names_and_takes_them(team: Team, path: Path) -> None:
    asks = run(team, path)
    assert asks.code == 1
    assert asks.out[0] == "team.csv: Perez, Ana: nothing stored, the name is not placed yet"
    line = next(line for line in asks.err if "'Perez, Ana'" in line)
    ana = team.ids["Ana Pérez"]
    assert line.startswith("Question: team.csv: who is 'Perez, Ana' (perhaps Ana Pérez)? See http")
    assert line.endswith(f"--player 'Perez, Ana={ana}'.")
    done = run(team, path, f"Perez, Ana={ana}", "Team=", "Cy No=", "B. Roth=")
    assert done.out == [
        "team.csv: Perez, Ana: stored 1 run",
        "team.csv: B. Roth: nothing stored, no athlete of this team",
        "team.csv: Cy No: nothing stored, no athlete of this team",
        "team.csv: Team: nothing stored, no athlete of this team",
    ]
    assert (done.err, done.code) == ([], 0)
    wrong = run(team, path, "Team=nobody-at-all")
    assert (wrong.code, len(wrong.err)) == (1, 1)


@pytest.mark.parametrize("content", [b"", b"no table", b"PK\x03\x04 damaged", b"a,b\n1,2\n"])
def test_what_is_no_teams_file_is_refused_in_a_line(
    team: Team, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    read = teamfiles.import_file(team.store, team.settings, team.id, path, path.name, team.now)
    assert (len(read.refusals), read.players) == (1, ())


def test_a_team_members_own_file_counts_beside_the_teams(team: Team, path: Path) -> None:
    """The athlete's own rows, exported alone, are the same bytes as the share: stored once."""
    team.place(PLACED)
    team.hand_in(path)
    ana = team.ids["Ana Pérez"]
    (note,) = (n for n in ingest.notes(team.settings.data)[0] if n.athlete_id == ana)
    own = ingest.raw_path(team.settings.data, ana, note.sha256)
    again = ingest.store_file(team.store, team.settings, ana, own, "mine.csv", team.now)
    assert again.known
