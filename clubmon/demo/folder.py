"""The demo's data folder: made anew each time, and never anybody else's."""

from __future__ import annotations

import contextlib
import json
import shutil
from pathlib import Path

from clubmon.demo.club import CLUB, TIMEZONE
from clubmon.storage.store import Store, StoreBroken

MARKER = "clubmon-demo.json"
EXPORTS = "exports"
# What the demo, and the service started on it, put into a data folder; nothing else is removed.
OURS = (
    "app.duckdb*", "lake.duckdb*", "raw", "mail", EXPORTS, "clubmon.toml", "secret*",
    "control.json", "control.tmp", "inbox",
)  # fmt: skip


class NotADemo(Exception):
    """The folder holds something that no demo made, in one sentence."""


def prepare(folder: Path, port: int, seed: int) -> None:
    """Empty a demo folder, or make one, and write its marker and settings.

    Raises NotADemo for a folder with anything in it and no marker, and StoreBusy while a
    service has it open.
    """
    if folder.exists() and not folder.is_dir():
        raise NotADemo(f"{folder} is a file; name a folder for the demo with --data.")
    if folder.is_dir() and any(folder.iterdir()):
        if not _is_demo(folder):
            raise NotADemo(
                f"{folder} is not empty and no demo made it, so it is left as it is; "
                "name another folder with --data."
            )
        _wipe(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    marker = {"made_by": "clubmon demo", "everything_here_is": "made up", "seed": seed}
    (folder / MARKER).write_text(json.dumps(marker, indent=2) + "\n", encoding="utf-8")
    (folder / "clubmon.toml").write_text(_toml(port), encoding="utf-8")


def _is_demo(folder: Path) -> bool:
    try:
        marker = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(marker, dict) and marker.get("made_by") == "clubmon demo"


def _wipe(folder: Path) -> None:
    """Remove what a demo made; opening it first shows whether a service is using it."""
    if (folder / "app.duckdb").exists():
        with contextlib.suppress(StoreBroken):  # it is thrown away in any case
            Store(folder).close()
    for pattern in OURS:
        for path in folder.glob(pattern):
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _toml(port: int) -> str:
    return (
        "# Written by 'clubmon demo', and written again by the next one. All of it is made up.\n"
        f'club = "{CLUB}"\n'
        f'timezone = "{TIMEZONE}"\n'
        f"port = {port}\n"
        'mail_from = "clubmon-demo@example.org"\n'
    )
