"""Sections of docs/performance.md, each written by a command of its own; pure."""

from __future__ import annotations

from collections.abc import Collection

NEXT = "\n## "


def without(page: str, title: str) -> str:
    """A page without this section."""
    before, found, after = page.partition(title)
    if not found:
        return page.rstrip() + "\n"
    _, more, rest = after.partition(NEXT)
    return (before.rstrip() + "\n" + (NEXT + rest if more else "")).rstrip() + "\n"


def others(page: str, own: Collection[str]) -> str:
    """Every section but those with these titles, in its order."""
    titles = [line for line in page.splitlines() if line.startswith("## ")]
    return "".join(of(page, title) for title in titles if title not in own)


def of(page: str, title: str) -> str:
    """This section of a page, with the empty line before it; '' where it has none."""
    _, found, after = page.partition(title)
    if not found:
        return ""
    return "\n" + title + after.partition(NEXT)[0].rstrip() + "\n"
