"""Files made here, in code, and a way to hand them to the connector."""

from __future__ import annotations

import csv
import io
import math
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from clubmon_files import Files

from clubmon.demo.fit import Field, Message, encode, seconds
from clubmon.demo.recordings import ACTIVITY, FILE_ID, RECORD, SESSION, SET
from clubmon.sdk import NO_ANSWERS, Answers, Question, Refusal, Session

START = datetime(2026, 9, 1, 16, 0, tzinfo=UTC)
T0 = seconds(START)

LAP = Message(19, {"timestamp": Field(253, "uint32"), "sport": Field(25, "enum")})
SPORT = Message(
    12, {"sport": Field(0, "enum"), "sub_sport": Field(1, "enum"), "name": Field(3, "string")}
)
NAMED_SET = Message(
    225,
    {
        **SET.fields,
        "category": Field(7, "uint16"),
        "category_subtype": Field(8, "uint16"),
    },
)
TITLE = Message(
    264,
    {
        "exercise_category": Field(0, "uint16"),
        "exercise_name": Field(1, "uint16"),
        "wkt_step_name": Field(2, "string"),
    },
)

Items = list[Session | Refusal | Question]
Read = Callable[..., Items]


class Fit:
    """Builds FIT files out of tables of (message, columns)."""

    start, t0 = START, T0
    lap, sport, named_set, title = LAP, SPORT, NAMED_SET, TITLE
    file_id, record, session, activity, set = FILE_ID, RECORD, SESSION, ACTIVITY, SET

    def file(self, *tables: tuple[Message, Mapping[str, Any]]) -> bytes:
        """A file of these tables, in this order."""
        return encode(list(tables))

    def head(self, kind: int = 4, serial: int = 77) -> tuple[Message, dict[str, Any]]:
        """file_id; kind 4 is an activity."""
        return FILE_ID, {"type": kind, "serial_number": serial, "time_created": T0}

    def track(
        self, count: int = 60, at: int = 0, first_m: float = 0.0
    ) -> tuple[Message, dict[str, Any]]:
        """`count` records at 1 Hz and 3 m/s from `at` seconds after the start."""
        steps = range(count)
        return RECORD, {
            "timestamp": [T0 + at + step for step in steps],
            "distance": [first_m + 3 * step for step in steps],
            "enhanced_speed": [3.0 for _ in steps],
            "enhanced_altitude": [20.0 for _ in steps],
            "heart_rate": [140 + step % 3 for step in steps],
        }

    def summary(
        self, at: int = 0, length: float = 60, sport: int = 1, sub_sport: int = 0, **more: Any
    ) -> tuple[Message, dict[str, Any]]:
        """A session message of one part; sport 1 is running."""
        return SESSION, {
            "timestamp": T0 + at + int(length),
            "start_time": T0 + at,
            "sport": sport,
            "sub_sport": sub_sport,
            "total_elapsed_time": length,
            "total_timer_time": length - 5,
            "total_distance": 3 * length,
            **more,
        }

    def end(self, ahead_s: int = 7_200) -> tuple[Message, dict[str, Any]]:
        """The activity message, whose local time is ahead of UTC by this much."""
        return ACTIVITY, {"timestamp": T0 + 60, "local_timestamp": T0 + 60 + ahead_s}

    def run(self) -> bytes:
        """A minute's run with everything in place."""
        return self.file(self.head(), self.track(), self.summary(), self.end())


_STRAVA_2024 = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,"
    "Distance,Max Heart Rate,Relative Effort,Commute,Activity Private Note,Activity Gear,"
    "Filename,Athlete Weight,Bike Weight,Elapsed Time,Moving Time,Distance,Max Speed,"
    "Average Speed,Elevation Gain,Elevation Loss,Elevation Low,Elevation High,Max Grade,"
    "Average Grade,Average Positive Grade,Average Negative Grade,Max Cadence,Average Cadence,"
    "Max Heart Rate,Average Heart Rate,Max Watts,Average Watts,Calories,Max Temperature,"
    "Average Temperature,Relative Effort,Total Work,Number of Runs,Uphill Time,Downhill Time,"
    "Other Time,Perceived Exertion,Type,Start Time,Weighted Average Power,Power Count,"
    "Prefer Perceived Exertion,Perceived Relative Effort,Commute,Total Weight Lifted"
)


class Strava:
    """Builds activities.csv and bulk exports."""

    header = _STRAVA_2024.split(",")

    def row(self, **values: object) -> list[str]:
        """A run of 5,012.5 m; values by position name or as `c17=...`."""
        cells = [""] * len(self.header)
        usual = {
            "c0": 101,
            "c1": "Sep 1, 2026, 4:00:00 PM",
            "c2": "Evening Run",
            "c3": "Run",
            "c5": 1600,
            "c6": 5.01,
            "c15": "1600.0",
            "c16": "1500.0",
            "c17": "5012.5",
            "c20": 31.5,
        }
        for name, value in {**usual, **values}.items():
            cells[int(name[1:])] = str(value)
        return cells

    def csv(self, *rows: Sequence[str], header: Sequence[str] | None = None) -> bytes:
        """A CSV file as Strava writes it."""
        text = io.StringIO()
        csv.writer(text).writerows([header or self.header, *rows])
        return text.getvalue().encode()

    def zip(self, members: Mapping[str, bytes], **options: Any) -> bytes:
        """An archive of these members."""
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, **options) as file:
            for name, data in members.items():
                file.writestr(name, data)
        return stream.getvalue()


