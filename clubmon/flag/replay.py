"""A past morning's list, read from what was known then.

The moment is the start of that morning's nightly job: what the job raised bears that time. Its
flags are on record and are told as they are. Only where no job ran in time is it worked out
anew, from raw rows, what it would have raised.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from clubmon.club import consenting, people
from clubmon.flag import flagging, lookback, morningflags, replaylist
from clubmon.flag.flagtypes import load_inputs
from clubmon.flag.flagview import Numbers, Sight
from clubmon.flag.lookback import Figures, Then
from clubmon.flag.morningflags import Open
from clubmon.flag.replaylist import Listed, Replay
from clubmon.hamstring import referrals
from clubmon.policy import Consent, Subject
from clubmon.settings import Settings
from clubmon.storage.store import Store
from clubmon.words import daywords
from clubmon.words.language import N_, _

DAY = timedelta(days=1)
RUNNING = N_("The nightly job or a rebuild is running; ask again when it has ended.")


class ReplayRefused(Exception):
    """This morning cannot be shown, in one sentence."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What was known by then counts. `run`: a nightly job on record began then."""

    known_by: datetime
    run: bool


def of(store: Store, settings: Settings, morning: date, now: datetime) -> Replay:
    """The list of a past morning, whole; give it to replaylist.visible before staff see it.

    `morning` is the club's day, `now` aware UTC. Raises ReplayRefused for a morning that is not
    over or was before the club's records, and while the nightly job or a rebuild is running.
    """
    with _undisturbed(store):
        return _told(store, settings, morning, now)[0]


def looked(
    store: Store, settings: Settings, morning: date, now: datetime
) -> tuple[Replay, Figures]:
    """The same for a page, with the load figures of athletes who share them; raises the same.

    The night is not kept waiting by who looks: if a job begins meanwhile, this is refused.
    """
    refuse_while_running(store)
    found, figures = _told(store, settings, morning, now, figures=True)
    refuse_while_running(store)
    assert figures is not None
    return found, figures


def _told(
    store: Store, settings: Settings, morning: date, now: datetime, *, figures: bool = False
) -> tuple[Replay, Figures | None]:
    when = moment(store, settings, morning, now)
    subjects = consenting.subjects(store, settings, when.known_by, when.known_by)
    then = lookback.look_back(store, subjects, morning, when.known_by, figures=figures)
    found = morningflags.of_morning(store, settings, morning, when.known_by)
    if not when.run:
        found = worked_out(store, settings, morning, then, found)
    true = _true_on(then, morning)
    listed = [
        replaylist.with_numbers(
            Listed(one.flag, one.known_at, one.settled, one.late), true.get(athlete_id)
        )
        for athlete_id, some in found.items()
        for one in some
    ]
    whole = Replay(morning, when.known_by, when.run, tuple(listed))
    told = _left_out(store, whole, subjects, consenting.subjects(store, settings, now))
    return told, then.figures


def moment(store: Store, settings: Settings, morning: date, now: datetime) -> Moment:
    """What counts as known on a morning; raises ReplayRefused.

    A job that ran after the next morning's hour caught up on this one: it knew more than anybody
    could know on the morning itself, so it is not taken.
    """
    today = people.local_today(settings, None, now)
    if morning > today:
        raise ReplayRefused(
            _(
                "{morning} is in the future; the newest morning is {today}.",
                morning=daywords.dated(morning),
                today=daywords.dated(today),
            )
        )
    known_by, over = club_hour(settings, morning), club_hour(settings, morning + DAY)
    row = store.row(
        "SELECT min(started_at) AS started_at FROM app.job_run WHERE job = 'nightly' "
        "AND state = 'done' AND morning = ? AND started_at < ?",
        [morning, over],
    )
    if row and row["started_at"]:
        return Moment(row["started_at"], True)
    if now < over:
        raise ReplayRefused(
            _(
                "The nightly job of {morning} has not been done yet; ask again tomorrow, or have "
                "an admin run 'clubmon nightly'.",
                morning=daywords.dated(morning),
            )
        )
    begun = _begun(store)
    if begun is None or known_by < begun:
        raise ReplayRefused(_nothing_known(morning, begun and begun.astimezone(settings.zone)))
    return Moment(known_by, False)


def _nothing_known(morning: date, since: datetime | None) -> str:
    said = daywords.dated(morning)
    if since is None:
        return _("On {morning} nothing was known in this club yet.", morning=said)
    return _(
        "On {morning} nothing was known in this club yet; its records begin on {first}.",
        morning=said, first=daywords.dated(since.date()),
    )  # fmt: skip


