"""Sessions that can be read but hardly be true: each waits for a person to keep or drop it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import partial

from clubmon.sdk import Session, sentence
from clubmon.words import units
from clubmon.words.sentences import Values

FASTEST_S_PER_KM = 150  # 2:30 min/km
SLOWEST_S_PER_KM = 1_200  # 20 min/km
PACE_FROM_M = 1_000
LONGEST_H = 8
LONGEST_S = LONGEST_H * 3_600
LONGEST_DAYS = 7
# ours: a pause may be long, but nobody resumes after a week
LONGEST_ELAPSED_S = LONGEST_DAYS * 86_400
FARTHEST_M = 1_000_000  # ours: beyond any ride, so a wrong unit
HIGHEST_HR = 230
HEAVIEST_SET_KG = 500
MOST_REPS = 100
OLDEST_YEAR = 2000  # ours: clocks that were never set start in 1970, 1980 or 1989
OLDEST_YEARS = 30
OLDEST = timedelta(days=OLDEST_YEARS * 365.25)
# ours: in a team's training and in matches people wait, listen and walk, so a mean pace says little
_TEAM_SPORT = re.compile(
    r"\bteam\b|match|soccer|foot ?ball|fu(?:ß|ss)ball|f[uú]t[be]|voetbal|fodbold|fotb[ao]l|calcio|"
    r"pi[łl]ka|rugby|hockey|handball|lacrosse|basket|hurling|cricket|frisbee",
    re.IGNORECASE,
)
FUTURE = sentence("The start {start} lies in the future: check the device's clock.")
PAST = sentence(
    "The start {start} lies before {year} or over {years} years back: check whether the device's "
    "clock was ever set."
)
FAST_IN_MILES = sentence(
    "A pace of {pace} min/mi over {distance} mi is faster than {limit}: check whether the watch "
    "was left running, or rode in a car."
)
SLOW_IN_MILES = sentence(
    "A pace of {pace} min/mi over {distance} mi is slower than {limit}: check whether the watch "
    "was left running, or rode in a car."
)
FAR_IN_MILES = sentence(
    "A distance of {distance} mi is over {limit} mi: check its unit and its entry."
)
HEAVY_IN_POUNDS = sentence(
    "A set of {weight} lb is over {limit} lb: check the weight and its unit."
)


def _in_miles(template: str, decimals: int, values: Values) -> tuple[str, Values] | None:
    """Figures and limit of a sentence as a reader of miles knows them; None for others."""
    if units.distance() != "mi":
        return None
    return template, {name: _per_mile(value, decimals) for name, value in values.items()}


def _per_mile(value: str, decimals: int) -> str:
    """Kilometres in miles, or minutes and seconds per kilometre per mile."""
    if ":" not in value:
        return f"{units.shown_distance(float(value) * 1000):.{decimals}f}"
    minutes, seconds = value.split(":")
    return _minutes((int(minutes) * 60 + int(seconds)) * units.factor("km"))


def _in_pounds(values: Values) -> tuple[str, Values] | None:
    if units.weight() != "lb":
        return None
    shown = {name: units.shown_weight(float(value) * 1000) for name, value in values.items()}
    return HEAVY_IN_POUNDS, {name: f"{value:.0f}" for name, value in shown.items()}


FAST = sentence(
    "A pace of {pace} min/km over {distance} km is faster than {limit}: check whether the watch "
    "was left running, or rode in a car.",
    partial(_in_miles, FAST_IN_MILES, 1),
)
SLOW = sentence(
    "A pace of {pace} min/km over {distance} km is slower than {limit}: check whether the watch "
    "was left running, or rode in a car.",
    partial(_in_miles, SLOW_IN_MILES, 1),
)
FAR = sentence(
    "A distance of {distance} km is over {limit} km: check its unit and its entry.",
    partial(_in_miles, FAR_IN_MILES, 0),
)
LONG = sentence("A duration of {time} is over {limit} h: check whether the stop was forgotten.")
LONG_ELAPSED = sentence(
    "A time of {time} from start to stop is over {limit} days: check whether the stop was "
    "forgotten."
)
HEART = sentence("A heart rate of {rate} is over {highest}: check the sensor.")
HEAVY = sentence(
    "A set of {weight} kg is over {limit} kg: check the weight and its unit.", _in_pounds
)
REPS = sentence("A set of {reps} repetitions is over {most}: check the entry.")
EASTERNMOST = timedelta(hours=14)  # a wall clock without a zone is ahead of UTC by this at most


def doubts(session: Session, now: datetime) -> list[str]:
    """One sentence for each reason to doubt the session, with what to do; [] for none.

    `now` is aware. Limits are those of the load definitions: pace of a run outside 2:30 to
    20 min/km over at least 1 km, over 8 h, heart rate over 230, a set over 500 kg or
    100 repetitions, a start in the future. Ours are: no slow limit where a team trains or
    plays, a start before 2000 or over 30 years ago, over 7 days from start to stop, over
    1,000 km.
    """
    found = [
        _future(session, now),
        _past(session, now),
        _pace(session),
        _distance(session),
        _duration(session),
        _heart_rate(session),
        *_sets(session),
    ]
    return [said for said in found if said]


def _future(session: Session, now: datetime) -> str:
    if session.start_utc is not None:
        ahead = session.start_utc > now
    elif session.start_local is not None:
        ahead = session.start_local > (now + EASTERNMOST).replace(tzinfo=None)
    else:
        return ""
    start = session.start_local or session.start_utc
    return FUTURE.format(start=f"{start:%Y-%m-%d %H:%M}") if ahead else ""


def _past(session: Session, now: datetime) -> str:
    """One such session would start the athlete's calendar decades ago."""
    start = session.start_local or session.start_utc
    if start is None:
        return ""
    oldest = (now - OLDEST).replace(tzinfo=None)
    if start.year >= OLDEST_YEAR and start.replace(tzinfo=None) >= oldest:
        return ""
    return PAST.format(start=f"{start:%Y-%m-%d %H:%M}", year=OLDEST_YEAR, years=OLDEST_YEARS)


