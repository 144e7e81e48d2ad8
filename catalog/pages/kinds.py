"""The names of the kinds of record."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext_lazy

from catalog.uris import Kind

#: The name of each kind: singular, and its list.
KIND_NAMES: dict[Kind, tuple[Any, Any]] = {
    "person": (pgettext_lazy("kind", "Person"), pgettext_lazy("kind", "People")),
    "document": (pgettext_lazy("kind", "Document"), pgettext_lazy("kind", "Documents")),
    "image": (pgettext_lazy("kind", "Picture"), pgettext_lazy("kind", "Pictures")),
    "event": (pgettext_lazy("kind", "Event"), pgettext_lazy("kind", "Events")),
    "place": (pgettext_lazy("kind", "Place"), pgettext_lazy("kind", "Places")),
    "collection": (pgettext_lazy("kind", "Collection"), pgettext_lazy("kind", "Collections")),
}
#: What is found beside the records.
EXHIBITION_NAME: Any = pgettext_lazy("kind", "Exhibition")
