"""All that a plugin may import: what a session is, how a connector hands it over.

Units are SI and as exact as the source gives them; the core rounds to whole base
units when it stores. Absent is None, never 0.

A connector reads documents (`FileConnector`): exported files, or what an API answered. One
that also fetches them (`SourceConnector`) hands over pages of documents as it received them;
the core stores each page, then its cursor, and reads the documents with the same `read`. So
the lake can always be made anew from what is stored, without asking the source again.

What no document says (kg or lb?) is a `Question` to the athlete, see there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar, Literal, Protocol, runtime_checkable

from clubmon.bothcores import in_order as in_order  # the same work for many things, on all cores
from clubmon.words.daywords import (
    chart_names as chart_names,  # days as the reader's language has them
)
from clubmon.words.language import (
    _ as _,  # a text in the reader's language, from the core's catalogs
)
from clubmon.words.language import decimal_sign as decimal_sign
from clubmon.words.sentences import (
    sentence as sentence,  # what went wrong, to be said in any language
)

Kind = Literal["run", "lift", "other"]
Mode = Literal["athlete_only", "club"]


class ConnectorError(Exception):
    """A source could not be read, in one sentence: what happened, where, what to do.

    `permanent` says that trying the same again cannot help before a person has done something;
    each kind of error has its own default. `retry_at` (aware) is when the source may be asked
    again, where it or its limits say so.
    """

    usually_permanent: ClassVar[bool] = True

    def __init__(
        self, message: str, *, permanent: bool | None = None, retry_at: datetime | None = None
    ) -> None:
        super().__init__(message)
        self.permanent = self.usually_permanent if permanent is None else permanent
        self.retry_at = retry_at


class AccessDenied(ConnectorError):
    """The credentials are wrong, expired or revoked, or lack a scope; permanent."""


class RateLimited(ConnectorError):
    """The source's limit is used up; not permanent, `retry_at` is given."""

    usually_permanent = False


class SourceDown(ConnectorError):
    """The source did not answer in time, or answered with a failure of its own; not permanent."""

    usually_permanent = False


class Malformed(ConnectorError):
    """The source answered with something that is not what it promises; not permanent."""

    usually_permanent = False


class ClockOff(ConnectorError):
    """This machine's clock and the source's differ so much that neither can be gone by;
    permanent: somebody has to set one of them."""


@dataclass(frozen=True, slots=True)
class LiftSet:
    """One set of one exercise, in the order it was done."""

    exercise: str
    set_type: str  # 'normal', 'warmup', 'dropset', 'failure'; the source's word if none of these
    reps: int | None = None
    weight_kg: float | None = None  # None: body weight, or not entered
    rpe: float | None = None  # 0-10


@dataclass(frozen=True, slots=True)
class Samples:
    """Columns of equal length, one entry per recorded moment; no positions.

    Seconds since the session's start, metres from the start, metres per second,
    metres above sea level, beats per minute.
    """

    t_s: list[int]
    distance_m: list[float | None]
    speed_mps: list[float | None]
    elevation_m: list[float | None]
    hr: list[int | None]


@dataclass(frozen=True, slots=True)
class SpeedZone:
    """Metres run at speeds from a limit (included) to another, in metres per second.

    `to_mps` None: without an upper limit.
    """

    from_mps: float
    to_mps: float | None
    distance_m: float


