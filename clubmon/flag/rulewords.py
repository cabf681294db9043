"""Rules in plain words; pure."""

from __future__ import annotations

from clubmon.flag.ruletypes import Rule, shown
from clubmon.words import language
from clubmon.words.language import N_, _, ngettext

BASES = {
    "max": N_("both last week and 4-week mean"),
    "literal": N_("last week, the literal figure"),
    "four_week": N_("4-week mean"),
}
WEEKS = {"rolling": N_("any seven days in a row"), "calendar": N_("Monday to Sunday")}
_WEEK = {
    "max": N_(
        "Raises a flag when a week is more than {pct} % above both last week and the four-week "
        "mean, the four-week mean is at least {floor} and the rise at least {rise}, {held}."
    ),
    "literal": N_(
        "Raises a flag when a week is more than {pct} % above last week, last week is at least "
        "{floor} and the rise at least {rise}, {held}."
    ),
    "four_week": N_(
        "Raises a flag when a week is more than {pct} % above the four-week mean, the four-week "
        "mean is at least {floor} and the rise at least {rise}, {held}."
    ),
}
_NUMBERS = (
    N_("no"), N_("one"), N_("two"), N_("three"), N_("four"), N_("five"), N_("six"), N_("seven"),
    N_("eight"), N_("nine"), N_("ten"),
)  # fmt: skip
_ORDINALS = {1: N_("{n}st"), 2: N_("{n}nd"), 3: N_("{n}rd")}
_TH = N_("{n}th")

Fact = tuple[str, str]


def title(rule: Rule) -> str:
    """Its heading: 'Running, week', 'Single run', 'Acute:chronic ratios'."""
    channel = rule.of_channel
    if rule.rule == "single_run":
        return _("Single run")
    return _("{channel}, week", channel=channel.label) if channel else _("Acute:chronic ratios")


def sentence(rule: Rule) -> str:
    """What it does, in a sentence or two."""
    if rule.rule == "acwr":
        return _("The pages show the ratios.") if rule.enabled else _("The pages show no ratios.")
    if not rule.enabled:
        return _("Raises no flag.")
    return _single_run(rule) if rule.rule == "single_run" else _week(rule)


def facts(rule: Rule) -> list[Fact]:
    """Every value that can be chosen, with its name, in the order of the form."""
    state = (_("State"), _("on") if rule.enabled else _("off"))
    if rule.rule == "acwr":
        return [state]
    found = [
        state,
        (_("Threshold"), f"{rule.threshold_pct} %"),
        (_("Floor"), amount(rule, rule.floor_base)),
        (_("Least rise"), amount(rule, rule.floor_rise)),
        (_("Quiet days before it opens again"), str(rule.rearm_days)),
    ]
    return found if rule.rule == "single_run" else [*found, *_week_facts(rule)]


def changes(old: Rule, new: Rule) -> list[tuple[str, str, str]]:
    """What differs: name, before, after."""
    return [
        (name, before, after)
        for (name, before), (_name, after) in zip(facts(old), facts(new), strict=True)
        if before != after
    ]


def amount(rule: Rule, base: int) -> str:
    """Base units with the channel's unit: '10 km'."""
    channel = rule.of_channel
    if channel is None:
        return str(base)
    return f"{shown(base, channel).replace('.', language.decimal_sign())} {channel.metric}"


def of_flag(rule: str) -> str:
    """The kind of a flag that a rule raised."""
    kinds = {"single_run": _("Single run"), "return_to_run": _("Return to run")}
    return kinds.get(rule, _("Week"))


def _week_facts(rule: Rule) -> list[Fact]:
    percentile = _("off") if rule.percentile is None else _ordinal(rule.percentile)
    return [
        (_("Compared with"), str(BASES[rule.basis])),
        (_("Mornings in a row"), str(rule.hold_days)),
        (_("Week"), str(WEEKS[rule.week])),
        (_("Own percentile"), percentile),
        (_("First day of history"), str(rule.from_day)),
    ]


def _week(rule: Rule) -> str:
    held = ngettext(
        "on one morning", "on {number} mornings in a row", rule.hold_days,
        number=_word(rule.hold_days),
    )  # fmt: skip
    said = [
        _WEEK[rule.basis].format(
            pct=rule.threshold_pct,
            floor=amount(rule, rule.floor_base),
            rise=amount(rule, rule.floor_rise),
            held=held,
        )
    ]
    if rule.percentile is not None:
        said.append(
            _(
                "It must also reach the {nth} percentile of the athlete's own last 26 weeks.",
                nth=_ordinal(rule.percentile),
            )
        )
    if rule.week == "calendar":
        said.append(_("Weeks run from Monday to Sunday."))
    return " ".join([*said, _again(rule), _("From day {n} of the history.", n=rule.from_day)])


def _single_run(rule: Rule) -> str:
    said = _(
        "Raises a flag when a run of at least {floor} is more than {pct} % and at least {rise} "
        "longer than the longest of the 30 days before, and for the first run after 30 days "
        "without one.",
        floor=amount(rule, rule.floor_base),
        pct=rule.threshold_pct,
        rise=amount(rule, rule.floor_rise),
    )
    return f"{said} {_again(rule)}"


def _again(rule: Rule) -> str:
    return ngettext(
        "Opens again after one quiet day.", "Opens again after {number} quiet days.",
        rule.rearm_days, number=_word(rule.rearm_days),
    )  # fmt: skip


def _word(count: int) -> str:
    return str(_NUMBERS[count] if count < len(_NUMBERS) else count)


def _ordinal(number: int) -> str:
    teen = 10 <= number % 100 <= 20
    return (_TH if teen else _ORDINALS.get(number % 10, _TH)).format(n=number)
