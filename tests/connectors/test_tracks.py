"""What the connector promises about TCX and GPX."""

from __future__ import annotations

import gzip
import math
import random
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from clubmon_files import gpx, heights, track, tracksession, xmlwalk
from hypothesis import given
from hypothesis import strategies as st

from clubmon.sdk import Refusal, Session

START = datetime(2026, 9, 1, 16, tzinfo=UTC)


def test_a_tcx_run_has_its_laps_totals_and_no_positions(xml: Any, one: Any) -> None:
    data = xml.tcx(
        xml.lap(xml.points(60)),
        xml.lap(
            xml.points(30, at=60),
            at=60,
            totals="<TotalTimeSeconds>30</TotalTimeSeconds><DistanceMeters>91.5</DistanceMeters>"
            "<AverageHeartRateBpm><Value>150</Value></AverageHeartRateBpm>"
            "<MaximumHeartRateBpm><Value>160</Value></MaximumHeartRateBpm>",
        ),
    )
    run = one(data, "run.tcx")
    assert (run.source, run.kind, run.sport, run.start_utc) == ("tcx", "run", "Running", START)
    assert (run.distance_m, run.moving_s, run.elapsed_s) == (271.5, 90, 90)
    assert (run.avg_hr, run.max_hr) == (144, 160)  # 141 for 60 s, 150 for 30 s
    assert (run.ascent_m, run.descent_m) == (0, 0)
    assert run.samples.t_s == list(range(90))
    assert run.samples.distance_m[-1] == 267
    assert run.samples.hr[:3] == [140, 141, 142]
    assert (run.start_local, run.timezone, run.warnings) == (None, None, ())
    assert "8.1234" not in repr(run)


def test_a_gpx_run_has_the_totals_of_its_points(xml: Any, one: Any) -> None:
    run = one(xml.gpx(xml.segment(101)), "run.gpx")
    assert (run.source, run.kind, run.title, run.start_utc) == ("gpx", "run", "Evening", START)
    assert run.distance_m == pytest.approx(300, abs=0.01)
    assert (run.moving_s, run.elapsed_s, run.ascent_m) == (100, 100, 0)
    assert run.samples.speed_mps[50] == pytest.approx(3, abs=0.001)
    assert (run.avg_hr, run.warnings) == (None, ())
    assert "8.1234" not in repr(run)


@pytest.mark.parametrize("prefix", ["x", "ns9"])
def test_heart_rate_is_found_under_any_prefix(xml: Any, one: Any, prefix: str) -> None:
    inside = f"<{prefix}:TrackPointExtension><{prefix}:hr>{{}}</{prefix}:hr>"
    extension = f"<extensions>{inside}</{prefix}:TrackPointExtension></extensions>"
    run = one(xml.gpx(xml.segment(10, extension=extension)), "run.gpx")
    assert (run.avg_hr, run.max_hr) == (141, 142)


def test_between_segments_nobody_ran(xml: Any, one: Any) -> None:
    run = one(xml.gpx(xml.segment(61), xml.segment(61, at=1_000)), "run.gpx")
    assert run.distance_m == pytest.approx(360, abs=0.02)
    assert (run.moving_s, run.elapsed_s) == (120, 1_060)


def test_each_track_of_a_gpx_file_is_a_session(xml: Any, read: Any) -> None:
    tracks = "".join(
        f"<trk><type>{sport}</type>{xml.segment(10, at=at)}</trk>"
        for sport, at in [("running", 0), ("cycling", 5_000)]
    )
    assert [item.kind for item in read(xml.gpx_of(tracks), "two.gpx")] == ["run", "other"]


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("running", "run"),
        ("trail_running", "run"),
        ("treadmill_running", "run"),
        ("9", "run"),
        ("Run", "run"),
        ("Laufen", "other"),
        ("cycling", "other"),
        ("Weight Training", "lift"),
    ],
)
def test_the_type_of_a_track_tells_its_kind(word: str, kind: str) -> None:
    assert gpx.kind_of(word) == kind


def test_a_track_without_a_type_is_no_run_and_that_is_said(xml: Any, one: Any) -> None:
    found = one(xml.gpx(xml.segment(10), sport=""), "a.gpx")
    assert (found.kind, found.warnings) == ("other", (gpx.NO_SPORT,))


