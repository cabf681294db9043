"""Kinds of sport as sources name them, in the reader's language where a catalog has the word."""

from __future__ import annotations

from clubmon.language import pgettext


def sport(word: str) -> str:
    """A source's own word, 'trail_running', for people; one that no catalog has stays as it is."""
    plain = word.replace("_", " ")
    known = plain.lower()
    said = _words().get(known, known)
    return plain if said == known else said


def running() -> str:
    """What runs are, as a kind of training."""
    return pgettext("sport", "running")


def _words() -> dict[str, str]:
    return {
        "run": pgettext("sport", "run"),
        "running": running(),
        "trail running": pgettext("sport", "trail running"),
        "treadmill running": pgettext("sport", "treadmill running"),
        "track running": pgettext("sport", "track running"),
        "strength": pgettext("sport", "strength"),
        "strength training": pgettext("sport", "strength training"),
        "weight training": pgettext("sport", "weight training"),
        "cycling": pgettext("sport", "cycling"),
        "ride": pgettext("sport", "ride"),
        "swimming": pgettext("sport", "swimming"),
        "swim": pgettext("sport", "swim"),
        "walking": pgettext("sport", "walking"),
        "walk": pgettext("sport", "walk"),
        "hiking": pgettext("sport", "hiking"),
        "hike": pgettext("sport", "hike"),
        "rowing": pgettext("sport", "rowing"),
        "training": pgettext("sport", "training"),
        "match": pgettext("sport", "match"),
        "other": pgettext("sport", "other"),
    }
