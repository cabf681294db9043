"""CSV as people have it: BOM or none, three delimiters, preamble lines, HTML in headers."""

from __future__ import annotations

import csv
import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from clubmon.sdk import NO_ANSWERS, Answers, ConnectorError, sentence
from clubmon_files.bounds import MOST, excerpt

MOST_BYTES = 50_000_000  # thirty years of a keen athlete
HEADER_WITHIN = 10  # rows that are searched for a header
NULS_PER_BYTE = 0.05  # UTF-16 has ten times as many; a damaged row has fewer
_DELIMITERS = ",;\t"
_TAG = re.compile(r"<[^>]*>")
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+\.\d+")
_DECIMAL_COMMA = re.compile(r"-?\d+,\d{1,2}")

ROW = sentence("{where} row {row}")
EMPTY = sentence("is empty; export it again.")
NO_HEADER = sentence(
    "has no header row known here; export it again as it is, or give every column a name "
    "in the "
    "first row."
)
UTF16 = sentence("is UTF-16 text; save it as CSV in UTF-8 and try again.")
BINARY = sentence("is no text but binary data; export it again as CSV.")
NO_ENCODING = sentence("is in no encoding that can be told; save it as CSV in UTF-8 and try again.")
NOT_UTF8 = sentence("The text is not UTF-8 and was read as Windows-1252: check the names.")
NUL = sentence("holds a NUL byte, as damaged files do; type the row in again or leave it out.")
WIDTH = sentence(
    "has {cells} cells where the header has {header}; look for a missing or surplus "
    "separator or "
    "quotation mark, correct it or leave the row out."
)
STOPPED = sentence(
    "cannot be read from row {row} on ({why}); look for a quotation mark that is never "
    "closed, "
    "correct it and upload the file again."
)
Wanted = Literal[
    "date", "date and time", "time of day", "duration", "exercise", "id", "unit",
    "number", "whole number", "number of at least 0", "possible number",
]  # fmt: skip
NONE: dict[Wanted, str] = {  # whole sentences: other languages bend the words around a kind
    "date": sentence(
        "'{column}' reads '{text}', which is no date; correct it or leave the row out."
    ),
    "date and time": sentence(
        "'{column}' reads '{text}', which is no date and time; correct it or leave the row out."
    ),
    "time of day": sentence(
        "'{column}' reads '{text}', which is no time of day; correct it or leave the row out."
    ),
    "duration": sentence(
        "'{column}' reads '{text}', which is no duration; correct it or leave the row out."
    ),
    "exercise": sentence(
        "'{column}' reads '{text}', which is no exercise; correct it or leave the row out."
    ),
    "id": sentence("'{column}' reads '{text}', which is no id; correct it or leave the row out."),
    "unit": sentence(
        "'{column}' reads '{text}', which is no unit (kg or lb); correct it or leave the row out."
    ),
    "number": sentence(
        "'{column}' reads '{text}', which is no number; correct it or leave the row out."
    ),
    "whole number": sentence(
        "'{column}' reads '{text}', which is no whole number; correct it or leave the row out."
    ),
    "number of at least 0": sentence(
        "'{column}' reads '{text}', which is no number of at least 0; correct it or "
        "leave the row out."
    ),
    "possible number": sentence(
        "'{column}' reads '{text}', which is no possible number; correct it or leave the row out."
    ),
}
Header = list[str]


class BadCell(Exception):
    """A cell of one row cannot be read, in the words that the person will see."""

    def __init__(self, column: str, text: str, wanted: Wanted) -> None:
        super().__init__(NONE[wanted].format(column=column, text=excerpt(text)))


class BadRow(Exception):
    """A row has too few or too many cells, or cells that are no text."""


class UnknownTable(ConnectorError):
    """A table whose header no format knows."""

    def __init__(self) -> None:
        super().__init__(NO_HEADER)


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the numbered rows below it; `note` says what was assumed to read it."""

    header: Header  # names as normalised by `name_of`
    rows: list[tuple[int, list[str]]]  # 1 is the first row that a spreadsheet shows
    delimiter: str
    note: str = ""
    broken: str = ""  # why reading stopped before the end, if it did
    # what was said about files that leave something open
    answers: Answers = field(default_factory=lambda: NO_ANSWERS)
    above: tuple[tuple[str, ...], ...] = ()  # the rows down to the header's, as they stand


@dataclass(frozen=True, slots=True)
class Row:
    """One row with its cells found by column name."""

    table: Table
    number: int
    cells: list[str]

    def has(self, column: str) -> bool:
        """Whether the table has this column at all."""
        return column in self.table.header

    def text(self, column: str, occurrence: int = 0) -> str:
        """The cell under the column's n-th occurrence, '' where there is no such column."""
        index = position(self.table.header, column, occurrence)
        return "" if index is None else self.cells[index].strip()

    def value(self, column: str, occurrence: int = 0) -> float | None:
        """The cell as a number of at least 0, None where empty. Raises BadCell."""
        return number(column, self.text(column, occurrence))


