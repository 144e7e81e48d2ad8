"""What the catalogue knows of the persons, places and events that some documents name, beyond what
the documents say: which sort of person it is, and the same in other catalogues.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from django.db.models import Q

from catalog.models import OutsideIdentifier, Person

if TYPE_CHECKING:
    from catalog.models import Reader

#: The kinds that other catalogues have authority records of.
_KINDS: Final = ("person", "place", "event")
#: In a document: the relations that name such records, and by which name each does.
_NAMED_IN: Final = {"contributions": "person", "depictions": "person", "topics": "about"}
_NAMED_BY: Final = ("place", "holding_institution")


@dataclass(frozen=True, slots=True)
class Authorities:
    """By permanent identifier, as documents have it."""

    #: The authority and the address there.
    elsewhere: Mapping[str, Sequence[tuple[str, str]]]
    #: The kind of each person: an individual, a family, a body.
    persons: Mapping[str, str]

    @classmethod
    def of(cls, documents: Sequence[dict[str, Any]], reader: Reader) -> Self:
        """What ``reader`` may know of everybody whom some documents name. A query for identifiers,
        and one for persons.
        """
        named: dict[str, dict[str, str]] = defaultdict(dict)
        for document in documents:
            for link in _links(document):
                named[link["kind"]][link["id"].rpartition("/")[2]] = link["id"]
        persons = named["person"]
        rows = Person.objects.visible_to(reader).filter(uuid__in=persons).order_by()
        kinds = rows.values_list("uuid", "kind") if persons else ()
        return cls(
            _elsewhere(named, reader),
            {persons[str(uuid)]: kind for uuid, kind in kinds},
        )


def _links(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The persons, places and events that a document names."""
    found = [document.get(name) for name in _NAMED_BY]
    for relation, name in _NAMED_IN.items():
        found += [row[name] for row in document.get(relation, {}).get("results", ())]
    return (link for link in found if link and link["kind"] in _KINDS)


def _elsewhere(
    named: Mapping[str, Mapping[str, str]], reader: Reader
) -> dict[str, list[tuple[str, str]]]:
    wanted = [Q(**{f"{kind}__uuid__in": list(named[kind])}) for kind in _KINDS if named.get(kind)]
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    if not wanted:
        return found
    rows: Iterable[OutsideIdentifier] = (
        OutsideIdentifier.objects.visible_to(reader, seen_from=OutsideIdentifier.RECORDS)
        .filter(Q(*wanted, _connector=Q.OR))
        .select_related(*_KINDS)
        .only("authority", "value", *(f"{kind}__uuid" for kind in _KINDS))
        .order_by("authority", "id")
    )
    for row in rows:
        kind = next(kind for kind in _KINDS if getattr(row, f"{kind}_id"))
        uuid = str(getattr(row, kind).uuid)
        found[named[kind][uuid]].append((row.authority, row.uri))
    return found
