"""The physio's page: open referrals with the answers behind them; only a physio closes one."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from clubmon.hamstring import referrals as records
from clubmon.policy import Permission
from clubmon.web.frame.access import context, referral_owner, requires, viewer
from clubmon.web.physio import answer_list, plan_list, referral_list
from clubmon.words.language import N_, _

bp = Blueprint("referrals", __name__)

LONGEST = 2000  # characters of a decision
NO_DECISION = N_("Nothing was closed: write the decision first, in a sentence or two.")
TOO_LONG = N_("Nothing was closed: the decision is longer than {longest} characters; shorten it.")


@bp.get("/referrals")
@requires(Permission.SEE_REFERRALS)
def overview() -> str:
    """Open referrals of this physio's teams, the most urgent first; then plans and answers, and
    what was closed."""
    held = context()
    found = referral_list.open_ones(held.store, held.settings, viewer(), held.now())
    closed = referral_list.closed_ones(held.store, held.settings, viewer(), held.now())
    answers = answer_list.recent(held.store, held.settings, viewer(), held.now())
    return render_template(
        "referrals.html",
        referrals=found,
        closed=closed,
        answers=answers,
        plans=plan_list.ended(held, viewer()),
        longest=LONGEST,
    )


@bp.post("/referral/<referral_id>/acknowledge")
@requires(Permission.HANDLE_REFERRAL, athlete="referral_id", find=referral_owner)
def acknowledge(referral_id: str) -> Response:
    """Say that a professional has read it. The first one counts."""
    held = context()
    records.acknowledge(held.store, referral_id, viewer().person_id, held.now())
    flash(_("Marked as read; nobody else is reminded."))
    return redirect("/referrals", 303)


@bp.post("/referral/<referral_id>/close")
@requires(Permission.HANDLE_REFERRAL, athlete="referral_id", find=referral_owner)
def close(referral_id: str) -> Response:
    """Record the decision, which closes it; the first one stays. It stays out of the audit log."""
    decision = request.form.get("decision", "").strip()
    if not decision:
        abort(400, NO_DECISION)
    if len(decision) > LONGEST:
        abort(400, TOO_LONG.format(longest=LONGEST))
    held = context()
    new = records.close(held.store, referral_id, viewer().person_id, decision, held.now())
    closed_before = _("It was closed already; the decision on record stays.")
    flash(_("Closed, with your decision on record.") if new else closed_before)
    return redirect("/referrals", 303)