@dataclass(frozen=True, slots=True)
class Session:
    """One run, one lifting session, or one part of a multisport recording.

    `start_utc` is aware and in UTC where the source knows the instant; `start_local`
    is the naive wall-clock time where the source knows it. At least one is given.
    `timezone` is an IANA name or an offset like '+02:00', where the source says so.
    A source that states only the day gives noon of it as `start_local`, and `time_known=False`:
    such a session is known as a copy of another by its day and its length.
    """

    source: str  # 'fit', 'strava_export', 'hevy', 'strong'
    source_id: str  # the same activity keeps the same id in every export of this source
    kind: Kind
    sport: str  # the source's own word
    start_utc: datetime | None = None
    start_local: datetime | None = None
    time_known: bool = True
    timezone: str | None = None
    title: str | None = None
    distance_m: float | None = None
    moving_s: float | None = None
    elapsed_s: float | None = None
    ascent_m: float | None = None
    descent_m: float | None = None
    avg_hr: int | None = None
    max_hr: int | None = None
    rpe: float | None = None  # session RPE on the CR10 scale, 0-10
    sets: tuple[LiftSet, ...] = ()
    samples: Samples | None = None
    speed_zones: tuple[SpeedZone, ...] = ()  # where there are no samples
    where: str = ""  # file, and row or member inside it, for messages
    warnings: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file, row or archive member that was not read: one sentence that says what to do."""

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that may be given to a question: what is stored, and what a person reads."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Columns:
    """A table whose columns nobody has named yet: what to show to the person who can.

    The answer is one value of `offered` per column, joined by commas; '' leaves a column out.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]  # the first few, as they stand in the file
    offered: tuple[Choice, ...]
    guess: tuple[str, ...]  # one value per column


@dataclass(frozen=True, slots=True)
class Question:
    """What a file does not say and a person can: kg or lb, km or miles, which column is what.

    The answer is remembered per athlete under `key`, for every later file that asks the same. A
    question about files of one layout only has `@` and a mark of that layout in its key. A
    connector that was given an answer which is none of the choices asks again.
    """

    key: str  # 'weight_unit', 'columns@3f2a90bc11de'
    text: str  # one sentence with a question mark at its end
    choices: tuple[Choice, ...]  # at least two; none where `columns` is given
    where: str
    columns: Columns | None = None


Answers = Mapping[str, str]  # by the keys of questions
NO_ANSWERS: Answers = MappingProxyType({})


class FileConnector(Protocol):
    """Reads files of some formats. Built-in and third-party connectors have this shape."""

    name: str
    version: str

    def claims(self, name: str, head: bytes) -> bool:
        """Whether a file of this name that starts with these bytes (up to 4 KiB) is ours."""
        ...

    def read(
        self, path: Path, name: str, answers: Answers = NO_ANSWERS
    ) -> Iterator[Session | Refusal | Question]:
        """Yield what the file holds, good rows first to last; never raises for bad input.

        `name` is the file's own name for messages; `path` may be a stored copy. What the file
        leaves open is looked up in `answers` by the question's key (`answers.get(key)`), and
        only where it is needed: the core notes what was looked up. Where nothing usable is
        found there, yield the Question in place of the sessions that depend on it. The core
        keeps the file, asks, and reads it again; until then none of its sessions counts, as
        those left out would look like days of rest.
        """
        ...


@dataclass(frozen=True, slots=True)
class Share:
    """One player's part of a team's file: a document with that player's rows and no other's,
    which `read` of the same connector reads like the player's own file."""

    player: str  # as the file writes the name
    document: Document


class TeamConnector(FileConnector, Protocol):
    """Also reads files of a whole team. `read` refuses one that holds several players."""

    def shares(
        self, path: Path, name: str, answers: Answers = NO_ANSWERS
    ) -> Iterator[Share | Refusal | Question]:
        """Yield each player's part, in the order of the file; a question as `read` does."""
        ...


