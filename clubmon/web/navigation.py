"""What every template is given: the club's name, the viewer's own menu, times in its zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, g, request

from clubmon import people, policy
from clubmon.policy import Permission, Role, Viewer
from clubmon.store import Store
from clubmon.web.access import context, maybe_viewer


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the menu."""

    url: str
    label: str
    current: bool = False


def menu(store: Store, who: Viewer) -> list[tuple[str, str]]:
    """Addresses and labels, from the viewer's roles."""
    found: list[tuple[str, str]] = []
    if who.has(Role.COACH) or who.has(Role.PHYSIO):
        found += [("/today", "Today"), ("/squad", "Squad charts"), ("/checkins", "Check-ins")]
    if who.has(Role.PHYSIO):
        found.append(("/referrals", "Referrals"))
    if who.has(Role.ATHLETE):
        own = f"/athlete/{who.person_id}"
        found += [
            (own, "My page"),
            (f"{own}/files", "Files"),
            (f"{own}/sources", "Sources"),
            (f"{own}/consent", "What I share"),
            (f"{own}/mails", "E-mails"),
        ]
    for child in wards(store, who):
        found.append((f"/athlete/{child.person_id}", child.name))
        found.append((f"/athlete/{child.person_id}/files", f"Files of {child.name}"))
        found.append((f"/athlete/{child.person_id}/sources", f"Sources of {child.name}"))
        found.append((f"/athlete/{child.person_id}/consent", f"What {child.name} shares"))
        found.append((f"/athlete/{child.person_id}/mails", f"E-mails to {child.name}"))
    if found:
        found.append(("/drills", "Drills"))
    if policy.may(who, Permission.SEE_RULES):
        found.append(("/rules", "Rules"))
    if policy.may(who, Permission.HAND_IN_TEAM_FILES):
        found.append(("/teams/files", "Team files"))
    if policy.may(who, Permission.TAG_EXERCISES):
        found += [("/exercises", "Exercises"), ("/outcomes", "Outcomes")]
    if who.has(Role.ADMIN):
        found.append(("/admin", "Admin"))
    return found


def wards(store: Store, who: Viewer) -> list[people.Person]:
    """The athletes a guardian is on record for, by name."""
    found = [people.person(store, athlete_id) for athlete_id in who.guardian_of]
    return sorted(
        (child for child in found if child), key=lambda child: (child.name, child.person_id)
    )


def register(app: Flask) -> None:
    """Give templates `club`, `navigation`, `sign_out_url`; filters `club_time` and `club_day`."""
    app.context_processor(_shared)
    app.template_filter("club_time")(club_time)
    app.template_filter("club_day")(club_day)


def club_time(moment: datetime) -> str:
    """An instant as the club's wall clock shows it, such as 'Tue 17 Nov 2026, 05:12'."""
    local = moment.astimezone(context().settings.zone)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"


def club_day(moment: datetime) -> str:
    """The day of an instant in the club's zone, such as 'Tue 17 Nov'."""
    local = moment.astimezone(context().settings.zone)
    return f"{local:%a} {local.day} {local:%b}"


def _shared() -> dict[str, Any]:
    held = context()
    if g.get("bare"):
        return {"club": held.settings.club}
    who = maybe_viewer()
    if who is None:
        return {"club": held.settings.club}
    items = [Item(url, label, url == request.path) for url, label in menu(held.store, who)]
    return {"club": held.settings.club, "navigation": items, "sign_out_url": "/signout"}
