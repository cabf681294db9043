"""A flag in plain sentences with numbers, for pages and mails alike; pure.

The coach reads of the athlete, the athlete is spoken to. The physio is also told why
someone should be seen by them. Sentences are in the language of who reads, see
clubmon.words.language.

A flag as flagview.on_morning gives it has days among its inputs: `since` when the flag stands
with this morning's numbers, or the `past` morning that its numbers are of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from math import isclose
from typing import Any, Literal

from clubmon.flag.flagtypes import REFERRALS, TIGHTNESS, TO_PHYSIO, Flag
from clubmon.load.channels import CHANNELS
from clubmon.words import daywords, language, units
from clubmon.words.language import N_, _

Reader = Literal["coach", "physio", "parent", "athlete"]
Answers = Mapping[date, tuple[int | None, int | None]]
"""Tightness (0-10) left and right, by local day."""
ANSWERS: tuple[Reader, ...] = ("physio", "parent")  # who reads what was answered

DAY = timedelta(days=1)
TIGHT_FROM = 4
HILLS = N_("With hills in these seven days.")
HILLS_THEN = N_("With hills in those seven days.")
SLEDS = N_("With sled work in these seven days.")
SLEDS_THEN = N_("With sled work in those seven days.")
WORDS = (
    N_("no"), N_("one"), N_("two"), N_("three"), N_("four"), N_("five"), N_("six"), N_("seven"),
    N_("eight"), N_("nine"), N_("ten"),
)  # fmt: skip
HAMSTRING = {
    "left": N_("Left hamstring"),
    "right": N_("Right hamstring"),
    "both": N_("Both hamstrings"),
}
OWN_HAMSTRING = {
    "left": N_("Your left hamstring"),
    "right": N_("Your right hamstring"),
    "both": N_("Both your hamstrings"),
}
PARTS = {"upper": N_("upper part"), "middle": N_("middle part"), "lower": N_("lower part")}
URGENCY = {
    "emergency": N_("Told to get help at once."),
    "same_day": N_("Told to see a clinician the same day."),
    "within_48_h": N_("Told to see a physio within 48 hours."),
    "within_days": N_("Told to see a clinician in the next few days."),
}


def reasons(flag: Flag, reader: Reader = "coach") -> list[str]:
    """One flag's reasons, the most telling first, as whole sentences."""
    if flag.rule in REFERRALS:
        return _referral(flag, reader)
    if flag.rule in (TIGHTNESS, TO_PHYSIO):
        loads = [_load(spike["rule"], spike["channel"], spike, reader) for spike in _spikes(flag)]
        return [*_tightness(flag, reader), *_flat(loads)]
    return _load(flag.rule, flag.channel, flag.inputs, reader)


def together(
    flags: Sequence[Flag], reader: Reader = "coach", answers: Answers | None = None
) -> list[str]:
    """Reasons of several flags of one athlete, the highest tier first, nothing said twice.

    A load that has a flag of its own is told with that flag's numbers only. Give flags that
    the reader may see, newest first. `answers`: the newest ones that the reader may see; where
    tightness is told of an earlier morning, what was answered since stands beside it.
    """
    own = {(flag.rule, flag.channel) for flag in flags if not flag.uses_tightness}
    found: list[str] = []
    tight = False
    for flag in sorted(flags, key=lambda flag: (-flag.tier, flag.rule != TO_PHYSIO)):
        if flag.rule in (TIGHTNESS, TO_PHYSIO):
            if not tight:
                found += [*_tightness(flag, reader), *_since(flag, answers or {})]
            tight = True
            extra = [s for s in _spikes(flag) if (s["rule"], s["channel"]) not in own]
            found += _flat(_load(s["rule"], s["channel"], s, reader) for s in extra)
        else:
            found += reasons(flag, reader)
    now_too = {
        str(then) for then, now in ((HILLS_THEN, HILLS), (SLEDS_THEN, SLEDS)) if str(now) in found
    }
    return [said for said in dict.fromkeys(found) if said not in now_too]


