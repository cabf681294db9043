"""activities.csv as Strava's bulk export has it: 99 columns, five names twice, UTC dates."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo

from clubmon.demo.training import Run

HEADER = (
    "Activity ID,Activity Date,Activity Name,Activity Type,Activity Description,Elapsed Time,"
    "Distance,Max Heart Rate,Relative Effort,Commute,Activity Private Note,Activity Gear,"
    "Filename,Athlete Weight,Bike Weight,Elapsed Time,Moving Time,Distance,Max Speed,"
    "Average Speed,Elevation Gain,Elevation Loss,Elevation Low,Elevation High,Max Grade,"
    "Average Grade,Average Positive Grade,Average Negative Grade,Max Cadence,Average Cadence,"
    "Max Heart Rate,Average Heart Rate,Max Watts,Average Watts,Calories,Max Temperature,"
    "Average Temperature,Relative Effort,Total Work,Number of Runs,Uphill Time,Downhill Time,"
    "Other Time,Perceived Exertion,Type,Start Time,Weighted Average Power,Power Count,"
    "Prefer Perceived Exertion,Perceived Relative Effort,Commute,Total Weight Lifted,"
    "From Upload,Grade Adjusted Distance,Weather Observation Time,Weather Condition,"
    "Weather Temperature,Apparent Temperature,Dewpoint,Humidity,Weather Pressure,Wind Speed,"
    "Wind Gust,Wind Bearing,Precipitation Intensity,Sunrise Time,Sunset Time,Moon Phase,Bike,"
    "Gear,Precipitation Probability,Precipitation Type,Cloud Cover,Weather Visibility,"
    "UV Index,Weather Ozone,Jump Count,Total Grit,Average Flow,Flagged,Average Elapsed Speed,"
    "Dirt Distance,Newly Explored Distance,Newly Explored Dirt Distance,Activity Count,"
    "Total Steps,Carbon Saved,Pool Length,Training Load,Intensity,"
    "Average Grade Adjusted Pace,Timer Time,Total Cycles,Recovery,With Pet,Competition,"
    "Long Run,For a Cause,Media"
)
COLUMNS = next(csv.reader([HEADER]))
_MONTHS = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


def activities(runs: Iterable[Run], athlete: int, zone: tzinfo) -> str:
    """The file's text: one row per run, oldest first; `athlete` makes the ids distinct."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for number, run in enumerate(runs):
        writer.writerow(_row(run, 900_000_000_000 + athlete * 1_000_000 + number, zone))
    return text.getvalue()


def utc_date(moment: datetime) -> str:
    """An aware moment as Strava writes it for English accounts: Oct 5, 2014, 4:15:21 PM."""
    at = moment.astimezone(UTC)
    half = "PM" if at.hour >= 12 else "AM"
    clock = f"{at.hour % 12 or 12}:{at:%M:%S} {half}"
    return f"{_MONTHS[at.month - 1]} {at.day}, {at.year}, {clock}"


def _row(run: Run, number: int, zone: tzinfo) -> list[str]:
    """Cells by position; where a name stands twice the first is for display, the second exact."""
    cells: dict[str, list[object]] = {
        "Activity ID": [number],
        "Activity Date": [utc_date(run.start.replace(tzinfo=zone))],
        "Activity Name": [run.title],
        "Activity Type": ["Run"],
        "Activity Description": ["Made up by the clubmon demo"],
        "Elapsed Time": [run.elapsed_s, float(run.elapsed_s)],
        "Distance": [f"{run.distance_m / 1000:.2f}", float(run.distance_m)],
        "Max Heart Rate": [float(run.max_hr), float(run.max_hr)],
        "Commute": ["false", 0.0],
        "Moving Time": [float(run.moving_s)],
        "Average Speed": [run.distance_m / run.moving_s],
        "Elevation Gain": [float(run.ascent_m)],
        "Elevation Loss": [float(run.descent_m)],
        "Average Heart Rate": [float(run.avg_hr)],
        "Perceived Exertion": ["" if run.rpe is None else float(run.rpe)],
    }
    return [str(_take(cells.get(name))) for name in COLUMNS]


def _take(values: list[object] | None) -> object:
    return values.pop(0) if values else ""
