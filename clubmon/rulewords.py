"""Rules in plain words; pure."""

from __future__ import annotations

from clubmon.ruletypes import Rule, shown

BASES = {
    "max": "larger of last week and 4-week mean",
    "literal": "last week, the literal figure",
    "four_week": "4-week mean",
}
WEEKS = {"rolling": "any seven days in a row", "calendar": "Monday to Sunday"}
_COMPARED = {
    "max": "both last week and the four-week mean",
    "literal": "last week",
    "four_week": "the four-week mean",
}
_FLOORED = {"max": "the four-week mean", "literal": "last week", "four_week": "the four-week mean"}
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

Fact = tuple[str, str]


def title(rule: Rule) -> str:
    """Its heading: 'Running, week', 'Single run', 'Acute:chronic ratios'."""
    channel = rule.of_channel
    if rule.rule == "single_run":
        return "Single run"
    return f"{channel.label}, week" if channel else "Acute:chronic ratios"


def sentence(rule: Rule) -> str:
    """What it does, in a sentence or two."""
    if rule.rule == "acwr":
        return "The pages show the ratios." if rule.enabled else "The pages show no ratios."
    if not rule.enabled:
        return "Raises no flag."
    return _single_run(rule) if rule.rule == "single_run" else _week(rule)


def facts(rule: Rule) -> list[Fact]:
    """Every value that can be chosen, with its name, in the order of the form."""
    state = ("State", "on" if rule.enabled else "off")
    if rule.rule == "acwr":
        return [state]
    found = [
        state,
        ("Threshold", f"{rule.threshold_pct} %"),
        ("Floor", amount(rule, rule.floor_base)),
        ("Least rise", amount(rule, rule.floor_rise)),
        ("Quiet days before it opens again", str(rule.rearm_days)),
    ]
    return found if rule.rule == "single_run" else [*found, *_week_facts(rule)]


def changes(old: Rule, new: Rule) -> list[tuple[str, str, str]]:
    """What differs: name, before, after."""
    return [
        (name, before, after)
        for (name, before), (_, after) in zip(facts(old), facts(new), strict=True)
        if before != after
    ]


def amount(rule: Rule, base: int) -> str:
    """Base units with the channel's unit: '10 km'."""
    channel = rule.of_channel
    return f"{shown(base, channel)} {channel.metric}" if channel else str(base)


def of_flag(rule: str) -> str:
    """The kind of a flag that a rule raised."""
    return {"single_run": "Single run", "return_to_run": "Return to run"}.get(rule, "Week")


def _week_facts(rule: Rule) -> list[Fact]:
    percentile = "off" if rule.percentile is None else _ordinal(rule.percentile)
    return [
        ("Compared with", BASES[rule.basis]),
        ("Mornings in a row", str(rule.hold_days)),
        ("Week", WEEKS[rule.week]),
        ("Own percentile", percentile),
        ("First day of history", str(rule.from_day)),
    ]


def _week(rule: Rule) -> str:
    held = _times(rule.hold_days, "morning", "mornings in a row")
    said = (
        f"Raises a flag when a week is more than {rule.threshold_pct} % above "
        f"{_COMPARED[rule.basis]}, {_FLOORED[rule.basis]} is at least "
        f"{amount(rule, rule.floor_base)} and the rise at least {amount(rule, rule.floor_rise)}, "
        f"on {held}"
    )
    if rule.percentile is not None:
        said += (
            f", if the week also reaches the {_ordinal(rule.percentile)} percentile of the "
            "athlete's own last 26 weeks"
        )
    weeks = " Weeks run from Monday to Sunday." if rule.week == "calendar" else ""
    return f"{said}.{weeks} {_again(rule)} From day {rule.from_day} of the history."


def _single_run(rule: Rule) -> str:
    return (
        f"Raises a flag when a run of at least {amount(rule, rule.floor_base)} is more than "
        f"{rule.threshold_pct} % and at least {amount(rule, rule.floor_rise)} longer than the "
        "longest of the 30 days before, and for the first run after 30 days without one. "
        f"{_again(rule)}"
    )


def _again(rule: Rule) -> str:
    return f"Opens again after {_times(rule.rearm_days, 'quiet day', 'quiet days')}."


def _times(count: int, one: str, many: str) -> str:
    word = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    return f"{word} {one if count == 1 else many}"


def _ordinal(number: int) -> str:
    ending = (
        "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    )
    return f"{number}{ending}"