@pytest.mark.parametrize("name", ["run.tcx.gz", "run.gpx.gz", "stored-without-suffix"])
def test_packed_files_are_read(xml: Any, one: Any, name: str) -> None:
    data = xml.tcx(xml.lap(xml.points(60))) if "tcx" in name else xml.gpx(xml.segment(60))
    assert one(gzip.compress(data), name).kind == "run"


def test_a_tcx_file_may_lack_position_distance_and_heart_rate(xml: Any, one: Any) -> None:
    bare = xml.points(60, place=False, distance=False, hr=False, height=False)
    totals = "<TotalTimeSeconds>60</TotalTimeSeconds><DistanceMeters>0</DistanceMeters>"
    run = one(xml.tcx(xml.lap(bare, totals=totals)), "indoor.tcx")
    assert (run.distance_m, run.moving_s, run.avg_hr, run.ascent_m) == (None, 60, None, None)
    assert run.warnings == (tracksession.NO_PLACES,)


def test_without_a_device_s_distance_the_positions_are_summed(xml: Any, one: Any) -> None:
    lap = xml.lap(xml.points(61, distance=False), totals="")
    run = one(xml.tcx(lap), "run.tcx")
    assert run.distance_m == pytest.approx(180, abs=0.02)
    assert run.moving_s == 60


def test_a_multisport_tcx_gives_each_activity(xml: Any, read: Any) -> None:
    def activity(sport: str, at: int) -> str:
        lap = xml.lap(xml.points(60, at=at), at=at)
        return f'<Activity Sport="{sport}"><Id>{xml.when(at)}</Id>{lap}</Activity>'

    session = (
        f"<MultiSportSession><Id>{xml.when(0)}</Id><FirstSport>{activity('Biking', 0)}"
        f"</FirstSport><NextSport>{activity('Running', 60)}</NextSport></MultiSportSession>"
    )
    found = read(xml.tcx_of(f"<Activities>{session}</Activities>"), "duathlon.tcx")
    assert [(item.kind, item.distance_m) for item in found] == [("other", 180), ("run", 180)]
    assert found[0].source_id != found[1].source_id
    assert found[1].samples.distance_m[-1] == 177


def test_a_stated_offset_gives_the_local_time(xml: Any, one: Any) -> None:
    data = xml.gpx(xml.segment(10)).replace(b"T16:00:0", b"T18:00:0").replace(b"Z<", b"+02:00<")
    run = one(data, "a.gpx")
    assert (run.start_utc, run.timezone) == (START, "+02:00")
    assert run.start_local == datetime(2026, 9, 1, 18)  # noqa: DTZ001


def test_times_without_a_zone_are_utc_and_that_is_said(xml: Any, one: Any) -> None:
    for data in (xml.gpx(xml.segment(10)), xml.tcx(xml.lap(xml.points(10)))):
        found = one(data.replace(b'Z"', b'"').replace(b"Z<", b"<"), "a")
        assert (found.start_utc, found.warnings) == (START, (tracksession.NO_ZONE,))


@pytest.mark.parametrize("share", [0.4, 0.7, 0.95])
def test_what_came_before_a_break_is_kept(xml: Any, one: Any, share: float) -> None:
    for data in (xml.gpx(xml.segment(100)), xml.tcx(xml.lap(xml.points(100)))):
        found = one(data[: int(len(data) * share)], "a")
        assert found.warnings == (xmlwalk.BROKEN,)
        assert found.moving_s == pytest.approx(100 * share, abs=6)
        assert found.distance_m == pytest.approx(300 * share, abs=18)


def test_a_later_part_that_breaks_off_leaves_the_earlier_one_whole(xml: Any, read: Any) -> None:
    two = xml.gpx_of(
        "".join(f"<trk><type>run</type>{xml.segment(50, at=at)}</trk>" for at in (0, 900))
    )
    first, second = read(two[: int(len(two) * 0.8)], "two.gpx")
    assert (first.moving_s, second.moving_s) == (49, pytest.approx(29, abs=3))


