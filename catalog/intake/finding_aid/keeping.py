"""Where a component is kept: its ``container`` and ``physloc`` as paths of storage places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from catalog.intake.archival.markup import Element
from catalog.models import BETWEEN

#: The elements that say where something is kept.
PLACES: Final = ("container", "physloc")

_Path = tuple[str, ...]


def kept_in(found: Sequence[Element]) -> list[tuple[str, int]]:
    """The paths of the places that the elements of a component name, each with the line where it is named.

    A container stands in the one that its ``parent`` names, as AtoM and ArchivesSpace write it. Without
    such references it stands in the container before it, unless that line has one of its sort already:
    box and folder are one place, box and box are two. What stands in no other stands in the location,
    if there is only one.
    """
    locations = [one for one in found if one.name == "physloc" and _named(one)]
    containers = [one for one in found if one.name == "container" and _named(one)]
    around = (_named(locations[0]),) if len(locations) == 1 else ()
    known: dict[str, _Path] = {}
    for one in locations:
        if key := one.attributes.get("id", ""):
            known[key] = (_named(one),)
    ids = {one.attributes["id"] for one in found if "id" in one.attributes}
    is_linked = any(one.attributes.get("parent", "") in ids for one in containers)
    ends: dict[_Path, int] = {(_named(one),): one.line for one in locations}
    path: _Path = ()
    sorts: set[str] = set()
    for one in containers:
        above, sort = known.get(one.attributes.get("parent", "")), _sort(one).casefold()
        if above is None:
            goes_on = path and not is_linked and sort not in sorts
            above, sorts = (path, sorts) if goes_on else (around, set())
        path, sorts = (*above, _named(one)), sorts | {sort}
        if key := one.attributes.get("id", ""):
            known[key] = path
        ends.pop(above, None)
        ends[path] = one.line
    return [(BETWEEN.join(path), line) for path, line in ends.items()]


def _sort(one: Element) -> str:
    """What sort of container it is, without the barcode that ArchivesSpace puts behind it."""
    attributes = one.attributes
    said = attributes.get("type") or attributes.get("localtype") or attributes.get("label", "")
    return re.sub(r"\s*\[.*\]", "", said).strip()


def _named(one: Element) -> str:
    """The name of a place: “Box 1”. Nothing in it reads as two places."""
    said = " ".join(one.words(but=("head",)).split()).replace(BETWEEN, "/")
    if one.name == "physloc" or not said:
        return said
    sort = _sort(one)
    if said.casefold().startswith(sort.casefold()):
        return said
    return f"{sort[:1].upper()}{sort[1:]} {said}"
