"""Composes the morning's note of each person: own sections and those of staff in one message.

An athlete in quiet hours is left to wait; the note is composed when they are over, from what is
known and agreed to then.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from functools import cached_property
from typing import Any

from clubmon.club import links, people, showing
from clubmon.club.people import Person
from clubmon.drill import drills
from clubmon.flag import morningflags, nextstep, wording
from clubmon.flag.morningflags import Entry
from clubmon.message import athletenote, letters, mailkinds, outbox, reportnote
from clubmon.message.athletenote import Sections
from clubmon.message.noteworld import KIND, World
from clubmon.message.outbox import Message
from clubmon.message.staffnote import Look, Squads
from clubmon.policy import Role
from clubmon.settings import Settings
from clubmon.storage.store import Store
from clubmon.words import daywords
from clubmon.words.language import _, ngettext


class Notes:
    """The notes of one morning (the club's day), read once, composed for each person.

    With `only`, for these people alone.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        morning: date,
        now: datetime,
        only: Collection[str] | None = None,
    ) -> None:
        self._world, self._only = World(store, settings, morning, now), only
        self._squads = Squads(self._world)

    def messages(self) -> list[Message]:
        """Notes not written yet, for everyone who has something to read and is not quiet."""
        notes = [self._written(who) for who in self._open if not self._world.is_quiet(who)]
        return [note for note in notes if note]

    def _written(self, who: Person) -> Message | None:
        with showing.to(self._world.store, self._world.settings, who.person_id):
            return self._message(who)

    def waiting(self) -> list[str]:
        """Ids of those whose quiet hours are not over."""
        return [who.person_id for who in self._open if self._world.is_quiet(who)]

    @cached_property
    def _open(self) -> list[Person]:
        world = self._world
        if morningflags.too_old(world.settings, world.morning, world.now):
            return []
        return [who for who in self._readers() if self._id(who) not in world.written]

    def _readers(self) -> list[Person]:
        """Athletes and staff, each once."""
        world = self._world
        staff = [*people.with_role(world.store, Role.COACH),
                 *people.with_role(world.store, Role.PHYSIO)]  # fmt: skip
        everyone = [*staff, *(a.person for a in world.athletes.values())]
        found = {person.person_id: person for person in everyone}
        return [
            person
            for id_, person in found.items()
            if id_ not in world.erased and (self._only is None or id_ in self._only)
        ]

    def _id(self, who: Person) -> str:
        return outbox.identity(KIND, who.person_id, self._world.morning.isoformat())

    def _message(self, who: Person) -> Message | None:
        own = athletenote.sections(self._world, who)
        squad = self._squads.seen_by(who)
        listed = [entry for entry in squad if entry.tier >= 2]
        week = [entry for entry in squad if entry.tier == 1] if self._world.is_monday else []
        looks = self._squads.plans_for(who)
        reports = reportnote.reports(self._world, who)
        of_staff = {"morning": listed or week, "look": looks, "report": reports}
        kinds = mailkinds.known((*own.kinds, *(kind for kind, found in of_staff.items() if found)))
        if not kinds:
            return None
        return letters.message(
            self._world.settings,
            KIND,
            who,
            (self._world.morning.isoformat(),),
            self._world.now,
            {
                **self._words(),
                **self._context(who, own, listed, week, looks),
                "reports": reports,
                "reports_alone": kinds == ("report",),
            },
            kinds=kinds,
            drill=bool(own.drills),
        )

    def _words(self) -> dict[str, Any]:
        return {
            "day": daywords.long_day(self._world.morning),
            "weekday": daywords.weekday(self._world.morning),
            "safety_note": drills.SAFETY_NOTE,
            "watch": nextstep.WATCH,
        }

    def _context(
        self,
        who: Person,
        own: Sections,
        listed: list[Entry],
        week: list[Entry],
        looks: list[Look],
    ) -> dict[str, Any]:
        pages = self._pages(who, [*listed, *week], looks, bool(own.flag or own.week))
        # One button: the check-in's or a plan's where there is one, and the page a plain link.
        label, url = pages if pages else ("", None)
        first = own.checkin_url or own.tap_url
        return {
            "own": own,
            "squad": listed,
            "squad_count": _people(len(listed)),
            "squad_drills": any(entry.step.drills for entry in listed),
            "week": week,
            "looks": looks,
            "button_label": label,
            "button_url": None if first else url,
            "page_label": label,
            "page_url": url if first else None,
            "choices_url": self._choices_url(who),
        }

    def _pages(
        self, who: Person, staff: list[Entry], looks: list[Look], own: bool
    ) -> tuple[str, str] | None:
        settings = self._world.settings
        if any(entry.referral for entry in staff) or (looks and not staff):
            return _("Open the referrals"), links.url(settings, "referrals")
        if staff:
            return _("Open today's list"), links.url(settings, "today")
        if own:
            return _("Open your page"), links.url(settings, f"athlete/{who.person_id}")
        return None

    def _choices_url(self, who: Person) -> str:
        own = f"athlete/{who.person_id}/mails" if who.person_id in self._world.athletes else "mails"
        return links.url(self._world.settings, own)


def _people(count: int) -> str:
    number = str(wording.WORDS[count]) if count < len(wording.WORDS) else str(count)
    return ngettext("{number} person", "{number} people", count, number=number)