BOMB = "".join(
    [
        "<!DOCTYPE gpx [<!ENTITY a 'aaaaaaaaaa'>",
        *(
            f"<!ENTITY {b} '{'&' + a + ';' * 1}{('&' + a + ';') * 9}'>"
            for a, b in [("a", "b"), ("b", "c")]
        ),
        "]>",
    ]
)
LEAK = '<!DOCTYPE gpx [<!ENTITY leak SYSTEM "file:///etc/hostname">]>'
REMOTE = '<!DOCTYPE gpx SYSTEM "http://127.0.0.1:9/a.dtd">'


@pytest.mark.parametrize("prolog", [BOMB, LEAK, REMOTE])
@pytest.mark.parametrize("kind", ["gpx", "tcx"])
def test_entities_and_document_types_are_refused(
    xml: Any, refused: Any, prolog: str, kind: str
) -> None:
    data = xml.gpx(xml.segment(10), name="&c;") if kind == "gpx" else xml.tcx(xml.lap())
    line = refused(data.replace(b"?>\n", b"?>\n" + prolog.encode(), 1), f"a.{kind}")
    assert "entities or a document type" in line


def test_what_is_nested_to_hurt_is_refused(refused: Any) -> None:
    assert "nested" in refused(b"<gpx>" + b"<a>" * 10_000, "a.gpx")
    assert "nested" in refused(b"<gpx><trk><trkpt>" + b"<a/>" * 10_000, "a.gpx")


def test_more_elements_than_any_export_holds_are_not_read_on(
    monkeypatch: pytest.MonkeyPatch, xml: Any, refused: Any
) -> None:
    monkeypatch.setattr(xmlwalk, "MOST_ELEMENTS", 40)
    assert "more elements" in refused(xml.gpx(xml.segment(50)), "a.gpx")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_no_encoding_hides_a_document_type(xml: Any, refused: Any, encoding: str) -> None:
    text = xml.gpx(xml.segment(10)).decode().replace("?>\n", "?>\n" + LEAK, 1)
    text = text.replace("UTF-8", "UTF-16") if encoding == "utf-16" else text
    assert "document type" in refused(text.encode(encoding), "a.gpx")


def test_names_in_windows_1252_are_read_with_a_warning(xml: Any, one: Any) -> None:
    data = xml.gpx(xml.segment(10), name="Übung").replace("Übung".encode(), b"\xdcbung")
    run = one(data, "a.gpx")
    assert (run.title, run.warnings) == ("Übung", (xmlwalk.NOT_UTF8,))


def test_utf_16_is_read_where_the_file_says_so(xml: Any, one: Any) -> None:
    text = xml.gpx(xml.segment(10)).decode().replace("UTF-8", "UTF-16")
    assert one(text.encode("utf-16"), "a.gpx").kind == "run"


@pytest.mark.parametrize(
    ("inside", "words"),
    [
        ("<rte><rtept lat='1' lon='1'/></rte><wpt lat='1' lon='1'/>", "no recorded track"),
        ("<trk><trkseg><trkpt lat='1' lon='1'/></trkseg></trk>", "without times"),
    ],
)
def test_a_plan_is_no_activity(xml: Any, refused: Any, inside: str, words: str) -> None:
    assert words in refused(xml.gpx_of(inside), "plan.gpx")


def test_a_course_is_no_activity(xml: Any, refused: Any) -> None:
    course = f"<Courses><Course><Track>{xml.points(5)}</Track></Course></Courses>"
    assert "no activity" in refused(xml.tcx_of(course), "course.tcx")


def test_a_clock_that_was_never_set_is_no_date(xml: Any, refused: Any) -> None:
    data = xml.tcx(xml.lap(xml.points(5))).replace(b"2026-", b"0001-")
    assert "no date" in refused(data, "a.tcx")


def test_points_a_day_away_are_left_out_and_counted(xml: Any, one: Any) -> None:
    run = one(xml.gpx(xml.segment(60), xml.segment(1, at=900_000)), "a.gpx")
    assert (run.elapsed_s, run.warnings) == (59, (tracksession.STRAY.format(count=1),))


def test_a_jump_of_the_position_is_no_distance() -> None:
    points = [track.Point(t, 1, (50 + t * 1e-5, 8.0)) for t in range(20)]
    points[10].place = (51.0, 8.0)
    sums = track.sums(points)
    assert sums is not None
    assert sums.distance_m == pytest.approx(17 * 1.112, rel=0.01)


