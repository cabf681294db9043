"""The rules of a club and its teams as its pages show them; what a change would have raised."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from clubmon import policy
from clubmon.club import consenting, people
from clubmon.club.people import Team
from clubmon.flag import preview, rules, ruletypes, rulewords
from clubmon.flag.preview import Count, Preview
from clubmon.flag.ruletypes import CLUB, KEYS, Key, Rule, RuleError
from clubmon.policy import Consent, Permission, Role, Viewer
from clubmon.web.frame import views
from clubmon.web.frame.access import THE_CLUB, Context
from clubmon.words.language import N_, _, ngettext

NOTHING_CHANGES = N_(
    "Nothing would change: every value is as it is in force here now; change one first."
)
SHIPPED = N_("shipped")
FIELDS = (
    "enabled", "threshold", "basis", "floor_base", "floor_rise", "hold_days", "rearm_days",
    "week", "percentile", "from_day",
)  # fmt: skip


FEWEST = 5  # athletes: a number of fewer would tell an admin of one of them


@dataclass(frozen=True, slots=True)
class Line:
    """A version in words. `own`: of this scope, not taken over from the club."""

    slug: str
    rule: Rule
    title: str
    sentence: str
    by: str
    own: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """The club (no team) or one team, with the rules in force there."""

    team: Team | None
    may_change: bool
    lines: tuple[Line, ...] = ()

    @property
    def name(self) -> str:
        """For headings."""
        return self.team.name if self.team else _("The club")

    @property
    def slug(self) -> str:
        """As it stands in addresses."""
        return self.team.team_id if self.team else THE_CLUB

    @property
    def team_id(self) -> str:
        """As it stands in `app.rule`."""
        return self.team.team_id if self.team else CLUB


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that may be saved. `fields`: what the form sends again to do so."""

    rule: Rule
    fields: Mapping[str, str]
    changes: list[tuple[str, str, str]]
    to_club: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """What the last 28 mornings would have had, as far as the viewer may see it.

    `names`: athlete id, name, flags as it is, flags with the change.
    """

    found: Preview
    headline: str
    every: str
    kinds: list[str]
    counted: str
    names: list[tuple[str, str, int, int]]


def scopes(held: Context, who: Viewer) -> list[Scope]:
    """The club and the teams whose rules the viewer may see."""
    teams: list[Team | None] = [None, *people.teams(held.store)]
    found = [scope(who, team) for team in teams]
    seen = [one for one in found if policy.may(who, Permission.SEE_RULES_OF, team_id=one.team_id)]
    return [Scope(one.team, one.may_change, _lines(held, one)) for one in seen]


def scope(who: Viewer, team: Team | None) -> Scope:
    """One scope, without its rules."""
    team_id = team.team_id if team else CLUB
    return Scope(team, policy.may(who, Permission.CHANGE_RULES, team_id=team_id))


def in_force(held: Context, of: Scope, key: Key) -> Rule:
    """The rule that counts there."""
    return rules.in_force(held.store, [of.team_id])[key]


def history(held: Context, of: Scope, key: Key) -> list[Line]:
    """Every version of this scope's own, the newest first."""
    return [_line(held, of, one) for one in rules.history(held.store, of.team_id, key)]


def line(held: Context, of: Scope, rule: Rule) -> Line:
    """The rule in words."""
    return _line(held, of, rule)


def proposal(held: Context, of: Scope, key: Key, form: Mapping[str, str]) -> Proposal:
    """The change that a form asks for; raises RuleError where it asks for none or a wrong one."""
    now = in_force(held, of, key)
    if form.get("follow") == THE_CLUB:
        return _back(held, of, key, now)
    new = ruletypes.proposed(now, of.team_id, form)
    if ruletypes.same(now, new):
        raise RuleError(str(NOTHING_CHANGES))
    fields = {name: form[name] for name in FIELDS if name in form}
    return Proposal(new, fields, rulewords.changes(now, new), to_club=False)


def values(rule: Rule, form: Mapping[str, str]) -> dict[str, str]:
    """What stands in the form's fields: what was sent, else the rule in force."""
    found = {
        "enabled": "yes" if rule.enabled else "no",
        "threshold": str(rule.threshold_pct),
        "basis": rule.basis,
        "floor_base": ruletypes.shown(rule.floor_base, rule.of_channel),
        "floor_rise": ruletypes.shown(rule.floor_rise, rule.of_channel),
        "hold_days": str(rule.hold_days),
        "rearm_days": str(rule.rearm_days),
        "week": rule.week,
        "percentile": "" if rule.percentile is None else str(rule.percentile),
        "from_day": str(rule.from_day),
    }
    return found | {name: form[name] for name in FIELDS if name in form}


