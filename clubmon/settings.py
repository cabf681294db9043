"""One frozen, typed settings object: clubmon.toml in the data folder, then CLUBMON_*.

A secret can come from a file: CLUBMON_SMTP_PASSWORD_FILE names it. What a connector needs stands
in a table of its own, `[connectors.strava]`, or in CLUBMON_CONNECTORS__STRAVA__CLIENT_ID; a name
that ends in `_file` means that file's content.
"""

from __future__ import annotations

import os
import re
from datetime import tzinfo
from pathlib import Path
from typing import Any, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from clubmon import quiethours
from clubmon.words import language

PREFIX = "CLUBMON_"
FILE_ENDING = "_file"
_SITE = re.compile(r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")


class SettingsError(Exception):
    """A setting is missing or wrong, in one sentence."""


class Settings(BaseSettings):
    """What a club can set without touching the database. Times are the club's own zone."""

    model_config = SettingsConfigDict(frozen=True, env_prefix=PREFIX, extra="forbid")
    toml_path: ClassVar[Path | None] = None

    data: Path = Path("data")
    club: str = "Our club"
    timezone: str = "UTC"
    language: str = (
        language.ENGLISH
    )  # of who has chosen none; whoever is not signed in: the browser's
    distance: Literal["km", "mi"] = "km"  # in which distances are shown to who has chosen none
    weight: Literal["kg", "lb"] = "kg"
    nightly_hour: int = Field(default=4, ge=0, le=23)
    consent_age: int = Field(default=16, ge=0, le=21)
    keep_months: int = Field(default=24, ge=1, le=1200)  # what is older is deleted
    emergency_number: str = "112"
    quiet_hours: str = "21:00-07:00"  # in which no athlete is written to, on their clock; '': none
    weekly_day: Literal[
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"
    ] = "sunday"  # from which day on a check-in has the weekly questions
    base_url: str = ""  # what people type; without one, the address the service listens on
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    threads: int = Field(default=8, ge=1)
    largest_upload_mb: int = Field(default=4096, ge=1)  # of one file that an athlete hands over
    embed_on: tuple[
        str, ...
    ] = ()  # sites whose pages may show a frame link, such as https://club.example
    screens_show_availability: bool = False  # whether somebody can train, on a wall display
    drop_folder: bool = True  # whether files that are put into `drop/` are taken
    mail_from: str = "clubmon@localhost"
    smtp_host: str = ""  # empty: mail goes to .eml files in the data folder
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = Field(default="", repr=False)
    smtp_starttls: bool = True
    connectors: dict[str, dict[str, str]] = Field(default_factory=dict, repr=False)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"'{value}' is no IANA time zone such as 'Europe/Berlin'") from error
        return value

    @field_validator("language")
    @classmethod
    def _known_language(cls, value: str) -> str:
        if value not in language.languages():
            raise ValueError(f"'{value}' is none of {', '.join(language.languages())}")
        return value

    @field_validator("quiet_hours")
    @classmethod
    def _hours(cls, value: str) -> str:
        return str(quiethours.parse(value))

    @field_validator("embed_on")
    @classmethod
    def _sites(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for site in value:
            if not _SITE.fullmatch(site):
                raise ValueError(f"'{site}' is no address of a site, such as https://club.example")
        return value

    @field_validator("connectors", mode="before")
    @classmethod
    def _of_connectors(cls, value: Any) -> Any:
        tables = value if isinstance(value, dict) else {}
        if not (isinstance(value, dict) and all(isinstance(one, dict) for one in tables.values())):
            raise ValueError("each connector has a table of its own, such as [connectors.strava]")
        return {name: _of_connector(name, table) for name, table in tables.items()}

    @model_validator(mode="before")
    @classmethod
    def _reachable(cls, values: dict[str, Any]) -> dict[str, Any]:
        host, port = values.get("host", "127.0.0.1"), values.get("port", 8000)
        return {"base_url": f"http://{host}:{port}"} | values

    @property
    def largest_upload(self) -> int:
        """The largest file that is taken, in bytes."""
        return self.largest_upload_mb * 1024**2

    @property
    def zone(self) -> tzinfo:
        """The club's time zone."""
        return ZoneInfo(self.timezone)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = TomlConfigSettingsSource(settings_cls, toml_file=cls.toml_path)
        return init_settings, env_settings, toml


def load(data: Path | None = None, **overrides: Any) -> Settings:
    """Settings for a data folder (default: CLUBMON_DATA, then ./data).

    Order: overrides, environment, secrets named by *_FILE, clubmon.toml, defaults.
    Raises SettingsError with one sentence that names the setting.
    """
    folder = data or Path(os.environ.get(PREFIX + "DATA", "data"))

    class Bound(Settings):
        toml_path: ClassVar[Path | None] = folder / "clubmon.toml"

    try:
        given: dict[str, Any] = {"data": folder, **_from_files(), **_connectors_in_environment()}
        return Bound(**(given | overrides))
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsError(
            f"Setting '{name}' is not usable: {first['msg']}. "
            f"Mend it in {folder / 'clubmon.toml'} or in {PREFIX}{name.upper()}."
        ) from error
    except ValueError as error:  # TOML that cannot be parsed
        raise SettingsError(f"{folder / 'clubmon.toml'} is not valid TOML: {error}.") from error


def _from_files() -> dict[str, str]:
    """Values of CLUBMON_NAME_FILE variables: the content of the file each one names."""
    found: dict[str, str] = {}
    for key, path in os.environ.items():
        if not (key.startswith(PREFIX) and key.endswith("_FILE")) or "__" in key:
            continue
        name = key.removeprefix(PREFIX).removesuffix("_FILE").lower()
        found[name] = _content(key, path)
    return found


def _connectors_in_environment() -> dict[str, dict[str, dict[str, str]]]:
    """CLUBMON_CONNECTORS__STRAVA__CLIENT_ID and the like; values stay text as they stand."""
    found: dict[str, dict[str, str]] = {}
    for key, value in os.environ.items():
        parts = key.lower().split("__", 2)
        if len(parts) == 3 and parts[0] == f"{PREFIX}connectors".lower():
            found.setdefault(parts[1], {})[parts[2]] = value
    return {"connectors": found} if found else {}


def _of_connector(connector: str, table: dict[str, Any]) -> dict[str, str]:
    """The table as text; a name that ends in `_file` gives way to that file's content."""
    plain = {name: str(value) for name, value in table.items() if not name.endswith(FILE_ENDING)}
    return plain | {
        name.removesuffix(FILE_ENDING): _content(f"{connector}.{name}", str(path))
        for name, path in table.items()
        if name.endswith(FILE_ENDING)
    }


def _content(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError(f"{name} names {path}, which cannot be read: {error}.") from error
