"""Sessions that can hardly be true: what each says, why it is doubted, and keep, mend or drop.

One page per athlete, open to whoever may see that athlete's loads, and one of all athletes for
coach and physio. Every decision can be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from clubmon.arrival import doubtful, mending
from clubmon.arrival.doubtful import DecisionRefused, Doubtful
from clubmon.club import people
from clubmon.policy import Permission
from clubmon.web.frame import sight, sports
from clubmon.web.frame.access import context, requires, subject, viewer
from clubmon.web.frame.sight import Seen
from clubmon.words import daywords
from clubmon.words.language import N_, _

bp = Blueprint("doubtful", __name__)

SAID = {
    "keep": N_("Kept: the session counts as it is."),
    "mend": N_("Mended: the session counts with the values you entered."),
    "drop": N_("Dropped: the session is left out."),
    "undo": N_("Taken back: the session waits for a decision again."),
}
FOLLOWS = N_(" Figures follow within a minute.")


@dataclass(frozen=True, slots=True)
class Group:
    """One athlete's doubtful sessions."""

    athlete_id: str
    name: str
    waiting: tuple[Doubtful, ...]
    decided: tuple[Doubtful, ...]


@bp.get("/athlete/<athlete_id>/doubtful")
@requires(Permission.DECIDE_DOUBTS)
def show(athlete_id: str) -> str:
    """One athlete's doubtful sessions. Changes nothing."""
    return _one()


@bp.post("/athlete/<athlete_id>/doubtful/<session_id>")
@requires(Permission.DECIDE_DOUBTS)
def decide(athlete_id: str, session_id: str) -> Response | tuple[str, int]:
    """Record a decision about one session."""
    held, decision = context(), request.form.get("decision", "")
    one = next((one for one in _sessions([athlete_id]) if one.session_id == session_id), None)
    if one is None:
        abort(404)
    try:
        mend = (
            mending.read_mend(held.store, held.settings, one, request.form, held.now())
            if decision == "mend"
            else None
        )
        doubtful.decide(held.store, one, decision, viewer().person_id, held.now(), mend)
    except DecisionRefused as error:
        return _one({session_id: str(error)}), 400
    held.on_decision()
    flash(f"{SAID[decision]}{FOLLOWS}")
    return redirect(f"/athlete/{athlete_id}/doubtful", 303)


@bp.get("/doubtful")
@requires(Permission.SEE_SQUAD)
def of_squad() -> str:
    """What waits among the athletes whose loads the viewer may see."""
    held = context()
    squad = sight.squad(held.store, held.settings, viewer(), held.now())
    return _page(groups(names(squad)), {}, None)


def names(squad: Iterable[Seen]) -> dict[str, str]:
    """Names of those of a viewer's squad whose loads may be seen, by id."""
    return {one.athlete_id: one.name for one in squad if one.sight.load}


def groups(by_id: Mapping[str, str]) -> list[Group]:
    """Athletes who have doubtful sessions, by name."""
    by_athlete: dict[str, list[Doubtful]] = {}
    for one in _sessions(list(by_id)):
        by_athlete.setdefault(one.athlete_id, []).append(one)
    return [
        Group(
            athlete_id,
            name,
            tuple(one for one in by_athlete[athlete_id] if one.waits),
            tuple(one for one in by_athlete[athlete_id] if not one.waits),
        )
        for athlete_id, name in sorted(by_id.items(), key=lambda item: item[1])
        if athlete_id in by_athlete
    ]


def meanwhile(one: Doubtful) -> str:
    """What counts until somebody decides."""
    day = daywords.dated_day(one.start_local)
    if one.start_local.date() > context().now().date():
        return _("Until then it counts nowhere.")
    return _(
        "Until then {day} is shown as unknown for {groups}.", day=day, groups=_groups(one.kind)
    )


def _groups(kind: str) -> str:
    """What a session of a kind counts for."""
    if kind == "other":
        return _("the combined load")
    return sports.running() if kind == "run" else _("lifting")


def _sessions(athlete_ids: Sequence[str]) -> list[Doubtful]:
    held = context()
    return doubtful.found(held.store, athlete_ids, held.now())


def _one(wrong: Mapping[str, str] | None = None) -> str:
    about = subject()
    person = people.person(context().store, about.athlete_id) or abort(404)
    found = groups({about.athlete_id: person.name})
    own = viewer().person_id == about.athlete_id
    return _page(
        found, wrong or {}, _("Your page") if own else _("The page of {name}", name=person.name)
    )


def _page(found: list[Group], wrong: Mapping[str, str], back: str | None) -> str:
    now = context().now()
    return render_template(
        "doubtful.html",
        groups=found,
        wrong=wrong,
        back=back,
        athlete_id=subject().athlete_id if back else None,
        waiting=sum(len(group.waiting) for group in found),
        meanwhile=meanwhile,
        mendable=lambda one: mending.mendable(one, now),
        typed=request.form if wrong else {},
    )
