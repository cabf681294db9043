"""What every template is given: the club's name, the viewer's own menu, times in its zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, g, request

from clubmon import policy
from clubmon.club import consenting, people
from clubmon.policy import Permission, Role, Viewer
from clubmon.web.frame.access import Context, context, maybe_viewer
from clubmon.words import daywords
from clubmon.words.language import N_, _

ACCOUNTING = ("/accounting", N_("Flags"))  # of staff, and of an admin


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the menu."""

    url: str
    label: str
    current: str = ""  # as aria-current has it


def menu(held: Context, who: Viewer) -> list[tuple[str, str]]:
    """Addresses and labels, from the viewer's roles; an athlete's other pages open from Home."""
    found: list[tuple[str, str]] = []
    if who.has(Role.COACH) or who.has(Role.PHYSIO):
        found += [
            ("/today", _("Today")),
            ("/squad", _("Squad charts")),
            ("/week", _("Week")),
            ("/report", _("Report")),
            ("/checkins", _("Check-ins")),
        ]
    if who.has(Role.PHYSIO):
        found.append(("/referrals", _("Referrals")))
    found += _family(held, who)
    if found:
        found.append(("/drills", _("Drills")))
    if policy.may(who, Permission.SEE_RULES):
        found.append(("/rules", _("Rules")))
    if policy.may(who, Permission.HAND_IN_TEAM_FILES):
        found.append(("/teams/files", _("Team files")))
    if policy.may(who, Permission.TAG_EXERCISES):
        found += [("/exercises", _("Exercises")), ("/outcomes", _("Outcomes")), ACCOUNTING]
    if who.has(Role.ADMIN):
        found += [ACCOUNTING, ("/admin", _("Admin"))]
    if (who.has(Role.COACH) or who.has(Role.PHYSIO)) and not who.has(Role.ATHLETE):
        found.append(("/mails", _("E-mails")))
    return list(dict.fromkeys(found))


def _family(held: Context, who: Viewer) -> list[tuple[str, str]]:
    """Of an athlete, and of children that a guardian decides for."""
    found = _own(f"/athlete/{who.person_id}") if who.has(Role.ATHLETE) else []
    children = wards(held, who)
    if len(children) == 1 and not found:
        return _own(f"/athlete/{children[0].person_id}")
    return [*found, *((f"/athlete/{child.person_id}/home", child.name) for child in children)]


def _own(base: str) -> list[tuple[str, str]]:
    return [(f"{base}/home", _("Home")), (base, _("Charts")), (f"{base}/consent", _("Sharing"))]


def wards(held: Context, who: Viewer) -> list[people.Person]:
    """The athletes whom a guardian sees and decides for today, by name."""
    found = [people.person(held.store, athlete_id) for athlete_id in who.guardian_of]
    return sorted(
        (one for one in found if one and consenting.minor(held.settings, one, held.now())),
        key=lambda child: (child.name, child.person_id),
    )


def register(app: Flask) -> None:
    """Give templates `club`, `navigation`, `sign_out_url`; filters for days and times."""
    app.context_processor(_shared)
    app.template_filter("club_time")(club_time)
    app.template_filter("club_day")(club_day)
    app.template_filter("club_date")(club_date)


def club_time(moment: datetime) -> str:
    """An instant as the club's wall clock shows it, such as 'Tue 17 Nov 2026, 05:12'."""
    local = moment.astimezone(context().settings.zone)
    return daywords.dated_time(local)


def club_day(moment: datetime) -> str:
    """The day of an instant in the club's zone, such as 'Tue 17 Nov'."""
    local = moment.astimezone(context().settings.zone)
    return daywords.short_day(local)


def club_date(moment: datetime) -> str:
    """The same with its year, such as '17 Nov 2026'."""
    local = moment.astimezone(context().settings.zone)
    return daywords.dated(local)


def _here(url: str) -> str:
    """Whether the menu's entry is this page, 'page', or the part of the menu that it is in."""
    if url == request.path:
        return "page"
    part = url.split("/")[1]
    within = part != "athlete" and part == request.path.split("/")[1]
    return "true" if within else ""


def _shared() -> dict[str, Any]:
    held = context()
    if g.get("bare"):
        return {"club": held.settings.club}
    who = maybe_viewer()
    if who is None:
        return {"club": held.settings.club}
    items = [Item(url, label, _here(url)) for url, label in menu(held, who)]
    return {"club": held.settings.club, "navigation": items, "sign_out_url": "/signout"}
