"""What the connector promises about activities.csv and the bulk export."""

from __future__ import annotations

import gzip
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
from clubmon_files import archive
from clubmon_files.strava_columns import kind_of
from clubmon_files.times import folded

from clubmon.arrival.doubt import doubts
from clubmon.sdk import ConnectorError, Question, Refusal, Session

NOW = datetime(2026, 11, 17, 5, tzinfo=UTC)


def test_metres_and_seconds_are_taken_and_not_the_columns_on_display(strava: Any, one: Any) -> None:
    run = one(strava.csv(strava.row(c31=150, c7=1, c30=171, c43=6)), "activities.csv")
    assert (run.source, run.source_id, run.kind) == ("strava_export", "101", "run")
    assert (run.start_utc, run.timezone) == (datetime(2026, 9, 1, 16, tzinfo=UTC), "UTC")
    assert (run.distance_m, run.moving_s, run.elapsed_s, run.ascent_m) == (5012.5, 1500, 1600, 31.5)
    assert (run.avg_hr, run.max_hr, run.rpe, run.title) == (150, 171, 6, "Evening Run")


def test_headers_that_hold_html_are_read(strava: Any, one: Any) -> None:
    """In 2021 there was no max heart rate on display, and some names came as HTML."""
    header = [name for index, name in enumerate(strava.header) if index != 7]
    for name in ("Type", "Perceived Exertion", "Average Heart Rate"):
        told = f'<span class="translation_missing" title="x: y">{name}</span>'
        header[header.index(name)] = told
    cells = strava.row(c30=171, c31=150, c43=6)
    row = [cell for index, cell in enumerate(cells) if index != 7]
    run = one(strava.csv(row, header=header), "activities.csv")
    assert (run.distance_m, run.max_hr, run.avg_hr, run.rpe) == (5012.5, 171, 150, 6)


def test_a_narrow_space_before_pm_is_read(strava: Any, one: Any) -> None:
    run = one(strava.csv(strava.row(c1="Sep 1, 2026, 4:00:00\u202fPM")), "activities.csv")
    assert run.start_utc.hour == 16


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Run", "run"),
        ("Trail Run", "run"),
        ("Virtual Run", "run"),
        ("Weight Training", "lift"),
        ("Crossfit", "lift"),
        ("Workout", "other"),
        ("Ride", "other"),
        ("Walk", "other"),
    ],
)
def test_activity_types(strava: Any, one: Any, word: str, kind: str) -> None:
    assert one(strava.csv(strava.row(c3=word)), "activities.csv").kind == kind


def test_another_language_is_read_by_the_pattern_of_repeated_names(strava: Any, one: Any) -> None:
    words = {name: f"Wort {index}" for index, name in enumerate(dict.fromkeys(strava.header))}
    header = [words[name] for name in strava.header] + [f"Spalte {n}" for n in range(40)]
    row = strava.row(c1="01.09.2026, 16:00:00", c3="Lauf") + [""] * 40
    run = one(strava.csv(row, header=header), "activities.csv")
    assert (run.kind, run.distance_m, run.start_utc.hour) == ("run", 5012.5, 16)


def test_another_language_of_2021_is_read_too(strava: Any, one: Any) -> None:
    """Without the two columns that came later, everything behind them stands earlier."""
    words = {name: f"Ord {index}" for index, name in enumerate(dict.fromkeys(strava.header))}
    header = [words[name] for name in strava.header] + [f"Kolumn {n}" for n in range(28)]
    row = strava.row(c1="1 sep. 2021 16:00:00", c3="Löpning", c31=150, c30=171, c43=6)
    row += [""] * 28
    for cells in (header, row):
        del cells[10], cells[7]
    run = one(strava.csv(row, header=header), "activities.csv")
    assert (run.kind, run.distance_m, run.moving_s, run.elapsed_s) == ("run", 5012.5, 1500, 1600)
    assert (run.ascent_m, run.avg_hr, run.max_hr, run.rpe) == (31.5, 150, 171, 6)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Lauf", "run"),
        ("Skilanglauf", "other"),
        ("Course à pied", "run"),
        ("Carrera de montaña", "run"),
        ("Corrida", "run"),
        ("Hardloopsessie", "run"),
        ("Løb", "run"),
        ("Bieg przełajowy", "run"),
        ("バーチャルラン", "run"),
        ("Krafttraining", "lift"),
        ("Entraînement aux poids et haltères", "lift"),
        ("Trening siłowy", "lift"),
        ("Radfahrt", "other"),
    ],
)
def test_activity_types_in_the_account_s_language(word: str, kind: str) -> None:
    assert kind_of(folded(word)) == kind


