"""Who may use which route: every endpoint declares a permission, or nobody may.

`requires` only writes the declaration down; `guard`, which runs before every request,
asks the policy. What does not exist and what is not yours get the same answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from flask import Flask, abort, current_app, g, redirect, request, session
from werkzeug.wrappers import Response

from clubmon import policy
from clubmon.club import consenting, people, signin
from clubmon.club.people import Team
from clubmon.drill import planrows
from clubmon.policy import Permission, Subject, Viewer
from clubmon.settings import Settings
from clubmon.storage.store import Store
from clubmon.web.frame import desk
from clubmon.web.frame.remembered import Made, Remembered
from clubmon.web.frame.shared import Desk, Shared

MOST_BYTES = 64 * 1024 * 1024  # of whole pages, and again of packed ones
WITHOUT_A_WRITE = timedelta(days=1)
SESSION = "session_id"  # all that the cookie holds of a person
OF_ONE_ATHLETE = frozenset(
    {
        Permission.SEE_ATHLETE,
        Permission.HANDLE_FLAG,
        Permission.HANDLE_REFERRAL,
        Permission.ASSIGN_DRILL,
        Permission.NOTE_PLAN,
        Permission.ANSWER_PLAN,
        Permission.GIVE_CONSENT,
        Permission.ANSWER_FILES,
        Permission.KEEP_VALUES,
        Permission.CHOOSE_MAILS,
        Permission.SET_AVAILABILITY,
        Permission.HAND_OVER,
        Permission.DECIDE_DOUBTS,
        Permission.OWN_DATA,
    }
)
OF_ONE_TEAM = frozenset(
    {
        Permission.SEE_RULES_OF,
        Permission.CHANGE_RULES,
        Permission.HAND_IN_FILES_OF,
        Permission.PLAN_WEEK_OF,
        Permission.SEE_REPORT_OF,
        Permission.MANAGE_SCREENS,
    }
)
THE_CLUB = "club"  # stands for the team id '' in addresses
_ATTRIBUTE = "clubmon_permission"
F = TypeVar("F", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Context:
    """What views work with. `now` gives aware UTC; `on_mail` says that the outbox has news."""

    store: Store
    settings: Settings
    now: Callable[[], datetime]
    on_mail: Callable[[], None]
    run_nightly: Callable[[], None] | None = None  # None: the button is not shown
    on_files: Callable[[], None] | None = None  # files wait to be read; None: read at once
    on_decision: Callable[[], None] = lambda: None  # figures of past days are to be made anew
    on_sources: Callable[[], None] = lambda: None  # a source is to be asked soon
    on_erasure: Callable[[], None] | None = None  # files are to be swept; None: sweep at once
    shared: Shared = field(default_factory=Shared)
    pages: Remembered[bytes] = field(default_factory=lambda: Remembered(MOST_BYTES, len))
    packed: Remembered[bytes] = field(default_factory=lambda: Remembered(MOST_BYTES, len))


@dataclass(frozen=True, slots=True)
class Target:
    """The athlete a path is about, and whether seeing it asks for more than the permission."""

    athlete_id: str
    uses_tightness: bool = False
    uses_health: bool = False


Find = Callable[[Store, str], Target | None]


@dataclass(frozen=True, slots=True)
class Declared:
    """What a route asks for; `find` turns the path's argument into an athlete."""

    permission: Permission
    argument: str
    find: Find
    largest: int | None = None  # bytes of a body, where it may be larger than a form


def the_athlete(store: Store, athlete_id: str) -> Target | None:
    """The path names the athlete itself."""
    return Target(athlete_id)


def athletes_health(store: Store, athlete_id: str) -> Target | None:
    """The path names the athlete itself, and asks for sight of health data."""
    return Target(athlete_id, uses_health=True)


def flag_owner(store: Store, flag_id: str) -> Target | None:
    """The athlete a flag is about; one that used tightness asks for sight of tightness."""
    row = store.row("SELECT athlete_id, uses_tightness FROM app.flag WHERE flag_id = ?", [flag_id])
    return Target(row["athlete_id"], uses_tightness=row["uses_tightness"]) if row else None


def referral_owner(store: Store, referral_id: str) -> Target | None:
    """The athlete a referral is about; it asks for sight of health data."""
    row = store.row("SELECT athlete_id FROM app.referral WHERE referral_id = ?", [referral_id])
    return Target(row["athlete_id"], uses_health=True) if row else None


def plan_owner(store: Store, plan_id: str) -> Target | None:
    """The athlete a plan is of; what it says follows from tightness."""
    athlete_id = planrows.owner(store, plan_id)
    return Target(athlete_id, uses_tightness=True) if athlete_id else None