@dataclass(frozen=True, slots=True)
class Document:
    """What a source handed over about one activity, as received; `read` of the same connector
    turns it into sessions. `name` ends in what `claims` knows it by."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Deleted:
    """An activity that is no longer at the source, or no longer to be seen there."""

    source: str
    source_id: str


@dataclass(frozen=True, slots=True)
class Page:
    """A step of a fetch. Once it is stored, fetching goes on from `cursor`, also after a crash.

    `until` (aware) says that everything which started before then has been handed over.
    """

    documents: tuple[Document, ...]
    cursor: str
    deleted: tuple[Deleted, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """What the core lends a connector to fetch for one athlete.

    `settings` are the connector's own (base URLs, client id and secret), `credentials` this
    athlete's. `keep` stores changed credentials and returns when they are safe: call it before
    using them. `recall` and `remember` are a note that all connections of the connector
    share, '' at first (a budget of calls, say). `now` gives aware UTC. `wanted` names activities
    (source ids) to fetch again, whatever the cursor says; empty: what is new.

    `not_before` (aware) says that older activities will not be kept; None: all are wanted.
    `history` says that this is a first fetch of the years before, which should leave calls for
    what is new; `sharing` is how many connections the source has here, this one included.
    """

    settings: Mapping[str, str]
    credentials: Mapping[str, str]
    keep: Callable[[Mapping[str, str]], None]
    recall: Callable[[], str]
    remember: Callable[[str], None]
    now: Callable[[], datetime]
    wanted: tuple[str, ...] = ()
    not_before: datetime | None = None
    history: bool = False
    sharing: int = 1


@runtime_checkable
class SourceConnector(FileConnector, Protocol):
    """Fetches documents for a connected athlete, and reads them."""

    source: str  # as in its sessions
    groups: tuple[Kind, ...]  # of which of these a synced day tells everything
    default_mode: Mode
    keep_days: int | None  # how long the source's terms let `athlete_only` data be kept

    def pages(self, access: Access, cursor: str | None) -> Iterator[Page]:
        """Yield pages from the cursor on (None: from the beginning). Raises ConnectorError.

        The core may let go of it after any page and ask again later from that page's cursor.
        With `access.wanted` the pages hold those activities, and their cursors are not kept.
        """
        ...

    def revoke(self, access: Access) -> None:
        """Give the credentials back to the source. Raises ConnectorError."""
        ...


@runtime_checkable
class OAuthConnector(SourceConnector, Protocol):
    """Is connected by the athlete's yes on the source's own page."""

    def authorize_url(self, settings: Mapping[str, str], redirect_uri: str, state: str) -> str:
        """Where the athlete says yes. Raises ConnectorError where settings are missing."""
        ...

    def exchange(self, access: Access, answer: Mapping[str, str], redirect_uri: str) -> str:
        """Turn what came back in the query into credentials, `keep` them, and return the
        athlete's id at the source. Raises ConnectorError, AccessDenied for a missing scope."""
        ...


@dataclass(frozen=True, slots=True)
class Hint:
    """What a webhook says happened. Unsigned, so it only leads to asking again.

    `key` is the same for every delivery of one event.
    """

    key: str
    owner_id: str  # the athlete's id at the source
    change: Literal["changed", "deleted", "revoked"]
    source_id: str = ""


@runtime_checkable
class WebhookConnector(SourceConnector, Protocol):
    """Is told by the source when something changes."""

    def handshake(
        self, settings: Mapping[str, str], query: Mapping[str, str]
    ) -> Mapping[str, str] | None:
        """The answer, as JSON, to the source's first question; None refuses it."""
        ...

    def hint(self, settings: Mapping[str, str], body: bytes) -> Hint | None:
        """What the delivery says, None where it is not for us."""
        ...


@runtime_checkable
class Described(Protocol):
    """What a source may say of itself on pages; without it its bare name stands there."""

    title: str  # 'Strava'
    terms: tuple[str, ...]  # plain sentences on what its vendor allows; no advice
    activity_url: str  # where an activity is seen at the source, with {id} for its id; or ''


@runtime_checkable
class Naming(Protocol):
    """Says what people call the sources of its sessions, such as 'STATSports' for `statsports`."""

    called: Mapping[str, str]  # by the source of a session


@runtime_checkable
class Demanding(Protocol):
    """Says what has to be had before a club can use the source; only admins are shown it."""

    needs: tuple[str, ...]  # plain sentences


@dataclass(frozen=True, slots=True)
class Way:
    """One way from a source to the club: what to do, step by step, in plain sentences.

    A step that begins with `$ ` is typed as it stands behind that, on the athlete's computer.
    """

    title: str  # 'The whole archive'
    steps: tuple[str, ...]
    notes: tuple[str, ...] = ()


