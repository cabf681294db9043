"""What twenty readers share: parts of the store that are read once until they change.

Nothing here knows who is asking, and nothing of it is shown as it is: a page takes of it what its
viewer may see at that moment. Rows as in `views`, in base units.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from threading import RLock
from typing import Any

from clubmon.club.availability import Availability
from clubmon.club.contacts import Reach
from clubmon.club.people import Athlete
from clubmon.club.showing import Showing
from clubmon.drill.drills import Drill
from clubmon.drill.plans import Course
from clubmon.flag.flagview import Numbers
from clubmon.flag.lookback import Figures
from clubmon.hamstring.rates import Asked
from clubmon.hamstring.referrals import Read
from clubmon.policy import Subject, Viewer
from clubmon.storage.store import Row
from clubmon.web.frame.gridrows import Kept
from clubmon.web.frame.remembered import Remembered
from clubmon.web.frame.views import LastRun, Scores

_serials = count(1)
SCOPES = 32  # a large club has one per squad
WEEKS = 4  # of reports, each some megabytes: page, PDF and the team's other coaches
TELLINGS = 8  # one per language and units


def _serial() -> int:
    return next(_serials)


@dataclass(frozen=True, slots=True)
class Desk:
    """Who is signed in: sessions by their digest, and of each person roles and what is shown."""

    sessions: Mapping[str, tuple[str, datetime]]  # person, until when
    viewers: Mapping[str, Viewer]
    shown: Mapping[str, Showing]
    grids: Mapping[str, Kept]  # who kept none is left out


@dataclass(frozen=True, slots=True)
class Roll:
    """Every athlete by name, and the consents in force."""

    athletes: Sequence[Athlete]
    subjects: Mapping[str, Subject]
    serial: int = field(default_factory=_serial, compare=False)


@dataclass(frozen=True, slots=True)
class Loads:
    """What the lake says up to `last`, the newest day with figures; None before there are any."""

    last: date | None
    figures: Figures
    true: Mapping[str, Numbers]  # conditions of this morning
    arrived: Mapping[str, datetime]  # the newest of what the club may see
    doubted: Mapping[str, str]  # session: whose it is
    eccentric: Mapping[str, tuple[date, int]]  # the newest day of it in the last days, and its sets
    serial: int = field(default_factory=_serial, compare=False)


@dataclass(frozen=True, slots=True)
class Record:
    """What people answered, said, were told and did. By athlete, but for `read` and `settled`."""

    flags: Sequence[Row]
    ended: Sequence[Row]  # what put somebody on the list until lately, see views.ended_flags
    scores: Mapping[str, Mapping[date, Scores]]
    answered: Mapping[str, int]
    available: Mapping[str, Availability]
    asked: Mapping[str, Asked]
    drills: Mapping[str, tuple[Drill, ...]]  # that the newest answers allow
    plans: Mapping[str, Sequence[Course]]
    reach: Mapping[str, Reach]
    read: Mapping[str, Read]  # by referral
    settled: frozenset[str]  # doubtful sessions that wait for nobody
    serial: int = field(default_factory=_serial, compare=False)


@dataclass(frozen=True, slots=True)
class Telling:
    """What was made of Loads and Record for one language: by athlete and sight, so that all who
    may see the same of an athlete share it. `lock` is held while a page is made.
    """

    made: dict[Hashable, Any] = field(default_factory=dict)
    lock: Any = field(default_factory=RLock)


@dataclass(frozen=True, slots=True)
class Shared:
    """Each part with its own memory; see `desk` and `club` for how they are read."""

    desk: Remembered[Desk] = field(default_factory=lambda: Remembered(1))
    roll: Remembered[Roll] = field(default_factory=lambda: Remembered(1))
    loads: Remembered[Loads] = field(default_factory=lambda: Remembered(SCOPES))
    record: Remembered[Record] = field(default_factory=lambda: Remembered(SCOPES))
    run: Remembered[LastRun | None] = field(default_factory=lambda: Remembered(1))
    telling: Remembered[Telling] = field(default_factory=lambda: Remembered(TELLINGS))
    week: Remembered[Figures] = field(default_factory=lambda: Remembered(WEEKS))
