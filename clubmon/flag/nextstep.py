"""The one next step for an athlete on the list, in the same words on pages and in mails; pure.

No drill stands beside a referral, nor beside someone whom the physio should see first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from clubmon.drill.drills import Drill, library
from clubmon.drill.plans import Course
from clubmon.flag.wording import Reader
from clubmon.words import daywords
from clubmon.words.language import N_, _

Kind = Literal["referred", "physio", "drill", "plan", "wait", "talk", "watch"]

PATTERNS = {
    "after_eccentric": N_("Pattern to discuss: after eccentric work; 2 to 3 stiff days are usual."),
    "neural": N_("Pattern to discuss: neural (the nerve along the back of the leg)."),
    "pelvic_control": N_("Pattern to discuss: pelvic control (how the pelvis is held)."),
    "synergist": N_("Pattern to discuss: synergist muscles (those that help the hamstring)."),
    "movement": N_("Pattern to discuss: movement (how the foot lands, how squat and hinge look)."),
}
"""Those that follow from tightness; what refers is told by its flag and to the physio."""


BEFORE_THEY_TRAIN = N_("Before they train.")
BEFORE_HARD = N_("Before the next hard session.")
CAN_WAIT = N_("Can wait until you meet them.")
BY: Mapping[Kind, str] = {
    "referred": BEFORE_THEY_TRAIN,
    "physio": BEFORE_THEY_TRAIN,
    "drill": BEFORE_HARD,
    "talk": BEFORE_HARD,
    "wait": CAN_WAIT,
    "plan": CAN_WAIT,
    "watch": CAN_WAIT,
}
SAY: Mapping[Kind, str] = {
    "referred": N_(
        "Ask how they are and whether the physio has reached them. What was ticked stays between "
        "the two."
    ),
    "physio": N_("Say that the physio looks first, and leave testing the leg to the physio."),
    "drill": N_("Ask how the leg is today, go through it once together, and say when to stop."),
    "talk": N_("Ask and listen first: sleep, shoes, ground, work, a session that nobody recorded."),
    "wait": N_("Ask how the leg is, and say that you will ask again in two days."),
    "plan": N_("Ask how it goes, and whether the leg is better or worse than a week ago."),
    "watch": N_("Ask whether the week went as planned; what was planned can be dismissed as that."),
}
TREAT: Mapping[Kind, str] = {
    "referred": N_("Read the referral, reach them, and say what comes next."),
    "physio": N_("Ask how the leg is, look at it yourself, and say whether and how they train."),
}
"""The same for a physio, where it is another thing."""


@dataclass(frozen=True, slots=True)
class Step:
    """The next step, a line below it, and the drills that it is, if it is one.

    `when`: by when, where that is not the usual of its kind.
    """

    kind: Kind
    title: str
    note: str = ""
    drills: tuple[Drill, ...] = ()
    when: str = ""

    @property
    def by(self) -> str:
        """By when it should be done."""
        return self.when or BY[self.kind]

    @property
    def say(self) -> str:
        """How a coach may begin."""
        return SAY[self.kind]

    @property
    def treat(self) -> str:
        """What is a physio's to do."""
        return TREAT.get(self.kind, self.say)

    @property
    def needs_physio(self) -> bool:
        """Whether it waits for a physio, so that a coach has to know whom to turn to."""
        return self.kind in ("referred", "physio")

    @property
    def line(self) -> str:
        """Title and note as running text, such as 'Talk. How does it feel?'"""
        return " ".join(_stopped(str(part)) for part in (self.title, self.note) if part)


REFERRED = Step("referred", N_("Referred"), N_("No drill. The physio decides what comes next."))
REFERRED_TO_YOU = Step("referred", N_("Referred"), N_("No drill. You decide what comes next."))
TO_PHYSIO = Step(
    "physio", N_("To the physio"), N_("No drill. Make sure that the physio sees them first.")
)
SEE_THEM = Step("physio", N_("See them yourself"), N_("No drill before you have."))
LOOK_FIRST = Step(
    "physio",
    N_("A physio looks first"),
    N_("Their last plan waits under Referrals; no drill before that."),
    when=BEFORE_HARD,
)
WAIT = Step(
    "wait", N_("Wait, ask again"), N_("No drill. The check-in asks again at 24, 48 and 72 hours.")
)
TALK = Step("talk", N_("Talk"), N_("How does it feel, and what changed?"))
WATCH = Step("watch", N_("Keep an eye on it"), N_("Worth a question in passing."))
OWN_TO_PHYSIO = Step("physio", N_("Please talk to your physio before you train."))
OWN_TALK = Step("talk", N_("Talk to your coach or physio before the next hard session."))
OWN_REFERRED = Step("referred", N_("Do not train before a clinician has seen you."))
OWN_WATCH = Step("watch", N_("Nothing to do today."))


def step(
    tier: int,
    to_physio: bool,
    drills: Sequence[Drill],
    pattern: str | None,
    reader: Reader,
    plan: Step | None = None,
) -> Step:
    """What to do next about someone on this tier.

    `drills`, `pattern` and `plan` (one that runs, or whose end a physio has to look at) only where
    the reader may know of tightness, and drills only where the newest answers allow them at this
    moment. `reader` is who acts on it.
    """
    if tier == 3:
        return {"athlete": OWN_REFERRED, "physio": REFERRED_TO_YOU, "coach": REFERRED}[reader]
    if tier == 2 and to_physio:
        return {"athlete": OWN_TO_PHYSIO, "physio": SEE_THEM, "coach": TO_PHYSIO}[reader]
    if plan:
        return plan
    if tier == 2 and drills:
        return _drill(drills)
    if tier == 2 and reader == "athlete":
        return OWN_TALK
    if tier == 2:
        return WAIT if pattern == "after_eccentric" else TALK
    return OWN_WATCH if reader == "athlete" else WATCH


def _drill(drills: Sequence[Drill]) -> Step:
    first = drills[0]
    alone = len(drills) == 1 and first.dose
    title = "; ".join(f"{drill.id} {drill.name}" for drill in drills)
    return Step("drill", title, first.dose or "" if alone else first.frequency, tuple(drills))


def on_plan(course: Course, today: date, title: str = N_("On a plan")) -> Step:
    """The step of someone whose plan runs: how it goes, and when tightness is asked again.

    Without a title of its own it names no drill, so that it may stand in a mail.
    """
    found = course.adherence(today)
    done = (
        _("{done} of {due} done so far.", done=found.done, due=found.due)
        if found.due
        else _("It starts today.")
    )
    ahead = [
        course.plan.start + timedelta(days=number)
        for number in course.plan.rechecks
        if number not in course.checked
    ]
    asked = [day for day in ahead if day >= today][:1]
    again = [_("Re-check {day}.", day=daywords.short_day(day)) for day in asked]
    return Step("plan", title, " ".join([done, *again]))


def known(drill_ids: Iterable[str]) -> tuple[Drill, ...]:
    """Those drills that the library still has, in this order."""
    return tuple(library()[id_] for id_ in drill_ids if id_ in library())


def pattern(newest: Mapping[date, str | None], today: date) -> str | None:
    """The pattern of the newest answers of today or yesterday; None where none is to be named."""
    for day in (today, today - timedelta(days=1)):
        if day in newest:
            found = newest[day]
            return found if found in PATTERNS else None
    return None


def reasons(sentences: Iterable[str], found: str | None) -> list[str]:
    """The sentences of the flags, and the pattern to discuss after them."""
    return [*sentences, *([PATTERNS[found]] if found else [])]


def _stopped(text: str) -> str:
    return text if text.endswith((".", "?")) else f"{text}."
