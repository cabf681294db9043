"""One frozen, typed settings object: clubmon.toml in the data folder, then CLUBMON_*.

A secret can come from a file: CLUBMON_SMTP_PASSWORD_FILE names it.
"""

from __future__ import annotations

import os
from datetime import tzinfo
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

PREFIX = "CLUBMON_"


class SettingsError(Exception):
    """A setting is missing or wrong, in one sentence."""


class Settings(BaseSettings):
    """What a club can set without touching the database. Times are the club's own zone."""

    model_config = SettingsConfigDict(frozen=True, env_prefix=PREFIX, extra="forbid")
    toml_path: ClassVar[Path | None] = None

    data: Path = Path("data")
    club: str = "Our club"
    timezone: str = "UTC"
    nightly_hour: int = Field(default=4, ge=0, le=23)
    consent_age: int = Field(default=16, ge=0, le=21)
    emergency_number: str = "112"
    base_url: str = ""  # what people type; without one, the address the service listens on
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    threads: int = Field(default=8, ge=1)
    largest_upload_mb: int = Field(default=4096, ge=1)  # of one file that an athlete hands over
    drop_folder: bool = True  # whether files that are put into `drop/` are taken
    mail_from: str = "clubmon@localhost"
    smtp_host: str = ""  # empty: mail goes to .eml files in the data folder
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = Field(default="", repr=False)
    smtp_starttls: bool = True

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"'{value}' is no IANA time zone such as 'Europe/Berlin'") from error
        return value

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
        return Bound(**{"data": folder, **_from_files(), **overrides})
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
        if not (key.startswith(PREFIX) and key.endswith("_FILE")):
            continue
        name = key.removeprefix(PREFIX).removesuffix("_FILE").lower()
        try:
            found[name] = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(f"{key} names {path}, which cannot be read: {error}.") from error
    return found