def club_hour(settings: Settings, morning: date) -> datetime:
    """When the nightly job of a morning is due, in the club's zone."""
    return datetime.combine(morning, time(settings.nightly_hour), settings.zone)


def worked_out(
    store: Store,
    settings: Settings,
    morning: date,
    then: Then,
    on_record: Mapping[str, Iterable[Open]],
) -> dict[str, list[Open]]:
    """The open flags that a job at that moment would have left, with those on record by then."""
    decided = flagging.judge(store, settings, morning, then.known_by, then)
    known = _known_flags(store, then.known_by)
    still_open = referrals.open_then(store, then.known_by)
    found: dict[str, list[Open]] = defaultdict(list)
    for athlete_id, some in on_record.items():
        found[athlete_id] = [one for one in some if one.flag.flag_id not in decided.superseded]
    for flag in decided.new:
        listed = (
            flag.inputs["referral_id"] in still_open
            if flag.tier == 3
            else flag.morning > morning - morningflags.OPEN_FOR
        )
        one = morningflags.opened(settings, flag, then.known_by)
        if one and listed and flag.flag_id not in known:
            known.add(flag.flag_id)  # two referrals of one day and kind share their flag
            found[flag.athlete_id].append(one)
    return found


def _left_out(
    store: Store,
    whole: Replay,
    then: Mapping[str, Subject],
    today: Mapping[str, Subject],
) -> Replay:
    """Without erased people and without what is not agreed to, then or today; counted.

    Of the erased nothing is left that says whether they were on the list, so all who were
    erased since are counted.
    """
    rows = store.rows("SELECT key, known_at FROM app.tombstone WHERE kind = 'person'")
    erased = {row["key"] for row in rows}
    agreed = [
        one
        for listed in whole.flags
        if listed.flag.athlete_id not in erased
        for one in replaylist.seen(listed, lambda id_: _agreed(then.get(id_)))
    ]
    kept = [replaylist.seen(one, lambda id_: _agreed(today.get(id_))) for one in agreed]
    return replace(
        whole,
        flags=tuple(one for some in kept for one in some),
        erased=sum(row["known_at"] > whole.known_by for row in rows),
        withdrawn=len(
            {a.flag.athlete_id for a, some in zip(agreed, kept, strict=True) if some != [a]}
        ),
    )


def _agreed(about: Subject | None) -> Sight:
    """What the club may hold of an athlete; nothing of somebody who is no athlete there."""
    consents: Collection[Consent] = about.consents if about else ()
    health = Consent.HEALTH in consents
    return Sight(load=Consent.LOAD in consents, tightness=health, health=health)


def _true_on(then: Then, morning: date) -> dict[str, Numbers]:
    """By athlete, the load conditions that were true on the morning, held long enough or not."""
    found: dict[str, dict[tuple[str, str], Mapping[str, object]]] = defaultdict(dict)
    for athlete_id, one in then.conditions:
        if one.morning == morning:
            found[athlete_id][one.rule, one.channel] = load_inputs(one)
    return dict(found)


def _known_flags(store: Store, known_by: datetime) -> set[str]:
    rows = store.rows("SELECT flag_id FROM app.flag WHERE known_at <= ?", [known_by])
    return {row["flag_id"] for row in rows}


def _begun(store: Store) -> datetime | None:
    """When the club's records begin; erasing a person does not move it while any of these stay."""
    row = store.row(
        "SELECT min(t.known_at) AS begun FROM (SELECT known_at FROM app.person "
        "UNION ALL SELECT known_at FROM app.team UNION ALL SELECT known_at FROM app.audit "
        "UNION ALL SELECT started_at FROM app.job_run) AS t"
    )
    begun: datetime | None = row["begun"] if row else None
    return begun


def refuse_while_running(store: Store) -> None:
    """Raises ReplayRefused while the nightly job or a rebuild is running."""
    if store.job_lock.locked():
        raise ReplayRefused(str(RUNNING))


@contextmanager
def _undisturbed(store: Store) -> Iterator[None]:
    """Nothing is rebuilt meanwhile: a rebuild from raw files first empties what is read here."""
    if not store.job_lock.acquire(blocking=False):
        raise ReplayRefused(str(RUNNING))
    try:
        yield
    finally:
        store.job_lock.release()