def test_an_unknown_layout_is_asked_and_not_guessed(strava: Any, read: Any) -> None:
    header = [f"Wort {index}" for index in range(52)]
    (asked,) = read(strava.csv(strava.row(), header=header), "activities.csv")
    assert isinstance(asked, Question)


def test_a_lone_distance_without_a_unit_is_left_out(strava: Any, one: Any) -> None:
    header = ["Activity ID", "Activity Date", "Activity Name", "Activity Type", "Elapsed Time"]
    row = ["7", "Sep 1, 2018, 4:00:00 PM", "Run", "Run", "1600", "5.01"]
    run = one(strava.csv(row, header=[*header, "Distance"]), "activities.csv")
    assert (run.distance_m, run.elapsed_s) == (None, 1600)
    assert "unit" in run.warnings[0]


def test_a_total_of_weight_without_sets_is_said(strava: Any, one: Any) -> None:
    lift = one(strava.csv(strava.row(c3="Weight Training", c51="3200.0")), "activities.csv")
    assert lift.sets == ()
    assert "3200 kg" in lift.warnings[0]


def test_bad_rows_are_named_and_good_rows_kept(strava: Any, read: Any) -> None:
    rows = [
        strava.row(c0=1),
        strava.row(c0=2, c1="foo"),
        strava.row(c0="x"),
        strava.row(c0=4, c17="far"),
        strava.row(c0=5)[:9],
        [*strava.row(c0=6), "surplus"],
        strava.row(c0=7),
    ]
    found = read(strava.csv(*rows), "activities.csv")
    assert [item.source_id for item in found if isinstance(item, Session)] == ["1", "7"]
    lines = [str(item) for item in found if isinstance(item, Refusal)]
    assert lines[0] == (
        "activities.csv row 3: 'Activity Date' reads 'foo', which is no date; "
        "correct it or leave the row out."
    )
    assert [line.split(":")[0].split()[-1] for line in lines] == ["3", "4", "5", "6", "7"]


def test_an_odd_value_that_a_row_can_do_without_costs_only_itself(strava: Any, one: Any) -> None:
    run = one(strava.csv(strava.row(c21="-34.3")), "activities.csv")
    assert (run.descent_m, run.distance_m) == (None, 5012.5)
    assert run.warnings == (
        "'Elevation Loss' reads '-34.3' in row 2, which is no possible value: it is left out; "
        "correct it in the app and export again.",
    )


@pytest.mark.parametrize(
    ("column", "text", "name"),
    [
        ("c43", "88", "'Perceived Exertion' reads '88' in row 2"),
        ("c31", "300", "'Average Heart Rate' reads '300' in row 2"),
        ("c30", "1e4", "'Max Heart Rate' reads '10000' in row 2"),
        ("c20", "99999", "'Elevation Gain' reads '99999' in row 2"),
    ],
)
def test_a_number_beyond_its_bounds_is_left_out_and_said(
    strava: Any, one: Any, column: str, text: str, name: str
) -> None:
    (sentence,) = one(strava.csv(strava.row(**{column: text})), "activities.csv").warnings
    assert sentence.startswith(name)


