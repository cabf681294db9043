"""Makes all days of a night's tables anew, of one block of athletes: the rest stands as it is."""

from __future__ import annotations

from collections.abc import Sequence

from clubmon.load import blocks, latest, models
from clubmon.storage.store import Connection


def make(con: Connection, names: Sequence[str], athletes: list[str]) -> None:
    """Put other rows of these athletes into the tables, each after the ones that it reads.

    Variables are set as `models.bind` does; athletes who depend on each other are in one block.
    """
    blocks.choose(con, athletes)
    con.execute(_SESSIONS)
    for name in names:
        of_these = _OF_BLOCK if name in latest.BY_DAY else _OF_SESSIONS
        con.execute(f"DELETE FROM lake.{name} WHERE {of_these}")
    for name in names:
        con.execute(f"INSERT INTO lake.{name} {blocks.narrowed(models.sources()[name])}")


_OF_BLOCK = "athlete_id IN (FROM temp.block)"
_OF_SESSIONS = "session_id IN (FROM temp.of_block)"

# by all that the tables can name them by; one that came from a check-in is a session alone
_SESSIONS = f"""
CREATE OR REPLACE TEMP TABLE of_block AS
SELECT session_id FROM lake.raw.session WHERE {_OF_BLOCK}
UNION
SELECT session_id FROM lake.staging.recorded WHERE {_OF_BLOCK}
UNION
SELECT session_id FROM lake.staging.session WHERE {_OF_BLOCK}
UNION
SELECT session_id FROM app.session_mend WHERE {_OF_BLOCK}
"""
