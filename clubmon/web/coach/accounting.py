"""What became of flags, month by month."""

from __future__ import annotations

from flask import Blueprint, render_template

from clubmon.flag.accounting import ENOUGH, FEW_ACTED_PCT
from clubmon.policy import Permission
from clubmon.web.coach import accounts
from clubmon.web.frame.access import context, requires, viewer

bp = Blueprint("accounting", __name__)


@bp.get("/accounting")
@requires(Permission.SEE_ACCOUNTING)
def show() -> str:
    """Of the viewer's own teams what they may see; for an admin the whole club in numbers."""
    return render_template(
        "accounting.html", accounts=accounts.accounts(context(), viewer()), fewest=ENOUGH,
        below=FEW_ACTED_PCT,
    )  # fmt: skip
