"""What the consent page says to this reader, and what an answer on it means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from clubmon.club import consenting, people
from clubmon.club.people import Athlete, Person
from clubmon.policy import Consent, Role
from clubmon.settings import Settings
from clubmon.storage.store import Store
from clubmon.words.language import N_, _

NOBODY = N_("nobody is named yet")
AT_ONCE = N_("told at once by e-mail when a warning sign is ticked")
UNREAD = N_("told by e-mail if a ticked warning sign stays unread")
TOLD_PHYSIO = N_("which sign, and how urgent it is")
TOLD_OTHERS = N_("how urgent it is and what was advised, not which sign")
SCREEN = N_(
    "First name or shirt number, distance run and weight lifted in the last seven days, and on "
    "which of them, on a screen of the team or in a page of the club. No answer from a check-in "
    "is ever on it."
)
SCREEN_AVAILABILITY = N_("Availability for training stands there too.")
ANYBODY = N_("Whoever stands before the screen or opens the page")


@dataclass(frozen=True, slots=True)
class Asked:
    """One kind of data: what it is, who sees it, and whether it is shared now."""

    kind: Consent
    title: str
    what: str
    who: tuple[str, ...]
    granted: bool
    can_grant: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the page shows. `own`: the reader is the athlete, otherwise a guardian."""

    athlete: Athlete
    by: Person
    own: bool
    minor: bool
    guardians: tuple[Person, ...]
    asked: tuple[Asked, ...]
    consent_age: int
    months: int  # how long data is kept

    @property
    def shares_training(self) -> bool:
        """Whether runs and lifts may be stored."""
        return any(one.kind is Consent.LOAD and one.granted for one in self.asked)

    @property
    def by_role(self) -> str:
        """In which role the answer is given."""
        return "athlete" if self.own else "guardian"

    @property
    def read_only(self) -> bool:
        """A guardian has no say once the athlete is old enough."""
        return not self.own and not self.minor


def load(store: Store, settings: Settings, by: Person, athlete: Athlete, now: datetime) -> Page:
    """The page for `by`, who is the athlete or one of the guardians."""
    about = athlete.person
    own, minor = by.person_id == about.person_id, consenting.minor(settings, about, now)
    found = consenting.subject(store, settings, about.person_id, now)
    granted = found.consents if found else frozenset()
    can_grant = minor != own  # a minor can only withdraw, an adult's guardian has no say
    asked = tuple(
        Asked(kind, title, what, who, kind in granted, can_grant)
        for kind, title, what, who in _texts(store, settings, athlete)
    )
    guardians = tuple(people.guardians(store, about.person_id))
    return Page(
        athlete, by, own, minor, guardians, asked, settings.consent_age, settings.keep_months
    )


def answers(page: Page, ticked: frozenset[str]) -> dict[Consent, bool]:
    """What to record for each kind, from the values that were ticked.

    A minor's own answer can only withdraw: it would otherwise replace the guardian's yes
    by one that does not count. Tightness for the coach needs the check-ins it comes from.
    """
    if page.own and page.minor:
        kept = {item.kind for item in page.asked if item.granted}
        return {kind: False for kind in kept if kind.value not in ticked or _orphan(kind, ticked)}
    return {
        item.kind: item.kind.value in ticked and not _orphan(item.kind, ticked)
        for item in page.asked
    }


def _orphan(kind: Consent, ticked: frozenset[str]) -> bool:
    needs = {Consent.TIGHTNESS: Consent.HEALTH, Consent.SCREEN: Consent.LOAD}.get(kind)
    return needs is not None and needs.value not in ticked


def _texts(
    store: Store, settings: Settings, athlete: Athlete
) -> list[tuple[Consent, str, str, tuple[str, ...]]]:
    team_ids = [team.team_id for team in athlete.teams]
    coaches = _names(people.coaches(store, team_ids))
    physios = _names(people.physios(store, team_ids))
    return [
        (
            Consent.LOAD,
            _("Training"),
            _(
                "Runs and lifts from watch and app files: date, distance, climb, duration, heart "
                "rate, sets, reps and weight. Positions are dropped while a file is read. Without "
                "this consent every connected source is disconnected and what it sent is deleted."
            ),
            (_("Coach: {coaches}", coaches=coaches), _("Physio: {physios}", physios=physios)),
        ),
        (
            Consent.HEALTH,
            _("Check-ins"),
            _(
                "How tight each hamstring feels and where, the warning signs that are ticked, and "
                "once a week four questions on training and pain; where the team asks for them, "
                "sleep, soreness and stress. How hard sessions felt, and what was done on a day "
                "without a file, is asked as well and shown with the training. Sex, resting and "
                "maximum heart rate, where they are entered to read a training load from heart "
                "rate."
            ),
            (
                _(
                    "Physio: {physios}, every answer; told at once by e-mail when a warning sign "
                    "is ticked",
                    physios=physios,
                ),
                *_contacts(store, athlete),
            ),
        ),
        (
            Consent.TIGHTNESS,
            _("Tightness for the coach"),
            _(
                "The two tightness scores and the weekly score from check-ins, and what clubmon "
                "suggests because of the first. The other answers stay with the physio."
            ),
            (_("Coach: {coaches}", coaches=coaches),),
        ),
        (
            Consent.SCREEN,
            _("The team’s screen"),
            " ".join(
                map(str, [SCREEN, SCREEN_AVAILABILITY][: 1 + settings.screens_show_availability])
            ),
            (str(ANYBODY),),
        ),
    ]


def _contacts(store: Store, athlete: Athlete) -> tuple[str, ...]:
    """Who is told besides, per team, when an answer asks for a professional's look."""
    first = [
        _(
            "Medical contact of {name}: {at_once}",
            name=team.name,
            at_once=_contact(store, team.medical_contact_id, AT_ONCE),
        )
        for team in athlete.teams
    ]
    second = [
        _(
            "Second contact of {name}: {unread}",
            name=team.name,
            unread=_contact(store, team.second_contact_id, UNREAD),
        )
        for team in athlete.teams
        if team.second_contact_id
    ]
    return (*first, *second)


def _contact(store: Store, person_id: str | None, when: str) -> str:
    """What tier 3 mails tell this person: only a physio reads which sign."""
    found = people.person(store, person_id) if person_id else None
    if found is None:
        return NOBODY
    physio = people.viewer(store, found.person_id).has(Role.PHYSIO)
    return f"{found.name}, {when}: {TOLD_PHYSIO if physio else TOLD_OTHERS}"


def _names(found: Iterable[Person]) -> str:
    return ", ".join(who.name for who in found) or NOBODY
