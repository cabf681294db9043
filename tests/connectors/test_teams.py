"""Files of a whole team: a row per player and phase, nothing counted twice, nobody's rows mixed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from clubmon_files import Files, times

from clubmon.load.samples import fast_of
from clubmon.sdk import Question, Refusal, Session, Share
from tests.connectors.conftest import Items, Read

POLAR = (
    "Player number,Player name,Session name,Type,Phase name,Duration,Start time,End time,"
    "HR min [bpm],HR avg [bpm],HR max [bpm],Total distance [m],Maximum speed [km/h],Sprints,"
    "Distance in Speed zone 3 [m] (14.00 - 19.79 km/h),"
    "Distance in Speed zone 4 [m] (19.80 - 25.19 km/h),"
    "Distance in Speed zone 5 [m] (25.20- km/h),Calories [kcal],Training load score\n"
)
WHOLE = (
    "{n},{player},MD-1,Training,{phase},01:30:00,13-11-2026 18:00:00,13-11-2026 19:30:00,"
    "80,{hr},185,{metres},29.1,4,900,{fast},120,800,150\n"
)
CATAPULT = (
    "Date:,03/05/2026,,\nStart Time:,14:48:14,,\nUnix Start Time:,1777819694,,\n"
    "Athletes:,Ana P.,,\n,,,\n"
    "Player Name,Period Name,Period Number,Velocity Band 5 Total Distance,Total Distance,"
    "Total Duration,Maximum Heart Rate,Total Player Load\n"
)
STATS = (
    "Session Date,Session Title,Player Name,High Speed Running (Absolute),Max Speed,Total Time,"
    "Total Distance\n"
)


def polar(*rows: Mapping[str, object]) -> str:
    usual = {"n": 7, "player": "Ana Pérez", "phase": "Whole session", "hr": 150}
    return POLAR + "".join(
        WHOLE.format(**{**usual, "metres": 6100, "fast": 310, **row}) for row in rows
    )


def sessions(found: Items) -> list[Session]:
    assert not [one for one in found if isinstance(one, Refusal)], found
    return [one for one in found if isinstance(one, Session)]


def shares(folder: Path, text: str, answers: Mapping[str, str] | None = None) -> list[object]:
    path = folder / "team.csv"
    path.write_text(text, encoding="utf-8")
    return list(Files().shares(path, "team.csv", answers or {}))


def test_the_whole_session_counts_and_its_phases_do_not(read: Read) -> None:
    halves = [{"phase": f"Half {n}", "metres": 3050, "fast": 155} for n in (1, 2)]
    for rows in ([{}, *halves], [*halves, {}]):
        (one,) = sessions(read(polar(*rows).encode(), "team.csv"))
        assert (one.distance_m, one.elapsed_s, one.avg_hr, one.max_hr) == (6100.0, 5400, 150, 185)
    assert one.start_local == datetime(2026, 11, 13, 18)  # noqa: DTZ001 wall clock
    assert (one.kind, one.source, one.title) == ("run", "polar_team", "MD-1")


def test_phases_are_added_up_where_no_row_tells_the_whole_and_it_is_said(read: Read) -> None:
    phases = [
        {"phase": "Half 1", "metres": 3000, "fast": 150, "hr": 140},
        {"phase": "Half 2", "metres": 3100, "fast": 160, "hr": 160},
    ]
    (one,) = sessions(read(polar(*phases).encode(), "team.csv"))
    assert (one.distance_m, one.elapsed_s, one.avg_hr) == (6100.0, 10800, 150)
    assert [zone.distance_m for zone in one.speed_zones] == [1800, 310, 240]
    assert any("phases are added up" in warning for warning in one.warnings)


def test_zone_limits_in_column_names_make_high_speed_metres(read: Read) -> None:
    (one,) = sessions(read(polar({}).encode(), "team.csv"))
    fast = fast_of(one.speed_zones)
    assert fast is not None
    assert fast[15] == 3100  # 5.5 m/s is 19.8 km/h
    assert fast[30] == 1200  # 7.0 m/s is 25.2 km/h
    assert [place for place, band in enumerate(fast) if band is not None] == [15, 30]


def test_two_sessions_of_a_day_with_one_name_stay_two(read: Read) -> None:
    text = polar({}) + WHOLE.format(
        n=7, player="Ana Pérez", phase="Whole session", hr=150, metres=5000, fast=1
    ).replace("18:00:00", "10:00:00")
    assert len(sessions(read(text.encode(), "team.csv"))) == 2


def test_a_second_row_of_the_same_session_with_other_numbers_is_named(read: Read) -> None:
    row = "18/02/2022,MD-0,Player 01,139,7.7,0:30:00,{}\n"
    for metres, named in ((900, 1), (4778, 0)):
        text = STATS + row.format(4778) + row.format(metres)
        (one,) = sessions(read(text.encode(), "stats.csv"))
        assert one.distance_m == 4778.0
        assert sum("Row 3 tells of it once more" in warning for warning in one.warnings) == named


def test_a_gym_session_of_a_team_is_a_lift_and_one_without_metres_no_run(read: Read) -> None:
    text = polar({"metres": 0, "fast": 0})
    (one,) = sessions(read(text.encode(), "team.csv"))
    assert one.kind == "other"
    (gym,) = sessions(read(text.replace("Training,", "Gym,").encode(), "team.csv"))
    assert gym.kind == "lift"


def test_catapult_takes_day_and_start_from_the_lines_above_the_header(read: Read) -> None:
    rows = (
        "Ana P.,Session,0,889.8,10500,01:35:00,191,620\nAna P.,1st half,1,500,5200,00:47:00,,310\n"
    )
    (one,) = sessions(read((CATAPULT + rows).encode(), "ctr.csv"))
    assert one.start_local == datetime(2026, 5, 3, 14, 48, 14)  # noqa: DTZ001 wall clock
    assert one.start_utc == datetime(2026, 5, 3, 14, 48, 14, tzinfo=UTC)
    assert (one.distance_m, one.elapsed_s, one.max_hr) == (10500.0, 5700, 191)
    assert one.speed_zones == ()  # the bands' limits are nowhere in the file


@pytest.mark.parametrize(("length", "seconds"), [("95", 5700), ("5700", 5700), ("95.5", 5730)])
def test_a_duration_that_is_a_number_is_minutes_or_seconds_by_the_distance(
    read: Read, length: str, seconds: float
) -> None:
    rows = f"Ana P.,Session,0,889.8,10500,{length},191,620\n"
    (one,) = sessions(read((CATAPULT + rows).encode(), "ctr.csv"))
    assert one.elapsed_s == seconds


def test_statsports_reads_day_first_and_leaves_out_high_speed_without_a_limit(read: Read) -> None:
    text = STATS + "18/02/2022,M1 MD-0,Player 01,139,7.71,0:48:59,4778\n"
    (one,) = sessions(read(text.encode(), "stats.csv"))
    assert one.start_local == datetime(2022, 2, 18, 12)  # noqa: DTZ001 wall clock
    assert (one.distance_m, one.elapsed_s, one.title) == (4778.0, 2939, "M1 MD-0")
    assert one.speed_zones == ()
    assert "noon is taken" in one.warnings[0]
    assert not one.time_known


def test_statsports_drills_do_not_count_beside_the_entire_session(read: Read) -> None:
    header = STATS.replace("Player Name,", "Player Name,Drill Title,")
    rows = "".join(
        f"18/02/2022,MD-0,Player 01,{drill},139,7.7,0:30:00,{metres}\n"
        for drill, metres in (("Warm Up", 1000), ("Entire Session", 4778), ("Rondo", 900))
    )
    (one,) = sessions(read((header + rows).encode(), "stats.csv"))
    assert one.distance_m == 4778.0


def test_a_file_of_several_players_is_nobodys_own(read: Read) -> None:
    found = read(polar({}, {"player": "Bea Roth"}).encode(), "team.csv")
    (line,) = map(str, found)
    assert "holds rows of 2 people; a coach hands it in" in line


def test_each_share_holds_one_players_rows_and_reads_like_a_file(
    tmp_path: Path, read: Read
) -> None:
    text = polar({}, {"phase": "Half 1"}, {"player": "Bea Roth", "metres": 5000})
    found = [one for one in shares(tmp_path, text) if isinstance(one, Share)]
    assert [one.player for one in found] == ["Ana Pérez", "Bea Roth"]
    for one, metres, other in zip(found, (6100.0, 5000.0), ("Bea", "Ana"), strict=True):
        (session,) = sessions(read(one.document.content, one.document.name))
        assert session.distance_m == metres
        assert other.encode() not in one.document.content


def test_a_line_above_the_header_that_names_a_player_is_left_out_of_shares(
    tmp_path: Path, read: Read
) -> None:
    rows = "Ana P.,Session,0,1,10500,01:35:00,,1\nBea R.,Session,0,1,9000,01:35:00,,1\n"
    first, second = (one for one in shares(tmp_path, CATAPULT + rows) if isinstance(one, Share))
    assert b"Ana" not in second.document.content
    assert b"03/05/2026" in second.document.content
    (one,) = sessions(read(first.document.content, "ctr.csv"))
    assert one.start_utc is not None


def test_the_same_rows_make_the_same_share_whoever_else_is_in_the_file(tmp_path: Path) -> None:
    alone = shares(tmp_path, polar({}))
    beside = shares(tmp_path, polar({"player": "Bea Roth"}, {}))
    assert alone[0] == beside[1]


def test_an_unknown_table_is_shared_out_by_its_named_columns(tmp_path: Path, read: Read) -> None:
    text = "Date,Player,Minutes,sRPE\n2026-11-03,Ana,90,7\n2026-11-03,Bea,90,6\n"
    (question,) = shares(tmp_path, text)
    assert isinstance(question, Question)
    answers = {question.key: "date:ymd,athlete,duration:min,rpe"}
    first, second = shares(tmp_path, text, answers)
    assert isinstance(first, Share)
    assert isinstance(second, Share)
    assert (first.player, second.player) == ("Ana", "Bea")
    (one,) = read(second.document.content, "x.csv", answers)
    assert isinstance(one, Session)
    assert one.rpe == 6.0


def test_a_file_without_names_is_no_teams_file(tmp_path: Path) -> None:
    text = "title,start_time,exercise_title,set_index\nA,1 Nov 2026 18:00,Squat,0\n"
    (line,) = shares(tmp_path, text)
    assert "has no column of players' names" in str(line)


def test_bad_rows_are_named_and_good_ones_kept(read: Read) -> None:
    text = polar({}) + polar({"metres": "many"}).removeprefix(POLAR).replace("13-11", "14-11")
    found = read(text.encode(), "team.csv")
    assert len([one for one in found if isinstance(one, Session)]) == 1
    (line,) = (str(one) for one in found if isinstance(one, Refusal))
    assert line.startswith("team.csv row 3: 'total distance [m]' reads 'many'")


def folds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, players: int) -> int:
    """How often text is folded while a file of so many players is shared out."""
    rows = "".join(f"Player {n},Session,0,1,10500,01:35:00,,1\n" for n in range(players))
    count, folded = [0], times.folded

    def counted(text: str) -> str:
        count[0] += 1
        return folded(text)

    with monkeypatch.context() as patch:
        patch.setattr(times, "folded", counted)
        assert len(shares(tmp_path, CATAPULT + rows)) == players
    return count[0]


def test_twice_the_players_are_twice_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = folds(monkeypatch, tmp_path, 30)
    assert folds(monkeypatch, tmp_path, 60) <= 2.1 * few


@pytest.mark.parametrize("rows", ["", ",Session,0,1,10500,01:35:00,191,620\n"])
def test_a_team_file_without_a_player_says_so(tmp_path: Path, rows: str) -> None:
    (line,) = shares(tmp_path, CATAPULT + rows)
    assert str(line) == "team.csv: holds a header but no row of a player; export it again."
