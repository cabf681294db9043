"""The club's settings for Strava, checked. Both hosts are settings: they change in 2027."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from clubmon.sdk import ConnectorError, sentence

OAUTH_URL = "https://www.strava.com"
API_URL = "https://www.strava.com/api/v3"
HISTORY_DAYS = 180  # what the longest comparison looks back on
LOOPBACK = ("127.0.0.1", "localhost", "::1")
NO_URL = sentence("Strava's setting {name} is no https address; take it out to use {default}.")
NO_NUMBER = sentence(
    "Strava's setting {name} must be a number above 0 and up to {most}; it is '{text}'."
)
NO_CLIENT = sentence(
    "Strava's client id or client secret is not set; copy both from "
    "strava.com/settings/api into the settings of the connector."
)


@dataclass(frozen=True, slots=True)
class Options:
    """What a call needs. `streams`: whether recordings are fetched as well, at one more call."""

    client_id: str
    client_secret: str
    oauth_url: str
    api_url: str
    streams: bool
    history: timedelta
    timeout_s: float


def options(settings: Mapping[str, str]) -> Options:
    """The settings, typed. Raises ConnectorError that names the one to mend."""
    client_id, secret = settings.get("client_id", ""), settings.get("client_secret", "")
    if not client_id or not secret:
        raise ConnectorError(NO_CLIENT)
    return Options(
        client_id,
        secret,
        _url(settings, "oauth_url", OAUTH_URL),
        _url(settings, "api_url", API_URL),
        settings.get("streams", "no").lower() in ("yes", "true", "1", "on"),
        timedelta(days=_number(settings, "history_days", HISTORY_DAYS, 3_650)),
        _number(settings, "timeout_s", 30, 600),
    )


def _url(settings: Mapping[str, str], name: str, default: str) -> str:
    url = (settings.get(name) or default).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return url
    raise ConnectorError(NO_URL.format(name=name, default=default))


def _number(settings: Mapping[str, str], name: str, default: float, most: float) -> float:
    text = settings.get(name) or str(default)
    try:
        value = float(text)
    except ValueError:
        value = 0
    if not 0 < value <= most:
        raise ConnectorError(NO_NUMBER.format(name=name, most=f"{most:g}", text=text))
    return value
