"""The exercise list: which names are unknown, what the others count as, and a form to say so.

Counts only: no name of a person, and no exercise that only athletes do who do not share.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.wrappers import Response

from clubmon.load.exercises import TAG_NAMES, TAGS, Change, Exercise, ExerciseError, catalogue, tag
from clubmon.policy import Permission
from clubmon.web.frame.access import context, requires, viewer
from clubmon.words.language import N_, ngettext

bp = Blueprint("exercises", __name__)

UNKNOWN_AT_ONCE, KNOWN_AT_ONCE = 10, 12
LONGEST_SEARCH = 80
NOTHING = N_("Nothing was changed.")
INCOMPLETE = N_("Nothing was saved: the form was not complete; reload the page and try again.")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of a list; pages count from 1."""

    shown: tuple[Exercise, ...]
    number: int
    of: int
    total: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks to see."""

    find: str
    tag: str
    unknown: int
    known: int

    @property
    def searches(self) -> bool:
        """Whether the known ones are narrowed."""
        return bool(self.find or self.tag)

    def address(self, **changes: str | int) -> str:
        """The page's address with these changes, without what is as usual."""
        asked = {"find": self.find, "tag": self.tag, "unknown": self.unknown, "known": self.known}
        usual = {"find": "", "tag": "", "unknown": 1, "known": 1}
        wanted = {k: v for k, v in {**asked, **changes}.items() if v != usual[k]}
        return f"/exercises?{urlencode(wanted)}" if wanted else "/exercises"


@bp.get("/exercises")
@requires(Permission.TAG_EXERCISES)
def show() -> str:
    """Unknown names, most sets first; then the known ones in use, or with ?find= and ?tag= any."""
    held, asked = context(), _asked()
    every = catalogue(held.store, held.settings, held.now(), viewer())
    unknown = [one for one in every if not one.tags]
    tagged = [one for one in every if one.tags]
    known = [one for one in tagged if fits(one, asked.find, asked.tag)]
    if not asked.searches:
        known = [one for one in known if one.sets]
    return render_template(
        "exercises.html",
        tags=TAGS,
        tag_names=TAG_NAMES,
        asked=asked,
        unknown=leaf(unknown, asked.unknown, UNKNOWN_AT_ONCE),
        unknown_sets=sum(one.sets for one in unknown),
        known=leaf(known, asked.known, KNOWN_AT_ONCE),
        tagged=len(tagged),
    )


@bp.post("/exercises")
@requires(Permission.TAG_EXERCISES)
def save() -> Response:
    """Record the tags that were changed in the form, all or none."""
    held, asked, changed = context(), _asked(), changes(request.form)
    try:
        who = viewer()
        count = tag(held.store, held.settings, changed, who.person_id, held.now(), who)
    except ExerciseError as error:
        abort(400, str(error))
    flash(saved(count) if count else str(NOTHING))
    return redirect(asked.address(), 303)


def saved(count: int) -> str:
    """What was saved, and when it shows."""
    return ngettext(
        "Saved for {n} exercise. The figures follow with the next nightly run.",
        "Saved for {n} exercises. The figures follow with the next nightly run.",
        count,
    )


def fits(one: Exercise, find: str, tag_: str) -> bool:
    """Whether every word of `find` is in the name or key, in any case, and the tag is its own."""
    text = f"{one.name} {one.name_key}".casefold()
    return all(word in text for word in find.casefold().split()) and tag_ in ("", *one.tags)


def leaf(every: list[Exercise], number: int, at_once: int) -> Leaf:
    """The page of this number, or the last one there is."""
    of = max(1, -(-len(every) // at_once))
    number = min(number, of)
    shown = every[(number - 1) * at_once : number * at_once]
    return Leaf(tuple(shown), number, of, len(every))


def changes(form: ImmutableMultiDict[str, str]) -> list[Change]:
    """The exercises of a form whose boxes differ from how the page showed them.

    Each exercise sends its key, the tags it had, and one `tag-<place>` per box; so two people
    with the page open do not undo each other's work. 400 for a form that lacks a part.
    """
    keys, before = form.getlist("key"), form.getlist("was")
    if not keys or len(keys) != len(before):
        abort(400, INCOMPLETE)
    chosen = [form.getlist(f"tag-{place}") for place in range(len(keys))]
    return [
        Change(key, tuple(tags))
        for key, was, tags in zip(keys, before, chosen, strict=True)
        if set(tags) != set(was.split())
    ]


def _asked() -> Asked:
    """The address's parts; what cannot be read is as usual."""
    own = request.args.get("tag", "")
    return Asked(
        find=request.args.get("find", "").strip()[:LONGEST_SEARCH],
        tag=own if own in TAGS else "",
        unknown=_number("unknown"),
        known=_number("known"),
    )


def _number(name: str) -> int:
    text = request.args.get(name, "")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1
