"""A signed token with another signature than its own."""

from __future__ import annotations


def forged(token: str) -> str:
    """The token with the first letter of its signature changed: the last one may mean nothing."""
    said, dot, signature = token.rpartition(".")
    return f"{said}{dot}{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
