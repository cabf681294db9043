"""The reader's language: texts from catalogs, numbers and days as that language writes them.

English is the source text; `locale/<code>/LC_MESSAGES/clubmon.po` holds every other language and
is read as it stands. Who renders a page or a mail says whose it is with `using`, and every text
below that is in that language; without it, as on the command line and in logs, it is English.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from types import MappingProxyType

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment
from markupsafe import Markup, escape

ENGLISH = "en"
FOLDER = Path(__file__).parents[1] / "locale"
DOMAIN = "clubmon"

_current: ContextVar[str] = ContextVar("language", default=ENGLISH)
_added: dict[str, NullTranslations] = {}
_brought: list[Path] = []  # folders of plugins that bring catalogs


class Marked(str):
    """A text that stands in the source before anybody reads it, such as a constant's.

    It is its English self wherever it is compared, stored or sent as JSON, and in the reader's
    language once it is shown: by str(), in an f-string, in a template. What joins or cuts it
    (`join`, `+`, `lower`) sees English: say str() first.
    """

    __slots__ = ()

    def __str__(self) -> str:
        return gettext(self)

    def __format__(self, how: str, /) -> str:
        return format(gettext(self), how)

    def __html__(self) -> Markup:
        return escape(gettext(self))

    def format(self, *args: object, **values: object) -> str:
        """Filled in, in the reader's language."""
        return gettext(self).format(*args, **values)

    def lower(self) -> str:
        """In the reader's language, in small letters."""
        return gettext(self).lower()


def N_(message: str) -> Marked:  # noqa: N802 - the name that tools for catalogs look for
    """Mark a text that is made when a module is read; it is put into words when shown."""
    return Marked(message)


class Later(Marked):
    """A text with values that is put into words when it is shown; English otherwise."""

    template: str
    values: dict[str, object]

    def __str__(self) -> str:
        return gettext(self.template, **self.values)

    def __format__(self, how: str, /) -> str:
        return format(str(self), how)

    def __html__(self) -> Markup:
        return escape(str(self))


def later(message: str, /, **values: object) -> Later:
    """A text that is kept or compared in English, and shown in the reader's language."""
    with using(ENGLISH):
        made = Later(message.format(**values))
    made.template, made.values = message, values
    return made


class Listed(tuple[str, ...]):
    """Texts that are named one after the other: 'one; two'."""

    __slots__ = ()

    def __str__(self) -> str:
        return "; ".join(map(str, self))

    def __format__(self, how: str, /) -> str:
        return format(str(self), how)


def begun(text: str) -> str:
    """With a capital as its first letter, and the others as they are."""
    return str(text)[:1].upper() + str(text)[1:]


def gettext(message: str, /, **values: object) -> str:
    """The text in the reader's language, with its {placeholders} filled in."""
    plain = str.__str__(message)
    found = _texts(current()).gettext(plain) if plain else ""
    return found.format(**values) if values else found


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """The text for this number of things; {n} is the number."""
    found = _texts(current()).ngettext(one, many, number)
    return found.format(n=number, **values)


def pgettext(about: str, message: str, /, **values: object) -> str:
    """The text where the same English means several things; `about` says which."""
    found = _texts(current()).pgettext(about, message)
    return found.format(**values) if values else found


_ = gettext


def current() -> str:
    """The language of the reader, such as 'en' or 'de'."""
    return _current.get()


def use(language: str) -> None:
    """From here on, in this thread or task, texts are in this language."""
    _current.set(language if language in languages() else ENGLISH)


@contextmanager
def using(language: str) -> Iterator[None]:
    """Texts are in this language within; English where it is not known."""
    token = _current.set(language if language in languages() else ENGLISH)
    try:
        yield
    finally:
        _current.reset(token)


def languages() -> Mapping[str, str]:
    """Every language by its code, with its name in itself: {'en': 'English', 'de': 'Deutsch'}."""
    return MappingProxyType({**_shipped(), **{code: code for code in _added}})


@contextmanager
def adding(code: str, texts: NullTranslations) -> Iterator[None]:
    """One more language is known within."""
    _added[code] = texts
    try:
        yield
    finally:
        del _added[code]


def bring(folder: Path) -> None:
    """A plugin's own catalogs, `<code>/LC_MESSAGES/*.po`: asked for what ours do not have.

    Raises PoFileError, ValueError or OSError for one that is broken, and asks none of them then.
    """
    for path in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        _read(path, path.parent.parent.name)
    if folder not in _brought:
        _brought.append(folder)
        _catalog.cache_clear()


def to_templates(environment: Environment) -> None:
    """Give templates that have Jinja's extension for it `_`, `trans` and `language()`."""
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        plain, plain_n, newstyle=True, pgettext=plain_p
    )
    environment.globals["language"] = current
    environment.globals["decimal_sign"] = decimal_sign


def plain(message: str) -> str:
    """A text without anything filled in, for templates, which fill in by themselves."""
    return gettext(message)


def plain_n(one: str, many: str, number: int) -> str:
    """The text for a number of things without anything filled in, for templates."""
    return _texts(current()).ngettext(one, many, number)


def plain_p(about: str, message: str) -> str:
    """The text where the same English means several things, for templates."""
    return pgettext(about, message)


def named(names: Iterable[str]) -> str:
    """Names one after the other: 'Ada, Ben and Cleo'."""
    *some, last = names
    return _("{some} and {last}", some=", ".join(some), last=last) if some else last


def number(value: float, decimals: int = 0) -> str:
    """A figure with so many decimals and the language's sign for them: '19.2', '19,2'."""
    return f"{value:.{decimals}f}".replace(".", decimal_sign())


def decimal_sign() -> str:
    """What stands between whole and part: '.' or ','."""
    return _decimal_sign(current())


def day(value: date, pattern: str) -> str:
    """A day or local time in a CLDR pattern, such as 'EEE d MMM', in the reader's language."""
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)  # noqa: DTZ001
    return _day(current(), value.replace(tzinfo=None), pattern)  # one moment equals on all clocks


@lru_cache(maxsize=4096)
def _day(language: str, value: datetime, pattern: str) -> str:
    return format_datetime(value, pattern, locale=_locale(language))


@cache
def _decimal_sign(language: str) -> str:
    return str(_locale(language).number_symbols["latn"]["decimal"])


@cache
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse(ENGLISH)


@cache
def _shipped() -> Mapping[str, str]:
    codes = sorted(path.parent.parent.name for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
    return {code: str(Locale.parse(code).display_name) for code in (ENGLISH, *codes)}


def _texts(language: str) -> NullTranslations:
    return _added.get(language) or _catalog(language)


@cache
def _catalog(language: str) -> NullTranslations:
    """The catalog of a language as it stands in the tree; English is the source itself."""
    if language == ENGLISH:
        return NullTranslations()
    texts = _read(catalog_path(language), language)
    for folder in _brought:
        for path in sorted(folder.glob(f"{language}/LC_MESSAGES/*.po")):
            texts.add_fallback(_read(path, language))
    return texts


def _read(path: Path, language: str) -> GNUTranslations:
    compiled = io.BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language, abort_invalid=True))
    compiled.seek(0)
    return GNUTranslations(compiled)


def catalog_path(language: str) -> Path:
    """The file that holds a language's texts."""
    return FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"