@runtime_checkable
class SetUp(Protocol):
    """Says how whoever runs the club sets the source up; only admins are shown it.

    In the steps `{host}` stands for the club's host name, `{callback}` for the address that
    athletes come back to, `{hook}` for the one that the source calls by itself, and `{settings}`
    for the path of the file of settings.
    """

    setting_up: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """How an athlete's data comes from one source. Guides of the same slug share one page."""

    slug: str  # of its address: lower-case letters, digits, hyphens
    title: str  # 'Garmin'
    gives: str  # a phrase: 'every activity, with the recordings of the watch'
    ways: tuple[Way, ...]  # the most complete first


@runtime_checkable
class Guided(Protocol):
    """Says on pages of the club how its sources are connected or their files exported."""

    guides: tuple[Guide, ...]


@runtime_checkable
class Budgeted(Protocol):
    """Has a limit on calls that all its connections share."""

    def budget(self, note: str, now: datetime) -> str:
        """One sentence for the admin: what is left, until when, and when a fetch that is under
        way will be finished. `note` is what was remembered last; '' where nothing was."""
        ...


@dataclass(frozen=True, slots=True)
class PlanMark:
    """A plan of drills on the time axis. `end`: the last day so far; `outcome` '' while it runs."""

    start: date
    end: date
    outcome: str  # 'better', 'no better', 'worse', 'stopped', 'unknown'


@dataclass(frozen=True, slots=True)
class AthleteChart:
    """What an athlete's chart is drawn from: one entry per local day in every column.

    Loads are in the channel's shown unit (km, m, t, AU). None is a day of which nothing is
    known, or a window that is incomplete. A column that the viewer may not see is None.
    """

    title: str
    channel: str  # 'Running'
    unit: str  # 'km'
    days: tuple[date, ...]
    load: tuple[float | None, ...]
    week: tuple[float | None, ...]  # sum of the seven days up to this one
    flag_line: tuple[float | None, ...]  # a week above this raises a flag; None: it cannot
    left: tuple[int | None, ...] | None = None  # tightness 0-10
    right: tuple[int | None, ...] | None = None
    lifted: tuple[float | None, ...] | None = None  # tonnes per day; None: no panel
    usual_low: tuple[float | None, ...] = ()  # the 10th percentile of the own weeks of half a year
    usual_high: tuple[float | None, ...] = ()  # the 90th; empty: neither is known
    plans: tuple[PlanMark, ...] = ()  # follow from tightness: empty where that is not shown
    running: bool = False  # the last day is still running: it has answers and no loads yet

    @property
    def complete(self) -> int:
        """How many of the days are over."""
        return len(self.days) - self.running


@dataclass(frozen=True, slots=True)
class SquadRow:
    """One athlete in a drawing of the squad. `url`: their page. None: nothing is known."""

    name: str
    url: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Shade:
    """A band of values above 0, up to where the next shade begins."""

    label: str  # '4 to 6 km'
    least: float


@dataclass(frozen=True, slots=True)
class SquadDays:
    """Athletes by local days. `zero` names a value of 0 that is known, `blank` what is not."""

    title: str
    unit: str  # '' for tightness, 0 to 10
    days: tuple[date, ...]
    rows: tuple[SquadRow, ...]
    shades: tuple[Shade, ...]
    zero: str
    blank: str


@dataclass(frozen=True, slots=True)
class SquadPoint:
    """One athlete's week: change from usual in %, tightness of the worse leg (0-10)."""

    name: str
    url: str
    change_pct: float
    tightness: int


@dataclass(frozen=True, slots=True)
class SquadChange:
    """Change from usual beside tightness; `line_pct` is where a rise begins to count."""

    title: str
    line_pct: float
    points: tuple[SquadPoint, ...]


@dataclass(frozen=True, slots=True)
class SquadWeeks:
    """Sums of seven days each, by athlete; `weeks` are their last days, oldest first.

    `unknown`: of how many days of athletes nothing is known, so that the sum is at least this.
    """

    title: str
    unit: str
    weeks: tuple[date, ...]
    rows: tuple[SquadRow, ...]
    unknown: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SquadCoverage:
    """Of `days` days, how many are known and on how many a check-in was answered.

    Each row has these two values; None: not for this viewer, or not asked.
    """

    title: str
    days: int
    rows: tuple[SquadRow, ...]
