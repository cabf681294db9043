"""A team's file from its GPS system: handed in here, names placed once, rows go to each athlete.

Until its names are placed a file waits in memory, for its sender only and half an hour at
most: on disk stands nothing of anybody who has not agreed.
"""

from __future__ import annotations

import secrets
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from clubmon import policy
from clubmon.arrival import asking, filewords, teamfiles
from clubmon.arrival.teamfiles import TeamReceipt, Trial
from clubmon.club import people
from clubmon.club.people import Team
from clubmon.policy import Permission
from clubmon.web.files import filequestions
from clubmon.web.frame.access import context, requires, team, viewer
from clubmon.words.language import N_, ngettext
from clubmon.words.sentences import retold

bp = Blueprint("teamfiles", __name__)

LARGEST = 20 * 1024 * 1024  # bytes; a season of a large squad
WAITS = timedelta(minutes=30)
MOST_WAITING = 8
MOST_PLAYERS, MOST_COLUMNS = 200, 2000
REFUSALS_SHOWN = 20
NO_FILE = N_("Choose the file that your GPS system exported, then hand it in.")
GONE = N_(
    "What you said is remembered. The file itself was let go meanwhile: hand it in once more for "
    "the rest."
)
PLACED = N_("Saved.")
INCOMPLETE = N_("Nothing was saved: the form was not complete; hand the file in once more.")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file whose names are not all placed."""

    by_person_id: str
    team_id: str
    name: str
    content: bytes
    until: datetime


class Desk:
    """Files that wait, in memory; the oldest make room."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: dict[str, Waiting] = {}

    def lay(self, file: Waiting) -> str:
        """Keep a file and return the token to ask for it with."""
        token = secrets.token_urlsafe(16)
        with self._lock:
            while len(self._files) >= MOST_WAITING:
                self._files.pop(next(iter(self._files)))
            self._files[token] = file
        return token

    def take(self, token: str, by_person_id: str, team_id: str, now: datetime) -> Waiting | None:
        """Hand the file out and keep it no longer; None where it is gone or somebody else's."""
        with self._lock:
            self._files = {key: one for key, one in self._files.items() if one.until > now}
            found = self._files.get(token)
            if found is None or (found.by_person_id, found.team_id) != (by_person_id, team_id):
                return None
            return self._files.pop(token)


@bp.get("/teams/files")
@requires(Permission.HAND_IN_TEAM_FILES)
def overview() -> Response | str:
    """The teams whose files the viewer may hand in; straight to the only one."""
    held, who = context(), viewer()
    teams = [
        one
        for one in people.teams(held.store)
        if policy.may(who, Permission.HAND_IN_FILES_OF, team_id=one.team_id)
    ]
    if len(teams) == 1:
        return redirect(url_for("teamfiles.show", scope=teams[0].team_id))
    return render_template("teamfiles.html", teams=teams, team=None)


@bp.get("/teams/<scope>/files")
@requires(Permission.HAND_IN_FILES_OF)
def show(scope: str) -> str:
    """The form. Changes nothing."""
    return _page(None, "", "")


