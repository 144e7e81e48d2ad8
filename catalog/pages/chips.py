"""Addresses of a list: its filters, order, view and page, each of which a link can change.

Only what was understood is written back, always in the same order, so that each list has one
address.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from catalog.filters import RecordFilter


@dataclass(frozen=True, slots=True)
class ListAddress:
    """The address of a list. ``order`` and ``view`` are empty if they are the default."""

    path: str
    filters: tuple[tuple[str, str], ...] = ()
    order: str = ""
    view: str = ""

    @classmethod
    def of(cls, path: str, chosen: RecordFilter, order: str = "", view: str = "") -> ListAddress:
        """The address of what a filter set understood."""
        given = chosen.given
        pairs = tuple(
            (name, value.code) for name in chosen.names() for value in given.get(name, [])
        )
        return cls(path, pairs, order, view)

    def url(self, page: int = 1, **more: str) -> str:
        """The path and query of a page of the list."""
        pairs = list(self.filters)
        if self.order:
            pairs.append(("sort", self.order))
        if self.view:
            pairs.append(("view", self.view))
        pairs += more.items()
        if page > 1:
            pairs.append(("page", str(page)))
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    def without(self, name: str, code: str | None = None) -> ListAddress:
        """The list without one value of a filter, or without the whole filter."""
        kept = (pair for pair in self.filters if pair[0] != name or code not in {None, pair[1]})
        return replace(self, filters=tuple(kept))

    def unfiltered(self) -> ListAddress:
        """The whole list, in this order and view."""
        return replace(self, filters=())

    def ordered(self, order: str) -> ListAddress:
        """The same records in another order."""
        return replace(self, order=order)

    def viewed(self, view: str) -> ListAddress:
        """The same records in another view."""
        return replace(self, view=view)


@dataclass(frozen=True, slots=True)
class Chip:
    """One chosen value: its filter, its label, and the address of the list without it."""

    name: str
    filter_label: str
    label: str
    url: str


def chips(chosen: RecordFilter, address: ListAddress) -> list[Chip]:
    """The chosen values in the order of the address."""
    return [
        Chip(name, chosen.label_of(name), value.label, address.without(name, value.code).url())
        for name in chosen.names()
        for value in chosen.given.get(name, [])
    ]
