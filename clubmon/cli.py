"""The command line. Data on standard output, messages on standard error.

Exit codes: 0 everything was read or done, 1 something was refused, 2 wrong usage.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from clubmon import service, settings
from clubmon.arrival import inspection
from clubmon.cliwork import DAY, chosen_settings, data_option, fail, finish, guarded, say
from clubmon.demo import run as demo_run
from clubmon.load import metrics

PORT = click.IntRange(0, 65535)
FILES = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))


@click.group()
@data_option
@click.version_option(package_name="clubmon")
def main() -> None:
    """Training load and hamstring check-ins for a sports club."""
    os.umask(0o077)  # whatever is written holds health data


@main.command()
@data_option
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=PORT, help="Port to listen on.")
@click.pass_context
def serve(context: click.Context, /, **given: Any) -> None:
    """Serve the pages and run the nightly job at the club's hour."""
    chosen = chosen_settings(context, **{key: value for key, value in given.items() if value})
    guarded(lambda: service.serve(chosen))


@main.command()
@click.option(
    "--data",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo"),
    show_default=True,
    help="Where the demo club is made.",
)
@click.option("--no-serve", is_flag=True, help="Stop after the nightly job.")
@click.option("--port", type=PORT, default=8000, show_default=True)
@click.option(
    "--seed",
    type=int,
    default=demo_run.SEED,
    show_default=True,
    help="Another seed makes another club.",
)
def demo(folder: Path, no_serve: bool, port: int, seed: int) -> None:
    """Make a made-up club of 28 athletes, run the nightly job and show the pages."""
    guarded(lambda: _demo(folder, no_serve=no_serve, port=port, seed=seed))


@main.command("inspect")
@FILES
@click.option("--json", "as_json", is_flag=True, help="One array of sessions instead of a table.")
def inspect_files(paths: tuple[Path, ...], as_json: bool) -> None:
    """Say what files hold. Opens no database."""
    found = inspection.inspect(list(paths), datetime.now(UTC))
    if as_json:
        click.echo(inspection.as_json(found))
    else:
        Console().print(inspection.as_table(found))
    say(str(refusal) for refusal in found.refusals)
    sys.exit(1 if found.refusals else 0)


