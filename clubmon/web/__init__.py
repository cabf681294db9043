"""The pages: one blueprint per page, every route closed unless it declares who may use it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from clubmon.club import links
from clubmon.policy import Permission
from clubmon.settings import Settings
from clubmon.storage.store import Store
from clubmon.web.athletes import athlete, available, own, physiology
from clubmon.web.checkins import answered, checkin
from clubmon.web.coach import accounting, past, squadcharts, today
from clubmon.web.files import doubtful, filequestions, handover, teamfiles, upload
from clubmon.web.frame import access, compressed, errors, headers, health, home, navigation, reader
from clubmon.web.people import admin, consent, mailchoices, shown, signin, unsubscribe
from clubmon.web.physio import clearance, referrals
from clubmon.web.plans import drill, outcomes, plan, planstaff, proposals
from clubmon.web.reports import report, screens
from clubmon.web.rulebook import exercises, rules
from clubmon.web.sources import connect, connections, data, guides, hooks
from clubmon.web.weeks import week

SESSION_LIFETIME = timedelta(days=14)
LARGEST_FORM = 1024 * 1024  # bytes
BLUEPRINTS = (
    home.bp,
    signin.bp,
    consent.bp,
    unsubscribe.bp,
    today.bp,
    squadcharts.bp,
    week.bp,
    athlete.bp,
    own.bp,
    available.bp,
    accounting.bp,
    past.bp,
    drill.bp,
    checkin.bp,
    answered.bp,
    physiology.bp,
    mailchoices.bp,
    shown.bp,
    filequestions.bp,
    teamfiles.bp,
    admin.bp,
    rules.bp,
    screens.bp,
    exercises.bp,
    referrals.bp,
    report.bp,
    clearance.bp,
    health.bp,
    upload.bp,
    handover.bp,
    doubtful.bp,
    connect.bp,
    connections.bp,
    data.bp,
    hooks.bp,
    guides.bp,
    plan.bp,
    plan.own,
    planstaff.bp,
    proposals.bp,
    outcomes.bp,
)
WITHOUT_CSRF = (
    unsubscribe.bp,  # RFC 8058: the mail program posts by itself; the signed token is the proof
    upload.bp,  # the token in the header is the proof, and cookies are not looked at
    plan.bp,  # as the check-in
    checkin.bp,  # the signed token in the path is the proof, and a mail program has no cookies
    hooks.bp,  # unsigned: what comes there only leads to asking the source
)


def create_app(
    store: Store,
    settings: Settings,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    on_mail: Callable[[], None] = lambda: None,
    run_nightly: Callable[[], None] | None = None,
    on_files: Callable[[], None] | None = None,
    on_decision: Callable[[], None] = lambda: None,
    on_sources: Callable[[], None] = lambda: None,
    on_erasure: Callable[[], None] | None = None,
) -> Flask:
    """The application. `now` gives aware UTC; `on_mail` is called when a message was written.

    `run_nightly` starts the nightly job and returns at once; without it there is no button.
    `on_files` has the files read that wait, and returns at once; without it the request reads
    them. `on_decision` is called when past days have changed, `on_sources` when
    a source is to be asked. `on_erasure` has files swept of somebody who was erased, and returns
    at once; without it the request sweeps them.
    """
    app = Flask(__name__)
    app.extensions["clubmon"] = access.Context(
        store, settings, now, on_mail, run_nightly, on_files, on_decision, on_sources, on_erasure
    )
    _configure(app, settings)
    compressed.register(app)
    access.requires(Permission.PUBLIC)(app.view_functions["static"])
    reader.register(app)  # before the guard, so that a refusal is in the reader's language
    app.before_request(access.guard)  # before the form check: strangers learn nothing from it
    app.before_request(handover.widen)  # before the form check, which reads the form
    protect = CSRFProtect(app)
    for part in (errors, headers, navigation):
        part.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    for blueprint in WITHOUT_CSRF:
        protect.exempt(blueprint)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=_session_key(settings),
        SESSION_COOKIE_NAME="clubmon",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https://"),
        PERMANENT_SESSION_LIFETIME=SESSION_LIFETIME,
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        WTF_CSRF_TIME_LIMIT=None,  # a form stays good as long as its session
        WTF_CSRF_SSL_STRICT=False,  # it asks for a Referer, which our own pages never send
    )


def _session_key(settings: Settings) -> bytes:
    """A key of its own, so that a signed link can never pass for a session."""
    return hmac.digest(links.secret(settings.data).encode(), b"clubmon.session", hashlib.sha256)
