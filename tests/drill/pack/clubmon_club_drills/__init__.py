"""A club's own drills: the file and its pictures stand beside this one."""

from pathlib import Path

PACK = Path(__file__).with_name("drills.toml")
