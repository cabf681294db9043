"""Small sound files of every format, and the real ones that are small enough, to be damaged."""

from __future__ import annotations

import functools
import gzip
import json
import os
from collections.abc import Iterable
from pathlib import Path

from tests.connectors import test_each_row as rows
from tests.connectors import test_garmin_csv as garmin_csv
from tests.connectors import test_garmin_export as garmin
from tests.connectors import test_lifting_apps as apps
from tests.connectors import test_lifts as lifts
from tests.connectors import test_teams as teams
from tests.connectors.conftest import Fit, Strava, Xml
from tests.connectors.test_columns import DIARY

SHARED = Path(__file__).parents[2] / ".." / "shared"
REAL = Path(os.environ.get("CLUBMON_REAL_EXPORTS", SHARED / "real"))
PAYLOADS = Path(os.environ.get("CLUBMON_PAYLOADS", SHARED / "payloads"))
MOST_BYTES = 25_000  # of a real file; of a table its first lines
FITNOTES = "2026-04-29,Row,Back,60,kgs,8,,,\n2026-04-29,Run,Cardio,,,,3.2,km,20:00\n"
LYFTA = 'Back,"2026-12-11 12:41:04",01:07:28,Pull-up,,20.0,10,null,null,NORMAL_SET\n'
SETS = '"138";"2026-11-07 14:24:31";"Back";"2227";"Curl";"4";"19.0";"4";"";"";"";"";""\n'
CATAPULT = (
    "Ana P.,Session,0,889.8,10500,01:35:00,191,620\nAna P.,1st half,1,500,5200,00:47:00,,310\n"
)
STATS = "18/02/2022,M1 MD-0,Player 01,139,7.71,0:48:59,4778\n"
TEAM_DIARY = "Name;Datum;Dauer (min);Strecke (km)\nAna;03.11.2026;52;9,81\nBo;04.11.2026;30;5\n"
WEBHOOK = {
    "object_type": "activity",
    "object_id": 9,
    "aspect_type": "update",
    "updates": {"title": "x"},
    "owner_id": 7,
    "subscription_id": 1,
    "event_time": 1_790_000_000,
}


@functools.cache
def fits() -> tuple[bytes, ...]:
    """A run, one without its summary, a lift with sets, two parts; small real ones."""
    fit = Fit()
    one_set = {"start_time": fit.t0, "set_type": 1, "category": 0, "category_subtype": 1}
    made = (
        fit.file(fit.head(), fit.track(20), fit.summary(), fit.end()),
        fit.file(fit.head(), fit.track(20)),
        fit.file(
            fit.head(), (fit.named_set, one_set), fit.summary(sport=10, sub_sport=20), fit.end()
        ),
        fit.file(
            fit.head(), fit.track(9), fit.track(9, at=60, first_m=180), fit.summary(),
            fit.summary(at=60), fit.end()
        ),
    )  # fmt: skip
    return (*made, *real("*.fit"))


@functools.cache
def tcx() -> tuple[bytes, ...]:
    """A lap with everything, and two without places."""
    xml = Xml()
    laps = (xml.lap(xml.points(5, place=False)), xml.lap(xml.points(5, at=60), at=60, totals=""))
    return xml.tcx(xml.lap(xml.points(8))), xml.tcx(*laps, sport="Other")


@functools.cache
def gpx() -> tuple[bytes, ...]:
    """One segment, two with heart rates; a real one."""
    xml = Xml()
    beats = (
        "<extensions><x:TrackPointExtension><x:hr>{}</x:hr></x:TrackPointExtension></extensions>"
    )
    made = xml.gpx(xml.segment(8)), xml.gpx(xml.segment(4, 0, beats), xml.segment(4, 90, beats))
    return (*made, *real("*.gpx"))


@functools.cache
def strava_tables() -> tuple[bytes, ...]:
    """Rows as Strava writes them; the first lines of real ones."""
    strava = Strava()
    made = strava.csv(strava.row(), strava.row(c0=2, c3="Weight Training", c33=7))
    return (made, *real("strava_*.csv"))


