"""Garmin's Personal API: a key for a token of a day, lists, details and original files."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from clubmon_garmin.calls import Answer, Caller, Request
from clubmon_garmin.errors import AgentError, Busy, TooLarge

BASE = "https://personal.connectapi.garmin.com"
TOKEN = "/personalapitoken-service/personal-api/personal-api-key/token"
SEARCH = "/activitylist-service/activities/search/activities"
DETAIL = "/activity-service/activity/{}"
ORIGINAL = "/download-service/files/activity/{}"

PAGE_SIZES = (20, 10, 5)  # above about 45 Garmin fails with 500; smaller where it does so anyway
MOST_FILE_BYTES = 64_000_000
SUFFIXES = (".fit", ".tcx", ".gpx")  # what a watch or another app once uploaded

_BROKEN = (  # what zipfile raises of a damaged archive
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ArithmeticError,
    LookupError,
    RuntimeError,  # NotImplementedError too
    ValueError,
)
NO_KEY = (
    "Garmin refuses the key: it has expired or was deleted. Make a new one at "
    "https://connect.garmin.com/app/settings/personalApiToken and store it again."
)
NO_TOKEN = "Garmin accepts the key, but not the token that it gave for it; try again tomorrow."


@dataclass(frozen=True, slots=True)
class Activity:
    """One entry of the list: its id, and its local day (ISO, '' where the list has none)."""

    activity_id: str
    day: str


@dataclass(slots=True)
class Garmin:
    """The API of one athlete. One call at a time: more in flight are answered with 429."""

    caller: Caller
    key: str
    token: str = ""

    def activities(self, since: date, until: date) -> Iterator[Activity]:
        """Every activity from one day to another, newest first. Raises AgentError."""
        start = 0
        while entries := self._page(start, since, until):
            start += len(entries)
            yield from (found for entry in entries if (found := _activity(entry)))

    def rpe(self, activity_id: str) -> float | None:
        """The session RPE (0-10) that the athlete gave, None where there is none."""
        answer = self._get(DETAIL.format(activity_id))
        detail = answer.json() if answer.status == 200 else None
        summary = detail.get("summaryDTO") if isinstance(detail, dict) else None
        stored = summary.get("directWorkoutRpe") if isinstance(summary, dict) else None
        if isinstance(stored, bool) or not isinstance(stored, int | float):
            return None
        return round(stored / 10, 1) if 0 < stored <= 100 else None

    def originals(self, activity_id: str) -> list[tuple[str, bytes]]:
        """The files that were recorded, by their ending; none for what was typed in by hand."""
        accept = {"Accept": "application/x-zip-compressed"}
        answer = self._get(ORIGINAL.format(activity_id), headers=accept, most=MOST_FILE_BYTES)
        return _unpacked(answer.body) if answer.status == 200 else []

    def _page(self, start: int, since: date, until: date) -> list[Any]:
        for size in PAGE_SIZES:
            params = {
                "start": str(start),
                "limit": str(size),
                "startDate": since.isoformat(),
                "endDate": until.isoformat(),
            }
            try:
                found = self._get(SEARCH, params).json()
            except Busy as error:
                if error.status != 500 or size == PAGE_SIZES[-1]:
                    raise
                continue
            if isinstance(found, list):
                return found
            raise Busy("Garmin's list of activities is none; the next run asks again.")
        return []

    def _get(
        self,
        path: str,
        params: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        most: int = 16_000_000,
    ) -> Answer:
        """An answer with a token in force: one that has ended is replaced once."""
        for fresh in (not self.token, True):
            if fresh:
                self.token = self._token()
            bearer = {"Authorization": f"Bearer {self.token}", **(headers or {})}
            request = Request("GET", path, bearer, params or {}, most_bytes=most)
            answer = self.caller.call(request)
            if answer.status != 401:
                return _granted(answer)
        raise AgentError(NO_TOKEN, permanent=False)

    def _token(self) -> str:
        request = Request("POST", TOKEN, {"Authorization": f"ApiKey {self.key}"})
        answer = self.caller.call(request)
        token = answer.body.decode("ascii", "replace").strip().strip('"')
        if answer.status in (400, 401, 403):
            raise AgentError(NO_KEY)
        if answer.status != 200 or not token or not token.isprintable() or " " in token:
            raise Busy("Garmin gives no token for the key; the next run asks again.")
        return token


def _granted(answer: Answer) -> Answer:
    if answer.status == 403:
        raise AgentError(NO_KEY)
    if answer.status not in (200, 404):
        raise Busy(f"Garmin answers with HTTP {answer.status}; the next run asks again.")
    return answer


def _activity(entry: Any) -> Activity | None:
    """An entry with an id; its start reads 'yyyy-MM-dd HH:mm:ss'."""
    identity = entry.get("activityId") if isinstance(entry, dict) else None
    if isinstance(identity, bool) or not isinstance(identity, int):
        return None
    return Activity(str(identity), str(entry.get("startTimeLocal") or "")[:10])


def _unpacked(data: bytes) -> list[tuple[str, bytes]]:
    """Endings and contents of a ZIP's recordings. Raises TooLarge, Busy for a damaged ZIP."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            infos = [each for each in file.infolist() if each.filename.lower().endswith(SUFFIXES)]
            if sum(info.file_size for info in infos) > MOST_FILE_BYTES:
                raise TooLarge("The original file is larger than any activity.")
            return [(info.filename[-4:].lower(), file.read(info)) for info in infos]
    except _BROKEN as error:
        raise Busy("Garmin's download breaks off; the next run asks again.") from error
