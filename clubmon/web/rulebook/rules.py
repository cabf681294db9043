"""Rules of the club and its teams: read, try on the last 28 mornings, save as a new version."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from clubmon.club import people
from clubmon.flag import rules, rulewords
from clubmon.flag.rules import RuleChanged
from clubmon.flag.ruletypes import BASES, KEYS, THRESHOLDS, WEEKS, Key, RuleError
from clubmon.policy import Permission
from clubmon.web.frame.access import context, requires, team, viewer
from clubmon.web.rulebook import rulepage
from clubmon.web.rulebook.rulepage import Proposal, Scope
from clubmon.words.language import N_

bp = Blueprint("rules", __name__)

SAVED = N_(
    "Saved as version {version}; it counts from the next nightly run on. Flags so far stand."
)
INCOMPLETE = N_("Nothing was saved: the form was not complete; open the rule again.")


@bp.get("/rules")
@requires(Permission.SEE_RULES)
def overview() -> str:
    """The club and the viewer's teams, with the rules in force."""
    return render_template("rules.html", scopes=rulepage.scopes(context(), viewer()))


@bp.get("/rules/<scope>/<slug>")
@requires(Permission.SEE_RULES_OF)
def show(scope: str, slug: str) -> tuple[str, int]:
    """One rule with its history and, for who may change it, the form.

    With the form's fields in the address: what the last 28 mornings would have had. Writes nothing.
    """
    of, key = rulepage.scope(viewer(), team()), _key(slug)
    asked = request.args.to_dict()
    if not asked:
        return _page(of, key), 200
    if not of.may_change:
        abort(404)
    try:
        proposal = rulepage.proposal(context(), of, key, asked)
    except RuleError as error:
        return _page(of, key, asked, error=str(error)), 400
    return _page(of, key, asked, proposal), 200


@bp.post("/rules/<scope>/<slug>")
@requires(Permission.CHANGE_RULES)
def save(scope: str, slug: str) -> Response:
    """Save a change as the next version."""
    held, of, key = context(), rulepage.scope(viewer(), team()), _key(slug)
    by, based_on = viewer().person_id, _based_on()
    try:
        rules.check_newest(held.store, of.team_id, key, based_on)
        proposal = rulepage.proposal(held, of, key, request.form.to_dict())
        saved = rules.save(held.store, proposal.rule, based_on, by, held.now())
    except RuleChanged as error:
        abort(409, str(error))
    except RuleError as error:
        abort(400, str(error))
    detail = f"{slug} version {saved.version}"
    people.audit(held.store, by, "rule_changed", of.team_id, detail, held.now())
    flash(SAVED.format(version=saved.version))
    return redirect("/rules", 303)


def _page(
    of: Scope,
    key: Key,
    asked: Mapping[str, str] | None = None,
    proposal: Proposal | None = None,
    error: str | None = None,
) -> str:
    held = context()
    now = rulepage.in_force(held, of, key)
    history = rulepage.history(held, of, key)
    return render_template(
        "rule.html",
        of=of,
        now=rulepage.line(held, of, now),
        history=history,
        based_on=history[0].rule.version if history else 0,
        values=rulepage.values(now, asked or {}),
        thresholds=[(one, f"{one} %") for one in THRESHOLDS],
        bases=[(one, rulewords.BASES[one]) for one in BASES],
        weeks=[(one, rulewords.WEEKS[one]) for one in WEEKS],
        proposal=proposal,
        shown=rulepage.shown(held, viewer(), of, proposal.rule) if proposal else None,
        error=error,
    )


def _based_on() -> int:
    """The newest version that the form was made from."""
    said = request.form.get("based_on", "")
    return int(said) if re.fullmatch("[0-9]{1,9}", said) else abort(400, INCOMPLETE)


def _key(slug: str) -> Key:
    return KEYS[slug] if slug in KEYS else abort(404)