@pytest.mark.parametrize(("north", "east"), [("91", "8"), ("50", "181"), ("0", "0"), ("x", "")])
def test_what_is_nowhere_is_no_place(north: str, east: str) -> None:
    assert track.place(north, east) is None


def test_a_degree_is_as_long_as_on_a_globe() -> None:
    degree = track.EARTH_M * math.pi / 180
    assert track.metres_between((0, 8), (1, 8)) == pytest.approx(degree)
    assert track.metres_between((60, 8), (60, 9)) == pytest.approx(degree / 2, rel=1e-4)
    assert track.metres_between((10, 179.5), (10, -179.5)) < degree


def test_noise_of_a_barometer_is_no_climb() -> None:
    noise = random.Random(1)
    flat = [100 + noise.gauss(0, 1.5) for _ in range(3_600)]
    assert heights.climbs(list(range(3_600)), [*flat]) == (0, 0)


def test_hills_are_counted_through_the_noise() -> None:
    noise = random.Random(2)
    hills = [100 - 50 * math.cos(t / 300 * math.pi) + noise.gauss(0, 1) for t in range(3_600)]
    up, down = heights.climbs(list(range(3_600)), [*hills])
    assert up == pytest.approx(600, rel=0.02)
    assert down == pytest.approx(600, rel=0.02)


def test_a_barometer_set_anew_is_no_climb() -> None:
    steps = [100.0] * 50 + [756.0] * 50
    assert heights.climbs(list(range(100)), [*steps]) == (0, 0)


def test_too_few_heights_are_no_profile() -> None:
    assert heights.climbs([0, 1, 2, 3], [1.0, None, None, 9.0]) == (None, None)


@given(st.lists(st.floats(0, 3_000), min_size=1, max_size=60))
def test_turning_points_lose_less_than_three_metres_of_any_profile(profile: list[float]) -> None:
    turns = heights.turning_points(profile)
    net = turns[-1] - turns[0]
    assert abs(net - (profile[-1] - profile[0])) < 2 * heights.COUNTS_FROM_M
    assert max(turns) - min(turns) > max(profile) - min(profile) - heights.COUNTS_FROM_M
    moves = [abs(b - a) for a, b in pairwise(turns)]
    assert all(move >= heights.COUNTS_FROM_M for move in moves)


@pytest.mark.parametrize(
    ("counts", "metres"),
    [
        ([0, 100, 200, 0, 100], 300),  # each lap starts at 0
        ([5_000, 5_100, 5_200], 200),  # goes on from an earlier part
        ([3, 100, None, 200], 200),
    ],
)
def test_a_device_s_count_is_followed(counts: list[float | None], metres: float) -> None:
    points = [track.Point(30 * n, 1, distance=value) for n, value in enumerate(counts)]
    sums = track.sums([*points, track.Point(30 * len(counts), 1, distance=counts[-1])])
    assert sums is not None
    assert sums.distance_m == metres


@given(
    st.lists(st.tuples(st.integers(0, 500), st.floats(-90, 90), st.floats(-180, 180)), max_size=30)
)
def test_no_points_add_up_to_less_than_nothing(points: list[tuple[int, float, float]]) -> None:
    sums = track.sums([track.Point(t, 1, (a, b), a) for t, a, b in points])
    if sums is not None:
        assert (sums.distance_m or 0) >= 0
        assert 0 <= sums.moving_s <= sums.elapsed_s
        assert len(sums.samples.t_s) == len(sums.samples.speed_mps) == len({p[0] for p in points})


def test_the_same_file_gives_the_same_id_however_it_is_packed(xml: Any, one: Any) -> None:
    data = xml.tcx(xml.lap(xml.points(10)))
    first, second = one(data, "a.tcx"), one(gzip.compress(data), "b.tcx.gz")
    assert isinstance(first, Session)
    assert first.source_id == second.source_id


def test_an_impossible_heart_rate_is_absent(xml: Any, one: Any) -> None:
    run = one(xml.gpx(xml.segment(5, extension="<hr>{}000</hr>")), "a.gpx")
    assert not isinstance(run, Refusal)
    assert run.max_hr is None
