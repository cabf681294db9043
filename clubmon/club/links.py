"""Addresses of this service, and signed links: a token names one purpose, one person, runs out.

The key is made once per data folder and kept in a file that only its owner reads.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from clubmon.settings import Settings
from clubmon.storage import durable

Purpose = Literal["checkin", "consent", "unsubscribe", "connect", "plan", "wall", "embed"]
LIFETIME: dict[Purpose, timedelta] = {
    "checkin": timedelta(hours=36),
    "consent": timedelta(days=30),
    "unsubscribe": timedelta(days=400),
    "connect": timedelta(hours=1),
    "plan": timedelta(hours=48),
    "wall": timedelta(days=400),  # a row says until when, and ends it at once: see screens
    "embed": timedelta(days=400),
}


class LinkExpired(Exception):
    """The link was ours and is too old."""


class LinkInvalid(Exception):
    """The link was not made here, or was changed."""


@dataclass(frozen=True, slots=True)
class Link:
    """What a valid token says."""

    person_id: str
    extra: dict[str, Any]


def secret(folder: Path) -> str:
    """The data folder's signing key, made at first use."""
    path = folder / "secret"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        durable.write(path, secrets.token_urlsafe(48).encode())
    return path.read_text(encoding="ascii")


def url(settings: Settings, path: str) -> str:
    """An address of this service that works from a mail program."""
    return f"{settings.base_url.rstrip('/')}/{path.lstrip('/')}"


def token(settings: Settings, purpose: Purpose, person_id: str, **extra: Any) -> str:
    """A token for a path; `extra` must be JSON and must hold no health data."""
    return _serializer(settings, purpose).dumps({"p": person_id, **extra})


def read(settings: Settings, purpose: Purpose, value: str) -> Link:
    """What the token says; raises LinkExpired or LinkInvalid."""
    try:
        found = _serializer(settings, purpose).loads(
            value, max_age=int(LIFETIME[purpose].total_seconds())
        )
    except SignatureExpired as error:
        raise LinkExpired from error
    except BadSignature as error:
        raise LinkInvalid from error
    return Link(found.pop("p"), found)


def _serializer(settings: Settings, purpose: Purpose) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret(settings.data), salt=f"clubmon.{purpose}")
