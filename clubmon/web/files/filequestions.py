"""What an athlete's files leave open, on one page: kg or lb, km or miles, which column is what.

Open to the athlete and a minor's guardian. The columns of an unknown table can be tried first:
the page then tells what the file would hold and which rows it would not, and stores nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from clubmon.arrival import arrivals, asking
from clubmon.arrival.asking import AnswerRefused, Asked
from clubmon.arrival.ingest import ImportRefused, Receipt
from clubmon.arrival.parked import bare
from clubmon.arrival.reading import Parsed
from clubmon.club import people
from clubmon.policy import Consent, Permission
from clubmon.sdk import Question, Session
from clubmon.web.files import handover_words
from clubmon.web.frame.access import context, requires, subject, viewer
from clubmon.words.language import N_, _, ngettext
from clubmon.words.sentences import retold

bp = Blueprint("filequestions", __name__)

INCOMPLETE = N_("Nothing was saved: the form was not complete; reload the page and try again.")
MOST_COLUMNS = 300
SESSIONS_SHOWN, REFUSALS_SHOWN = 5, 20


@dataclass(frozen=True, slots=True)
class Trial:
    """What a file would hold if its columns were what was chosen."""

    key: str
    value: str
    counts: str
    sessions: tuple[Session, ...]
    refusals: tuple[str, ...]
    more: int  # refusals that are not shown


@bp.get("/athlete/<athlete_id>/questions")
@requires(Permission.ANSWER_FILES)
def show(athlete_id: str) -> str:
    """Questions that wait, then those that were answered. Changes nothing."""
    return _page(None, "")


@bp.post("/athlete/<athlete_id>/questions")
@requires(Permission.ANSWER_FILES)
def answer(athlete_id: str) -> Response | str | tuple[str, int]:
    """Try an answer, or take it and read the files that waited for it."""
    key, value = request.form.get("key", ""), _value()
    if not key or not value:
        abort(400, INCOMPLETE)
    if request.form.get("do") == "try":
        return _tried(athlete_id, key, value)
    held = context()
    try:
        receipts = asking.answer(
            held.store, held.settings, athlete_id, key, value, viewer().person_id, held.now()
        )
    except (AnswerRefused, ImportRefused) as error:
        return _page(None, str(error)), 400
    arrivals.answered(held.store, athlete_id, receipts, held.now())
    for receipt in receipts:
        flash(f"{receipt.name}: {said(receipt)}.")
    return redirect(request.path, 303)


def said(receipt: Receipt) -> str:
    """What became of a file that was read again."""
    if receipt.questions:
        return _("waits for another answer, see below")
    found = counted(receipt.runs, receipt.lifts, receipt.others)
    left_out = len(receipt.refusals)
    if left_out:
        found += ngettext("; {n} row not understood", "; {n} rows not understood", left_out)
    return found


def counted(runs: int, lifts: int, others: int) -> str:
    """Sessions by kind, for people."""
    return handover_words.kinds(runs, lifts, others) or _("no sessions")


def _value() -> str:
    """A choice, or one per column joined by commas."""
    columns = [request.form.get(f"column-{place}") for place in range(MOST_COLUMNS)]
    given = [one for one in columns if one is not None]
    return ",".join(given) if given else request.form.get("value", "")


def _tried(athlete_id: str, key: str, value: str) -> str | tuple[str, int]:
    held = context()
    known = {one.question.key: one for one in asking.asked(held.store, athlete_id)}
    one = known.get(key)
    if one is None or not asking.fits(one.question, value):
        abort(400, INCOMPLETE)
    return _page(trial(one, value, asking.tried(held.store, athlete_id, one, value)), "")


def trial(one: Asked, value: str, read: Parsed) -> Trial:
    """What to tell of a file that was read with an answer on trial."""
    kinds = [session.kind for session in bare(read.sessions)]
    lines = [_without(retold(str(refusal)), one.file) for refusal in read.refusals]
    return Trial(
        one.question.key,
        value,
        counted(*(kinds.count(kind) for kind in ("run", "lift", "other"))),
        tuple(read.sessions[:SESSIONS_SHOWN]),
        tuple(lines[:REFUSALS_SHOWN]),
        max(0, len(lines) - REFUSALS_SHOWN),
    )


def picked(question: Question, answer_: str, tried: Trial | None) -> tuple[str, ...]:
    """The choice that stands in each column's field: on trial, in force, or guessed."""
    assert question.columns is not None
    for value in (tried.value if tried and tried.key == question.key else "", answer_):
        parts = tuple(value.split(","))
        if value and len(parts) == len(question.columns.header):
            return parts
    return question.columns.guess


def _without(line: str, file: str) -> str:
    """'log.csv row 3: …' as 'Row 3: …': the heading names the file."""
    short = line.removeprefix(file).lstrip(": ")
    return short[:1].upper() + short[1:]


def _page(tried: Trial | None, wrong: str) -> str:
    held, about = context(), subject()
    person = people.person(held.store, about.athlete_id) or abort(404)
    return render_template(
        "filequestions.html",
        person=person,
        own=viewer().person_id == about.athlete_id,
        asked=asking.asked(held.store, about.athlete_id),
        picked=picked,
        trial=tried,
        wrong=wrong,
        consents=Consent.LOAD in about.consents,
    )
