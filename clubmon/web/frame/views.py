"""The queries behind the pages: ids and days in, plain rows out.

Nothing here knows who is asking: callers pass only ids that the viewer may see that kind of
data of. Base units throughout (metres, grams, tenths).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta

from clubmon.flag import morningflags, rules
from clubmon.hamstring import referrals
from clubmon.load import models
from clubmon.storage.store import Row, Store

WINDOW = timedelta(days=42)
OPEN_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class LastRun:
    """The newest nightly run that ended; `ended_at` aware UTC."""

    morning: date
    ended_at: datetime
    state: str
    error: str | None


@dataclass(frozen=True, slots=True)
class Scores:
    """One athlete's newest answers of one local day."""

    local_date: date
    left: int | None
    right: int | None
    pattern: str | None

    @property
    def worse(self) -> int | None:
        """The worse leg's score (0-10)."""
        return max((s for s in (self.left, self.right) if s is not None), default=None)


def last_run(store: Store) -> LastRun | None:
    """The newest nightly run that ended, done or failed; None before the first."""
    row = store.row(
        "SELECT morning, ended_at, state, error FROM app.job_run "
        "WHERE job = 'nightly' AND ended_at IS NOT NULL ORDER BY ended_at DESC, run_id DESC LIMIT 1"
    )
    return LastRun(**row) if row else None


def last_arrivals(store: Store, athlete_ids: Sequence[str]) -> dict[str, datetime]:
    """When the newest of what the club may see of each athlete arrived."""
    rows = store.rows(
        "SELECT p.athlete_id, max(p.known_at) AS known_at FROM lake.raw.payload AS p "
        "WHERE p.audience = 'club' AND list_contains(?::VARCHAR[], p.athlete_id) "
        "GROUP BY p.athlete_id",
        [list(athlete_ids)],
    )
    return {row["athlete_id"]: row["known_at"] for row in rows}


def figures_until(store: Store) -> date | None:
    """The last completed local day that the figures cover; None before the first rebuild."""
    if not has_mart(store, "daily_load"):
        return None
    row = store.row("SELECT max(local_date) AS local_date FROM lake.marts.daily_load")
    return row["local_date"] if row else None


def long_ago(store: Store, athlete_id: str, last: date | None) -> date | None:
    """Day of the newest session that the last night knew, where it lies before all figures."""
    if last is None:
        return None
    row = store.row(
        "SELECT max(s.last_date) AS newest, "
        "(SELECT min(d.local_date) FROM lake.marts.daily_load AS d) AS first_date "
        "FROM lake.staging.span AS s WHERE s.athlete_id = ?",
        [athlete_id],
    )
    old = row and row["newest"] and row["newest"] < row["first_date"]
    return row["newest"] if row and old else None


def has_mart(store: Store, name: str) -> bool:
    """Whether this table of marts has been built."""
    return bool(
        store.row(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = 'lake' "
            "AND schema_name = 'marts' AND table_name = ?",
            [name],
        )
    )


def metrics(store: Store, ids: Iterable[str], day: date) -> dict[tuple[str, str], Row]:
    """The load metrics of one day, by athlete and channel."""
    rows = store.rows(
        "SELECT * FROM lake.marts.load_metric "
        "WHERE local_date = ? AND list_contains(?::VARCHAR[], athlete_id)",
        [day, list(ids)],
    )
    return {(row["athlete_id"], row["channel"]): row for row in rows}


def daily(
    store: Store, ids: Iterable[str], first: date, last: date, *, main: bool = False
) -> dict[tuple[str, str], dict[date, Row]]:
    """State and load of each day from `first` to `last`, by athlete and channel.

    With `main` of running and tonnage, and of another channel only the days on which it alone
    tells of training: enough to say of every day what it was.
    """
    found: dict[tuple[str, str], dict[date, Row]] = defaultdict(dict)
    for row in store.rows(
        "SELECT athlete_id, channel, local_date, state, load, imputed "
        "FROM lake.marts.daily_load WHERE local_date BETWEEN ? AND ? "
        f"AND list_contains(?::VARCHAR[], athlete_id) {_MAIN if main else ''} ORDER BY local_date",
        [first, last, list(ids)],
    ):
        found[row["athlete_id"], row["channel"]][row["local_date"]] = row
    return dict(found)


_MAIN = (
    "QUALIFY channel IN ('run_m', 'tonnage_g') OR (state = 'trained' AND NOT bool_or("
    "state = 'trained' AND channel IN ('run_m', 'tonnage_g')) "
    "OVER (PARTITION BY athlete_id, local_date))"
)


