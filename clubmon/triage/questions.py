"""What a check-in can ask: the signs, the pattern questions, and where each comes from.

Data only. Wording is the project's own; `origin` says whose rule it is: the source
article's, public guidance's, or ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from clubmon.words.language import N_, _

Origin = Literal["article", "guideline", "ours"]
Urgency = Literal["emergency", "same_day", "within_48_h", "within_days"]

URGENCIES: tuple[Urgency, ...] = ("emergency", "same_day", "within_48_h", "within_days")
"""Most urgent first; ours after public guidance, for the club's clinician to confirm."""

PLACES = ("upper", "middle", "lower")
NONE = "none"  # the explicit "none of these" of a tick-list; never stored as an option


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to tick or choose."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Sign(Option):
    """A sign that refers. `under`: only asked of athletes younger than this, in years."""

    list: Literal["refer", "strain"]
    urgency: Urgency
    origin: Origin
    under: int | None = None
    clearable: bool = False  # a physio's clearance on record, with an end date, answers it


@dataclass(frozen=True, slots=True)
class Question:
    """A tick-list (`many`, with an explicit "none of these") or a choice of one."""

    id: str
    text: str
    many: bool
    options: tuple[Option, ...]
    origin: Origin
    hint: str = ""

    @property
    def ids(self) -> frozenset[str]:
        """The ids of its options."""
        return frozenset(option.id for option in self.options)


def _refer(
    id_: str,
    urgency: Urgency,
    label: str,
    origin: Origin = "guideline",
    *,
    under: int | None = None,
    clearable: bool = False,
) -> Sign:
    return Sign(id_, label, "refer", urgency, origin, under, clearable)


def _strain(id_: str, label: str) -> Sign:
    return Sign(id_, label, "strain", "within_48_h", "guideline")


SIGNS: tuple[Sign, ...] = (
    _refer("saddle", "emergency", N_("Numbness between the legs, where a saddle would touch")),
    _refer("bladder", "emergency", N_("New change in passing water, bowels or sexual function")),
    _refer("both_legs", "emergency", N_("Numbness, weakness or shooting pain in both legs")),
    _refer("growing_weakness", "emergency", N_("Weakness that is getting worse")),
    _refer("chest", "emergency", N_("Chest pain or breathlessness")),
    _refer("calf", "same_day", N_("A hot, swollen or tender calf")),
    _refer("pop_bruise", "same_day", N_("A pop, with bruising")),
    _refer(
        "sit_bone", "same_day", N_("Sudden pain at the sit bone, the bone you sit on"), under=18
    ),
    _refer("fever_pain", "same_day", N_("Fever together with back or leg pain")),
    _refer(
        "tingling",
        "within_days",
        N_("Tingling or numbness in one leg, calf and foot too"),
        "article",
    ),
    _refer("night_pain", "within_days", N_("Pain at night")),
    _refer("fever", "within_days", N_("Fever on its own")),
    _refer("two_weeks", "within_days", N_("Pain on most days for two weeks")),
    _refer(
        "condition",
        "within_days",
        N_("A back, nerve or hamstring condition that a clinician has named"),
        clearable=True,
    ),
    _strain("sudden", N_("It came on suddenly")),
    _strain("sprint_kick", N_("It came while sprinting or kicking")),
    _strain("pop", N_("I felt or heard a pop")),
    _strain("bruise", N_("There is a bruise")),
    _strain("sharp_spot", N_("One sharp spot I can point to")),
    _strain("limp", N_("I am limping")),
)
SIGN = {sign.id: sign for sign in SIGNS}

_YES_NO = (Option("yes", N_("Yes")), Option("no", N_("No")))

# Five at most, whatever is answered. Rules that ask for the same list share its question.
QUESTIONS: tuple[Question, ...] = (
    Question(
        "limits",
        N_("Is one of these true for you?"),
        True,
        (
            Option(
                "strain_history", N_("A hamstring strain in the last 12 months, or still in rehab")
            ),
            Option("not_running", N_("I cannot run normally today")),
        ),
        "guideline",
    ),
    Question(
        "after_eccentric",
        N_(
            "Did this come on gradually, over a wide area, in the three days after Nordics, "
            "Romanian deadlifts, hills, sprints or something you are not used to?"
        ),
        False,
        _YES_NO,
        "article",
    ),
    Question(
        "neural",
        N_("Which of these fit?"),
        True,
        (
            Option("after_sitting", N_("Worse after sitting for a while")),
            Option("eases_walking", N_("Eases with walking")),
            Option("stretching_worse", N_("Stretching makes it worse")),
            Option("toe_touch", N_("There when I touch my toes, but not in deadlifts")),
            Option("sitting_hurts", N_("Sitting on it hurts, high up at the sit bone")),
        ),
        "article",
    ),
    Question(
        "pelvic",
        N_("And which of these?"),
        True,
        (
            Option("at_rest", N_("Tight even at rest")),
            Option("in_squat", N_("Tight on the way down in a squat, about a third of the way")),
            Option("arched", N_("My low back is arched when it is tight")),
        ),
        "article",
        N_("About a third of the way down is 60° of knee bend."),
    ),
    Question(
        "when",
        N_("When is it there?"),
        True,
        (
            Option("late_runs", N_("Late in runs")),
            Option("hills_sleds", N_("On hills or with sleds")),
            Option("hip_thrust", N_("I cannot hold a hip thrust cleanly for 30 seconds")),
            Option("foot_contact", N_("When I run, as my foot meets the ground")),
            Option("knees_cave", N_("In the squat, and my knees fall inwards")),
            Option("in_hinge", N_("In the hinge, as in deadlifts or good mornings")),
        ),
        "article",
    ),
)
QUESTION = {question.id: question for question in QUESTIONS}


def signs(list_: Literal["refer", "strain"], age: int | None) -> tuple[Sign, ...]:
    """The signs to ask an athlete of this age in whole years; an unknown age counts as young."""
    return tuple(
        sign
        for sign in SIGNS
        if sign.list == list_ and (sign.under is None or age is None or age < sign.under)
    )


def sign_list(list_: Literal["refer", "strain"], age: int | None) -> Question:
    """One of the two lists as a tick-list."""
    text = {
        "refer": _("Any of these, today or with this tightness?"),
        "strain": _("How did it start? Tick all that fit."),
    }[list_]
    hint = _("Tightness on both sides is not meant here.") if list_ == "refer" else ""
    return Question(list_, text, True, signs(list_, age), "guideline", hint)
