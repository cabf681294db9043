"""Composes the morning's note of each person: own flags, the list of staff, the check-in link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from clubmon import (
    candidates,
    checkins,
    drills,
    flagview,
    letters,
    links,
    morningflags,
    nextstep,
    outbox,
    people,
    wording,
)
from clubmon.flags import Flag
from clubmon.flagview import Numbers
from clubmon.morningflags import Case, Entry, Open
from clubmon.nextstep import Step
from clubmon.outbox import Message
from clubmon.people import Athlete, Person
from clubmon.policy import Consent, Role, Subject
from clubmon.settings import Settings
from clubmon.store import Store

KIND = "morning"
MONDAY = 0
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Own:
    """An athlete's section: what is unusual, and one thing to do about it."""

    reasons: list[str]
    step: Step


class Notes:
    """The notes of one morning (the club's day), read once, composed for each person."""

    def __init__(self, store: Store, settings: Settings, morning: date, now: datetime) -> None:
        self.store, self.settings, self.morning, self.now = store, settings, morning, now

    def messages(self) -> list[Message]:
        """Notes not written yet, for everyone who has something to read."""
        if morningflags.too_old(self.settings, self.morning, self.now):
            return []
        notes = [self._message(who) for who in self._readers() if self._wants(who)]
        return [note for note in notes if note]

    def _readers(self) -> list[Person]:
        """Athletes and staff, each once."""
        staff = [*people.with_role(self.store, Role.COACH),
                 *people.with_role(self.store, Role.PHYSIO)]  # fmt: skip
        everyone = [*staff, *(a.person for a in self._athletes.values())]
        found = {person.person_id: person for person in everyone}
        return [person for id_, person in found.items() if id_ not in self._erased]

    def _wants(self, who: Person) -> bool:
        return who.person_id not in self._switched_off and self._id(who) not in self._written

    def _id(self, who: Person) -> str:
        return outbox.identity(KIND, who.person_id, self.morning.isoformat())

    def _message(self, who: Person) -> Message | None:
        context = self._context(who)
        if not any(context[part] for part in ("own", "own_week", "squad", "week", "checkin_url")):
            return None
        words = {
            "day": wording.long_day(self.morning),
            "weekday": wording.weekday(self.morning),
            "safety_note": drills.SAFETY_NOTE,
            "watch": nextstep.WATCH,
        }
        about = (self.morning.isoformat(),)
        return letters.message(self.settings, KIND, who, about, self.now, {**words, **context})

    def _context(self, who: Person) -> dict[str, Any]:
        own = self._own(who)
        squad = self._squad(who)
        listed = [entry for entry in squad if entry.tier >= 2]
        week = [entry for entry in squad if entry.tier == 1] if self._is_monday else []
        week_own = [s for s in self._own_week(who) if not own or s not in own.reasons]
        checkin = self._checkin_url(who)
        pages = self._pages(who, [*listed, *week], bool(own or week_own))
        # One button: the check-in's where there is one, and the page then is a plain link.
        label, url = pages if pages else ("", None)
        return {
            "own": own,
            "own_week": week_own,
            "squad": listed,
            "squad_count": _people(len(listed)),
            "squad_drills": any(entry.step.drills for entry in listed),
            "week": week,
            "checkin_url": checkin,
            "button_label": label,
            "button_url": None if checkin else url,
            "page_label": label,
            "page_url": url if checkin else None,
        }

    def _pages(self, who: Person, staff: list[Entry], own: bool) -> tuple[str, str] | None:
        if any(entry.referral for entry in staff):
            return "Open the referrals", letters.url(self.settings, "referrals")
        if staff:
            return "Open today's list", letters.url(self.settings, "today")
        if own:
            return "Open your page", letters.url(self.settings, f"athlete/{who.person_id}")
        return None

    def _own(self, who: Person) -> Own | None:
        """Tier 2 flags that this athlete has not been told of yet.

        Nothing while a referral is open: gentler words would lower what was said there.
        """
        found = self._flags_of(who)
        since = max(self._told.get(who.person_id, self._horizon), self._horizon)
        new = [one for one in found if one.flag.tier == 2 and one.known_at > since]
        if not new:
            return None
        load = [one for one in found if one.flag.tier == 1]
        to_physio = any(one.flag.to_physio for one in found if one in new or not one.settled)
        allowed = self._allowed(who.person_id) if self._answers_count(who) else ()
        step = nextstep.step(2, to_physio, allowed, None, "athlete")
        told = wording.together(self._dated([*new, *load]), "athlete")
        return Own([s for s in told if s != step.title], step)

    def _dated(self, found: Iterable[Open]) -> list[Flag]:
        """Flags as they are told this morning."""
        return [
            flagview.on_morning(one.flag, self.morning, self._true_of(one.flag.athlete_id))
            for one in found
        ]

    def _true_of(self, athlete_id: str) -> Numbers:
        return self._true.get(athlete_id, {})

    def _own_week(self, who: Person) -> list[str]:
        if not self._is_monday:
            return []
        found = [one for one in self._flags_of(who) if one.flag.tier == 1]
        return wording.together(self._dated(found), "athlete")

    def _flags_of(self, who: Person) -> list[Open]:
        about = self._subjects.get(who.person_id)
        if about is None or who.person_id in self._referred:
            return []
        return morningflags.own(self._flags.get(who.person_id, []), about)

    def _answers_count(self, who: Person) -> bool:
        return Consent.HEALTH in self._subjects[who.person_id].consents

    def _allowed(self, athlete_id: str) -> tuple[drills.Drill, ...]:
        """Drills that the answers of the last 48 h allow at this moment."""
        return nextstep.known(checkins.drills_now(self.store, athlete_id, self.now))

    def _squad(self, who: Person) -> list[Entry]:
        viewer = people.viewer(self.store, who.person_id)
        entries = [
            morningflags.staff_entry(case, viewer)
            for case in self._cases
            if case.about.athlete_id != who.person_id and flagview.is_staff(viewer, case.about)
        ]
        return morningflags.in_order(entry for entry in entries if entry)

    @cached_property
    def _cases(self) -> list[Case]:
        """Everyone with an open flag, as this morning finds them."""
        trails = checkins.trail(self.store, list(self._flags), self.morning - DAY)
        patterns = {
            athlete_id: {one.local_date: one.pattern for one in found}
            for athlete_id, found in trails.items()
        }
        return [
            Case(
                self._athletes[athlete_id].person.name,
                self._subjects[athlete_id],
                found,
                self.morning,
                self._true_of(athlete_id),
                self._allowed(athlete_id),
                nextstep.pattern(patterns.get(athlete_id, {}), self.morning),
            )
            for athlete_id, found in self._flags.items()
            if athlete_id in self._subjects
        ]

    def _checkin_url(self, who: Person) -> str | None:
        """Only today, where check-ins are on, agreed to, and not answered yet."""
        athlete, about = self._athletes.get(who.person_id), self._subjects.get(who.person_id)
        if athlete is None or about is None or self.morning != self._today:
            return None
        on = any(team.checkins for team in athlete.teams)
        if not on or Consent.HEALTH not in about.consents or self._has_answered(who):
            return None
        return letters.url(
            self.settings, f"checkin/{links.token(self.settings, 'checkin', who.person_id)}"
        )

    def _has_answered(self, who: Person) -> bool:
        today = people.local_today(self.settings, who.timezone, self.now)
        return (who.person_id, today) in self._answered

    @property
    def _is_monday(self) -> bool:
        return self.morning.weekday() == MONDAY

    @property
    def _today(self) -> date:
        return people.local_today(self.settings, None, self.now)

    @property
    def _horizon(self) -> datetime:
        """What was raised before this is too old to be new."""
        start = datetime.combine(self.morning, time(), self.settings.zone)
        return start - morningflags.TOO_OLD

    @cached_property
    def _athletes(self) -> Mapping[str, Athlete]:
        return {a.person.person_id: a for a in people.athletes(self.store)}

    @cached_property
    def _subjects(self) -> Mapping[str, Subject]:
        return people.subjects(self.store, self.settings, self.now)

    @cached_property
    def _flags(self) -> Mapping[str, list[Open]]:
        return morningflags.of_morning(self.store, self.settings, self.morning)

    @cached_property
    def _true(self) -> Mapping[str, Numbers]:
        """Load conditions that are true this morning, by athlete."""
        return candidates.true_on(self.store, list(self._flags), self.morning)

    @cached_property
    def _told(self) -> Mapping[str, datetime]:
        """When each person's last note was written."""
        rows = self.store.rows(
            "SELECT person_id, max(known_at) AS told FROM app.message WHERE kind = ? "
            "GROUP BY person_id",
            [KIND],
        )
        return {row["person_id"]: row["told"] for row in rows}

    @cached_property
    def _written(self) -> frozenset[str]:
        sql = "SELECT message_id AS id FROM app.message WHERE kind = ?"
        return self._ids(sql, [KIND])

    @cached_property
    def _switched_off(self) -> frozenset[str]:
        return self._ids("SELECT person_id AS id FROM app.unsubscribed WHERE kind = ?", [KIND])

    @cached_property
    def _referred(self) -> frozenset[str]:
        return self._ids("SELECT athlete_id AS id FROM app.referral WHERE closed_at IS NULL", [])

    @cached_property
    def _erased(self) -> frozenset[str]:
        return self._ids("SELECT key AS id FROM app.tombstone WHERE kind = 'person'", [])

    @cached_property
    def _answered(self) -> frozenset[tuple[str, date]]:
        return checkins.answered_days(self.store, self._today - DAY)

    def _ids(self, sql: str, parameters: Iterable[str]) -> frozenset[str]:
        return frozenset(row["id"] for row in self.store.rows(sql, list(parameters)))


def _people(count: int) -> str:
    words = wording.WORDS[count] if count < len(wording.WORDS) else str(count)
    return f"{words} {'person' if count == 1 else 'people'}"
