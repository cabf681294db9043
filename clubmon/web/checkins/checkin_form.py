"""What a check-in form says: read and checked anew with every step, so no step is trusted.

Earlier answers travel in hidden fields. They are the athlete's own, so nothing is gained by
changing them: the two lists and every question are decided on what arrives in the last step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeVar

from werkzeug.datastructures import MultiDict

from clubmon.hamstring.checkins import More, Training
from clubmon.triage.questions import NONE, PLACES, QUESTION, QUESTIONS, SIGN
from clubmon.triage.triage import Answers, Question
from clubmon.triage.weekly import DAILY, ITEMS, Weekly, Wellness
from clubmon.words import units
from clubmon.words.language import N_, _

Values = MultiDict[str, str]
T = TypeVar("T")
Yesterday = Literal["rest", "trained"]

LONGEST_KEY = 64
RPE = "rpe."
WEEK = "week."
LISTS = ("refer", "strain")
NOTHING = N_("Nothing was answered yet; choose a number for at least one leg.")
UNREADABLE = N_("One of the answers could not be read; choose it again.")
STEP_UNANSWERED = N_("Tick what fits, or “None of these”. You can also skip the questions.")


class FormError(ValueError):
    """What is wrong with a form, in one sentence for its page."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form that holds up. `key` names the form as it was opened; `step` counts from 0."""

    answers: Answers
    training: Training
    more: More
    key: str
    shown: frozenset[str]  # ids of the questions that the page just sent had
    skip: bool

    @property
    def is_first(self) -> bool:
        """Whether this is the page with the scores."""
        return not self.shown


def read(values: Values) -> Form:
    """The form in these values; raises FormError."""
    try:
        answers, training, more = _answers(values), _training(values), _more(values)
    except FormError:
        raise
    except ValueError as error:
        raise FormError(str(error)) from error
    said = (answers.worst, training.yesterday, answers.something_else or None)
    if all(value is None for value in said) and not (training.session_rpe or more.said):
        raise FormError(NOTHING)
    shown = frozenset(values.get("shown", "").split()) & {*LISTS, *QUESTION}
    key = values.get("form", "")[:LONGEST_KEY]
    return Form(answers, training, more, key, shown, "skip" in values)


def signs_alone(values: Values) -> Form:
    """What can be read of a form with a mistake: a wrong number must not cost the advice.

    The two lists, the scores and the places; what cannot be read counts as not answered.
    """
    return Form(
        Answers(
            left=_readable(lambda: _whole(values, "left", 10)),
            right=_readable(lambda: _whole(values, "right", 10)),
            left_place=_readable(lambda: _one_of(values, "left_place", PLACES)),
            right_place=_readable(lambda: _one_of(values, "right_place", PLACES)),
            something_else="something" in values,
            refer=_known(values, "refer"),
            strain=_known(values, "strain"),
        ),
        Training(),
        More(),
        values.get("form", "")[:LONGEST_KEY],
        frozenset(),
        skip=False,
    )


def _readable(read_one: Callable[[], T]) -> T | None:
    try:
        return read_one()
    except FormError:
        return None


def _known(values: Values, list_: str) -> frozenset[str] | None:
    """The signs of a list that are ticked and known; one unknown leaves "none" unanswered."""
    chosen = {value for value in values.getlist(f"list.{list_}") if value}
    known = frozenset(chosen & _signs(list_))
    return known if known or chosen == {NONE} else None


def unanswered(form: Form, questions: tuple[Question, ...]) -> bool:
    """Whether the page just sent already asked all of these."""
    return bool(questions) and {question.id for question in questions} <= form.shown


def carried(values: Values, questions: tuple[Question, ...]) -> list[tuple[str, str]]:
    """Hidden fields for the next step: every answer except those that are asked there."""
    asked = {field(question) for question in questions}
    return [
        (name, value)
        for name, value in values.items(multi=True)
        if name not in asked and (name in _FIELDS or name.startswith(RPE))
    ]


def field(question: Question) -> str:
    """The name of a question's inputs."""
    return f"list.{question.id}" if question.id in LISTS else f"q.{question.id}"


_FIELDS = frozenset(
    {"form", "left", "right", "left_place", "right_place", "something", "yesterday"}
    | {"km", "minutes", "effort"}
    | {WEEK + item.id for item in ITEMS}
    | {daily.id for daily in DAILY}
    | {f"list.{name}" for name in LISTS}
    | {f"q.{question.id}" for question in QUESTIONS}
)


def _answers(values: Values) -> Answers:
    given = {
        question.id: chosen
        for question in QUESTIONS
        if (chosen := _ticks(values, f"q.{question.id}", question.ids)) is not None
    }
    return Answers(
        left=_whole(values, "left", 10),
        right=_whole(values, "right", 10),
        left_place=_one_of(values, "left_place", PLACES),
        right_place=_one_of(values, "right_place", PLACES),
        something_else="something" in values,
        refer=_ticks(values, "list.refer", _signs("refer")),
        strain=_ticks(values, "list.strain", _signs("strain")),
        given=given,
    )


def _training(values: Values) -> Training:
    said = _one_of(values, "yesterday", ("rest", "trained"))
    yesterday: Yesterday | None = "rest" if said == "rest" else "trained" if said else None
    return Training(
        yesterday=yesterday,
        distance_m=_scaled(values, "km", units.METRES[units.distance()]),
        minutes=_scaled(values, "minutes", 1),
        rpe_tenths=_scaled(values, "effort", 10),
        session_rpe={
            name.removeprefix(RPE): 10 * score
            for name in values
            if name.startswith(RPE) and (score := _whole(values, name, 10)) is not None
        },
    )


def _more(values: Values) -> More:
    weekly = {item.id: _whole(values, WEEK + item.id, 25) for item in ITEMS}
    daily = {one.id: _whole(values, one.id, 10) for one in DAILY}
    return More(Weekly(**weekly), Wellness(**daily))


def _signs(list_: str) -> frozenset[str]:
    return frozenset(sign.id for sign in SIGN.values() if sign.list == list_)


def _ticks(values: Values, name: str, known: frozenset[str]) -> frozenset[str] | None:
    """Chosen ids; empty for "none of these" alone, None where nothing was ticked.

    Where both a sign and "none of these" are ticked, the sign counts: that is the safe reading.
    """
    chosen = {value for value in values.getlist(name) if value}
    if chosen - known - {NONE}:
        raise FormError(UNREADABLE)
    return frozenset(chosen - {NONE}) if chosen else None


def _one_of(values: Values, name: str, known: tuple[str, ...]) -> str | None:
    value = values.get(name) or None
    if value is not None and value not in known:
        raise FormError(UNREADABLE)
    return value


def _whole(values: Values, name: str, most: int) -> int | None:
    value = values.get(name) or None
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and int(value[:4]) <= most):
        raise FormError(_("A score is a whole number from 0 to 10; choose one of those."))
    return int(value)


def _scaled(values: Values, name: str, base: Decimal | int) -> int | None:
    text = values.get(name, "").strip().replace(",", ".")
    if not text:
        return None
    try:
        number = float(text[:12])
    except ValueError:
        number = -1.0
    if not 0 <= number < 1e6:  # also refuses nan
        raise FormError(
            _("Yesterday's {named} could not be read; write a plain number.", named=_NAMED[name])
        )
    return round(Decimal(str(number)) * base)


_NAMED = {"km": N_("distance"), "minutes": N_("minutes"), "effort": N_("effort")}
