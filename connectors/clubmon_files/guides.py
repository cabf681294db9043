"""How athletes get files out of each watch and app, as told in guides.toml."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from clubmon.sdk import Guide, Way


def guides() -> tuple[Guide, ...]:
    """A guide per watch, app or kind of file."""
    text = files("clubmon_files").joinpath("guides.toml").read_text("utf-8")
    return tuple(
        Guide(
            one["slug"],
            one["title"],
            one["gives"],
            tuple(
                Way(way["title"], tuple(way["steps"]), tuple(way.get("notes", ())))
                for way in one["ways"]
            ),
        )
        for one in tomllib.loads(text)["guide"]
    )