@functools.cache
def loose_zips() -> tuple[bytes, ...]:
    """Recordings without a list."""
    members = {
        "a/1.fit": fits()[0],
        "2.tcx.gz": gzip.compress(tcx()[0], mtime=0),
        "3.gpx": gpx()[0],
    }
    return (Strava().zip(members),)


@functools.cache
def strava_zips() -> tuple[bytes, ...]:
    """A bulk export with each kind of recording, one of them missing."""
    strava = Strava()
    names = ("activities/1.fit.gz", "activities/2.tcx", "activities/3.gpx", "activities/4.fit")
    table = strava.csv(*(strava.row(c0=at, c12=name) for at, name in enumerate(names)))
    contents = (gzip.compress(fits()[0], mtime=0), tcx()[0], gpx()[0])
    return (strava.zip({"activities.csv": table, **dict(zip(names, contents, strict=False))}),)


@functools.cache
def garmin_zips() -> tuple[bytes, ...]:
    """An account export: a list, and recordings in an archive inside."""
    inner = garmin.zipped({"1.fit": fits()[0], "2.fit": fits()[2], "3.txt": b"x"})
    listed = garmin.listed(garmin.RUN, {**garmin.RUN, "activityId": 2, "startTimeGmt": 1.7e12})
    return (garmin.zipped({garmin.LIST: listed, garmin.UPLOADS: inner}),)


def garmin_lists() -> tuple[bytes, ...]:
    """Garmin's list in every language seen."""
    return tuple(f"{head}\n{row}\n{row}\n".encode() for head, row, _ in garmin_csv.SEEN.values())


def tables() -> dict[str, tuple[bytes, ...]]:
    """Every other table, by its app."""
    push = lifts.hevy(lifts.hevy_set(), lifts.hevy_set(rest='1,"warmup",,12,,,'))
    return {
        "hevy": (push, *real("hevy_*.csv")),
        "strong": (
            (apps.STRONG + apps.LIFTED + apps.STRETCHED).encode(),
            (apps.STRONG_C + SETS).encode(),
            *real("strong_*.csv"),
        ),
        "fitnotes": ((apps.KGS + FITNOTES).encode(),),
        "lyfta": ((apps.LYFTA + LYFTA).encode(),),
        "jefit": (apps.backup(apps.log("60x10,65.5x8"), apps.log("0x12", ident=2)).encode(),),
        "trainingpeaks": ((rows.PEAKS + rows.DONE + rows.PLAN).encode(),),
        "intervals": ((rows.INTERVALS + rows.RAN + rows.RAN).encode(),),
        "polar-team": (teams.polar({}, {"phase": "Half 1"}).encode(),),
        "catapult": ((teams.CATAPULT + CATAPULT).encode(),),
        "statsports": ((teams.STATS + STATS).encode(),),
        "any-csv": (DIARY.encode(), TEAM_DIARY.encode(), b"day,exercise,reps\n2026-01-02,Row,8\n"),
    }


def team_tables() -> tuple[bytes, ...]:
    """Files that hold several players."""
    names = ("polar-team", "catapult", "statsports", "any-csv")
    made = [data for name in names for data in tables()[name] if data != DIARY.encode()]
    return tuple(data.replace(b"Ana P.,1st", b"Bo,1st") for data in made if b"exercise" not in data)


def strava_answers() -> tuple[bytes, ...]:
    """What Strava's API says of one activity."""
    found = [path.read_bytes() for path in sorted(PAYLOADS.glob("strava_detailed_*.json"))]
    made = {
        "id": 9, "sport_type": "Run", "name": "Hills", "distance": 5012.5, "moving_time": 1500,
        "start_date": "2026-09-01T16:00:00Z", "start_date_local": "2026-09-01T18:00:00Z",
        "timezone": "(GMT+01:00) Europe/Berlin", "utc_offset": 7200.0, "average_heartrate": 150.2,
    }  # fmt: skip
    return (json.dumps(made).encode(), *found)


def real(pattern: str) -> Iterable[bytes]:
    """Real files of a name, small ones only; of tables the first lines."""
    for path in sorted(REAL.glob(pattern)):
        data = path.read_bytes()
        if path.suffix == ".csv":
            yield b"".join(data.splitlines(keepends=True)[:12])
        elif len(data) <= MOST_BYTES:
            yield data
