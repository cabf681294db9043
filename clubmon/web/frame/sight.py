"""What one viewer may see of each athlete at this moment: asked once, before anything is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from clubmon import policy
from clubmon.club import consenting, people
from clubmon.club.people import Athlete
from clubmon.flag import flagview
from clubmon.policy import Consent, Permission, Subject, Viewer
from clubmon.settings import Settings
from clubmon.storage.store import Store


@dataclass(frozen=True, slots=True)
class Sight(flagview.Sight):
    """Kinds of data of one athlete that one viewer is shown, and what they may do."""

    handles: bool = False  # may mark, act on and dismiss flags
    reaches: bool = False  # is told who treats them, and how to reach them
    asked: bool = False  # check-ins are on and agreed to, so a missing answer means something


@dataclass(frozen=True, slots=True)
class Seen:
    """An athlete together with what the viewer may see."""

    athlete: Athlete
    sight: Sight
    consents: frozenset[Consent] = frozenset()

    @property
    def athlete_id(self) -> str:
        """The person's id."""
        return self.athlete.person.person_id

    @property
    def name(self) -> str:
        """The person's name."""
        return self.athlete.person.name

    @property
    def teams(self) -> str:
        """Position and team names in one line."""
        parts = [self.athlete.person.position, *(team.name for team in self.athlete.teams)]
        return " · ".join(part for part in parts if part)


def sight(viewer: Viewer, subject: Subject, athlete: Athlete) -> Sight:
    """What the viewer may see of this athlete, by the rules that mails keep to as well."""
    seen = flagview.sight(viewer, subject)
    asked = any(team.checkins for team in athlete.teams) and Consent.HEALTH in subject.consents
    return Sight(
        load=seen.load,
        tightness=seen.tightness,
        health=seen.health,
        treats=seen.treats,
        handles=policy.may(viewer, Permission.HANDLE_FLAG, subject)
        and flagview.is_staff(viewer, subject),
        reaches=policy.reaches_physio(viewer, subject) and not seen.treats,
        asked=asked and (seen.load or seen.health),
    )


def squad(
    store: Store,
    settings: Settings,
    viewer: Viewer,
    now: datetime,
    then: Mapping[str, Subject] | None = None,
) -> list[Seen]:
    """Every athlete of the viewer's teams, by name, whatever they agreed to.

    With `then`, loads and answers count only where they were agreed to at that time as well.
    """
    subjects = consenting.subjects(store, settings, now)
    if then is not None:
        subjects = {id_: _agreed_then(one, then.get(id_)) for id_, one in subjects.items()}
    return of_roll(viewer, people.athletes(store), subjects)


def of_roll(
    viewer: Viewer, athletes: Iterable[Athlete], subjects: Mapping[str, Subject]
) -> list[Seen]:
    """Those of these athletes who are of the viewer's teams, in their order.

    `subjects`: the athletes with the consents of this moment.
    """
    found = []
    for athlete in athletes:
        subject = subjects[athlete.person.person_id]
        if flagview.is_staff(viewer, subject):
            found.append(Seen(athlete, sight(viewer, subject, athlete), subject.consents))
    return found


def _agreed_then(about: Subject, then: Subject | None) -> Subject:
    missing = {Consent.LOAD, Consent.HEALTH} - (then.consents if then else frozenset())
    return replace(about, consents=about.consents - missing)


def one(
    store: Store, settings: Settings, viewer: Viewer, athlete_id: str, now: datetime
) -> Seen | None:
    """One athlete as this viewer may see them, or None if there is no such athlete."""
    athlete = people.athlete(store, athlete_id)
    subject = consenting.subject(store, settings, athlete_id, now)
    if athlete is None or subject is None:
        return None
    return Seen(athlete, sight(viewer, subject, athlete), subject.consents)
