"""Where the key and the token come from: a file of their own, or the system's keyring.

Never from the command line, which other users of the machine can read.
"""

from __future__ import annotations

import importlib
import os
import stat
from pathlib import Path
from typing import Any

from clubmon_garmin.errors import AgentError

SERVICE = "clubmon-agent"
NO_KEYRING = (
    "This machine has no keyring that can be used ({}); keep it in a file of its own and name "
    "that with {}."
)
MISSING = "There is no {}. Store it with 'clubmon-agent store {}', or name a file with {}."
OPEN_TO_ALL = "{} can be read by other users of this machine; run: chmod 600 {}"


def secret(name: str, path: Path | None, option: str) -> str:
    """The secret of this name, from its file or from the keyring. Raises AgentError."""
    found = _from_file(path) if path else _from_keyring(name, option)
    if not found:
        raise AgentError(MISSING.format(name, name, option))
    if any(sign.isspace() or not sign.isprintable() or not sign.isascii() for sign in found):
        raise AgentError(f"The {name} holds a blank or a sign that no {name} has; store it again.")
    return found


def store(name: str, value: str, option: str) -> None:
    """Keep a secret in the keyring. Raises AgentError."""
    keyring = _keyring(option)
    try:
        keyring.set_password(SERVICE, name, value.strip())
    except Exception as error:  # every backend fails in its own way
        raise AgentError(NO_KEYRING.format(type(error).__name__, option)) from error


def _from_file(path: Path) -> str:
    try:
        if os.name == "posix" and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            raise AgentError(OPEN_TO_ALL.format(path, path))
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise AgentError(f"{path} cannot be read ({type(error).__name__}); check it.") from error


def _from_keyring(name: str, option: str) -> str:
    try:
        keyring = _keyring(option)
    except AgentError:
        raise AgentError(MISSING.format(name, name, option)) from None
    try:
        return str(keyring.get_password(SERVICE, name) or "").strip()
    except Exception as error:  # as above
        raise AgentError(NO_KEYRING.format(type(error).__name__, option)) from error


def _keyring(option: str) -> Any:
    try:
        return importlib.import_module("keyring")
    except ImportError as error:
        raise AgentError(NO_KEYRING.format("not installed", option)) from error
