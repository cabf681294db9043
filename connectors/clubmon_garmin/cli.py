"""The command line. Exit codes: 0 all done, 1 something refused or not reached, 2 wrong usage."""

from __future__ import annotations

import re
import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from clubmon_garmin import api, keys, sync
from clubmon_garmin.calls import Caller, checked_address
from clubmon_garmin.club import Club
from clubmon_garmin.errors import AgentError
from clubmon_garmin.state import opened
from clubmon_garmin.sync import Report

FOLDER = Path(click.get_app_dir("clubmon-agent"))
FIRST_DAYS = 400  # a year and a bit: what is usual for an athlete is reckoned from it
_UNITS = {"m": 60, "h": 3_600, "d": 86_400}
OPTIONS = {"garmin-key": "--key-file", "club-token": "--token-file"}


def _every(context: click.Context, option: click.Parameter, value: str | None) -> int | None:
    """'30m', '6h' or '1d' in seconds; a quarter of an hour at least. Raises BadParameter."""
    if value is None:
        return None
    found = re.fullmatch(r"(\d{1,4})([mhd])", value)
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0
    if seconds < 900:
        raise click.BadParameter("write it like 30m, 6h or 1d, at least 15m.")
    return seconds


@dataclass(frozen=True, slots=True)
class Plan:
    """What one run needs to know."""

    club: str
    garmin: str
    key_file: Path | None
    token_file: Path | None
    state: Path
    since: date | None
    verbose: bool


@click.group()
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    default=FOLDER / "agent.toml",
    show_default=True,
    help="File of options.",
)
@click.version_option("0.1.0", prog_name="clubmon-agent")
@click.pass_context
def main(context: click.Context, config: Path) -> None:
    """Hands your activities to your club, from your own machine.

    Every option of a command can stand in the file of options as well, under the command's name.
    """
    try:
        text = config.read_text(encoding="utf-8") if config.exists() else ""
        context.default_map = {
            name: {key.replace("-", "_"): value for key, value in table.items()}
            for name, table in tomllib.loads(text).items()
            if isinstance(table, dict)
        }
    except (OSError, ValueError) as error:
        raise click.UsageError(f"{config} cannot be read: {error}.") from error


@main.command()
@click.argument("name", type=click.Choice(sorted(OPTIONS)))
def store(name: str) -> None:
    """Keep the key or the token in this system's keyring; it is asked for, never shown."""
    value = click.prompt(f"Paste the {name}", hide_input=True)
    try:
        keys.store(name, value, OPTIONS[name])
    except AgentError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"The {name} is in the keyring.", err=True)


@main.command()
@click.option("--club", metavar="URL", required=True, help="The club's address.")
@click.option("--every", callback=_every, help="Run on, once every 30m, 6h, 1d; otherwise once.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="First day to look at.")
@click.option("--key-file", type=click.Path(path_type=Path), help="File with Garmin's key.")
@click.option("--token-file", type=click.Path(path_type=Path), help="File with the club's token.")
@click.option(
    "--state",
    type=click.Path(path_type=Path),
    default=FOLDER / "garmin.state",
    show_default=True,
    help="File that remembers what was sent.",
)
@click.option("--garmin-url", default=api.BASE, show_default=True, help="Garmin's address.")
@click.option("-v", "--verbose", is_flag=True, help="Say what became of each activity.")
def garmin(
    club: str,
    every: int | None,
    since: datetime | None,
    key_file: Path | None,
    token_file: Path | None,
    state: Path,
    garmin_url: str,
    verbose: bool,
) -> None:
    """Hand over what is new at Garmin: original files, and how hard you said it was."""
    first = since.date() if since else None
    plan = Plan(club, garmin_url, key_file, token_file, state, first, verbose)
    raise SystemExit(again(plan, every) if every else once(plan))


def once(plan: Plan, sleep: Callable[[float], None] = time.sleep) -> int:
    """One run; the exit code."""
    try:
        return _tell(_run(plan, sleep))
    except AgentError as error:
        click.echo(str(error), err=True)
        return 1


def again(plan: Plan, every: int, sleep: Callable[[float], None] = time.sleep) -> int:
    """Run after run, until something has to be done by a person; the exit code of that."""
    while True:
        try:
            _tell(_run(plan, sleep))
        except AgentError as error:
            click.echo(str(error), err=True)
            if error.permanent:
                return 1
        sleep(every)


def _run(plan: Plan, sleep: Callable[[float], None]) -> Report:
    address = checked_address(plan.club, "club")
    source = checked_address(plan.garmin, "Garmin")
    key = keys.secret("garmin-key", plan.key_file, OPTIONS["garmin-key"])
    token = keys.secret("club-token", plan.token_file, OPTIONS["club-token"])
    today = datetime.now().astimezone().date()
    with opened(plan.state) as held:
        return sync.Run(
            api.Garmin(Caller("Garmin", source, sleep), key),
            Club(Caller("The club", address, sleep), token),
            held,
            plan.since or today - timedelta(days=FIRST_DAYS),
            today,
            (lambda line: click.echo(line, err=True)) if plan.verbose else (lambda line: None),
        ).go()


def _tell(report: Report) -> int:
    """One line of what was done; 1 where the club refused something."""
    for line in report.refused:
        click.echo(f"refused: {line}", err=True)
    counts = {
        "sent": report.sent,
        "known to the club already": report.known,
        "session RPE told later": report.rpe,
        "without a file": report.nothing,
        "refused": len(report.refused),
    }
    said = [f"{count} {words}" for words, count in counts.items() if count]
    click.echo(", ".join(said) or "nothing new")
    return 1 if report.refused else 0
