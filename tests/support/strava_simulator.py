"""A Strava of our own: a real HTTP server that behaves as Strava's documents say.

Access tokens end after six hours, a refresh token dies when it is used, both windows of both
limits are counted (refused calls too) and told in headers, short pages occur, a manual activity
has no streams, private ones need their scope, an application can be inactive, and webhooks are
delivered up to three times. Time is the clock that the test hands in.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

CLIENT_ID, CLIENT_SECRET = "4711", "s3cret"
ACK_S = 2.0
ATTEMPTS = 3


def fault(
    resource: str, field_name: str, code: str, message: str = "Bad Request"
) -> dict[str, Any]:
    """An error body in Strava's shape."""
    errors = [{"resource": resource, "field": field_name, "code": code}]
    return {"message": message, "errors": errors}


@dataclass
class Answer:
    """A canned answer, given instead of the real one; `pause` waits first."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    pause: threading.Event | None = None


@dataclass
class Grant:
    """What one athlete has allowed the application."""

    athlete: int
    scope: str
    refresh_token: str
    access_token: str
    expires_at: datetime


class Simulator:
    """The state behind the server; tests change and read it."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.limits = {"X-RateLimit": (200, 2_000), "X-ReadRateLimit": (100, 1_000)}
        self.used = (0, 0)
        self.counted_at = clock()
        self.most_used = (0, 0)
        self.refused = 0
        self.inactive = False
        self.sign_in: tuple[int, str] = (0, "read,activity:read_all")
        self.activities: dict[int, list[dict[str, Any]]] = {}
        self.streams: dict[int, dict[str, Any]] = {}
        self.grants: list[Grant] = []
        self.codes: dict[str, tuple[int, str]] = {}
        self.canned: list[Answer] = []
        self.trouble: Callable[[], Answer | None] = lambda: None
        self.date: Callable[[], datetime] | None = clock  # what answers say the time is
        self.calls: list[str] = []
        self.callback = ""
        self.deliveries = 0
        self.revoke_down = False
        self.url = ""
        self.lock = threading.RLock()
        self._serial = count(1)

    # what a test says

    @property
    def settings(self) -> dict[str, str]:
        """The connector's settings for this server."""
        return {
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "oauth_url": self.url,
            "api_url": f"{self.url}/api/v3",
            "verify_token": "hush",
            "subscription_id": "120475",
            "timeout_s": "2",
        }

    def add(self, athlete: int, **changes: Any) -> dict[str, Any]:
        """An activity as the detail gives it; a run of 10 km unless told otherwise."""
        number = next(self._serial)
        start = changes.pop("start", self.clock() - timedelta(hours=2))
        local = start + timedelta(seconds=changes.get("utc_offset", 3_600))
        activity = {
            "id": 9_000_000_000 + number,
            "athlete": {"id": athlete, "resource_state": 1},
            "name": f"Run {number}",
            "type": "Run",
            "sport_type": "Run",
            "workout_type": 0,
            "distance": 10_000.0,
            "moving_time": 3_000,
            "elapsed_time": 3_100,
            "total_elevation_gain": 80.0,
            "start_date": start.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "start_date_local": local.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "timezone": "(GMT+01:00) Europe/Berlin",
            "utc_offset": 3_600.0,
            "average_cadence": 85.2,
            "has_heartrate": True,
            "average_heartrate": 150.5,
            "max_heartrate": 176.0,
            "start_latlng": [51.46, -0.31],
            "end_latlng": [51.46, -0.31],
            "location_city": "Secretville",
            "map": {"id": "a1", "polyline": "SECRETLINE", "summary_polyline": "SECRETLINE"},
            "kudos_count": 7,
            "manual": False,
            "private": False,
            "perceived_exertion": 6.0,
            **changes,
        }
        self.activities.setdefault(athlete, []).append(activity)
        return activity

    def connect(self, athlete: int, scope: str = "read,activity:read_all") -> dict[str, str]:
        """Credentials as if the athlete had said yes."""
        grant = self._grant(athlete, scope)
        return {
            "access_token": grant.access_token,
            "refresh_token": grant.refresh_token,
            "expires_at": str(int(grant.expires_at.timestamp())),
            "athlete_id": str(athlete),
        }

    def withdraw(self, athlete: int) -> None:
        """The athlete takes the permission back on Strava's own page."""
        self.grants = [grant for grant in self.grants if grant.athlete != athlete]

    def subscribe(self, callback: str, verify_token: str = "hush") -> bool:
        """Whether the callback passes the handshake, as when a subscription is made."""
        query = {"hub.mode": "subscribe", "hub.challenge": "15f7", "hub.verify_token": verify_token}
        answer = requests.get(callback, params=query, timeout=ACK_S)
        passed = answer.status_code == 200 and answer.json() == {"hub.challenge": "15f7"}
        self.callback = callback if passed else ""
        return passed

    def deliver(self, **event: Any) -> bool:
        """Push an event, three times at most, until it is answered with 200 within two seconds."""
        body = {
            "object_type": "activity",
            "aspect_type": "create",
            "updates": {},
            "subscription_id": 120475,
            "event_time": int(self.clock().timestamp()),
            **event,
        }
        for _ in range(ATTEMPTS):
            self.deliveries += 1
            try:
                if requests.post(self.callback, json=body, timeout=ACK_S).status_code == 200:
                    return True
            except requests.RequestException:
                continue
        return False

    # what the server answers

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: str) -> Answer:
        """The answer to one request."""
        with self.lock:
            self.calls.append(f"{method} {target}")
            instead = self.canned.pop(0) if self.canned else self.trouble()
            if instead:
                return instead
            parts = urlsplit(target)
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            form = {key: values[0] for key, values in parse_qs(body).items()}
            if (method, parts.path) == ("GET", "/oauth/authorize"):
                return self._authorize(query)
            if (method, parts.path) == ("POST", "/oauth/token"):
                return self._token(form)
            if (method, parts.path) == ("POST", "/oauth/revoke"):
                return self._revoke(form, headers.get("Authorization", ""))
            if method == "GET" and parts.path.startswith("/api/v3/"):
                return self._limited(parts.path[len("/api/v3") :], query, headers)
            return _json(404, {"message": "Record Not Found"})

    def _authorize(self, query: Mapping[str, str]) -> Answer:
        athlete, scope = self.sign_in
        back = {"state": query.get("state", ""), "error": "access_denied"}
        if athlete:
            code = f"code-{next(self._serial)}"
            self.codes[code] = (athlete, scope)
            back = {"state": query.get("state", ""), "code": code, "scope": scope}
        return Answer(302, headers={"Location": f"{query['redirect_uri']}?{urlencode(back)}"})

    def _token(self, form: Mapping[str, str]) -> Answer:
        if self.inactive:
            return _json(403, fault("Application", "Status", "Inactive", "Forbidden"))
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return _json(401, fault("Application", "client_id", "invalid"))
        if form.get("grant_type") == "authorization_code":
            known = self.codes.pop(form.get("code", ""), None)
            if known is None:
                return _json(400, fault("AuthorizationCode", "code", "invalid"))
            return self._told(self._grant(*known), athlete=True)
        for grant in self.grants:
            if grant.refresh_token == form.get("refresh_token"):
                self.grants.remove(grant)  # the old pair dies at once
                return self._told(self._grant(grant.athlete, grant.scope))
        return _json(400, fault("RefreshToken", "refresh_token", "invalid"))

    def _grant(self, athlete: int, scope: str) -> Grant:
        number = next(self._serial)
        ends = self.clock() + timedelta(hours=6)
        grant = Grant(athlete, scope, f"refresh-{number}", f"access-{number}", ends)
        self.grants.append(grant)
        return grant

    def _told(self, grant: Grant, athlete: bool = False) -> Answer:
        body: dict[str, Any] = {
            "token_type": "Bearer",
            "access_token": grant.access_token,
            "refresh_token": grant.refresh_token,
            "expires_at": int(grant.expires_at.timestamp()),
            "expires_in": 21_600,
        }
        if athlete:
            body |= {"athlete": {"id": grant.athlete}, "scope": grant.scope}
        return _json(200, body)

    def _revoke(self, form: Mapping[str, str], authorization: str) -> Answer:
        if self.revoke_down:
            return _json(503, {"message": "Service Unavailable"})
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if authorization != f"Basic {basic}":
            return _json(401, fault("Application", "client_id", "invalid"))
        token = form.get("token")
        self.grants = [g for g in self.grants if token not in (g.refresh_token, g.access_token)]
        return _json(200, {})

    def _limited(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        self._count()
        told = {}
        for name, (quarter, day) in self.limits.items():
            told[f"{name}-Limit"] = f"{quarter},{day}"
            told[f"{name}-Usage"] = f"{self.used[0]},{self.used[1]}"
        if any(
            self.used[0] > quarter or self.used[1] > day for quarter, day in self.limits.values()
        ):
            self.refused += 1
            body = fault("Application", "rate limit", "exceeded", "Rate Limit Exceeded")
            return _json(429, body, told)
        answer = self._api(path, query, headers.get("Authorization", ""))
        return Answer(answer.status, answer.body, {**answer.headers, **told})

    def _count(self) -> None:
        now, before = self.clock(), self.counted_at
        quarter, day = self.used
        if now.date() != before.date():
            day = 0
        if (now.date(), now.hour, now.minute // 15) != (
            before.date(),
            before.hour,
            before.minute // 15,
        ):
            quarter = 0
        self.used, self.counted_at = (quarter + 1, day + 1), now
        self.most_used = (max(self.most_used[0], quarter + 1), max(self.most_used[1], day + 1))

    def _api(self, path: str, query: Mapping[str, str], authorization: str) -> Answer:
        if self.inactive:
            return _json(403, fault("Application", "Status", "Inactive", "Forbidden"))
        grant = self._bearer(authorization)
        if grant is None:
            return _json(401, fault("Athlete", "access_token", "invalid", "Authorization Error"))
        if "activity:read" not in grant.scope:
            body = fault(
                "AccessToken", "activity:read_permission", "missing", "Authorization Error"
            )
            return _json(401, body)
        if path == "/athlete/activities":
            return self._listed(grant, query)
        return self._one(grant, path.removeprefix("/activities/"), query)

    def _bearer(self, authorization: str) -> Grant | None:
        now = self.clock()
        for grant in self.grants:
            if authorization == f"Bearer {grant.access_token}" and now < grant.expires_at:
                return grant
        return None

    def _listed(self, grant: Grant, query: Mapping[str, str]) -> Answer:
        after = int(query.get("after", 0))
        before = int(query.get("before", 1 << 40))
        size, page = int(query.get("per_page", 30)), int(query.get("page", 1))
        if size > 200:
            return _json(400, fault("Application", "per_page", "invalid"))
        found = [
            each
            for each in self.activities.get(grant.athlete, [])
            if after < datetime.fromisoformat(each["start_date"]).timestamp() < before
        ]
        found.sort(key=lambda each: each["start_date"], reverse="after" not in query)
        part = found[(page - 1) * size : page * size]
        # what the athlete may not show is taken out after the cut: that makes a page short
        return _json(200, [_summary(each) for each in part if _visible(grant, each)])

    def _one(self, grant: Grant, rest: str, query: Mapping[str, str]) -> Answer:
        identity, _, tail = rest.partition("/")
        for each in (each for own in self.activities.values() for each in own):
            own = each["athlete"]["id"] == grant.athlete
            if str(each["id"]) != identity or not (_visible(grant, each) if own else True):
                continue
            if not tail:
                return _json(200, each)
            found = self.streams.get(each["id"])
            if found is not None and not each["manual"]:
                return _json(200, _streams(found, query))
        return _json(404, {"message": "Record Not Found", "errors": []})


def _visible(grant: Grant, activity: Mapping[str, Any]) -> bool:
    if activity.get("ghost"):
        return False
    return not activity["private"] or "activity:read_all" in grant.scope


def _streams(
    streams: Mapping[str, Any], query: Mapping[str, str]
) -> Mapping[str, Any] | list[Mapping[str, Any]]:
    """The streams that were asked for: by their type only where that is asked for as well."""
    asked = query.get("keys", "").split(",")
    found = {key: stream for key, stream in streams.items() if key in asked}
    if query.get("key_by_type") == "true":
        return found
    return [{"type": key, **stream} for key, stream in found.items()]


def _summary(activity: Mapping[str, Any]) -> dict[str, Any]:
    hidden = ("perceived_exertion", "description", "laps", "calories")
    return {name: value for name, value in activity.items() if name not in hidden}


def _json(status: int, body: object, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, json.dumps(body).encode(), headers or {})


@contextmanager
def serving(clock: Callable[[], datetime]) -> Iterator[Simulator]:
    """A simulator that listens on a port of its own until the block ends."""
    simulator = Simulator(clock)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # an answer in one packet: in two, each would wait 40 ms for the other

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            found = simulator.answer(self.command, self.path, dict(self.headers), body)
            if found.pause:
                found.pause.wait(10)
            self.send_response_only(found.status)
            if simulator.date:
                self.send_header("Date", format_datetime(simulator.date(), usegmt=True))
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(found.body)))
            self.end_headers()
            self.wfile.write(found.body)

        do_GET = do_POST = _answer  # noqa: N815 the names that http.server calls

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    simulator.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield simulator
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
