"""The flags that one viewer may count, with what became of each, and the page made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from clubmon import policy
from clubmon.club import consenting, people
from clubmon.flag import accounting, flagview, rules, ruletypes, rulewords
from clubmon.flag.accounting import Month, Raised
from clubmon.flag.flagtypes import RULE_OF
from clubmon.policy import Consent, Permission, Role, Subject, Viewer
from clubmon.storage.store import Row, Store
from clubmon.web.frame.access import Context
from clubmon.words.language import Marked, _

MONTHS = 12
_FLAGS = """
SELECT f.flag_id, f.athlete_id, f.morning, f.rule, f.channel, f.uses_tightness, f.known_at,
    f.superseded_at, a.action, a.reason,
    least(a.acted_at, r.acknowledged_at, p.assigned_at) AS contact_at
FROM app.flag AS f
LEFT JOIN (
    SELECT flag_id, min(known_at) FILTER (action = 'acted') AS acted_at,
        arg_max(action, (known_at, action_id)) AS action,
        arg_max(coalesce(reason, ''), (known_at, action_id)) AS reason
    FROM app.flag_action WHERE action <> 'seen' GROUP BY flag_id
) AS a ON a.flag_id = f.flag_id
LEFT JOIN app.referral AS r
    ON f.tier = 3 AND r.referral_id = json_extract_string(f.inputs, '$.referral_id')
LEFT JOIN (
    SELECT g.flag_id, min(n.known_at) AS assigned_at
    FROM app.flag AS g INNER JOIN app.plan AS n ON n.athlete_id = g.athlete_id
        AND n.by_person_id <> '' AND n.known_at BETWEEN g.known_at AND g.known_at + INTERVAL 7 DAY
    WHERE g.uses_tightness GROUP BY g.flag_id
) AS p ON p.flag_id = f.flag_id
WHERE f.morning >= ? AND list_contains(?::VARCHAR[], f.athlete_id)
ORDER BY f.morning, f.flag_id
"""  # a drill that staff assigned in the flag's week is a contact, too; what nobody assigned is not


@dataclass(frozen=True, slots=True)
class Review:
    """The prompt to look at rules. `links`: the rule that raised most for nothing comes first."""

    month: date
    pct: int
    links: tuple[tuple[str, str], ...]  # address, title


@dataclass(frozen=True, slots=True)
class Account:
    """One table of months. `whole`: of the whole club, as numbers for who sees no athlete."""

    title: str
    whole: bool
    months: tuple[Month, ...]
    review: Review | None


def accounts(held: Context, who: Viewer) -> list[Account]:
    """What this viewer is shown: of their own teams, and as an admin of the club in numbers."""
    today = people.local_today(held.settings, None, held.now())
    about = list(consenting.subjects(held.store, held.settings, held.now()).values())
    found = []
    if who.has(Role.COACH) or who.has(Role.PHYSIO):
        own = [one for one in about if flagview.is_staff(who, one)]
        flags = raised(held.store, own, _since(today), lambda row, one: _shown(who, row, one))
        found.append(_account(held, who, _("Your teams"), flags, today, whole=False))
    if who.has(Role.ADMIN):
        flags = raised(held.store, about, _since(today), _agreed)
        found.append(_account(held, who, _("The club"), flags, today, whole=True))
    return found


def _shown(who: Viewer, row: Row, one: Subject) -> bool:
    return flagview.may_show(row["uses_tightness"], flagview.sight(who, one))


def _agreed(row: Row, one: Subject) -> bool:
    return (Consent.HEALTH if row["uses_tightness"] else Consent.LOAD) in one.consents


def raised(
    store: Store, about: Iterable[Subject], since: date, counts: Callable[[Row, Subject], bool]
) -> list[Raised]:
    """Flags of these athletes from a morning on, of those that `counts` says yes to."""
    of = {one.athlete_id: one for one in about}
    rows = store.rows(_FLAGS, [since, sorted(of)])
    return [_flag(row) for row in rows if counts(row, of[row["athlete_id"]])]


def _since(today: date) -> date:
    """The first day of the earliest month that is shown."""
    months = today.year * 12 + today.month - MONTHS
    return date(months // 12, months % 12 + 1, 1)


def _flag(row: Row) -> Raised:
    rule = RULE_OF.get(row["rule"], str(row["rule"]))
    dismissed = Marked(row["reason"].partition(": ")[0]) if row["action"] == "dismissed" else None
    return Raised(
        row["athlete_id"], row["morning"], (rule, row["channel"]), row["known_at"],
        row["contact_at"], dismissed, row["superseded_at"] is not None, row["flag_id"],
    )  # fmt: skip


def _account(
    held: Context, who: Viewer, title: str, flags: list[Raised], today: date, *, whole: bool
) -> Account:
    months = accounting.months(flags, hide_few=whole)
    asked = accounting.to_review(flags, today)
    told = {month.first for month in months if month.acted_pct is not None}
    review = None
    if asked and asked[0] in told:
        review = Review(*asked, _links(held, who, flags, asked[0], whole=whole))
    return Account(title, whole, tuple(months), review)


def _links(
    held: Context, who: Viewer, flags: list[Raised], first: date, *, whole: bool
) -> tuple[tuple[str, str], ...]:
    """The page of all rules, and before it the rule that raised most for nothing, if it is one
    that the viewer may change for the one team they coach.
    """
    if not policy.may(who, Permission.SEE_RULES):
        return ()
    every = (("/rules", _("All rules")),)
    teams = sorted(who.roles.get(Role.COACH, frozenset()) - {""})
    if whole or len(teams) != 1:
        return every
    slugs = {key: slug for slug, key in ruletypes.KEYS.items()}
    left = [one for one in accounting.least_acted(flags, first) if one in slugs][:1]
    in_force = rules.in_force(held.store, teams)
    own = [(f"/rules/{teams[0]}/{slugs[key]}", rulewords.title(in_force[key])) for key in left]
    return (*own, *every)