def amount(value: float, decimals: int = 1) -> str:
    """A figure for people: '54', '19.2', '2310'; no zeros after the point."""
    text = f"{value:.{decimals}f}"
    short = text.rstrip("0").rstrip(".") if "." in text else text
    return short.replace(".", language.decimal_sign())


def _flat(lists: Iterable[list[str]]) -> list[str]:
    return list(dict.fromkeys(sentence for found in lists for sentence in found))


def _spikes(flag: Flag) -> Sequence[Mapping[str, Any]]:
    spikes: Sequence[Mapping[str, Any]] = flag.inputs.get("spikes", ())
    return spikes


def _referral(flag: Flag, reader: Reader) -> list[str]:
    if reader == "athlete":
        return [_("Your answers in a check-in should be seen by a clinician.")]
    said = [str(URGENCY[flag.inputs["urgency"]])] if reader in ANSWERS else []
    if reader == "physio":
        return [_("Referred: it is yours to read and to close."), *said]
    return [_("Referred: the physio has been told."), *said]


def _load(rule: str, channel: str, inputs: Mapping[str, Any], reader: Reader) -> list[str]:
    said = _volume(channel, inputs, reader) if rule == "spike" else _run(rule, inputs, reader)
    past = "past" in inputs
    hills = [str(HILLS_THEN if past else HILLS)] if inputs.get("hill") else []
    sleds = [str(SLEDS_THEN if past else SLEDS)] if inputs.get("sled") else []
    return [_dated(said, rule, inputs), *hills, *sleds]


def _dated(said: str, rule: str, inputs: Mapping[str, Any]) -> str:
    """'…, since Mon 16 Nov.' or '…, on Mon 16 Nov.'; a run is told with its own day."""
    if "since" in inputs:
        since = daywords.short_day(inputs["since"])
        if rule == "spike":
            return _("{said}, since {day}.", said=said, day=since)
        return _("{said}, flagged since {day}.", said=said, day=since)
    if "past" not in inputs:
        return f"{said}."
    of = inputs["past"] if rule == "spike" else inputs["past"] - DAY
    return _("{said}, on {day}.", said=said, day=daywords.short_day(of))


def _volume(channel: str, inputs: Mapping[str, Any], reader: Reader) -> str:
    shown = CHANNELS[channel]
    v7, base = inputs["v7"], inputs["base"]
    week, compared = _pair(v7 / shown.divisor, base / shown.divisor, shown.unit)
    what = shown.of_athlete if reader == "athlete" else shown.of_coach
    return _compared(_is_usual(inputs), reader, bool(base)).format(
        what=what,
        week=f"{week} {shown.unit}",
        pct=f"{100 * (v7 / base - 1):.0f}" if base else "",
        compared=compared,
    )


def _compared(usual: bool, reader: Reader, known: bool) -> str:
    """The sentence for a week beside the usual one, or beside the one before it."""
    if not usual and not known:
        return _("{what} {week} in 7 days, above the {compared} of the week before")
    if not usual:
        return _("{what} {week} in 7 days, {pct} % above the {compared} of the week before")
    if reader == "athlete":
        if not known:
            return _("{what} {week} in 7 days, above your usual {compared}")
        return _("{what} {week} in 7 days, {pct} % above your usual {compared}")
    if not known:
        return _("{what} {week} in 7 days, above the usual {compared}")
    return _("{what} {week} in 7 days, {pct} % above the usual {compared}")


def _is_usual(inputs: Mapping[str, Any]) -> bool:
    """Whether the week is compared with the mean of four, not with the one before it."""
    return inputs.get("b4") is None or isclose(inputs["base"], inputs["b4"], rel_tol=1e-6)


