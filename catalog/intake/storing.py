"""Storage places that cells name: those that exist, and boxes that are to be made in a given place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from catalog.intake.named import CellFault, Named
from catalog.intake.saying import Words
from catalog.intake.saying import say as _
from catalog.models import BETWEEN, StoragePlace

#: How many places of nearly that name are listed.
_TOLD: Final = 4
#: Levels of a path that is made, and characters of a name.
_MOST_LEVELS: Final = 6
_LONGEST_NAME: Final = 200


@dataclass(slots=True)
class NewPlace(Named):
    """A storage place that is to be made: its name, in one that exists or is to be made as well."""

    name: str = ""
    above: Named | None = None


def place_meant(text: str) -> StoragePlace:
    """The storage place that a curator names: by its identifier, its code or its path. Raises CellFault."""
    if found := _with_identifier(text):
        return found
    places = StoragePlace.objects.called(text)
    if len(places) != 1:
        raise CellFault(_not_clear(text, [_named(one) for one in places]))
    return places[0]


def path_of_boxes(boxes_in: str) -> str:
    """The path of the place in which new ones are made; what names none is left as it is."""
    place = _with_identifier(boxes_in)
    return place.path if place else boxes_in


def faults_of_boxes(boxes_in: str) -> list[str]:
    """What is wrong with the choice of the place in which new ones are made, in words."""
    if boxes_in and _with_identifier(boxes_in) is None:
        return [
            str(_("The storage place for new boxes has since been deleted. Choose another one."))
        ]
    return []


def _with_identifier(text: str) -> StoragePlace | None:
    try:
        return StoragePlace.objects.with_paths().filter(uuid=UUID(text)).first()
    except ValueError:
        return None


def _names_of(path: str) -> list[str]:
    return [" ".join(name.split()) for name in path.split(BETWEEN)]


def is_path(text: str) -> bool:
    """Whether a text can become storage places."""
    names = _names_of(text)
    return len(names) <= _MOST_LEVELS and all(0 < len(name) <= _LONGEST_NAME for name in names)


class StorageNames:
    """Looks up storage places, and makes up those that are lacking.

    ``boxes_in`` is the identifier of the place in which new ones are made; empty: none are. With it,
    a path is looked for in that place and then from the outermost on, and nowhere else: the “Box 12”
    of another room is not meant.
    """

    def __init__(self, boxes_in: str = "") -> None:
        self._top = _with_identifier(boxes_in) if boxes_in else None
        #: What stands directly in a place, by the key of its name; of None: the outermost.
        self._inside: dict[int | None, dict[str, list[Named]]] = {}
        self._made: dict[tuple[str, str], NewPlace] = {}

    @property
    def made(self) -> list[NewPlace]:
        """The places that are to be made, each after the one in which it stands."""
        return list(self._made.values())

    def found(self, texts: Sequence[str]) -> dict[str, list[Named]]:
        """The storage places that texts name."""
        if self._top is None:
            called = StoragePlace.objects.called_each(texts)
            return {text: [_named(one) for one in called[text]] for text in texts}
        coded = StoragePlace.objects.coded(texts)
        return {text: [_named(one) for one in coded[text]] or self._on_path(text) for text in texts}

    def lacking(self, text: str, found: Sequence[Named]) -> Named:
        """What to do about a text that names no storage place, or several: the place that is to be made.

        Raises CellFault with the repair where none is made.
        """
        if found or self._top is None:
            raise CellFault(_not_clear(text, found))
        if not is_path(text):
            raise CellFault(
                _(
                    "“%(text)s” cannot become a storage place: a path has at most %(levels)d names, each of at most "
                    "%(length)d characters."
                )
                % {"text": text[:_LONGEST_NAME], "levels": _MOST_LEVELS, "length": _LONGEST_NAME}
            )
        above: Named = _named(self._top)
        for name in self._below_top(_names_of(text)):
            above = self._in(above, name)
        return above

    def _in(self, above: Named, name: str) -> Named:
        """The place of this name in another: as it is, or to be made."""
        standing = self._standing_in(above.pk).get(_key(name), []) if above.pk else []
        if len(standing) > 1:
            raise CellFault(_not_clear(name, standing))
        if standing:
            return standing[0]
        place = (above.title, _key(name))
        if place not in self._made:
            path = f"{above.title}{BETWEEN}{name}"
            self._made[place] = NewPlace(None, path, name=name, above=above)
        return self._made[place]

    def _on_path(self, text: str) -> list[Named]:
        """The places at the end of a path in the given place, or else of one that begins outermost."""
        assert self._top is not None  # noqa: S101 - asked by the caller
        for start in (self._top.pk, None):
            for names in (text.split(BETWEEN), text.split("/")):
                if found := self._end_of(names, start):
                    return found
        return []

    def _end_of(self, names: Sequence[str], start: int | None) -> list[Named]:
        above: list[int | None] = [start]
        here: list[Named] = []
        for name in names:
            here = [
                one for pk in above for one in self._standing_in(pk).get(_key(name.strip()), [])
            ]
            above = [one.pk for one in here]
        return here

    def _standing_in(self, pk: int | None) -> dict[str, list[Named]]:
        if pk not in self._inside:
            rows = StoragePlace.objects.with_paths().filter(part_of=pk).order_by("pk")
            here = self._inside[pk] = {}
            for one in rows:
                here.setdefault(one.sort_key, []).append(_named(one))
        return self._inside[pk]

    def _below_top(self, names: list[str]) -> list[str]:
        """The names of a path without those of the given place, if it begins with them."""
        assert self._top is not None  # noqa: S101 - asked by the caller
        line = [_key(place.name) for place in self._top.line]
        if len(names) > len(line) and [_key(name) for name in names[: len(line)]] == line:
            return names[len(line) :]
        return names


def _key(name: str) -> str:
    """A name as storage places are sorted by it, which tells no capitals and accents apart."""
    derived: str = StoragePlace._meta.get_field("sort_key").derive(StoragePlace(name=name))
    return derived


def _named(one: StoragePlace) -> Named:
    return Named(one.pk, one.path, one.code or "")


def _not_clear(text: str, found: Sequence[Named]) -> Words:
    """Why a text names no storage place, or not one, and what to do."""
    if found:
        named = "; ".join(one.words for one in found)
        many = _("“%(text)s” matches several: %(named)s.") % {"text": text, "named": named}
        return many + " " + _("Enter the code of the one you mean, or its whole path.")
    said: Words = _("There is no storage place “%(text)s”.") % {"text": text}
    near = StoragePlace.objects.with_paths().named(text).order_by("pk")[:_TOLD]
    if alike := "; ".join(place.path for place in near):
        said = said + " " + _("Similar: %(terms)s.") % {"terms": alike}
    return (
        said
        + " "
        + _("Enter its code or its path, as in “Room 2 / Box 12”, or add the storage place first.")
    )
