"""Kilograms and pounds: told by a column, its header, or the athlete, once and for all files."""

from __future__ import annotations

from clubmon.sdk import Choice, Question
from clubmon_files.tables import BadCell, Row

POUND_KG = 0.45359237
KEY = "weight_unit"
WORDS = {
    **dict.fromkeys(("kg", "kgs", "kilograms"), 1.0),
    **dict.fromkeys(("lb", "lbs", "pounds"), POUND_KG),
}
_IN_HEADER = {f"weight ({word})": factor for word, factor in WORDS.items()}


def question(where: str) -> Question:
    """Asked once: the answer holds for every file that names no unit."""
    return Question(
        KEY,
        "Are the weights in your lifting app kilograms or pounds?",
        (Choice("kg", "kilograms"), Choice("lb", "pounds")),
        where,
    )


def column(row: Row) -> str:
    """The name of the column that the weight stands in."""
    known = [name for name in _IN_HEADER if row.has(name)]
    return next((name for name in known if row.text(name)), known[0] if known else "weight")


def kilograms(row: Row) -> tuple[float | None, bool]:
    """The weight, and whether its unit is known or not needed. Raises BadCell."""
    name = column(row)
    value = row.value(name)
    if not value or name in _IN_HEADER:
        return (value and value * _IN_HEADER.get(name, 1.0)), True
    word = row.text("weight unit").lower()
    if word and word not in WORDS:
        raise BadCell("weight unit", word, "unit")
    factor = WORDS.get(word) or WORDS.get(row.table.answers.get(KEY, ""))
    return (None, False) if factor is None else (value * factor, True)
