"""The copy-me example plugin, to be found as if it were installed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clubmon import plugins

METADATA = "Metadata-Version: 2.1\nName: clubmon-example\nVersion: 1.0\n"
ENTRY = f"[{plugins.CONNECTORS}]\nexample = clubmon_example:Example\n"


@contextmanager
def example_plugin(folder: Path) -> Iterator[None]:
    """Its entry point is found as long as this lasts; what pip would write stands in `folder`."""
    written = folder / "clubmon_example-1.0.dist-info"
    written.mkdir()
    (written / "METADATA").write_text(METADATA)
    (written / "entry_points.txt").write_text(ENTRY)
    sys.path.insert(0, str(folder))
    plugins.load.cache_clear()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        plugins.load.cache_clear()
