"""In which language a request is answered, and how templates come by texts of the catalogs.

Whoever is signed in, or was mailed the link, has chosen one or has the club's; everyone else
gets what the browser asks for, or the club's.
"""

from __future__ import annotations

from dataclasses import replace

from flask import Flask, g, request
from werkzeug.wrappers import Response

from clubmon import plugins
from clubmon.club import showing
from clubmon.web.frame.access import at_desk, context, maybe_viewer
from clubmon.words import language, units

BY_BROWSER = "language_by_browser"
WITHOUT_READER = frozenset({"static", "health.check"})  # asks the store for nobody's language


def register(app: Flask) -> None:
    """Choose before each request, say so in its headers, and give templates `_` and `trans`."""
    plugins.load(plugins.CONNECTORS)  # knows again what they said before the service was restarted
    app.before_request(_choose)
    app.after_request(_say)
    app.teardown_request(_forget)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    language.to_templates(app.jinja_env)
    app.jinja_env.globals["units"] = units


def answer_to(person_id: str) -> None:
    """Answer in the language of the person whose signed link this is, unless one is signed in."""
    held = context()
    if maybe_viewer() is None:
        g.pop(BY_BROWSER, None)
        showing.use(showing.of(held.store, held.settings, person_id))


def _choose() -> None:
    if request.endpoint in WITHOUT_READER:
        return
    held, who = context(), maybe_viewer()
    if who is not None:
        showing.use(at_desk().shown[who.person_id])
        return
    g.language_by_browser = True
    clubs = showing.clubs(held.settings)
    showing.use(replace(clubs, language=_asked_for() or clubs.language))


def _asked_for() -> str | None:
    """The first language of the browser's list that there is; 'de-AT' is German."""
    codes = (tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality)
    return next((code for code in codes if code in language.languages()), None)


def _say(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = language.current()
        if g.get(BY_BROWSER):
            response.vary.add("Accept-Language")
    return response


def _forget(error: BaseException | None) -> None:
    language.use(language.ENGLISH)
    units.use("km", "kg")
