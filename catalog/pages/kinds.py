"""The names of the kinds of record."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext_lazy

from catalog.models import PersonKind
from catalog.uris import EXHIBITION, Kind

#: The name of each kind: singular, and its list.
KIND_NAMES: dict[Kind, tuple[Any, Any]] = {
    "person": (pgettext_lazy("kind", "Person"), pgettext_lazy("kind", "People")),
    "document": (pgettext_lazy("kind", "Document"), pgettext_lazy("kind", "Documents")),
    "image": (pgettext_lazy("kind", "Picture"), pgettext_lazy("kind", "Pictures")),
    "event": (pgettext_lazy("kind", "Event"), pgettext_lazy("kind", "Events")),
    "place": (pgettext_lazy("kind", "Place"), pgettext_lazy("kind", "Places")),
    "collection": (pgettext_lazy("kind", "Collection"), pgettext_lazy("kind", "Collections")),
}
_EXHIBITION: Any = pgettext_lazy("kind", "Exhibition")


def kind_of(record: Any) -> str:
    """What a record is, in the language of the interface: among people, a family or a body is called that."""
    if record.KIND == "person" and record.is_founded:
        return str(PersonKind(record.kind).plain)
    return name_of_kind(record.KIND)


def name_of_kind(kind: Kind) -> str:
    """The name of a kind of record, or of exhibitions, in the language of the interface."""
    return str(_EXHIBITION if kind == EXHIBITION else KIND_NAMES[kind][0])
