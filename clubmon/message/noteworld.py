"""All that the notes of one morning are composed from, each part read once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from clubmon.club import consenting, people
from clubmon.club.people import Athlete, Person
from clubmon.drill import planrows
from clubmon.drill.drills import Drill
from clubmon.drill.plans import Course
from clubmon.flag import candidates, flagview, morningflags, nextstep
from clubmon.flag.flags import Flag
from clubmon.flag.flagview import Numbers
from clubmon.flag.morningflags import Open
from clubmon.hamstring import checkins, gate, planning
from clubmon.message import mailchoices
from clubmon.message.mailkinds import ON_REQUEST, Kind
from clubmon.policy import Consent, Subject
from clubmon.quiethours import QuietHours
from clubmon.settings import Settings
from clubmon.storage.store import Store

KIND = "morning"  # of the message, whatever its sections are
MONDAY = 0
DAY = timedelta(days=1)


@dataclass(frozen=True)
class World:
    """One morning (the club's day) as it is known at a moment (aware)."""

    store: Store
    settings: Settings
    morning: date
    now: datetime

    @property
    def is_monday(self) -> bool:
        """Whether the week is told."""
        return self.morning.weekday() == MONDAY

    @property
    def is_today(self) -> bool:
        """Whether the morning is the club's today."""
        return self.morning == people.local_today(self.settings, None, self.now)

    @property
    def horizon(self) -> datetime:
        """What was raised before this is too old to be new."""
        start = datetime.combine(self.morning, time(), self.settings.zone)
        return start - morningflags.TOO_OLD

    def today_of(self, who: Person) -> date:
        """The person's own day."""
        return people.local_today(self.settings, who.timezone, self.now)

    def wants(self, who: Person, kind: Kind) -> bool:
        """Whether this kind is on: not switched off, and asked for where it has to be."""
        return kind not in self._off.get(who.person_id, ON_REQUEST)

    def is_quiet(self, who: Person) -> bool:
        """Whether this athlete is not to be written to now."""
        if who.person_id not in self.athletes:
            return False
        hours = self._hours.get(who.person_id, mailchoices.clubs(self.settings))
        return hours.cover(self.now, mailchoices.zone_of(self.settings, who))

    def agreed_to_answers(self, athlete_id: str) -> bool:
        """Whether answers in check-ins are stored and used now."""
        about = self.subjects.get(athlete_id)
        return about is not None and Consent.HEALTH in about.consents

    def has_answered(self, who: Person) -> bool:
        """Whether today's check-in is done."""
        return (who.person_id, self.today_of(who)) in self._answered

    def allowed(self, athlete_id: str) -> tuple[Drill, ...]:
        """Drills that the answers of the last 48 h allow at this moment."""
        return nextstep.known(gate.drills_now(self.store, athlete_id, self.now))

    def reaching(self, athlete_id: str) -> tuple[Drill, ...]:
        """Those of them that the club lets reach the athlete without a coach."""
        return nextstep.known(planning.proposed(self.store, athlete_id, self.now))

    def true_of(self, athlete_id: str) -> Numbers:
        """Load conditions of an athlete that are true this morning."""
        return self._true.get(athlete_id, {})

    def dated(self, found: Iterable[Open]) -> list[Flag]:
        """Flags as they are told this morning."""
        return [
            flagview.on_morning(one.flag, self.morning, self.true_of(one.flag.athlete_id))
            for one in found
        ]

    @cached_property
    def athletes(self) -> Mapping[str, Athlete]:
        """Every athlete by id."""
        return {a.person.person_id: a for a in people.athletes(self.store)}

    @cached_property
    def subjects(self) -> Mapping[str, Subject]:
        """Every athlete with the consents of this moment."""
        return consenting.subjects(self.store, self.settings, self.now)

    @cached_property
    def flags(self) -> Mapping[str, list[Open]]:
        """Flags that the morning may speak of, by athlete."""
        told = self._week_told if self.is_monday else None
        return morningflags.of_morning(self.store, self.settings, self.morning, week_told=told)

    @property
    def _week_told(self) -> datetime | None:
        """When the night a week ago began, after which nothing was added to its notes."""
        row = self.store.row(
            "SELECT min(started_at) AS told FROM app.job_run "
            "WHERE job = 'nightly' AND state = 'done' AND morning = ?",
            [self.morning - morningflags.OPEN_FOR],
        )
        return row["told"] if row else None

    @cached_property
    def told(self) -> Mapping[str, datetime]:
        """When each person's last note was written."""
        rows = self.store.rows(
            "SELECT person_id, max(known_at) AS told FROM app.message WHERE kind = ? "
            "GROUP BY person_id",
            [KIND],
        )
        return {row["person_id"]: row["told"] for row in rows}

    @cached_property
    def told_of_plans(self) -> Mapping[str, datetime]:
        """When each person was last told of a new plan."""
        rows = self.store.rows(
            "SELECT person_id, max(known_at) AS told FROM app.message "
            "WHERE contains(coalesce(parts, ''), '\"plan\"') GROUP BY person_id"
        )
        return {row["person_id"]: row["told"] for row in rows}

    @cached_property
    def running(self) -> Mapping[str, Course]:
        """The plan that each athlete is on."""
        found = planrows.courses(self.store, planrows.athletes_on_plans(self.store))
        return {id_: one for id_, courses in found.items() for one in courses if not one.ended}

    @cached_property
    def to_look_at(self) -> Mapping[str, Course]:
        """The plan of each athlete whose end waits for a physio, the newest of several."""
        return {one.plan.athlete_id: one for one in reversed(planrows.for_physio(self.store))}

    @cached_property
    def written(self) -> frozenset[str]:
        """Ids of notes that were written."""
        return self._ids("SELECT message_id AS id FROM app.message WHERE kind = ?", [KIND])

    @cached_property
    def referred(self) -> frozenset[str]:
        """Athletes with an open referral."""
        return self._ids("SELECT athlete_id AS id FROM app.referral WHERE closed_at IS NULL", [])

    @cached_property
    def erased(self) -> frozenset[str]:
        """People who must not come back."""
        return self._ids("SELECT key AS id FROM app.tombstone WHERE kind = 'person'", [])

    @cached_property
    def _true(self) -> Mapping[str, Numbers]:
        return candidates.true_on(self.store, list(self.flags), self.morning)

    @cached_property
    def _answered(self) -> frozenset[tuple[str, date]]:
        return checkins.answered_days(self.store, self.morning - DAY)

    @cached_property
    def _off(self) -> Mapping[str, frozenset[str]]:
        return mailchoices.off(self.store)

    @cached_property
    def _hours(self) -> Mapping[str, QuietHours]:
        return mailchoices.quiet_hours(self.store)

    def _ids(self, sql: str, parameters: Iterable[str]) -> frozenset[str]:
        return frozenset(row["id"] for row in self.store.rows(sql, list(parameters)))