def shown(held: Context, who: Viewer, of: Scope, new: Rule) -> Shown | None:
    """The preview for this viewer; None before the first rebuild, and for a rule without flags.

    An admin is shown the numbers of all who share their loads. Everybody else is shown what
    comes from athletes whose loads they may see, and only their names are shown to anybody.
    """
    last = views.figures_until(held.store)
    if last is None or new.rule == "acwr":
        return None
    counted, seen = _athletes(held, who, of)
    last_morning = last + timedelta(days=1)
    found = preview.preview(held.store, new, counted, last_morning, held.now())
    return _said(held, who, of, found, seen) if found else None


def _said(held: Context, who: Viewer, of: Scope, found: Preview, seen: frozenset[str]) -> Shown:
    names = {one.person.person_id: one.person.name for one in people.athletes(held.store)}
    every = _(
        "All load rules together: {flags} (as it is: {now}).",
        flags=_flags(found.every.then), now=_short(found.every.now),
    )  # fmt: skip
    kinds = [
        _("{kind}: {flags} (as it is: {now}).", kind=rulewords.of_flag(kind),
          flags=_flags(both.then), now=_short(both.now))
        for kind, both in found.kinds.items()
    ]  # fmt: skip
    return Shown(
        found,
        _("The last {mornings} mornings would have had {flags} (with the rule as it is: {now}).",
          mornings=preview.MORNINGS, flags=_flags(found.own.then), now=_short(found.own.now)),
        every,
        kinds if len(kinds) > 1 else [],
        _counted(who, of, found.looked_at),
        [(one, names[one], *counts) for one, counts in found.of_athlete.items() if one in seen],
    )  # fmt: skip


def _athletes(held: Context, who: Viewer, of: Scope) -> tuple[frozenset[str], frozenset[str]]:
    """Ids that count for this viewer, and those of them whose names may be shown."""
    about = [
        one
        for one in consenting.subjects(held.store, held.settings, held.now()).values()
        if Consent.LOAD in one.consents and (of.team is None or of.team_id in one.teams)
    ]
    seen = frozenset(one.athlete_id for one in about if policy.sees_load(who, one))
    everybody = frozenset(one.athlete_id for one in about)
    told = who.has(Role.ADMIN) and len(everybody) >= FEWEST
    return (everybody if told else seen), seen


def _counted(who: Viewer, of: Scope, count: int) -> str:
    athletes, scope = _people(count), of.team.name if of.team else _("the club")
    if who.has(Role.ADMIN) and count < FEWEST:
        return _(
            "Of fewer than {fewest} athletes only those are counted whose loads you may see.",
            fewest=FEWEST,
        )
    if who.has(Role.ADMIN):
        return _(
            "Counted: {athletes} of {scope} who share their loads. Names are shown to their "
            "coaches only.",
            athletes=athletes,
            scope=scope,
        )
    return _(
        "Counted: {athletes} of {scope} whose loads you may see.", athletes=athletes, scope=scope
    )


def _flags(count: Count) -> str:
    if not count.flags:
        return _("no flags for no athletes")
    flags = ngettext("{n} flag", "{n} flags", count.flags)
    return _("{flags} for {athletes}", flags=flags, athletes=_people(count.athletes))


def _short(count: Count) -> str:
    return _("{flags} for {athletes}", flags=count.flags, athletes=count.athletes)


def _people(count: int) -> str:
    return ngettext("{n} athlete", "{n} athletes", count) if count else _("no athletes")


def _back(held: Context, of: Scope, key: Key, now: Rule) -> Proposal:
    if of.team is None or now.team_id == CLUB:
        raise RuleError(_("Nothing would change: the club's rule is in force here already."))
    club = rules.in_force(held.store, ())[key]
    return Proposal(
        ruletypes.back_to_club(now), {"follow": THE_CLUB}, rulewords.changes(now, club), True
    )


def _lines(held: Context, of: Scope) -> tuple[Line, ...]:
    found = rules.in_force(held.store, [of.team_id])
    return tuple(_line(held, of, found[key]) for key in KEYS.values())


def _line(held: Context, of: Scope, rule: Rule) -> Line:
    slug = next(slug for slug, key in KEYS.items() if key == rule.key)
    who = people.person(held.store, rule.by_person_id) if rule.by_person_id else None
    by = SHIPPED if rule.by_person_id is None else who.name if who else people.GONE
    said = _("As the club.") if rule.inherits else rulewords.sentence(rule)
    return Line(slug, rule, rulewords.title(rule), _unbroken(said), by, rule.team_id == of.team_id)


def _unbroken(sentence: str) -> str:
    """A sentence whose numbers stay on one line with the word or sign after them."""
    return re.sub(r"(?<=\d) (?=\S)", "\u00a0", sentence)