class Xml:
    """Builds TCX and GPX files of a run due north at 3 m/s, one point per second."""

    def when(self, second: float) -> str:
        """An instant after the start, as these files write it."""
        return (START + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def north(self, metres: float) -> float:
        """Degrees of latitude that are this far north of 50 degrees."""
        return 50 + math.degrees(metres / 6_371_008.8)

    def points(self, count: int, at: int = 0, **without: bool) -> str:
        """TCX points; `place=False`, `distance=False`, `hr=False` leave these out."""
        return "".join(self._trackpoint(at + step, without) for step in range(count))

    def _trackpoint(self, second: int, without: Mapping[str, bool]) -> str:
        parts = {
            "place": f"<Position><LatitudeDegrees>{self.north(3 * second):.9f}</LatitudeDegrees>"
            "<LongitudeDegrees>8.123456</LongitudeDegrees></Position>",
            "height": "<AltitudeMeters>120.0</AltitudeMeters>",
            "distance": f"<DistanceMeters>{3 * second}</DistanceMeters>",
            "hr": f"<HeartRateBpm><Value>{140 + second % 3}</Value></HeartRateBpm>",
        }
        kept = "".join(part for name, part in parts.items() if without.get(name, True))
        return f"<Trackpoint><Time>{self.when(second)}</Time>{kept}</Trackpoint>"

    def lap(self, *tracks: str, at: int = 0, totals: str | None = None) -> str:
        """A lap of these tracks, by default of 60 s and 180 m at 141 beats."""
        usual = (
            "<TotalTimeSeconds>60.0</TotalTimeSeconds><DistanceMeters>180.0</DistanceMeters>"
            "<AverageHeartRateBpm><Value>141</Value></AverageHeartRateBpm>"
            "<MaximumHeartRateBpm><Value>143</Value></MaximumHeartRateBpm>"
        )
        inside = "".join(f"<Track>{each}</Track>" for each in tracks)
        start = self.when(at)
        return f'<Lap StartTime="{start}">{usual if totals is None else totals}{inside}</Lap>'

    def tcx(self, *laps: str, sport: str = "Running") -> bytes:
        """A file of one activity."""
        activity = f'<Activity Sport="{sport}"><Id>{self.when(0)}</Id>{"".join(laps)}</Activity>'
        return self.tcx_of(f"<Activities>{activity}</Activities>")

    def tcx_of(self, inside: str) -> bytes:
        """A file that holds this."""
        space = "http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"
        root = f'<TrainingCenterDatabase xmlns="{space}">{inside}</TrainingCenterDatabase>'
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}'.encode()

    def segment(self, count: int, at: int = 0, extension: str = "", **more: str) -> str:
        """GPX points of a segment; `{}` in the extension is the heart rate."""
        return (
            "<trkseg>"
            + "".join(
                f'<trkpt lat="{self.north(3 * (at + step)):.9f}" lon="8.123456"><ele>{120.0}</ele>'
                f"<time>{more.get('when', self.when(at + step))}</time>"
                f"{extension.format(140 + step % 3)}</trkpt>"
                for step in range(count)
            )
            + "</trkseg>"
        )

    def gpx(self, *segments: str, sport: str = "running", name: str = "Evening") -> bytes:
        """A file of one track."""
        word = f"<type>{sport}</type>" if sport else ""
        return self.gpx_of(f"<trk><name>{name}</name>{word}{''.join(segments)}</trk>")

    def gpx_of(self, inside: str) -> bytes:
        """A file that holds this."""
        root = (
            '<gpx version="1.1" creator="Test" xmlns="http://www.topografix.com/GPX/1/1" '
            'xmlns:x="http://www.garmin.com/xmlschemas/TrackPointExtension/v1" '
            'xmlns:ns9="http://www.garmin.com/xmlschemas/TrackPointExtension/v2">'
        )
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{root}{inside}</gpx>'.encode()


@pytest.fixture(scope="session")
def xml() -> Xml:
    """A builder of TCX and GPX files."""
    return Xml()


@pytest.fixture(scope="session")
def fit() -> Fit:
    """A builder of FIT files."""
    return Fit()


@pytest.fixture(scope="session")
def strava() -> Strava:
    """A builder of Strava exports."""
    return Strava()


@pytest.fixture(scope="session")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Reads bytes as a file of a name; one place on disk, so that property tests are quick."""
    place = tmp_path_factory.mktemp("read") / "stored"

    def run(data: bytes, name: str, answers: Answers = NO_ANSWERS) -> Items:
        place.write_bytes(data)
        return list(Files().read(place, name, answers))

    return run


@pytest.fixture(scope="session")
def one(read: Read) -> Callable[..., Session]:
    """Reads bytes that hold exactly one session and nothing refused."""

    def run(data: bytes, name: str, answers: Answers = NO_ANSWERS) -> Session:
        (item,) = read(data, name, answers)
        assert isinstance(item, Session), item
        return item

    return run


@pytest.fixture(scope="session")
def refused(read: Read) -> Callable[[bytes, str], str]:
    """Reads bytes of which nothing is kept; the one line that says why."""

    def run(data: bytes, name: str) -> str:
        (item,) = read(data, name)
        assert isinstance(item, Refusal), item
        assert "\n" not in str(item)
        return str(item)

    return run