def longest_runs(store: Store, ids: Iterable[str], first: date, last: date) -> dict[str, Row]:
    """The longest run between two days and the longest of the 30 days before it, by athlete."""
    rows = store.rows(
        "SELECT athlete_id, local_date, longest_m, previous_longest_m, ratio "
        "FROM lake.marts.longest_run WHERE local_date BETWEEN ? AND ? "
        "AND list_contains(?::VARCHAR[], athlete_id) ORDER BY longest_m, local_date",
        [first, last, list(ids)],
    )
    return {row["athlete_id"]: row for row in rows}


def scores(
    store: Store, ids: Iterable[str], first: date, known_by: datetime | None = None
) -> dict[str, dict[date, Scores]]:
    """The check-in in force on each local day since `first`, see checkins.trail.

    With `known_by` (aware), of those that were known by then.
    """
    found: dict[str, dict[date, Scores]] = defaultdict(dict)
    for row in store.rows(
        "SELECT athlete_id, local_date, left_score, right_score, pattern FROM app.checkin "
        "WHERE local_date >= ? AND list_contains(?::VARCHAR[], athlete_id) "
        "AND known_at <= coalesce(CAST(? AS TIMESTAMPTZ), known_at) "
        "ORDER BY left_score IS NOT NULL OR right_score IS NOT NULL, known_at, checkin_id",
        [first, list(ids), known_by],
    ):
        found[row["athlete_id"]][row["local_date"]] = Scores(
            row["local_date"], row["left_score"], row["right_score"], row["pattern"]
        )
    return dict(found)


def answered(
    store: Store, ids: Iterable[str], first: date, last: date, known_by: datetime | None = None
) -> dict[str, int]:
    """On how many days from `first` to `last` each athlete answered a check-in.

    With `known_by` (aware), as far as it was known by then.
    """
    rows = store.rows(
        "SELECT athlete_id, count(DISTINCT local_date) AS days FROM app.checkin "
        "WHERE local_date BETWEEN ? AND ? AND list_contains(?::VARCHAR[], athlete_id) "
        "AND known_at <= coalesce(CAST(? AS TIMESTAMPTZ), known_at) GROUP BY athlete_id",
        [first, last, list(ids), known_by],
    )
    return {row["athlete_id"]: row["days"] for row in rows}


def open_flags(store: Store, ids: Iterable[str], morning: date) -> list[Row]:
    """Flags of the week up to `morning` that nothing superseded, with their newest actions.

    A refer or strain flag stays as long as its referral is open, or another one of that day
    and kind that shares the flag. One that was put off stays for a week from the day on which
    it comes back.
    """
    rows = store.rows(
        f"SELECT f.*, {referrals.FLAG_IS_OPEN} AS referral_open FROM app.flag AS f "
        f"LEFT JOIN ({morningflags.decided('NULL')}) AS a ON a.flag_id = f.flag_id "
        "WHERE f.superseded_at IS NULL AND f.morning <= ? "
        "AND list_contains(?::VARCHAR[], f.athlete_id) "
        "AND (greatest(f.morning, coalesce(a.until, f.morning)) > ? OR f.tier = 3) "
        "ORDER BY f.morning DESC, f.flag_id",
        [morning, list(ids), morning - OPEN_FOR],
    )
    open_rows = [row for row in rows if row["tier"] < 3 or row["referral_open"]]
    taken = actions(store, [row["flag_id"] for row in open_rows])
    return [{**row, "actions": taken.get(row["flag_id"], [])} for row in open_rows]


def ended_flags(store: Store, ids: Iterable[str], today: date, after: datetime) -> list[Row]:
    """Flags that were open until lately: `athlete_id`, `uses_tightness`, and `ended_at`.

    Superseded or, with the last referral behind them, closed after a moment (aware); or of the
    morning whose week is over today, which counts as this moment. What was put off is left out.
    """
    return store.rows(
        "SELECT * FROM (SELECT f.athlete_id, f.uses_tightness, coalesce(f.superseded_at, "
        "CASE WHEN f.tier = 3 THEN (SELECT max(r.closed_at) FROM app.referral AS r "
        "WHERE r.athlete_id = f.athlete_id) ELSE CAST(? AS TIMESTAMPTZ) END) AS ended_at "
        "FROM app.flag AS f "
        f"LEFT JOIN ({morningflags.decided('NULL')}) AS a ON a.flag_id = f.flag_id "
        "WHERE list_contains(?::VARCHAR[], f.athlete_id) AND a.flag_id IS NULL "
        "AND (f.superseded_at IS NOT NULL OR (f.tier < 3 AND f.morning = ?) "
        f"OR (f.tier = 3 AND NOT {referrals.FLAG_IS_OPEN}))) WHERE ended_at > ? ORDER BY ALL",
        [_END_OF_TIME, list(ids), today - OPEN_FOR, after],
    )


