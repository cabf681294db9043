"""A team's seven days for everybody's eyes: no answer, no change, no order of merit.

On it are athletes who agreed to it and share their loads, by first name or shirt number. Sums are
of the same athletes, and of fewer than five none is told where nobody is named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from clubmon.club import consenting, people
from clubmon.club.people import Athlete, Team
from clubmon.club.screens import Screen
from clubmon.flag.accounting import ENOUGH
from clubmon.hamstring import rates
from clubmon.load.channels import CHANNELS
from clubmon.policy import Consent
from clubmon.web.coach import squad
from clubmon.web.coach.squad import Line, Week
from clubmon.web.frame import figures, views
from clubmon.web.frame.access import Context
from clubmon.web.frame.sight import Seen, Sight
from clubmon.words.language import _

AGREED = frozenset({Consent.LOAD, Consent.SCREEN})
FEW, SOME = 16, 26  # rows that stand in two columns, in three


@dataclass(frozen=True, slots=True)
class Row:
    """One athlete. `available` is '' unless the club has it shown."""

    label: str
    run: str
    lifted: str
    days: tuple[tuple[date, str], ...]
    available: str


@dataclass(frozen=True, slots=True)
class Board:
    """What a screen shows. `sums` is empty where too few stand behind it, `last` before figures."""

    team: Team
    last: date | None
    rows: tuple[Row, ...]
    sums: tuple[tuple[str, str], ...]  # amount, what it is
    answered: rates.Count | None
    made: views.LastRun | None
    people: int

    @property
    def size(self) -> str:
        """How many rows there are: 'few', 'some' or 'many'."""
        count = len(self.rows)
        return "few" if count <= FEW else "some" if count <= SOME else "many"


def build(held: Context, screen: Screen) -> Board | None:
    """The board of a link, with the consents of this moment; None: its team is gone."""
    team = next((one for one in people.teams(held.store) if one.team_id == screen.team_id), None)
    if team is None:
        return None
    shown = agreed(held, team)
    last = views.figures_until(held.store)
    today = people.local_today(held.settings, None, held.now())
    week = squad.load(held.store, shown, last, today)
    lines = squad.lines(shown, week, {}, today)
    if screen.shows == "shirts":
        lines = [line for line in lines if line.seen.athlete.person.shirt]
    told = screen.shows != "counts"
    return Board(
        team,
        last,
        _rows(held, lines, screen.shows) if told else (),
        _sums(lines, week) if told or len(lines) >= ENOUGH else (),
        _answered(held, team, today) if screen.kind == "wall" else None,
        views.last_run(held.store),
        len(lines),
    )


def agreed(held: Context, team: Team) -> list[Seen]:
    """Athletes of a team who may stand on a screen now, by name: of each the loads, no more."""
    subjects = consenting.subjects(held.store, held.settings, held.now())
    return [
        Seen(athlete, Sight(load=True), subjects[athlete.person.person_id].consents)
        for athlete in people.athletes(held.store)
        if team in athlete.teams and subjects[athlete.person.person_id].consents >= AGREED
    ]


def labels(athletes: Iterable[Athlete], shows: str) -> list[str]:
    """First names, with an initial where two share one; or shirt numbers."""
    everyone = [athlete.person for athlete in athletes]
    if shows == "shirts":
        return [str(person.shirt) for person in everyone]
    firsts = Counter(person.name.split()[0] for person in everyone)
    return [_first(person.name, alone=firsts[person.name.split()[0]] == 1) for person in everyone]


def _first(name: str, *, alone: bool) -> str:
    first, *rest = name.split()
    return first if alone or not rest else f"{first} {rest[-1][0]}."


def _rows(held: Context, lines: Sequence[Line], shows: str) -> tuple[Row, ...]:
    named = labels((line.seen.athlete for line in lines), shows)
    with_word = held.settings.screens_show_availability
    found = [
        Row(
            label,
            line.text("run_m"),
            line.text("tonnage_g"),
            line.days,
            str(line.available.word) if with_word and line.available else "",
        )
        for label, line in zip(named, lines, strict=True)
    ]
    return tuple(sorted(found, key=lambda row: (_number(row.label), row.label)))


def _number(label: str) -> int:
    return int(label) if label.isascii() and label.isdigit() else 0


def _sums(lines: Sequence[Line], week: Week) -> tuple[tuple[str, str], ...]:
    """What is known of the seven days, all together; '≥' where a day of somebody is not known."""
    found = []
    for key, word in (("run_m", _("run")), ("tonnage_g", _("lifted"))):
        loads = _loads(lines, week, key)
        if total := sum(load or 0 for load in loads):
            text = f"{CHANNELS[key].text(total)}\u00a0{CHANNELS[key].unit}"
            found.append((_at_least(text, None in loads), word))
    states = [state for line in lines for _day, state in line.days]
    trained = figures.grouped(states.count("trained"), 0)
    known = (_at_least(trained, "unknown" in states), _("days of training"))
    return (*found, known) if "trained" in states else ()


def _loads(lines: Sequence[Line], week: Week, key: str) -> list[int | None]:
    """Of the seven days of everybody who did anything of the channel in six weeks."""
    every = (week.daily.get((line.seen.athlete_id, key), {}) for line in lines)
    theirs = [days for days in every if any(row["state"] != "unknown" for row in days.values())]
    return [
        days[day]["load"] if day in days else None
        for days in theirs
        for day in squad.week_to(week.last)
    ]


def _at_least(text: str, is_least: bool) -> str:
    return f"≥\u202f{text}" if is_least else text


def _answered(held: Context, team: Team, today: date) -> rates.Count | None:
    """Check-ins answered today, of those asked; None where fewer than five are asked."""
    if not team.checkins:
        return None
    subjects = consenting.subjects(held.store, held.settings, held.now())
    asked = [
        id_
        for id_, one in subjects.items()
        if team.team_id in one.teams and Consent.HEALTH in one.consents
    ]
    if len(asked) < ENOUGH:
        return None
    return rates.Count(len(views.answered(held.store, asked, today, today)), len(asked))
