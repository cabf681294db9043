"""One run: what is new at Garmin goes to the club, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from clubmon_garmin.api import Activity, Garmin
from clubmon_garmin.club import Club, Sent, digest
from clubmon_garmin.errors import TooLarge
from clubmon_garmin.state import Done, State

LISTED_TO = "listed_to"  # day of the last run that ended, ISO
LISTED_FROM = "listed_from"  # the earliest day that such a run began at
AGAIN_DAYS = 30  # a watch may hand over a recording weeks after it was made
LATE_DAYS = 7  # how long a session RPE that is told later, or a file, is looked for


@dataclass(slots=True)
class Report:
    """What a run did: activities by outcome, and a sentence for each that the club refused."""

    sent: int = 0
    known: int = 0
    nothing: int = 0
    rpe: int = 0
    refused: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Run:
    """One run from `since` to today; `say` hears of each activity (its id only)."""

    garmin: Garmin
    club: Club
    state: State
    since: date
    today: date
    say: Callable[[str], None]
    report: Report = field(default_factory=Report)

    def go(self) -> Report:
        """Hand over what is new, oldest first. Raises AgentError; what was done stays done."""
        first = self._first_day()
        listed = list(self.garmin.activities(first, self.today + timedelta(days=1)))
        for activity in reversed(listed):
            self._one(activity)
        self.state.keep(LISTED_TO, self.today.isoformat())
        self.state.keep(LISTED_FROM, min(self.since.isoformat(), self._noted(LISTED_FROM)))
        return self.report

    def _first_day(self) -> date:
        """Where to begin: at `since`, or a month back where all before was seen already."""
        if not self.state.note(LISTED_TO) or self.since.isoformat() < self._noted(LISTED_FROM):
            return self.since
        last = min(date.fromisoformat(self.state.note(LISTED_TO)), self.today)  # the clock was off
        back = last - timedelta(days=AGAIN_DAYS)
        return max(self.since, back)

    def _noted(self, name: str) -> str:
        return self.state.note(name) or self.since.isoformat()

    def _one(self, activity: Activity) -> None:
        done = self.state.done(activity.activity_id)
        fresh = activity.day >= (self.today - timedelta(days=LATE_DAYS)).isoformat()
        if done is None or (done.outcome == "nothing" and fresh):
            self._new(activity.activity_id, done)
        elif done.outcome == "sent" and fresh:
            self._told_later(activity.activity_id, done)

    def _new(self, activity_id: str, done: Done | None) -> None:
        try:
            files = self.garmin.originals(activity_id)
        except TooLarge as error:
            self._refused(activity_id, str(error))
            return
        if not files:
            self._nothing(activity_id, done)
            return
        rpe = self.garmin.rpe(activity_id)
        self._finish(activity_id, [self._send(activity_id, *file, rpe) for file in files], rpe)

    def _nothing(self, activity_id: str, done: Done | None) -> None:
        """An activity without a file: typed in by hand, or Garmin has it not ready yet."""
        if done is None:
            self.state.record(activity_id, Done("nothing", None))
            self.report.nothing += 1
            self.say(f"{activity_id}: has no file, as what is typed in by hand")

    def _send(self, activity_id: str, suffix: str, body: bytes, rpe: float | None) -> Sent:
        """One file, unless the club has it: then its session RPE alone."""
        sha256 = digest(body)
        if self.club.knows(sha256) if rpe is None else self.club.rate(sha256, rpe):
            return Sent("known")
        return self.club.put(f"garmin-{activity_id}{suffix}", body, rpe)

    def _finish(self, activity_id: str, answers: list[Sent], rpe: float | None) -> None:
        refused = [answer.message for answer in answers if answer.outcome == "refused"]
        if len(refused) == len(answers):
            self._refused(activity_id, " ".join(refused))
            return
        self.state.record(activity_id, Done("sent", rpe))
        new = any(answer.outcome == "sent" for answer in answers)
        self.report.sent += new
        self.report.known += not new
        self.say(f"{activity_id}: {'sent' if new else 'known to the club'}")

    def _refused(self, activity_id: str, message: str) -> None:
        self.state.record(activity_id, Done("refused", None, message))
        self.report.refused.append(f"{activity_id}: {message}")

    def _told_later(self, activity_id: str, done: Done) -> None:
        """Tell a session RPE that came to Garmin since the file: the club keeps the newer."""
        rpe = self.garmin.rpe(activity_id)
        if rpe is None or rpe == done.rpe:
            return
        for suffix, body in self.garmin.originals(activity_id):
            self._send(activity_id, suffix, body, rpe)
        self.state.record(activity_id, Done("sent", rpe))
        self.report.rpe += 1
        self.say(f"{activity_id}: session RPE told later")
