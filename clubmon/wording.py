"""A flag in plain sentences with numbers, for pages and mails alike; pure.

The coach reads of the athlete, the athlete is spoken to. The physio is also told why
someone should be seen by them. Weekdays and days are in English, whatever the machine says.

A flag as flagview.on_morning gives it has days among its inputs: `since` when the flag stands
with this morning's numbers, or the `past` morning that its numbers are of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from math import isclose
from typing import Any, Literal

from clubmon import daywords
from clubmon.channels import CHANNELS
from clubmon.flagtypes import REFERRALS, TIGHTNESS, TO_PHYSIO, Flag

Reader = Literal["coach", "physio", "athlete"]

DAY = timedelta(days=1)
TIGHT_FROM = 4
HILLS, HILLS_THEN = "With hills in these seven days.", "With hills in those seven days."
SLEDS, SLEDS_THEN = "With sled work in these seven days.", "With sled work in those seven days."
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
URGENCY = {
    "emergency": "Told to get help at once.",
    "same_day": "Told to see a clinician the same day.",
    "within_48_h": "Told to see a physio within 48 hours.",
    "within_days": "Told to see a clinician in the next days.",
}


def reasons(flag: Flag, reader: Reader = "coach") -> list[str]:
    """One flag's reasons, the most telling first, as whole sentences."""
    if flag.rule in REFERRALS:
        return _referral(flag, reader)
    if flag.rule in (TIGHTNESS, TO_PHYSIO):
        loads = [_load(spike["rule"], spike["channel"], spike, reader) for spike in _spikes(flag)]
        return [*_tightness(flag, reader), *_flat(loads)]
    return _load(flag.rule, flag.channel, flag.inputs, reader)


def together(flags: Sequence[Flag], reader: Reader = "coach") -> list[str]:
    """Reasons of several flags of one athlete, the highest tier first, nothing said twice.

    A load that has a flag of its own is told with that flag's numbers only. Give flags that
    the reader may see, newest first.
    """
    own = {(flag.rule, flag.channel) for flag in flags if not flag.uses_tightness}
    found: list[str] = []
    tight = False
    for flag in sorted(flags, key=lambda flag: (-flag.tier, flag.rule != TO_PHYSIO)):
        if flag.rule in (TIGHTNESS, TO_PHYSIO):
            if not tight:
                found += _tightness(flag, reader)
            tight = True
            extra = [s for s in _spikes(flag) if (s["rule"], s["channel"]) not in own]
            found += _flat(_load(s["rule"], s["channel"], s, reader) for s in extra)
        else:
            found += reasons(flag, reader)
    now_too = {then for then, now in ((HILLS_THEN, HILLS), (SLEDS_THEN, SLEDS)) if now in found}
    return [said for said in dict.fromkeys(found) if said not in now_too]


def amount(value: float, decimals: int = 1) -> str:
    """A figure for people: '54', '19.2', '2310'; no zeros after the point."""
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _flat(lists: Iterable[list[str]]) -> list[str]:
    return list(dict.fromkeys(sentence for found in lists for sentence in found))


def _spikes(flag: Flag) -> Sequence[Mapping[str, Any]]:
    spikes: Sequence[Mapping[str, Any]] = flag.inputs.get("spikes", ())
    return spikes


def _referral(flag: Flag, reader: Reader) -> list[str]:
    if reader == "athlete":
        return ["Your answers in a check-in should be seen by a clinician."]
    said = [URGENCY[flag.inputs["urgency"]]] if reader == "physio" else []
    return ["Referred: the physio has been told.", *said]


def _load(rule: str, channel: str, inputs: Mapping[str, Any], reader: Reader) -> list[str]:
    said = _volume(channel, inputs, reader) if rule == "spike" else _run(rule, inputs, reader)
    past = "past" in inputs
    hills = [HILLS_THEN if past else HILLS] if inputs.get("hill") else []
    sleds = [SLEDS_THEN if past else SLEDS] if inputs.get("sled") else []
    return [f"{said}{_when(rule, inputs)}.", *hills, *sleds]


def _when(rule: str, inputs: Mapping[str, Any]) -> str:
    """', since Mon 16 Nov' or ', on Mon 16 Nov'; a run is told with its own day."""
    if "since" in inputs:
        since = "since" if rule == "spike" else "flagged since"
        return f", {since} {daywords.short_day(inputs['since'])}"
    if "past" not in inputs:
        return ""
    of = inputs["past"] if rule == "spike" else inputs["past"] - DAY
    return f", on {daywords.short_day(of)}"


