"""What a coach or physio does about a flag: appended and audited, never rewritten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from uuid6 import uuid7

from clubmon import policy
from clubmon.club import consenting, people
from clubmon.flag import flagview
from clubmon.hamstring import referrals
from clubmon.policy import Permission, Viewer
from clubmon.storage.store import Connection, Row, rows_of
from clubmon.web.frame import figures
from clubmon.web.frame.access import Context
from clubmon.words.language import N_, _

REASONS = {
    "planned": N_("Planned, such as a training camp"),
    "data": N_("The data is wrong"),
    "known": N_("Already being looked after"),
    "other": N_("Something else"),
}
SAID = {
    "seen": N_("marked as seen"),
    "acted": N_("noted as talked to"),
    "dismissed": N_("dismissed"),
    "snoozed": N_("put off"),
}
LONGEST_NOTE = 200
LONGEST_SNOOZE = 28  # days ahead


Action = tuple[str, str, str | None, date | None]  # who, what, the reason in words, until when


class HandlingRefused(Exception):
    """Nothing was written, in one sentence."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form asks for: one of SAID; a key of REASONS and a note; a day such as 2026-11-17."""

    action: str
    reason: str = ""
    note: str = ""
    until: str = ""


def handle(held: Context, who: Viewer, flag_ids: Sequence[str], asked: Asked) -> str:
    """Write one action per flag; returns the sentence to show.

    What this person did last about a flag on the same day is not written again: a button that
    is pressed twice is one action. Flags of another athlete than the first one's, or that the
    viewer may not see, are refused.
    """
    if asked.action not in SAID:
        raise HandlingRefused(_("That is no way to handle a flag; use the buttons on the page."))
    today = people.local_today(held.settings, None, held.now())
    until = back_on(asked.until, today) if asked.action == "snoozed" else None
    if asked.action == "dismissed" and asked.reason not in REASONS:
        raise HandlingRefused(_("Nothing was dismissed: choose a reason first."))
    flags = _flags(held, who, flag_ids)
    if asked.action != "seen" and any(flag["tier"] == 3 for flag in flags):
        raise HandlingRefused(_("A referral stays open until the physio has decided."))
    text = _reason(asked.reason, asked.note) if asked.action == "dismissed" else None
    new = _write(held, flags, (who.person_id, asked.action, text, until))
    _acknowledge(held, who, flags)
    if new:
        done = f"flag {asked.action}"
        people.audit(held.store, who.person_id, done, flags[0]["athlete_id"], "", held.now())
    return _said(flags[0]["name"], str(SAID[asked.action]), until, new=new)


def _said(name: str, done: str, until: date | None, *, new: bool) -> str:
    if not new:
        return _("{name}: {done} already.", name=name, done=done)
    if until:
        return _("{name}: {done} until {day}.", name=name, done=done, day=figures.day(until))
    return f"{name}: {done}."


def back_on(until: str, today: date) -> date:
    """The day on which a flag that is put off comes back; raises HandlingRefused."""
    try:
        day = date.fromisoformat(until)
    except ValueError:
        raise HandlingRefused(_("Nothing was put off: choose a day first.")) from None
    if not today < day <= last_snooze(today):
        raise HandlingRefused(
            _(
                "Nothing was put off: choose a day from tomorrow to {last}.",
                last=figures.day(last_snooze(today)),
            )
        )
    return day


def last_snooze(today: date) -> date:
    """The last day to which a flag can be put off."""
    return today + timedelta(days=LONGEST_SNOOZE)


def _write(held: Context, flags: Sequence[Row], action: Action) -> bool:
    """Write the action for each flag of which it is not the last one; False where it is of all."""
    now = held.now()
    today = people.local_today(held.settings, None, now)

    def write(con: Connection) -> bool:
        new = [flag for flag in flags if _last(con, flag["flag_id"], held) != (today, *action)]
        for flag in new:
            con.execute(
                "INSERT INTO app.flag_action VALUES (?, ?, ?, ?, ?, ?, ?)",
                [str(uuid7()), flag["flag_id"], *action, now],
            )
        return bool(new)

    return held.store.write("app", write)


def _last(con: Connection, flag_id: str, held: Context) -> tuple[object, ...] | None:
    """The newest action about a flag, after the club's day on which it was written."""
    found = rows_of(
        con,
        "SELECT known_at, person_id, action, reason, until FROM app.flag_action "
        "WHERE flag_id = ? ORDER BY known_at DESC, action_id DESC LIMIT 1",
        [flag_id],
    )
    if not found:
        return None
    known_at, *action = found[0].values()
    return people.local_today(held.settings, None, known_at), *action


def _flags(held: Context, who: Viewer, flag_ids: Sequence[str]) -> list[Row]:
    rows = held.store.rows(
        "SELECT f.flag_id, f.athlete_id, f.tier, f.uses_tightness, p.name, "
        "json_extract_string(f.inputs, '$.referral_id') AS referral_id FROM app.flag AS f "
        "JOIN app.person AS p ON p.person_id = f.athlete_id "
        "WHERE list_contains(?::VARCHAR[], f.flag_id)",
        [list(flag_ids)],
    )
    by_id = {row["flag_id"]: row for row in rows if _open_to(held, who, row)}
    # One sentence for what is not there, not yours or not seen: it must tell nothing apart.
    if set(by_id) != set(flag_ids) or len({row["athlete_id"] for row in rows}) != 1:
        raise HandlingRefused(
            _("These flags are not all open to you; reload the page and try again.")
        )
    return [by_id[flag_id] for flag_id in dict.fromkeys(flag_ids)]


def _open_to(held: Context, who: Viewer, flag: Row) -> bool:
    subject = consenting.subject(held.store, held.settings, flag["athlete_id"], held.now())
    if subject is None:
        return False
    return flagview.may_show(flag["uses_tightness"], flagview.sight(who, subject))


def _acknowledge(held: Context, who: Viewer, flags: Sequence[Row]) -> None:
    """A referral that its physio has seen here is read: no second contact is alarmed."""
    for flag in flags:
        subject = consenting.subject(held.store, held.settings, flag["athlete_id"], held.now())
        if flag["tier"] == 3 and policy.may(who, Permission.HANDLE_REFERRAL, subject):
            referrals.acknowledge(held.store, flag["referral_id"], who.person_id, held.now())


def _reason(reason: str, note: str) -> str:
    """What is kept: the reason in English, whoever chose it."""
    chosen = str.__str__(REASONS[reason])
    return f"{chosen}: {note[:LONGEST_NOTE]}" if note else chosen