def _pace(session: Session) -> str:
    duration = session.moving_s or session.elapsed_s
    if session.kind != "run" or not duration or (session.distance_m or 0) < PACE_FROM_M:
        return ""
    kilometres = (session.distance_m or 0) / 1000
    pace = duration / kilometres
    if pace >= FASTEST_S_PER_KM and (pace <= SLOWEST_S_PER_KM or _TEAM_SPORT.search(session.sport)):
        return ""
    fast = pace < FASTEST_S_PER_KM
    said, limit = (FAST, FASTEST_S_PER_KM) if fast else (SLOW, SLOWEST_S_PER_KM)
    return said.format(pace=_minutes(pace), distance=f"{kilometres:.1f}", limit=_minutes(limit))


def _distance(session: Session) -> str:
    kilometres = (session.distance_m or 0) / 1000
    farthest = FARTHEST_M / 1000
    said = FAR.format(distance=f"{kilometres:.0f}", limit=f"{farthest:.0f}")
    return said if kilometres > farthest else ""


def _duration(session: Session) -> str:
    """Runs and the rest by moving time where known; lifts by the clock, rests included."""
    elapsed = session.elapsed_s or 0
    known = elapsed if session.kind == "lift" else session.moving_s or elapsed
    if known > LONGEST_S:
        return LONG.format(time=_hours(known), limit=LONGEST_H)
    said = LONG_ELAPSED.format(time=_hours(elapsed), limit=LONGEST_DAYS)
    return said if elapsed > LONGEST_ELAPSED_S else ""


def _heart_rate(session: Session) -> str:
    highest = max(session.avg_hr or 0, session.max_hr or 0)
    return HEART.format(rate=highest, highest=HIGHEST_HR) if highest > HIGHEST_HR else ""


def _sets(session: Session) -> list[str]:
    """The heaviest and the longest set, if they are beyond what people lift."""
    weight = max((lift.weight_kg or 0 for lift in session.sets), default=0)
    reps = max((lift.reps or 0 for lift in session.sets), default=0)
    heavy = HEAVY.format(weight=f"{weight:g}", limit=HEAVIEST_SET_KG)
    long = REPS.format(reps=reps, most=MOST_REPS)
    return [heavy] * (weight > HEAVIEST_SET_KG) + [long] * (reps > MOST_REPS)


def _hours(seconds: float) -> str:
    return f"{int(seconds) // 3600} h {int(seconds) % 3600 // 60:02d} min"


def _minutes(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"
