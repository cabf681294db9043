"""Whether drills reach athletes without a coach: a choice of the club and of each team."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from clubmon import policy
from clubmon.club import people
from clubmon.club.people import Team
from clubmon.drill import proposals
from clubmon.drill.proposals import CLUB, ProposalsChanged, Setting
from clubmon.policy import Permission
from clubmon.web.frame.access import THE_CLUB, context, requires, team, viewer
from clubmon.words.language import N_, _

bp = Blueprint("proposals", __name__)

CHOICES: dict[str, bool | None] = {"yes": True, "no": False, "club": None}
LABELS = {
    True: N_("Drills reach athletes at once"),
    False: N_("A coach or physio assigns each drill"),
    None: N_("As the club"),
}
INCOMPLETE = N_("Nothing was saved: choose one of the answers on the page.")


@dataclass(frozen=True, slots=True)
class Scope:
    """The club (no team) or a team, with its choice and who made it."""

    team: Team | None
    setting: Setting
    by: str | None
    may_change: bool

    @property
    def slug(self) -> str:
        """As it stands in addresses."""
        return self.team.team_id if self.team else THE_CLUB


@bp.get("/proposals")
@requires(Permission.SEE_RULES)
def show() -> str:
    """The club and the viewer's teams."""
    teams: list[Team | None] = [None, *people.teams(context().store)]
    seen = [one for one in teams if _may(Permission.SEE_RULES_OF, one)]
    return render_template("proposals.html", scopes=[_scope(one) for one in seen], labels=LABELS)


@bp.post("/proposals/<scope>")
@requires(Permission.CHANGE_RULES)
def save(scope: str) -> Response:
    """Save a choice as the next version."""
    held, of = context(), team()
    chosen, seen = request.form.get("reaches", ""), request.form.get("based_on", "")
    if chosen not in CHOICES or (of is None and chosen == "club"):
        abort(400, INCOMPLETE)
    if not re.fullmatch("[0-9]{1,9}", seen):
        abort(400, INCOMPLETE)
    team_id, by = of.team_id if of else CLUB, viewer().person_id
    try:
        saved = proposals.save(held.store, team_id, CHOICES[chosen], int(seen), by, held.now())
    except ProposalsChanged as error:
        abort(409, str(error))
    people.audit(
        held.store, by, "proposals_changed", team_id, f"version {saved.version}", held.now()
    )
    flash(_("Saved; it counts from now on. Plans that run go on."))
    return redirect("/proposals", 303)


def _may(permission: Permission, of: Team | None) -> bool:
    return policy.may(viewer(), permission, team_id=of.team_id if of else CLUB)


def _scope(of: Team | None) -> Scope:
    held = context()
    setting = proposals.newest(held.store, of.team_id if of else CLUB)
    who = people.person(held.store, setting.by_person_id) if setting.by_person_id else None
    by = who.name if who else str(people.GONE) if setting.by_person_id else None
    return Scope(of, setting, by, _may(Permission.CHANGE_RULES, of))