def test_nothing_is_said_of_what_was_not_entered(strava: Any, one: Any) -> None:
    run = one(strava.csv(strava.row(c43="0.0", c31="0", c30="", c20="0")), "activities.csv")
    assert (run.rpe, run.avg_hr, run.max_hr, run.ascent_m) == (None, None, None, 0)
    assert run.warnings == ()


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"c15": "900000000", "c16": ""}, "250000 h 00 min is over 8 h"),
        ({"c15": "900000000"}, "250000 h 00 min from start to stop is over 7 days"),
        ({"c3": "Ride", "c17": "60000000"}, "60000 km is over 1000 km"),
    ],
)
def test_an_absurd_duration_or_distance_is_kept_and_doubted(
    strava: Any, one: Any, cells: dict[str, str], words: str
) -> None:
    found = doubts(one(strava.csv(strava.row(**cells)), "activities.csv"), NOW)
    assert any(words in sentence for sentence in found)


def test_a_number_that_no_sum_could_bear_is_a_line(strava: Any, refused: Any) -> None:
    line = refused(strava.csv(strava.row(c15="9e99")), "activities.csv")
    assert line.startswith("activities.csv row 2: 'Elapsed Time' reads '9e99'")


def export(strava: Any, **members: bytes) -> Any:
    rows = [
        strava.row(c0=1, c12="activities/9.fit.gz"),
        strava.row(c0=2, c12="activities/8.gpx"),
        strava.row(c0=3, c12="activities/gone.fit"),
    ]
    return {"activities.csv": strava.csv(*rows), **members}


def test_the_archive_joins_each_row_with_its_recording(strava: Any, fit: Any, read: Any) -> None:
    data = fit.file(
        fit.head(), fit.track(), fit.summary(avg_heart_rate=150, total_ascent=99), fit.end()
    )
    members = export(strava) | {"activities/9.fit.gz": gzip.compress(data), "media/a.jpg": b"x"}
    joined, gpx, gone = read(strava.zip(members), "export.zip")
    assert (joined.source, joined.source_id) == ("strava_export", "1")
    assert joined.start_local == datetime(2026, 9, 1, 18)  # noqa: DTZ001
    assert (joined.timezone, len(joined.samples.t_s)) == ("+02:00", 60)
    assert (joined.distance_m, joined.ascent_m) == (5012.5, 31.5)  # the row wins
    assert joined.avg_hr == 150  # the recording fills in
    assert gpx.samples is None
    assert "8.gpx" in gpx.warnings[0]
    assert "gone.fit" in gone.warnings[0]
    assert "request the export again" in gone.warnings[0]


@pytest.mark.parametrize("kind", ["tcx", "gpx", "tcx.gz", "gpx.gz"])
def test_tcx_and_gpx_in_the_archive_add_what_the_row_lacks(
    strava: Any, xml: Any, read: Any, kind: str
) -> None:
    data = (
        xml.tcx(xml.lap(xml.points(60)))
        if "tcx" in kind
        else xml.gpx(xml.segment(60, extension="<extensions><x:hr>{}</x:hr></extensions>"))
    )
    data = b"          " + data if "tcx" in kind else data  # as Strava writes it
    name = f"activities/8.{kind}"
    members = {
        "activities.csv": strava.csv(strava.row(c0=5, c12=name)),
        name: gzip.compress(data) if kind.endswith("gz") else data,
    }
    (run,) = read(strava.zip(members), "export.zip")
    assert (run.source, run.source_id, run.kind, run.distance_m) == (
        "strava_export", "5", "run", 5012.5,
    )  # fmt: skip
    assert (run.avg_hr, len(run.samples.t_s), run.warnings) == (141, 60, ())


def test_the_archive_may_hold_everything_in_a_folder(strava: Any, fit: Any, read: Any) -> None:
    members = {"export 1/" + name: data for name, data in export(strava).items()}
    members["export 1/activities/9.fit.gz"] = gzip.compress(fit.run())
    assert read(strava.zip(members), "export.zip")[0].samples is not None


