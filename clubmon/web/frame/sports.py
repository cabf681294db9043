"""Kinds of sport as sources name them, in the reader's language where a catalog has the word."""

from __future__ import annotations

from clubmon.words.language import begun, pgettext


def sport(word: str) -> str:
    """A source's own word for people: 'Running' for 'running', 'Run' and 'run' alike.

    Of 'training/strength_training' the second counts; a word that no catalog has stays as it is.
    """
    plain, known = word.replace("_", " "), _words()
    for folded in (plain.lower(), plain.lower().rpartition("/")[2]):
        if folded in known:
            return begun(known[folded])
    return begun(plain.replace("/", ", "))


def running() -> str:
    """What runs are, as a kind of training."""
    return pgettext("sport", "running")


def _words() -> dict[str, str]:
    trail, treadmill = pgettext("sport", "trail running"), pgettext("sport", "treadmill running")
    strength, cycling = pgettext("sport", "strength"), pgettext("sport", "cycling")
    swimming, walking = pgettext("sport", "swimming"), pgettext("sport", "walking")
    hiking = pgettext("sport", "hiking")
    return {
        "run": running(),
        "running": running(),
        "trail run": trail,
        "trailrun": trail,
        "trail running": trail,
        "treadmill": treadmill,
        "treadmill running": treadmill,
        "track running": pgettext("sport", "track running"),
        "strength": strength,
        "strength training": strength,
        "weight training": strength,
        "weighttraining": strength,
        "cycling": cycling,
        "ride": cycling,
        "swimming": swimming,
        "swim": swimming,
        "walking": walking,
        "walk": walking,
        "hiking": hiking,
        "hike": hiking,
        "rowing": pgettext("sport", "rowing"),
        "training": pgettext("sport", "training"),
        "match": pgettext("sport", "match"),
        "other": pgettext("sport", "other"),
    }