@main.command("metrics")
@click.argument(
    "path", metavar="FILE.csv", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def compute_metrics(path: Path) -> None:
    """Load metrics of a CSV with columns athlete,date,load. Opens no database."""
    try:
        refusals = metrics.metrics(path, sys.stdout)
    except metrics.MetricsError as error:
        fail(str(error))
    say(refusals)
    sys.exit(1 if refusals else 0)


@main.command("import")
@FILES
@click.option("--athlete", required=True, metavar="ID", help="Whose files these are.")
@click.option(
    "--answer",
    "answers",
    multiple=True,
    metavar="KEY=VALUE",
    help="What a file does not say, such as weight_unit=kg; remembered for later files.",
)
@data_option
@click.pass_context
def import_files(
    context: click.Context, paths: tuple[Path, ...], athlete: str, answers: tuple[str, ...]
) -> None:
    """Store exported files for one athlete; importing twice changes nothing."""
    files = [(path, path.name) for path in inspection.walk(list(paths))]
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Importing", total=len(files))
        arguments = {"athlete": athlete, "answers": "\n".join(answers)}
        finish(context, "import", arguments, files, lambda name: progress.advance(task))


@main.command("import-team")
@FILES
@click.option("--team", required=True, help="Whose files these are.")
@click.option(
    "--player",
    "players",
    multiple=True,
    metavar="NAME=ID",
    help="Whose a name in the file is; remembered. 'NAME=' for nobody of the team.",
)
@data_option
@click.pass_context
def import_team(
    context: click.Context, paths: tuple[Path, ...], team: str, players: tuple[str, ...]
) -> None:
    """Store files of a whole team: each player's rows for that athlete."""
    files = [(path, path.name) for path in inspection.walk(list(paths))]
    finish(context, "import-team", {"team": team, "players": "\n".join(players)}, files)


@main.command()
@data_option
@click.option(
    "--date",
    "morning",
    type=DAY,
    metavar="DATE",
    help="The morning to compute (default: today).",
)
@click.pass_context
def nightly(context: click.Context, morning: date | None) -> None:
    """Run the nightly job by hand: pull, rebuild, flag, notify."""
    finish(context, "nightly", {"date": morning.isoformat() if morning else ""})


@main.command("pull")
@data_option
@click.pass_context
def pull_sources(context: click.Context) -> None:
    """Fetch what is new from every connected source, histories to their end."""
    finish(context, "pull", {})


@main.command()
@data_option
@click.option("--from-raw", is_flag=True, help="Throw the lake away and read the raw files again.")
@click.pass_context
def rebuild(context: click.Context, from_raw: bool) -> None:
    """Compute all tables anew."""
    finish(context, "rebuild", {"from_raw": "yes" if from_raw else ""})


@main.command()
@click.argument("morning", metavar="DATE", type=DAY)
@data_option
@click.pass_context
def replay(context: click.Context, morning: date) -> None:
    """Print the list of a past morning as JSON, from what was known then.

    Whole: it holds what athletes answered about their health.
    """
    finish(context, "replay", {"date": morning.isoformat()})


@main.command("login-link")
@click.argument("email")
@data_option
@click.pass_context
def login_link(context: click.Context, email: str) -> None:
    """Print a link that signs EMAIL in once; its owner is told."""
    finish(context, "login-link", {"email": email})


@main.group()
def team() -> None:
    """Teams, their medical contact and their check-ins."""


@team.command("add")
@click.argument("name")
@data_option
@click.pass_context
def team_add(context: click.Context, name: str) -> None:
    """Make a team; prints its id."""
    finish(context, "team add", {"name": name})


@team.command("medical")
@click.argument("team")
@click.argument("email")
@click.option("--second", is_flag=True, help="The contact who is told when the first is silent.")
@data_option
@click.pass_context
def team_medical(context: click.Context, team: str, email: str, second: bool) -> None:
    """Name who is told when an athlete of TEAM should be seen."""
    arguments = {"team": team, "email": email, "second": "yes" if second else ""}
    finish(context, "team medical", arguments)


@team.command("checkins")
@click.argument("team")
@click.argument("state", type=click.Choice(["on", "off"]))
@data_option
@click.pass_context
def team_checkins(context: click.Context, team: str, state: str) -> None:
    """Switch the check-ins of TEAM on or off."""
    finish(context, "team checkins", {"team": team, "state": state})


@main.group()
def staff() -> None:
    """Coaches, physios and admins."""


@staff.command("add")
@click.argument("name")
@click.option("--email", required=True)
@click.option("--role", required=True, type=click.Choice(["admin", "coach", "physio"]))
@click.option("--team", default="", help="For one team; without it, for the whole club.")
@data_option
@click.pass_context
def staff_add(context: click.Context, /, **arguments: str) -> None:
    """Give someone a role; prints the person's id."""
    finish(context, "staff add", arguments)


@main.group()
def athlete() -> None:
    """Athletes and their consent."""


@athlete.command("add")
@click.argument("name")
@click.option("--email", required=True)
@click.option("--born", required=True, type=DAY, metavar="DATE")
@click.option("--team", required=True)
@click.option("--guardian-name", default="")
@click.option("--guardian-email", default="", help="Required before a minor's data is stored.")
@click.option("--position", default="")
@click.option("--shirt", default="", help="Shirt number.")
@data_option
@click.pass_context
def athlete_add(context: click.Context, /, born: date, **arguments: str) -> None:
    """Add and invite an athlete; prints the id."""
    finish(context, "athlete add", {**arguments, "born": born.isoformat()})


@athlete.command("guardian")
@click.argument("athlete", metavar="ID")
@click.option("--email", required=True, help="The guardian's own address.")
@click.option("--name", default="", help="The guardian's name (default: the address).")
@data_option
@click.pass_context
def athlete_guardian(context: click.Context, /, **arguments: str) -> None:
    """Add and invite a guardian of a minor; prints the guardian's id."""
    finish(context, "athlete guardian", arguments)


@athlete.command("list")
@data_option
@click.pass_context
def athlete_list(context: click.Context) -> None:
    """Every athlete: id, name, teams, consents in force."""
    finish(context, "athlete list", {})


@athlete.command("consent")
@click.argument("athlete", metavar="ID")
@click.option("--paper", required=True, metavar="WHERE", help="Where the signed form is kept.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    required=True,
    type=click.Choice(["load", "health", "tightness"]),
)
@click.option("--signed-by", type=click.Choice(["athlete", "guardian"]), default="athlete")
@click.option("--revoke", is_flag=True)
@data_option
@click.pass_context
def athlete_consent(
    context: click.Context,
    athlete: str,
    paper: str,
    kinds: tuple[str, ...],
    signed_by: str,
    revoke: bool,
) -> None:
    """Record a consent form that was signed on paper."""
    arguments = {
        "athlete": athlete,
        "paper": paper,
        "kinds": ",".join(kinds),
        "signed_by": signed_by,
        "state": "revoked" if revoke else "given",
    }
    finish(context, "athlete consent", arguments)


@athlete.command("erase")
@click.argument("athlete", metavar="ID")
@click.option(
    "--yes",
    "name",
    prompt="Everything about this athlete is deleted for good. Type the name to confirm",
    metavar="NAME",
    help="The athlete's name, to confirm it without being asked.",
)
@data_option
@click.pass_context
def athlete_erase(context: click.Context, athlete: str, name: str) -> None:
    """Delete everything about an athlete, for good."""
    finish(context, "athlete erase", {"athlete": athlete, "name": name})


def _demo(folder: Path, *, no_serve: bool, port: int, seed: int) -> None:
    demo_run.run(folder, datetime.now(UTC), Console(), port=port, seed=seed)
    if not no_serve:
        # Whatever mail server the environment names: a demo writes to nobody.
        service.serve(settings.load(folder, port=port, smtp_host=""))