def test_of_a_multisport_recording_the_part_of_the_row_is_taken(
    strava: Any, fit: Any, read: Any
) -> None:
    data = fit.file(
        fit.head(),
        fit.track(4_000),
        fit.summary(-3_600, 3_600, sport=2),
        fit.summary(0, 60, sport=1),
    )
    members = {
        "activities.csv": strava.csv(strava.row(c12="activities/9.fit")),
        "activities/9.fit": data,
    }
    (run,) = read(strava.zip(members), "export.zip")
    assert len(run.samples.t_s) == 61


def test_a_damaged_recording_costs_only_what_it_adds(strava: Any, read: Any) -> None:
    members = export(strava) | {"activities/9.fit.gz": gzip.compress(b"no fit at all")}
    found = read(strava.zip(members), "export.zip")
    assert [item.source_id for item in found if isinstance(item, Session)] == ["1", "2", "3"]
    (line,) = [str(item) for item in found if isinstance(item, Refusal)]
    assert line.startswith("export.zip!activities/9.fit.gz: is no FIT file")


def test_a_zip_of_recordings_alone_is_read(strava: Any, fit: Any, read: Any) -> None:
    found = read(strava.zip({"1.fit": fit.run(), "notes.txt": b"hello"}), "garmin.zip")
    assert [item.source for item in found] == ["fit"]


@pytest.mark.parametrize("name", ["../evil.fit", "/etc/evil.fit", "a/../../evil.fit", "C:\\e.fit"])
def test_a_member_outside_the_archive_is_refused_alone(
    strava: Any, fit: Any, read: Any, name: str
) -> None:
    members = export(strava) | {name: fit.run()}
    found = read(strava.zip(members), "export.zip")
    lines = [str(item) for item in found if isinstance(item, Refusal)]
    assert len(lines) == 1
    assert "outside the archive" in lines[0]
    assert len(found) == 4


def test_a_bomb_is_refused_without_being_inflated(strava: Any, read: Any) -> None:
    bomb = "activities/9.fit.gz"
    data = bytearray(strava.zip(export(strava) | {bomb: bytes(60_000_000)}))
    content = data.index(bomb.encode()) + len(bomb)
    data[content : content + 50] = b"\xff" * 50  # inflating would now fail in another way
    found = read(bytes(data), "export.zip")
    lines = [str(item) for item in found if isinstance(item, Refusal)]
    assert len(lines) == 1
    assert "would inflate to 60 MB" in lines[0]
    assert len(found) == 4
    # it is in the archive: the row does not say otherwise
    assert next(item.warnings for item in found if isinstance(item, Session)) == ()


def test_a_bomb_in_gzip_is_refused(refused: Any) -> None:
    assert "larger than 64 MB" in refused(gzip.compress(bytes(70_000_000)), "run.fit.gz")


def test_an_archive_in_the_archive_is_not_opened(strava: Any, refused: Any) -> None:
    inner = strava.zip({"a.txt": b"a"})
    assert "archive inside the archive" in refused(strava.zip({"inner.zip": inner}), "export.zip")


def test_more_than_any_export_holds_is_not_opened() -> None:
    huge = zipfile.ZipInfo("a.fit")
    huge.file_size = archive.MOST_BYTES
    with pytest.raises(ConnectorError, match="16 GB"):
        archive.total(iter([huge, huge]))


def test_a_password_is_named(strava: Any, refused: Any) -> None:
    data = bytearray(strava.zip({"activities.csv": b"x"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "password" in refused(bytes(data), "export.zip")


def test_an_archive_that_holds_nothing_of_ours_says_what_to_do(strava: Any, refused: Any) -> None:
    assert "upload the export" in refused(strava.zip({"a.txt": b"a"}), "export.zip")


def test_half_a_zip_is_refused(strava: Any, refused: Any) -> None:
    data = strava.zip(export(strava))
    assert "damaged ZIP" in refused(data[: len(data) // 2], "export.zip")