def position(header: Header, column: str, occurrence: int = 0) -> int | None:
    """Index of the n-th column of this name (exports repeat names), None where absent."""
    places = [index for index, name in enumerate(header) if name == column]
    return places[occurrence] if occurrence < len(places) else None


def number(column: str, text: str) -> float | None:
    """A number of at least 0, None for '', '--' and 'null'. Raises BadCell.

    '62,5' is read with a decimal comma; '1,500' could mean two things and is refused.
    """
    if text in ("", "--", "null"):
        return None
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    elif _DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    try:
        found = float(text)
    except ValueError:
        raise BadCell(column, text, "number") from None
    if not found >= 0:  # NaN fails this too
        raise BadCell(column, text, "number of at least 0")
    if found > MOST:
        raise BadCell(column, text, "possible number")
    return found


def decode(data: bytes) -> tuple[str, str]:
    """The text of a CSV file, and a note where an encoding was assumed. Raises ConnectorError."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ConnectorError(UTF16)
    if data.count(0) > NULS_PER_BYTE * len(data):
        raise ConnectorError(BINARY)
    try:
        return data.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), NOT_UTF8
    except UnicodeDecodeError:
        raise ConnectorError(NO_ENCODING) from None


def name_of(cell: str) -> str:
    """A header cell as a plain lower-case name: HTML, BOM and odd spaces removed."""
    return spelled(cell).casefold()


def spelled(cell: str) -> str:
    """A header cell as people wrote it, without HTML, BOM and odd spaces."""
    return " ".join(html.unescape(_TAG.sub("", cell)).replace("\ufeff", "").split())


def headers(text: str) -> Iterator[tuple[str, int, Header]]:
    """Every way to read one of the first rows as a header: delimiter, row number, names."""
    start = text[:100_000]
    for delimiter in _DELIMITERS:
        for index, (count, cells) in enumerate(_rows(start, delimiter, [])):
            if index == HEADER_WITHIN:
                break
            yield delimiter, count, [name_of(cell) for cell in cells]


def located(data: bytes, knows: Callable[[Header], bool]) -> Table | None:
    """The table below the first header that `knows` takes. Raises ConnectorError."""
    if not data.strip():
        raise ConnectorError(EMPTY)
    text, note = decode(data)
    for delimiter, count, header in headers(text):
        if knows(header):
            return table(text, delimiter, count, note)
    return None


def table(text: str, delimiter: str, header_row: int, note: str = "") -> Table:
    """The rows below the header; empty ones are left out but counted."""
    stopped: list[str] = []
    header: Header = []
    rows: list[tuple[int, list[str]]] = []
    above: list[tuple[str, ...]] = []
    for count, cells in _rows(text, delimiter, stopped):
        if count <= header_row:
            above.append(tuple(cells))
        if count == header_row:
            header = [name_of(cell) for cell in cells]
        elif count > header_row and any(cell.strip() for cell in cells):
            rows.append((count, cells))
    return Table(header, rows, delimiter, note, "".join(stopped), above=tuple(above))


def row(source: Table, count: int, cells: list[str]) -> Row:
    """A row of the header's width; empty surplus cells are dropped. Raises BadRow."""
    width = len(source.header)
    if any("\x00" in cell for cell in cells):
        raise BadRow(NUL)
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        raise BadRow(WIDTH.format(cells=len(cells), header=width))
    return Row(source, count, cells[:width])


def _rows(text: str, delimiter: str, stopped: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Numbered rows; a row that csv cannot read ends them and leaves the reason in `stopped`."""
    count = 0
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    reader = csv.reader((line + "\n" for line in lines), delimiter=delimiter)
    try:
        for count, cells in enumerate(reader, 1):
            yield count, cells
    except csv.Error as error:
        stopped.append(STOPPED.format(row=count + 1, why=error))
