"""The physio's page: open referrals with the answers behind them; only a physio closes one."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from clubmon import people
from clubmon.policy import Permission
from clubmon.web import referral_list
from clubmon.web.access import context, referral_owner, requires, subject, viewer

bp = Blueprint("referrals", __name__)

LONGEST = 2000  # characters of a decision
NO_DECISION = "Nothing was closed: write the decision first, in a sentence or two."
TOO_LONG = f"Nothing was closed: the decision is longer than {LONGEST} characters; shorten it."


@bp.get("/referrals")
@requires(Permission.SEE_REFERRALS)
def overview() -> str:
    """Open referrals of this physio's teams, the most urgent first."""
    held = context()
    found = referral_list.open_ones(held.store, held.settings, viewer(), held.now())
    return render_template("referrals.html", referrals=found, longest=LONGEST)


@bp.post("/referral/<referral_id>/acknowledge")
@requires(Permission.HANDLE_REFERRAL, athlete="referral_id", find=referral_owner)
def acknowledge(referral_id: str) -> Response:
    """Say that a professional has read it. The first one counts."""
    held, who = context(), viewer().person_id
    held.store.execute(
        "app",
        "UPDATE app.referral SET acknowledged_at = ?, acknowledged_by = ? "
        "WHERE referral_id = ? AND acknowledged_at IS NULL",
        [held.now(), who, referral_id],
    )
    people.audit(
        held.store, who, "referral_acknowledged", subject().athlete_id, referral_id, held.now()
    )
    flash("Marked as read; nobody else is reminded.")
    return redirect("/referrals", 303)


@bp.post("/referral/<referral_id>/close")
@requires(Permission.HANDLE_REFERRAL, athlete="referral_id", find=referral_owner)
def close(referral_id: str) -> Response:
    """Record the decision, which closes it. The decision stays out of the audit log."""
    decision = request.form.get("decision", "").strip()
    if not decision:
        abort(400, NO_DECISION)
    if len(decision) > LONGEST:
        abort(400, TOO_LONG)
    held, who, now = context(), viewer().person_id, context().now()
    held.store.execute(
        "app",
        "UPDATE app.referral SET closed_at = ?, closed_by = ?, decision = ?, "
        "acknowledged_at = coalesce(acknowledged_at, ?), "
        "acknowledged_by = coalesce(acknowledged_by, ?) "
        "WHERE referral_id = ? AND closed_at IS NULL",
        [now, who, decision, now, who, referral_id],
    )
    people.audit(held.store, who, "referral_closed", subject().athlete_id, referral_id, now)
    flash("Closed, with your decision on record.")
    return redirect("/referrals", 303)
