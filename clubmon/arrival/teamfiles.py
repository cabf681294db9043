"""A file of a whole team: shared out to its players, of whom each is named once.

Of an athlete without consent, or a name that nobody has placed yet, nothing is kept. Each
athlete's raw store gets that athlete's rows alone, so that erasing one person erases all.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from pathlib import Path
from typing import Literal
from unicodedata import combining, normalize

from clubmon.arrival import fileanswers, ingest
from clubmon.arrival.ingest import ImportRefused, Receipt
from clubmon.arrival.reading import Parsed, parse, shares
from clubmon.club import people
from clubmon.club.people import Athlete
from clubmon.sdk import Question, Refusal, Share
from clubmon.settings import Settings
from clubmon.storage.store import Store
from clubmon.words.language import _

NOBODY = ""  # placed: somebody who is no athlete of this club
ALIKE = 0.75  # of two names, so that one is suggested for the other
State = Literal["stored", "unplaced", "nobody", "no_consent"]


class NotPlaced(Exception):
    """A name cannot be placed as asked, in one sentence."""


@dataclass(frozen=True, slots=True)
class Player:
    """What became of one player's rows. `athlete` is None where the name is nobody's here."""

    name: str
    state: State
    athlete: Athlete | None = None
    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """What a player's rows would come to."""

    name: str
    read: Parsed


