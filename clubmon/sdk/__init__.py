"""All that a plugin may import: what a session is, how a connector hands it over.

Units are SI and as exact as the source gives them; the core rounds to whole base
units when it stores. Absent is None, never 0.

A connector reads documents (`FileConnector`): exported files, or what an API answered. One
that also fetches them (`SourceConnector`) hands over pages of documents as it received them;
the core stores each page, then its cursor, and reads the documents with the same `read`. So
the lake can always be made anew from what is stored, without asking the source again.

What no document says (kg or lb?) is a `Question` to the athlete, see there.
"""

from __future__ import annotations

from clubmon.bothcores import in_order  # the same work for many things, on all cores
from clubmon.sdk.charts import (
    AthleteChart,
    PlanMark,
    Shade,
    SquadChange,
    SquadCoverage,
    SquadDays,
    SquadPoint,
    SquadRow,
    SquadWeeks,
)
from clubmon.sdk.errors import (
    AccessDenied,
    ClockOff,
    ConnectorError,
    Malformed,
    RateLimited,
    SourceDown,
)
from clubmon.sdk.files import (
    NO_ANSWERS,
    Answers,
    Choice,
    Columns,
    Document,
    FileConnector,
    Question,
    Share,
    TeamConnector,
)
from clubmon.sdk.sessions import Kind, LiftSet, Refusal, Samples, Session, SpeedZone
from clubmon.sdk.sources import (
    Access,
    Budgeted,
    Deleted,
    Hint,
    Mode,
    OAuthConnector,
    Page,
    SourceConnector,
    WebhookConnector,
)
from clubmon.sdk.words import Demanding, Described, Guide, Guided, Naming, SetUp, Way
from clubmon.words.daywords import chart_names  # days as the reader's language has them
from clubmon.words.language import _, decimal_sign  # a text in the reader's language, its numbers
from clubmon.words.sentences import sentence  # what went wrong, to be said in any language

__all__ = [
    "NO_ANSWERS",
    "Access",
    "AccessDenied",
    "Answers",
    "AthleteChart",
    "Budgeted",
    "Choice",
    "ClockOff",
    "Columns",
    "ConnectorError",
    "Deleted",
    "Demanding",
    "Described",
    "Document",
    "FileConnector",
    "Guide",
    "Guided",
    "Hint",
    "Kind",
    "LiftSet",
    "Malformed",
    "Mode",
    "Naming",
    "OAuthConnector",
    "Page",
    "PlanMark",
    "Question",
    "RateLimited",
    "Refusal",
    "Samples",
    "Session",
    "SetUp",
    "Shade",
    "Share",
    "SourceConnector",
    "SourceDown",
    "SpeedZone",
    "SquadChange",
    "SquadCoverage",
    "SquadDays",
    "SquadPoint",
    "SquadRow",
    "SquadWeeks",
    "TeamConnector",
    "Way",
    "WebhookConnector",
    "_",
    "chart_names",
    "decimal_sign",
    "in_order",
    "sentence",
]
