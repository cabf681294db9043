"""Sections of docs/performance.md, each written by a command of its own; pure."""

from __future__ import annotations

NEXT = "\n## "


def without(page: str, title: str) -> str:
    """A page without this section."""
    before, found, after = page.partition(title)
    if not found:
        return page.rstrip() + "\n"
    _, more, rest = after.partition(NEXT)
    return (before.rstrip() + "\n" + (NEXT + rest if more else "")).rstrip() + "\n"


def of(page: str, title: str) -> str:
    """This section of a page, with the empty line before it; '' where it has none."""
    _, found, after = page.partition(title)
    if not found:
        return ""
    return "\n" + title + after.partition(NEXT)[0].rstrip() + "\n"