@dataclass(frozen=True, slots=True)
class TeamReceipt:
    """What became of a team's file."""

    name: str
    players: tuple[Player, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    questions: tuple[Question, ...] = ()

    @property
    def unplaced(self) -> tuple[str, ...]:
        """The names of which nobody has said yet whose they are."""
        return tuple(player.name for player in self.players if player.state == "unplaced")


def import_file(
    store: Store, settings: Settings, team_id: str, path: Path, name: str, now: datetime
) -> TeamReceipt:
    """Store each placed player's rows for that athlete; a second time changes nothing."""
    shown = ingest.shown(name)
    found = list(shares(path, shown, fileanswers.values(fileanswers.told(store, team_id))))
    placed, members = (
        names(store, team_id),
        {one.person.person_id: one for one in of(store, team_id)},
    )
    parts = [each for each in found if isinstance(each, Share)]
    return TeamReceipt(
        shown,
        tuple(_stored(store, settings, team_id, part, placed, members, now) for part in parts),
        tuple(each for each in found if isinstance(each, Refusal)),
        tuple(each for each in found if isinstance(each, Question)),
    )


def of(store: Store, team_id: str) -> list[Athlete]:
    """The team's athletes, by name."""
    return [
        one for one in people.athletes(store) if team_id in {team.team_id for team in one.teams}
    ]


def names(store: Store, team_id: str) -> dict[str, str]:
    """Whose the names in this team's files are: key of the name to athlete id, or NOBODY."""
    rows = store.rows(
        "SELECT n.name_key, arg_max(n.athlete_id, n.known_at) AS athlete_id "
        "FROM app.player_name AS n WHERE n.team_id = ? GROUP BY n.name_key",
        [team_id],
    )
    return {row["name_key"]: row["athlete_id"] for row in rows}


def place(
    store: Store, team_id: str, wanted: Mapping[str, str], by_person_id: str, now: datetime
) -> None:
    """Say whose names these are (name to athlete id, or NOBODY), all or none.

    Raises NotPlaced for somebody who is not in the team.
    """
    members = {one.person.person_id for one in of(store, team_id)}
    for name, athlete_id in wanted.items():
        if athlete_id != NOBODY and athlete_id not in members:
            raise NotPlaced(
                _(
                    "'{name}' cannot be placed: there is no athlete {athlete_id} in this team.",
                    name=name,
                    athlete_id=athlete_id,
                )
            )
    before = names(store, team_id)
    for key, athlete_id in {key_of(name): whose for name, whose in wanted.items()}.items():
        if before.get(key) == athlete_id:
            continue  # said again
        values = [team_id, key, athlete_id, by_person_id, now]
        store.execute("app", "INSERT INTO app.player_name VALUES (?, ?, ?, ?, ?)", values)
        people.audit(store, by_person_id, "player placed", athlete_id, "", now)


def name_columns(
    store: Store, team_id: str, question: Question, value: str, by_person_id: str, now: datetime
) -> None:
    """Remember what the columns of a team's table are."""
    fileanswers.record(store, team_id, question.key, value, by_person_id, now)


def suggestion(name: str, athletes: Iterable[Athlete], taken: Sequence[str] = ()) -> str:
    """The id of the athlete whose name is most like this one, '' where none is alike.

    Word order, accents and case do not matter; a shirt number or initials alone suggest nobody.
    """
    mine = _sorted(name)
    scored = [
        (SequenceMatcher(None, mine, _sorted(one.person.name)).ratio(), one.person.person_id)
        for one in athletes
        if one.person.person_id not in taken
    ]
    score, best = max(scored, default=(0.0, ""))
    return best if score >= ALIKE else ""


def suggestions(unplaced: Sequence[str], athletes: Sequence[Athlete]) -> dict[str, str]:
    """An athlete for each name, nobody twice, '' where none is alike."""
    found: dict[str, str] = {}
    for name in unplaced:
        found[name] = suggestion(name, athletes, [one for one in found.values() if one])
    return found


def placed(store: Store, team_id: str, members: Sequence[Athlete]) -> list[tuple[str, str]]:
    """The names placed so far with their athlete, '' for nobody of the team, by name."""
    ids = {one.person.person_id for one in members}
    return [(key, who if who in ids else "") for key, who in sorted(names(store, team_id).items())]


def questions(store: Store, team_id: str, path: Path, name: str) -> list[Question]:
    """What a team's file leaves open; stores nothing."""
    answers = fileanswers.values(fileanswers.told(store, team_id))
    return [each for each in shares(path, name, answers) if isinstance(each, Question)]


def trial(
    store: Store, team_id: str, path: Path, name: str, answers: Mapping[str, str] | None = None
) -> list[Trial]:
    """What a team's file holds of each player, with further answers on trial; stores nothing."""
    given = {**fileanswers.values(fileanswers.told(store, team_id)), **(answers or {})}
    found: list[Trial] = []
    for each in shares(path, name, given):
        if isinstance(each, Share):
            with _on_disk(store, each) as part:
                found.append(Trial(each.player, parse(part, each.document.name, given)))
    return found


@contextmanager
def _on_disk(store: Store, part: Share) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=store.folder) as folder:
        path = Path(folder) / ".part.tmp"  # swept at the next start if this process is killed
        path.write_bytes(part.document.content)
        yield path


def key_of(name: str) -> str:
    """The name as it is looked up: lower case, no accents, single spaces."""
    plain = "".join(each for each in normalize("NFKD", name) if not combining(each))
    return " ".join(plain.casefold().split())


def _sorted(name: str) -> str:
    return " ".join(sorted(key_of(name).replace(",", " ").split()))


def _stored(
    store: Store,
    settings: Settings,
    team_id: str,
    part: Share,
    placed: Mapping[str, str],
    members: Mapping[str, Athlete],
    now: datetime,
) -> Player:
    athlete_id = placed.get(key_of(part.player))
    if athlete_id is None:
        return Player(part.player, "unplaced")
    if athlete_id not in members:
        return Player(part.player, "nobody")
    who = members[athlete_id]
    try:
        ingest.require_consent(store, settings, athlete_id, now)
    except ImportRefused:
        return Player(part.player, "no_consent", who)
    for key, told in fileanswers.told(store, team_id).items():
        if key not in fileanswers.told(store, athlete_id):  # what the team's file was read with
            fileanswers.record(store, athlete_id, key, told.value, team_id, told.known_at)
    with _on_disk(store, part) as path:
        receipt = ingest.store_file(store, settings, athlete_id, path, part.document.name, now)
    return Player(part.player, "stored", who, receipt)
