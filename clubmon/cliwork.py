"""How a command of the terminal is run: its data folder, here or in the service, and its end."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from clubmon import commands, control, service, settings
from clubmon.demo import run as demo_run
from clubmon.storage import landing, quietlog
from clubmon.storage.store import Store, StoreBroken, StoreBusy

BEGINNINGS = {"team add", "staff add", "athlete add"}  # what may be said to an empty folder
F = TypeVar("F", bound=Callable[..., Any])


class Day(click.ParamType[date]):
    """A date as year-month-day, and nothing else that could be read as one."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; wrong usage in one sentence where it is none."""
        try:
            return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC).date()
        except ValueError:
            self.fail(f"'{value}' is no date such as 2026-03-09; write year-month-day.", param, ctx)


DAY = Day()


def data_option(function: F) -> F:
    """`--data DIR`, before or after the command's name."""
    return click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="DIR",
        callback=_remember,
        expose_value=False,
        is_eager=True,
        help="The data folder (default: CLUBMON_DATA, then ./data).",
    )(function)


def _remember(context: click.Context, _option: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.ensure_object(dict)["data"] = value


def finish(
    context: click.Context,
    name: str,
    arguments: dict[str, str],
    files: list[tuple[Path, str]] | None = None,
    progress: Callable[[str], None] = lambda name: None,
) -> NoReturn:
    """Run a command here or in the running service, print its outcome, exit with its code."""
    chosen = chosen_settings(context)
    if name not in BEGINNINGS and not (chosen.data.is_dir() and any(chosen.data.iterdir())):
        fail(
            f"There is no club in {chosen.data}; name its folder with --data, or begin one with "
            "'clubmon team add'."
        )
    quietlog.setup(logging.WARNING)

    def work() -> commands.Outcome:
        handed = control.hand_over(chosen.data, name, arguments, files or [])
        if handed is not None:
            return handed
        store = Store(chosen.data)
        try:
            with landing.temporary_files(chosen.data):
                service.mend(store, chosen)
                now = datetime.now(UTC)
                call = commands.Call(store, chosen, now, arguments, files or [], progress)
                return commands.run(name, call)
        finally:
            store.close()

    outcome = guarded(work)
    for line in outcome.out:
        click.echo(line)
    say(outcome.err)
    sys.exit(outcome.code)


def chosen_settings(context: click.Context, **overrides: Any) -> settings.Settings:
    """What `--data`, the file there and the environment say; wrong ones are wrong usage."""
    try:
        return settings.load(context.ensure_object(dict).get("data"), **overrides)
    except settings.SettingsError as error:
        raise click.UsageError(str(error)) from error


def guarded(work: Callable[[], commands.Outcome | None]) -> commands.Outcome:
    """What came of it; whatever a user can put right ends the command with one line."""
    try:
        return work() or commands.Outcome()
    except (
        StoreBusy,
        StoreBroken,
        control.ControlError,
        demo_run.NotADemo,
        demo_run.DemoFailed,
        service.CannotServe,
        settings.SettingsError,
    ) as error:
        fail(str(error))
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        fail(f"{where}{error.strerror or error}; check the path, its permissions and the disk.")


def fail(message: str) -> NoReturn:
    """Say it on standard error and end with 1."""
    click.echo(message, err=True)
    sys.exit(1)


def say(lines: Iterable[str]) -> None:
    """Lines on standard error."""
    for line in lines:
        click.echo(line, err=True)