def _volume(channel: str, inputs: Mapping[str, Any], reader: Reader) -> str:
    shown = CHANNELS[channel]
    v7, base = inputs["v7"], inputs["base"]
    week, compared = _pair(v7 / shown.divisor, base / shown.divisor, shown.unit)
    above = f"{100 * (v7 / base - 1):.0f} % above" if base else "above"
    usual = "your usual" if reader == "athlete" else "the usual"
    with_what = f"{usual} {compared}" if _is_usual(inputs) else f"the {compared} of the week before"
    what = shown.of_athlete if reader == "athlete" else shown.of_coach
    return f"{what} {week} {shown.unit} in 7 days, {above} {with_what}"


def _is_usual(inputs: Mapping[str, Any]) -> bool:
    """Whether the week is compared with the mean of four, not with the one before it."""
    return inputs.get("b4") is None or isclose(inputs["base"], inputs["b4"], rel_tol=1e-6)


def _pair(week: float, usual: float, unit: str) -> tuple[str, str]:
    decimals = {"km": 0 if usual >= 20 else 1, "t": 1}.get(unit, 0)
    return amount(week, decimals), amount(usual, decimals)


def _run(rule: str, inputs: Mapping[str, Any], reader: Reader) -> str:
    longest, before = inputs["day_m"], inputs["previous_longest_m"]
    who = "You ran" if reader == "athlete" else "Ran"
    if rule == "return_to_run" or not before:
        return f"{who} {amount(longest / 1000)} km, the first run in 30 days"
    what = "Your longest run was" if reader == "athlete" else "Longest run"
    pct = f"{100 * (longest / before - 1):.0f}"
    return (
        f"{what} {amount(longest / 1000)} km, {pct} % beyond any in 30 days "
        f"({amount(before / 1000)} km)"
    )


def _tightness(flag: Flag, reader: Reader) -> list[str]:
    days = [day for day in flag.inputs["days"] if _worst(day) >= 0]
    tight = [day for day in days if _worst(day) >= TIGHT_FROM]
    found = [_score(tight, days, reader, past="past" in flag.inputs)] if tight else []
    if flag.rule == TO_PHYSIO:
        found += _physio(flag.inputs["days"], reader)
    return found


def _worst(day: Mapping[str, Any]) -> int:
    return max(-1 if day[leg] is None else int(day[leg]) for leg in ("left", "right"))


def _score(
    tight: Sequence[Mapping[str, Any]],
    days: Sequence[Mapping[str, Any]],
    reader: Reader,
    *,
    past: bool,
) -> str:
    last = tight[-1]
    worst = _worst(last)
    legs = [leg for leg in ("left", "right") if last[leg] == worst]
    places = {last[f"{leg}_place"] for leg in legs} - {None}
    place = f", {places.pop()} part" if len(places) == 1 else ""
    hamstring = "both hamstrings" if len(legs) == 2 else f"{legs[0]} hamstring"
    whose = f"Your {hamstring}" if reader == "athlete" else hamstring.capitalize()
    return f"{whose} {worst}/10{place}, {_how_long(tight, days, past)}."


def _how_long(
    tight: Sequence[Mapping[str, Any]], days: Sequence[Mapping[str, Any]], past: bool
) -> str:
    """How long it was tight; up to which day, where that was before the last morning."""
    dates = [date.fromisoformat(day["date"]) for day in tight]
    if len(dates) == 1:
        return f"on {daywords.short_day(dates[0]) if past else daywords.weekday(dates[0])}"
    in_a_row = (dates[-1] - dates[0]).days == len(dates) - 1
    until = f" to {daywords.short_day(date.fromisoformat(days[-1]['date']))}" if past else ""
    if in_a_row and tight[-1] is days[-1]:
        return f"{WORDS[len(dates)]} days in a row{until}"
    return f"{TIGHT_FROM} or more on {WORDS[len(dates)]} of four days{until}"


def _physio(days: Sequence[Mapping[str, Any]], reader: Reader) -> list[str]:
    if reader == "athlete":
        return ["Please talk to your physio before you train."]
    cannot = any(day.get("runs_normally") is False for day in days)
    said = ["Says that running is not normal."] if cannot and reader == "physio" else []
    return [*said, "For the physio to see first."]
