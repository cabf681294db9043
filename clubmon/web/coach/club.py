"""Reads what Today is made of, once for all who ask between two writes; see `shared`.

A club of up to 600 athletes is read whole, a larger one squad by squad. What the lake holds is
read again only after the lake was written, and the same for what people said and did: a night
writes both, mostly without changing anything that the page shows.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from clubmon.arrival import doubtful
from clubmon.club import availability, consenting, contacts, people
from clubmon.drill import planrows
from clubmon.flag import candidates, nextstep
from clubmon.flag.lookback import Figures
from clubmon.hamstring import gate, rates, referrals
from clubmon.policy import Consent, Viewer
from clubmon.storage.store import Catalog
from clubmon.web.coach import squad
from clubmon.web.coach.squad import Week
from clubmon.web.frame import sight, views
from clubmon.web.frame.access import Context
from clubmon.web.frame.remembered import Made, Remembered
from clubmon.web.frame.shared import Loads, Record, Roll, Telling
from clubmon.web.frame.sight import Seen
from clubmon.web.frame.views import LastRun
from clubmon.web.frame.wholepage import quarter_ends, true_until
from clubmon.words import language, units

T = TypeVar("T")
WHOLE_UP_TO = 600  # athletes
MOST_PARTS = 12_000  # of about 3 kB: four of each athlete, for several sights
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Club:
    """All that one moment's pages are made of. `today` is the club's."""

    today: date
    run: LastRun | None
    roll: Roll
    loads: Loads
    record: Record
    telling: Telling

    @property
    def key(self) -> Hashable:
        """Stands for everything here: equal while nothing of it has changed."""
        return (self.today, self.run, self.roll.serial, self.loads.serial, self.record.serial)

    @property
    def week(self) -> Week:
        """The grid's week of everybody; `squad.limited` makes of it what a viewer may see."""
        figures = self.loads.figures
        return Week(
            _until(self.loads, self.today), figures.metrics, figures.daily, figures.longest,
            self.record.scores, self.record.answered, self.record.available,
        )  # fmt: skip

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was made for this key, or is now. The key holds all that it depends on beyond the
        club: of an athlete, the id and the viewer's sight.
        """
        made = self.telling.made
        if key in made:
            found: T = made[key]
            return found
        new = make()
        if len(made) < MOST_PARTS:  # an address can ask for columns in thousands of ways
            made[key] = new
        return new


def of(held: Context, who: Viewer) -> Club:
    """The club at this moment, read as far as this viewer needs it."""
    now = held.now()
    today = people.local_today(held.settings, None, now)
    roll = _remembered(held, held.shared.roll, "app", "roll", lambda: _roll(held))
    ids = _scope(who, roll)
    run = _remembered(held, held.shared.run, "app", "run", lambda: _lasting(held, views.last_run))
    loads = _remembered(held, held.shared.loads, "lake", (today, ids),
                        lambda: _loads(held, ids, today))  # fmt: skip
    record = _remembered(held, held.shared.record, "app", (today, ids, roll.serial, loads.last),
                         lambda: _record(held, ids, roll, loads, today))  # fmt: skip
    shown = (language.current(), units.distance(), units.weight())
    telling = held.shared.telling.get(
        (today, roll.serial, loads.serial, record.serial, shown),
        lambda: 0, held.now, lambda: Made(Telling(), now + DAY),
    ).value  # fmt: skip
    return Club(today, run, roll, loads, record, telling)


def seen(club: Club, who: Viewer) -> list[Seen]:
    """The viewer's squad as they may see it at this moment."""
    return sight.of_roll(who, club.roll.athletes, club.roll.subjects)


def _remembered(
    held: Context, kept: Remembered[T], catalog: Catalog, key: Hashable, make: Callable[[], Made[T]]
) -> T:
    """What is kept, unless this catalog was written since or its time is over."""
    return kept.get(key, lambda: held.store.writes_of(catalog), held.now, make).value


def _scope(who: Viewer, roll: Roll) -> tuple[str, ...]:
    """Ids of the athletes to read: everybody's, or in a large club those of the viewer's squad."""
    if len(roll.athletes) <= WHOLE_UP_TO:
        return tuple(sorted(roll.subjects))
    mine = sight.of_roll(who, roll.athletes, roll.subjects)
    return tuple(sorted(one.athlete_id for one in mine))


def _roll(held: Context) -> Made[Roll]:
    now = held.now()
    found = Roll(people.athletes(held.store), consenting.subjects(held.store, held.settings, now))
    return Made(found, quarter_ends(now))


def _lasting(held: Context, read: Callable[..., T]) -> Made[T]:
    """What changes by writes alone."""
    return Made(read(held.store), held.now() + DAY)


def _until(loads: Loads, today: date) -> date:
    return loads.last or today - DAY


def _loads(held: Context, ids: Sequence[str], today: date) -> Made[Loads]:
    store, now = held.store, held.now()
    last = views.figures_until(store)
    week = squad.figures_of(store, ids, last) if last else Figures({}, {}, {})
    true = candidates.true_on(store, ids, today)
    arrived = views.last_arrivals(store, ids)
    doubted = doubtful.recorded(store, ids, now)
    eccentric = views.eccentric_days(store, ids, last) if last else {}
    return Made(Loads(last, week, true, arrived, doubted, eccentric), now + DAY)


def _record(
    held: Context, ids: Sequence[str], roll: Roll, loads: Loads, today: date
) -> Made[Record]:
    store, now = held.store, held.now()
    wanted = set(ids)
    athletes = [one for one in roll.athletes if one.person.person_id in wanted]
    flags = views.open_flags(store, ids, today)
    drills = gate.drills_of(store, ids, now)
    record = Record(
        flags,
        views.ended_flags(store, ids, today, now - 2 * DAY),
        views.scores(store, ids, _until(loads, today) + DAY - views.WINDOW),
        views.answered(store, ids, today - (squad.WEEK - 1) * DAY, today),
        availability.current(store, {id_: roll.subjects[id_].consents for id_ in ids}),
        rates.days_asked(store, _teams(athletes, roll), held.settings.zone, today),
        {id_: nextstep.known(found) for id_, found in drills.items()},
        planrows.courses(store, ids),
        contacts.reach(store, athletes),
        referrals.read(store, views.referrals_of(flags)),
        doubtful.settled(store),
    )
    return Made(record, true_until(store, now))


def _teams(athletes: Sequence[people.Athlete], roll: Roll) -> dict[str, list[str]]:
    """Of who is asked for check-ins and agreed to them, the teams that are asked."""
    found = {
        one.person.person_id: [team.team_id for team in one.teams if team.checkins]
        for one in athletes
        if Consent.HEALTH in roll.subjects[one.person.person_id].consents
    }
    return {id_: teams for id_, teams in found.items() if teams}


def arrived(club: Club, everyone: Sequence[Seen]) -> datetime | None:
    """When the newest arrived of what the viewer may see of anybody."""
    found = [club.loads.arrived.get(one.athlete_id) for one in everyone if one.sight.load]
    return max((at for at in found if at), default=None)


def doubted(club: Club, everyone: Sequence[Seen]) -> int:
    """How many sessions of those whose loads the viewer may see wait for a decision."""
    mine = {one.athlete_id for one in everyone if one.sight.load}
    return sum(
        athlete_id in mine and session_id not in club.record.settled
        for session_id, athlete_id in club.loads.doubted.items()
    )