_END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)


def eccentric_days(store: Store, ids: Iterable[str], last: date) -> dict[str, tuple[date, int]]:
    """The newest day with hamstring-eccentric work of the last four, and its sets, by athlete."""
    rows = store.rows(
        "SELECT d.athlete_id, max(d.local_date) AS day, arg_max(d.load, d.local_date) AS sets "
        "FROM lake.marts.daily_load AS d WHERE d.channel = 'eccentric_sets' AND d.load > 0 "
        "AND d.local_date BETWEEN ? AND ? AND list_contains(?::VARCHAR[], d.athlete_id) "
        "GROUP BY d.athlete_id",
        [last - timedelta(days=3), last, list(ids)],
    )
    return {row["athlete_id"]: (row["day"], int(row["sets"])) for row in rows}


def referrals_of(flags: Iterable[Row]) -> list[str]:
    """Ids of the referrals behind those flags that are of one."""
    return [json.loads(row["inputs"])["referral_id"] for row in flags if row["tier"] == 3]


def flags_between(store: Store, ids: Iterable[str], first: date, last: date) -> list[Row]:
    """Every flag of the mornings from `first` to `last`, superseded ones too, with its actions."""
    rows = store.rows(
        "SELECT f.* FROM app.flag AS f WHERE f.morning BETWEEN ? AND ? "
        "AND list_contains(?::VARCHAR[], f.athlete_id) ORDER BY f.morning DESC, f.flag_id",
        [first, last, list(ids)],
    )
    taken = actions(store, [row["flag_id"] for row in rows])
    return [{**row, "actions": taken.get(row["flag_id"], [])} for row in rows]


def actions(store: Store, flag_ids: Sequence[str]) -> dict[str, list[Row]]:
    """What people did about these flags, oldest first, with their names."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in store.rows(
        "SELECT a.flag_id, a.action, a.reason, a.until, a.known_at, p.name "
        "FROM app.flag_action AS a LEFT JOIN app.person AS p ON p.person_id = a.person_id "
        "WHERE list_contains(?::VARCHAR[], a.flag_id) ORDER BY a.known_at, a.action_id",
        [list(flag_ids)],
    ):
        found[row["flag_id"]].append(row)
    return dict(found)


def sessions(store: Store, athlete_id: str, limit: int, morning: date, now: datetime) -> list[Row]:
    """An athlete's newest sessions with their lifting totals, quarantined ones included.

    `known_from` says how the session RPE is known, `also` which other sources tell of the same
    session and are left out.
    """
    return models.of_athlete(store, _SESSIONS.format(limit=int(limit)), athlete_id, morning, now)


_SESSIONS = """
SELECT
    s.session_id, s.start_local, s.local_date, s.kind, s.sport, s.title, s.source,
    s.distance_m, s.moving_s, s.elapsed_s, s.ascent_m, s.rpe_tenths, s.doubt, s.quarantined,
    e.known_from, e.srpe_dau, l.sets, nullif(l.tonnage_g, 0) AS tonnage_g,
    list_sort(coalesce(o.sources, [])) AS also
FROM lake.staging.session AS s
LEFT JOIN lake.staging.lift AS l ON l.session_id = s.session_id AND l.sha256 = s.sets_sha256
LEFT JOIN lake.staging.effort AS e ON e.session_id = s.session_id
LEFT JOIN (
    SELECT d.kept_id, list(r.source) AS sources
    FROM lake.staging.duplicate AS d
    INNER JOIN lake.staging.recorded AS r ON r.session_id = d.session_id
    GROUP BY d.kept_id
) AS o ON o.kept_id = s.session_id
WHERE s.athlete_id = getvariable('athlete')
ORDER BY s.local_date DESC, s.start_local DESC, s.session_id
LIMIT {limit}
"""


def shows_ratios(store: Store, team_ids: Iterable[str]) -> bool:
    """Whether acute to chronic ratios are shown of who is in these teams; off until a club asks."""
    return rules.in_force(store, team_ids)["acwr", ""].enabled


def spike_rules(store: Store, team_ids: Iterable[str]) -> dict[str, Row]:
    """The spike rule in force per channel, for who is in these teams."""
    found = rules.in_force(store, team_ids)
    return {channel: asdict(rule) for (name, channel), rule in found.items() if name == "spike"}