@bp.post("/teams/<scope>/files")
@requires(Permission.HAND_IN_FILES_OF, largest=LARGEST)
def hand_in(scope: str) -> str | tuple[str, int]:
    """Store what is placed, and ask whose the other names are."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _page(None, "", NO_FILE), 400
    return _read(Path(file.filename).name, file.stream.read())


@bp.post("/teams/<scope>/names")
@requires(Permission.HAND_IN_FILES_OF)
def place(scope: str) -> str | Response | tuple[str, int]:
    """Remember whose names these are, or what the columns are; store the rest of the file."""
    held, of, by = context(), _team(), viewer().person_id
    wanted = _wanted()
    answer = _columns()
    if not wanted and not answer:
        abort(400, INCOMPLETE)
    try:
        teamfiles.place(held.store, of.team_id, wanted, by, held.now())
    except teamfiles.NotPlaced as error:
        abort(400, str(error))
    token = request.form.get("file", "")
    if not token:
        flash(str(PLACED))
        return redirect(url_for("teamfiles.show", scope=scope), 303)
    file = _desk().take(token, by, of.team_id, held.now())
    if file is None:
        return _page(None, "", GONE), 400
    if answer and request.form.get("do") == "try":
        return _tried(of, file, answer)
    if answer:
        _name_columns(of, file, answer, by)
    return _read(file.name, file.content)


def _wanted() -> dict[str, str]:
    """Athlete ids, or '' for nobody, by the names that the form asked about."""
    found: dict[str, str] = {}
    for index in range(MOST_PLAYERS):
        name, chosen = request.form.get(f"name-{index}"), request.form.get(f"athlete-{index}")
        if name and chosen and chosen != "later":
            found[name] = teamfiles.NOBODY if chosen == "nobody" else chosen
    return found


def _columns() -> str:
    columns = [request.form.get(f"column-{place}") for place in range(MOST_COLUMNS)]
    return ",".join(one for one in columns if one is not None)


def _name_columns(of: Team, file: Waiting, answer: str, by: str) -> None:
    """Take the answer if it fits the question that the file asks."""
    held = context()
    with _on_disk(file.content) as path:
        asked = teamfiles.questions(held.store, of.team_id, path, file.name)
    for question in asked:
        if question.key == request.form.get("key") and asking.fits(question, answer):
            teamfiles.name_columns(held.store, of.team_id, question, answer, by, held.now())


def _tried(of: Team, file: Waiting, answer: str) -> str:
    """What the file would hold with these columns; stores nothing, and the file waits on."""
    held = context()
    with _on_disk(file.content) as path:
        asked = teamfiles.questions(held.store, of.team_id, path, file.name)
        on_trial = {
            question.key: answer
            for question in asked
            if question.key == request.form.get("key") and asking.fits(question, answer)
        }
        tried = teamfiles.trial(held.store, of.team_id, path, file.name, on_trial)
    read = TeamReceipt(file.name, questions=tuple(asked))
    return _page(read, _desk().lay(file), "", tried, answer)


def _read(name: str, content: bytes) -> str:
    held, of, tried = context(), _team(), list[Trial]()
    with _on_disk(content) as path:
        read = teamfiles.import_file(held.store, held.settings, of.team_id, path, name, held.now())
        if read.unplaced:
            tried = teamfiles.trial(held.store, of.team_id, path, read.name)
    token = ""
    if read.unplaced or read.questions:
        until = held.now() + WAITS
        file = Waiting(viewer().person_id, of.team_id, name, content, until)
        token = _desk().lay(file)
    return _page(read, token, "", [one for one in tried if one.name in read.unplaced])


@contextmanager
def _on_disk(content: bytes) -> Iterator[Path]:
    """The file as readers take it, gone when it has been read."""
    with tempfile.TemporaryDirectory(dir=context().store.folder) as folder:
        path = Path(folder) / ".team.tmp"  # swept at the next start if this process is killed
        path.write_bytes(content)
        yield path


def _desk() -> Desk:
    found = current_app.extensions.setdefault("clubmon.desk", Desk())
    assert isinstance(found, Desk)
    return found


def _team() -> Team:
    return team() or abort(404)


def _held(one: Trial) -> str:
    """What a player's rows come to, for people."""
    kinds = [session.kind for session in one.read.sessions]
    found = filequestions.counted(*(kinds.count(kind) for kind in ("run", "lift", "other")))
    left_out = len(one.read.refusals)
    if left_out:
        found += ngettext("; {n} row not understood", "; {n} rows not understood", left_out)
    return found


def _page(
    read: TeamReceipt | None,
    token: str,
    wrong: str,
    tried: Sequence[Trial] = (),
    answer: str = "",
) -> str:
    held, of = context(), _team()
    members = teamfiles.of(held.store, of.team_id)
    return render_template(
        "teamfiles.html",
        team=of,
        members=members,
        read=read,
        file=token,
        guesses=teamfiles.suggestions(read.unplaced, members) if read else {},
        tried=tried,
        holds={one.name: _held(one) for one in tried},
        lines=[retold(str(refusal)) for one in tried for refusal in one.read.refusals][
            :REFUSALS_SHOWN
        ],
        answer=answer.split(",") if answer else None,
        placed=teamfiles.placed(held.store, of.team_id, members),
        words=filewords.player,
        problems=list(filewords.problems(read)) if read else [],
        wrong=wrong,
    )
