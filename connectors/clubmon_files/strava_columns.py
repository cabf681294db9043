"""Which column of activities.csv is which, whatever the account's language.

Names are repeated: the first half shows values in the account's units, the second holds
metres and seconds. In another language the same repetitions at the same places identify
the layout, and columns are then taken by position.
"""

from __future__ import annotations

from dataclasses import dataclass

from clubmon.sdk import Kind
from clubmon_files.tables import Header, position
from clubmon_files.times import folded

NEEDED = {"activity id", "activity date", "activity type", "elapsed time"}

# name in English, how often it comes before the one that is meant, position since 2022
_PLACES: dict[str, tuple[str, int, int]] = {
    "id": ("activity id", 0, 0),
    "date": ("activity date", 0, 1),
    "title": ("activity name", 0, 2),
    "type": ("activity type", 0, 3),
    "filename": ("filename", 0, 12),
    "elapsed": ("elapsed time", 1, 15),
    "moving": ("moving time", 0, 16),
    "distance": ("distance", 1, 17),
    "ascent": ("elevation gain", 0, 20),
    "descent": ("elevation loss", 0, 21),
    "max_hr": ("max heart rate", 1, 30),
    "avg_hr": ("average heart rate", 0, 31),
    "rpe": ("perceived exertion", 0, 43),
    "lifted": ("total weight lifted", 0, 51),
}
# Where one occurrence only is still the right one: 2021 has no display column of max heart
# rate, and elapsed seconds are the same in both. A lone distance has no unit: not taken.
_ONE_IS_ENOUGH = ("elapsed", "max_hr")


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where names are repeated, and how far columns from the 13th on stand before their place."""

    repeated: tuple[tuple[int, int], ...]
    smallest: int  # columns
    before: int = 0


_LAYOUTS = (
    _Layout(((5, 15), (6, 17), (7, 30), (8, 37), (9, 50)), 85),
    # until 2021, without the maximum of the heart rate on display and the private note
    _Layout(((5, 13), (6, 15), (7, 35), (8, 48)), 75, before=2),
)
_MOVED_FROM = 12

# en, de, fr, es, it, pt, nl, sv, da, nb, pl, ja; accents do not matter
_RUN = (
    "run|trail run|virtual run|lauf|traillauf|virtueller lauf|course a pied|trail"
    "|course a pied virtuelle|carrera|carrera de montana|carrera por senderos|carrera "
    "virtual"
    "|corsa|corsa su sentiero|trail running|corsa virtuale|corrida|corrida em trilha"
    "|corrida de trilha|corrida virtual|hardlopen|hardloopsessie|trailrun"
    "|virtuele hardloopsessie|lopning|terranglopning|virtuell "
    "lopning|løb|trailløb|virtuelt løb"
    "|løping|løpetur|terrengløping|virtuell løpetur|bieg|bieg w terenie|bieg przełajowy"
    "|bieg wirtualny|ランニング|ラン|トレイルランニング|トレイルラン|バーチャルラン"
)
_LIFT = (
    "weight training|crossfit|krafttraining|gewichtstraining|entrainement aux poids et "
    "halteres"
    "|musculation|entrenamiento con pesas|allenamento con i pesi|treinamento com peso"
    "|treino com pesos|krachttraining|styrketraning|vægttræning|styrketrening"
    "|trening siłowy|ウェイトトレーニング"
)
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(map(folded, _RUN.split("|")), "run"),
    **dict.fromkeys(map(folded, _LIFT.split("|")), "lift"),
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Index of each value in a row, None where the export has none."""

    at: dict[str, int | None]
    english: bool

    def text(self, cells: list[str], name: str) -> str:
        """The cell, '' where the export has no such column."""
        index = self.at[name]
        return "" if index is None else cells[index].strip()


def columns(header: Header) -> Columns | None:
    """The layout of an activities.csv, None for a header that is none."""
    if set(header) >= NEEDED:
        return Columns({name: _english(header, name) for name in _PLACES}, english=True)
    for layout in _LAYOUTS:
        if _follows(header, layout):
            at = {
                name: place - layout.before * (place >= _MOVED_FROM)
                for name, (_, _, place) in _PLACES.items()
            }
            return Columns(dict(at), english=False)
    return None


def _follows(header: Header, layout: _Layout) -> bool:
    return len(header) >= layout.smallest and all(
        header[first] and header[first] == header[second] for first, second in layout.repeated
    )


def kind_of(folded: str) -> Kind:
    """The kind of an activity type, given in lower case without accents."""
    return _KINDS.get(folded, "other")


def _english(header: Header, name: str) -> int | None:
    column, occurrence, _ = _PLACES[name]
    found = position(header, column, occurrence)
    if found is None and name in _ONE_IS_ENOUGH:
        return position(header, column)
    return found