def _pair(week: float, usual: float, unit: str) -> tuple[str, str]:
    of_distance = 0 if usual >= 20 else 1
    decimals = {"km": of_distance, "mi": of_distance, "t": 1, "klb": 1}.get(unit, 0)
    return amount(week, decimals), amount(usual, decimals)


def _run(rule: str, inputs: Mapping[str, Any], reader: Reader) -> str:
    longest, before = inputs["day_m"], inputs["previous_longest_m"]
    own = reader == "athlete"
    ran = _distance(longest)
    if rule == "return_to_run" or not before:
        said = (
            _("You ran {distance}, the first run in 30 days")
            if own
            else _("Ran {distance}, the first run in 30 days")
        )
        return said.format(distance=ran)
    said = (
        _("Your longest run was {distance}, {pct} % beyond any in 30 days ({before})")
        if own
        else _("Longest run {distance}, {pct} % beyond any in 30 days ({before})")
    )
    pct = f"{100 * (longest / before - 1):.0f}"
    return said.format(distance=ran, pct=pct, before=_distance(before))


def _distance(metres: float) -> str:
    return f"{amount(units.shown_distance(metres))} {units.distance()}"


def _tightness(flag: Flag, reader: Reader) -> list[str]:
    days = [day for day in flag.inputs["days"] if _worst(day) >= 0]
    tight = [day for day in days if _worst(day) >= TIGHT_FROM]
    found = [_score(tight, days, reader, past="past" in flag.inputs)] if tight else []
    if flag.rule == TO_PHYSIO:
        found += _physio(flag.inputs["days"], reader)
    return found


def _since(flag: Flag, answers: Answers) -> list[str]:
    """The newest answer, where it is of a day after those that the flag tells of."""
    told = max((date.fromisoformat(day["date"]) for day in flag.inputs["days"]), default=date.min)
    newest = max((day for day, legs in answers.items() if legs != (None, None)), default=told)
    if "past" not in flag.inputs or newest <= told:
        return []
    left, right = (_("no answer") if leg is None else f"{leg}/10" for leg in answers[newest])
    day = daywords.short_day(newest)
    return [_("Newest answer, {day}: left {left}, right {right}.", day=day, left=left, right=right)]


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
    where = "both" if len(legs) == 2 else legs[0]
    hamstring = (OWN_HAMSTRING if reader == "athlete" else HAMSTRING)[where]
    return _(
        "{hamstring} {score}, {how_long}.",
        hamstring=hamstring,
        score=f"{worst}/10" + (f", {PARTS[places.pop()]}" if len(places) == 1 else ""),
        how_long=_how_long(tight, days, past),
    )


def _how_long(
    tight: Sequence[Mapping[str, Any]], days: Sequence[Mapping[str, Any]], past: bool
) -> str:
    """How long it was tight; up to which day, where that was before the last morning."""
    dates = [date.fromisoformat(day["date"]) for day in tight]
    if len(dates) == 1:
        return _("on {day}", day=daywords.short_day(dates[0]))
    in_a_row = (dates[-1] - dates[0]).days == len(dates) - 1
    whole = in_a_row and tight[-1] is days[-1]
    until = daywords.short_day(date.fromisoformat(days[-1]["date"]))
    if past:
        said = (
            _("{number} days in a row to {until}")
            if whole
            else _("{score} or more on {number} of four days to {until}")
        )
    else:
        said = (
            _("{number} days in a row") if whole else _("{score} or more on {number} of four days")
        )
    return said.format(number=WORDS[len(dates)], score=TIGHT_FROM, until=until)


def _physio(days: Sequence[Mapping[str, Any]], reader: Reader) -> list[str]:
    if reader == "athlete":
        return [_("Please talk to your physio before you train.")]
    cannot = any(day.get("runs_normally") is False for day in days)
    said = [_("Says that running is not normal.")] if cannot and reader in ANSWERS else []
    last = _("For you to see first.") if reader == "physio" else _("For the physio to see first.")
    return [*said, last]