def requires(
    permission: Permission,
    athlete: str = "athlete_id",
    find: Find = the_athlete,
    largest: int | None = None,
) -> Callable[[F], F]:
    """Declare a view's permission; put it below the route decorator.

    `athlete` names the path's argument where the permission is about one athlete; with
    `find=flag_owner` or `find=referral_owner` that argument is a flag's or referral's id.
    `largest` bytes of a body are taken from who may use the route, and from nobody else.
    """

    def declare(view: F) -> F:
        setattr(view, _ATTRIBUTE, Declared(permission, athlete, find, largest))
        return view

    return declare


def declared(app: Flask, endpoint: str) -> Declared | None:
    """What an endpoint asks for, or None where nothing was declared."""
    found = getattr(app.view_functions[endpoint], _ATTRIBUTE, None)
    return found if isinstance(found, Declared) else None


def context() -> Context:
    """The store, settings and clock of the running application."""
    found = current_app.extensions["clubmon"]
    assert isinstance(found, Context)
    return found


def maybe_viewer() -> Viewer | None:
    """Who is signed in, with the roles of this moment; None for nobody."""
    if "viewer" not in g:
        g.viewer = _load_viewer()
    found: Viewer | None = g.viewer
    return found


def viewer() -> Viewer:
    """Who is signed in, on routes that need it; 403 for nobody."""
    found = maybe_viewer()
    return found if found is not None else abort(403)


def subject() -> Subject:
    """The athlete this route is about, as the guard loaded and allowed it."""
    found = g.get("subject")
    return found if isinstance(found, Subject) else abort(404)


def team() -> Team | None:
    """The team this route is about, as the guard found and allowed it; None: the whole club."""
    found = g.get("team")
    return found if isinstance(found, Team) else None


def guard() -> Response | None:
    """Runs before every request: lets through only what the policy allows."""
    if request.endpoint is None:
        return None  # no such page, or not this method: the error says so
    needed = declared(current_app, request.endpoint)
    if needed is None:
        abort(403)
    if needed.permission in policy.OPEN:
        return None
    who = maybe_viewer()
    if who is None:
        return _ask_to_sign_in()
    if needed.permission in OF_ONE_ATHLETE:
        g.subject = _allowed_subject(who, needed) or abort(404)
    elif needed.permission in OF_ONE_TEAM:
        g.team = _allowed_team(who, needed)
    elif not policy.may(who, needed.permission):
        abort(403)
    if needed.largest is not None:
        widen(needed.largest)  # before the form check reads the body
    return None


def widen(largest: int, around: int = 0) -> None:
    """Take a body of up to so many bytes, and so many `around` it; a refusal names the limit."""
    g.largest = largest
    request.max_content_length = largest + around


def at_desk() -> Desk:
    """Who is signed in anywhere, as it is at this moment."""
    held = context()
    return held.shared.desk.get(
        "desk", lambda: held.store.writes_of("app"), held.now, lambda: _read_desk(held)
    ).value


def _read_desk(held: Context) -> Made[Desk]:
    now = held.now()
    return Made(desk.read(held.store, held.settings, now), now + WITHOUT_A_WRITE)


def _load_viewer() -> Viewer | None:
    """Who is signed in by this session, which is nobody once it has ended or run out."""
    session_id = session.get(SESSION)
    if not isinstance(session_id, str):
        return None
    known = at_desk()
    person_id, until = known.sessions.get(signin.digest(session_id), ("", context().now()))
    return known.viewers.get(person_id) if until > context().now() else None


def _ask_to_sign_in() -> Response:
    """Pages lead to the sign-in form; forms and data that a script fetches are refused."""
    is_page = request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"
    if request.method not in ("GET", "HEAD") or not is_page:
        abort(403)
    return redirect("/signin")


def _allowed_team(who: Viewer, needed: Declared) -> Team | None:
    """The team that the path's argument `scope` names, None for the club; 404 where not allowed."""
    scope = (request.view_args or {}).get("scope")
    found = next((one for one in people.teams(context().store) if one.team_id == scope), None)
    team_id = "" if scope == THE_CLUB else found.team_id if found else None
    if not policy.may(who, needed.permission, team_id=team_id):
        abort(404)
    return found


def _allowed_subject(who: Viewer, needed: Declared) -> Subject | None:
    held = context()
    value = (request.view_args or {}).get(needed.argument)
    target = needed.find(held.store, value) if isinstance(value, str) else None
    if target is None:
        return None
    found = consenting.subject(held.store, held.settings, target.athlete_id, held.now())
    if found is None or not policy.may(who, needed.permission, found):
        return None
    if target.uses_tightness and not policy.sees_tightness(who, found):
        return None
    if target.uses_health and not policy.sees_health(who, found):
        return None
    return found
