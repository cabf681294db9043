"""What the demo prints at its end: who to talk to, mail that was written, where to click."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from clubmon.club import links, people, signin
from clubmon.demo.club import Club, Story
from clubmon.demo.members import Members
from clubmon.settings import Settings
from clubmon.storage.store import Row, Store

LINKS_LAST = timedelta(hours=12)
TIERS = {3: "Refer", 2: "Talk today", 1: "Watch"}


def show(
    store: Store,
    settings: Settings,
    club: Club,
    members: Members,
    counts: Mapping[str, int],
    now: datetime,
    console: Console,
) -> None:
    """Print the summary. The sign-in links work once each and are on the audit log."""
    console.print(
        f"\n[bold]{escape(settings.club)}[/bold]: {len(club.athletes)} athletes, "
        f"{counts['runs']} runs and {counts['lifts']} lifts read from files, "
        f"{counts['doubtful']} set aside as doubtful, {counts['checkins']} check-ins. "
        "Everybody and everything in it is made up."
    )
    console.print(_flag_table(flags(store)))
    for athlete in club.athletes:
        if athlete.story is Story.PRIVATE:
            console.print(f"{athlete.name} shares no tightness: the coach's list is without it.")
    mails = store.row("SELECT count(*) AS n FROM app.message WHERE sent_at IS NOT NULL")
    console.print(
        f"{mails['n'] if mails else 0} mails were written to {settings.data / 'mail'}; "
        "none left this machine.",
        soft_wrap=True,
    )
    _show_links(store, settings, club, members, now, console)


def flags(store: Store) -> list[Row]:
    """Athletes with standing flags, the most urgent first: tier, name, team, rules, since."""
    return store.rows(
        "SELECT max(f.tier) AS tier, p.name, t.name AS team, min(f.morning) AS since, "
        "string_agg(DISTINCT f.rule, ', ' ORDER BY f.rule) AS rules FROM app.flag AS f "
        "JOIN app.person AS p ON p.person_id = f.athlete_id "
        "JOIN app.role AS r ON r.person_id = p.person_id AND r.role = 'athlete' "
        "JOIN app.team AS t ON t.team_id = r.team_id "
        "WHERE f.superseded_at IS NULL GROUP BY p.name, t.name "
        "ORDER BY max(f.tier) DESC, p.name"
    )


def _flag_table(found: list[Row]) -> Table:
    table = Table("Tier", "Athlete", "Team", "Why", "Since", title="What the nightly job found")
    for row in found:
        tier = f"{row['tier']} {TIERS[row['tier']]}"
        why = row["rules"].replace("_", " ")
        table.add_row(
            tier, row["name"], row["team"].removesuffix(" (made up)"), why, str(row["since"])
        )
    return table


def _show_links(
    store: Store,
    settings: Settings,
    club: Club,
    members: Members,
    now: datetime,
    console: Console,
) -> None:
    """One sign-in link per kind of person, and a check-in link that needs none.

    Links are never wrapped, so that they can be copied from a narrow terminal.
    """
    shown = next(a for a in club.athletes if a.story is Story.NEURAL)
    athlete_id = members.athletes[shown.index]
    minor = next(a for a in club.athletes if a.guardian)
    guardian = people.guardians(store, members.athletes[minor.index])[0]
    who = {
        **{f"Coach, {team}": coach for team, coach in members.coaches.items()},
        "Physio": members.physio,
        f"Athlete, {shown.name}": athlete_id,
        f"Guardian of {minor.name}": guardian.person_id,
        "Admin": members.admin,
    }
    console.print("\n[bold]Where to click[/bold] (each link signs in once, within 12 hours):")
    for label, person_id in who.items():
        url = signin.issue(store, settings, person_id, now, LINKS_LAST, actor="cli")
        console.print(f"{label}:\n  {url}", soft_wrap=True, markup=False, highlight=False)
    token = links.token(settings, "checkin", athlete_id)
    label = f"Check-in of {shown.name}, as on a phone"
    url = f"{settings.base_url}/checkin/{token}"
    console.print(f"{label}:\n  {url}", soft_wrap=True, markup=False, highlight=False)
