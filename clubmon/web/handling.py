"""What a coach or physio does about a flag: appended and audited, never rewritten."""

from __future__ import annotations

from collections.abc import Sequence

from uuid6 import uuid7

from clubmon import flagview, people, policy, referrals
from clubmon.policy import Permission, Viewer
from clubmon.store import Connection, Row
from clubmon.web.access import Context

REASONS = {
    "planned": "Planned, such as a training camp",
    "data": "The data is wrong",
    "known": "Already being looked after",
    "other": "Something else",
}
SAID = {"seen": "marked as seen", "acted": "noted as talked to", "dismissed": "dismissed"}
LONGEST_NOTE = 200


class HandlingRefused(Exception):
    """Nothing was written, in one sentence."""


def handle(
    held: Context, who: Viewer, flag_ids: Sequence[str], action: str, reason: str, note: str
) -> str:
    """Write one action per flag; returns the sentence to show.

    Flags of another athlete than the first one's, or that the viewer may not see, are refused.
    """
    if action not in SAID:
        raise HandlingRefused("That is no way to handle a flag; use the buttons on the page.")
    if action == "dismissed" and reason not in REASONS:
        raise HandlingRefused("Nothing was dismissed: choose a reason first.")
    flags = _flags(held, who, flag_ids)
    if action != "seen" and any(flag["tier"] == 3 for flag in flags):
        raise HandlingRefused("A referral stays open until the physio has decided.")
    text = _reason(reason, note) if action == "dismissed" else None
    now = held.now()

    def write(con: Connection) -> None:
        for flag in flags:
            con.execute(
                "INSERT INTO app.flag_action VALUES (?, ?, ?, ?, ?, NULL, ?)",
                [str(uuid7()), flag["flag_id"], who.person_id, action, text, now],
            )

    held.store.write("app", write)
    _acknowledge(held, who, flags)
    people.audit(held.store, who.person_id, f"flag {action}", flags[0]["athlete_id"], "", now)
    return f"{flags[0]['name']}: {SAID[action]}."


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
        raise HandlingRefused("These flags are not all open to you; reload the page and try again.")
    return [by_id[flag_id] for flag_id in dict.fromkeys(flag_ids)]


def _open_to(held: Context, who: Viewer, flag: Row) -> bool:
    subject = people.subject(held.store, held.settings, flag["athlete_id"], held.now())
    if subject is None:
        return False
    return flagview.may_show(flag["uses_tightness"], flagview.sight(who, subject))


def _acknowledge(held: Context, who: Viewer, flags: Sequence[Row]) -> None:
    """A referral that its physio has seen here is read: no second contact is alarmed."""
    for flag in flags:
        subject = people.subject(held.store, held.settings, flag["athlete_id"], held.now())
        if flag["tier"] == 3 and policy.may(who, Permission.HANDLE_REFERRAL, subject):
            referrals.acknowledge(held.store, flag["referral_id"], who.person_id, held.now())


def _reason(reason: str, note: str) -> str:
    chosen = REASONS[reason]
    return f"{chosen}: {note[:LONGEST_NOTE]}" if note else chosen
