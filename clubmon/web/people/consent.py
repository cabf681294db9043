"""Consent: what is collected, who sees which kind of it, for how long; one answer per kind."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from clubmon.club import consenting, links, people
from clubmon.club.links import LinkInvalid
from clubmon.club.people import Athlete, Person
from clubmon.policy import Consent, Permission
from clubmon.sync import leaving
from clubmon.web.frame import reader
from clubmon.web.frame.access import Context, context, requires, subject, viewer
from clubmon.web.people import consent_page
from clubmon.web.people.consent_page import Page
from clubmon.words import language
from clubmon.words.language import N_

bp = Blueprint("consent", __name__)

SAVED = N_("Your answer is recorded and counts from now on.")
NOT_YOURS = N_("This athlete is old enough to decide alone; the answer has to come from them.")


@bp.get("/consent/<token>")
@requires(Permission.SIGNED_LINK)
def by_link(token: str) -> str:
    """The page for whom the link names. Changes nothing."""
    return _shown(_from_link(token))


@bp.post("/consent/<token>")
@requires(Permission.SIGNED_LINK)
def answer_by_link(token: str) -> Response:
    """Records one answer per kind."""
    return _answered(_from_link(token), "link")


@bp.get("/athlete/<athlete_id>/consent")
@requires(Permission.GIVE_CONSENT)
def signed_in(athlete_id: str) -> str:
    """The same page for an athlete or guardian who is signed in."""
    return _shown(_from_session())


@bp.post("/athlete/<athlete_id>/consent")
@requires(Permission.GIVE_CONSENT)
def answer_signed_in(athlete_id: str) -> Response:
    """Records one answer per kind."""
    return _answered(_from_session(), "signed in")


def _from_link(token: str) -> Page:
    """The page a link leads to; raises LinkInvalid when its guardian is none any more."""
    held = context()
    link = links.read(held.settings, "consent", token)
    reader.answer_to(link.person_id)
    athlete_id = str(link.extra.get("athlete", link.person_id))
    by, athlete = people.person(held.store, link.person_id), people.athlete(held.store, athlete_id)
    if by is None or athlete is None:
        raise LinkInvalid
    if athlete_id not in (link.person_id, *people.viewer(held.store, link.person_id).guardian_of):
        raise LinkInvalid
    return _page(held, by, athlete)


def _from_session() -> Page:
    held = context()
    by = people.person(held.store, viewer().person_id)
    athlete = people.athlete(held.store, subject().athlete_id)
    if by is None or athlete is None:
        abort(404)
    return _page(held, by, athlete)


def _page(held: Context, by: Person, athlete: Athlete) -> Page:
    return consent_page.load(held.store, held.settings, by, athlete, held.now())


def _shown(page: Page) -> str:
    return render_template("consent.html", page=page)


def _answered(page: Page, evidence: str) -> Response:
    if page.read_only:
        abort(403, NOT_YOURS)
    held = context()
    answers = consent_page.answers(page, frozenset(request.form.getlist("kind")))
    evidence = f"{evidence}, {language.current()}"  # the language of the text that was agreed to
    for kind, granted in answers.items():
        _record(held, page, kind, granted, evidence)
    if answers.get(Consent.LOAD) is False:
        _end_connections(held, page)
    flash(SAVED)
    return redirect(request.path, 303)


def _end_connections(held: Context, page: Page) -> None:
    """What may not be stored any more is not fetched either, and what was fetched goes."""
    about, by = page.athlete.person.person_id, page.by.person_id
    if leaving.consent_withdrawn(held.store, about, by, held.now()):
        held.on_sources()
        held.on_decision()


def _record(held: Context, page: Page, kind: Consent, granted: bool, evidence: str) -> None:
    by, about, now = page.by.person_id, page.athlete.person.person_id, held.now()
    consenting.record(held.store, about, kind, granted, by, page.by_role, evidence, now)
    action = "consent_given" if granted else "consent_refused"
    people.audit(held.store, by, action, about, kind.value, now)
