"""Whether a drawing may stand inside a page: plain shapes and words, no script, nothing fetched.

Inside the page, lines take the colour of the text, in the dark as on paper, and a screen reader
has the title and the description.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"
SHAPES = frozenset(
    {"svg", "g", "path", "circle", "ellipse", "rect", "line", "polyline", "polygon"}
    | {"text", "tspan", "title", "desc"}
)
LARGEST = 50_000  # characters
_WORDS = re.compile(r"(?<=>)[^<>]*[^\W\d_][^<>]*(?=<)")


class DrawingError(Exception):
    """Why a drawing cannot be used, in words that follow its name."""


def checked(text: str) -> str:
    """The drawing as it goes into the page; raises DrawingError."""
    if len(text) > LARGEST or "<!" in text:
        raise DrawingError(f"is longer than {LARGEST:,} characters or declares a document type")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise DrawingError(f"is not valid SVG ({error})") from error
    if root.tag != f"{SVG}svg" or "viewBox" not in root.attrib or root.get("role") != "img":
        raise DrawingError('needs an <svg> root with a viewBox and role="img"')
    if not all(_said(root, name) for name in ("title", "desc")):
        raise DrawingError("needs a <title> and a <desc>, for those who cannot see it")
    for element in root.iter():
        _check(element)
    return text[text.index("<svg") :].strip()


def words(drawing: str) -> list[str]:
    """The texts of a drawing that was checked: title, description, and what stands in it."""
    return [unescape(text).strip() for text in _WORDS.findall(drawing)]


def reworded(drawing: str, say: Callable[[str], str]) -> str:
    """A drawing that was checked, with each of its texts as `say` puts it."""
    return _WORDS.sub(
        lambda text: escape(say(unescape(text.group()).strip()), quote=False), drawing
    )


def _said(root: ElementTree.Element, name: str) -> str:
    return (root.findtext(f"{SVG}{name}") or "").strip()


def _check(element: ElementTree.Element) -> None:
    if element.tag.removeprefix(SVG) not in SHAPES:
        raise DrawingError(f"holds <{element.tag.removeprefix(SVG)}>; only plain shapes and text")
    for name, value in element.attrib.items():
        if name.startswith(("on", "{")) or name in ("style", "href", "id") or "url(" in value:
            raise DrawingError(f"holds the attribute '{name}', which is not allowed in a page")
