"""Sets by collection: ``holdings:<fonds>:<series>``, what a public collection holds, with
everything below it.

They are not called ``collection``, because that set is one of the kinds: the descriptions of all
collections. A collection is named by its slug, or by its uuid if the slug has letters that the
protocol does not allow in a set. As everywhere, a tree ends at a hidden collection: what is below
it would reveal where the hidden one is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from catalog.documents import feed
from catalog.filters import below
from catalog.models import Collection, PastSlug, PublicRecord
from catalog.uris import Kind

#: The set of everything that a public collection holds; those of the collections are below it.
ROOT: Final = "holdings"
#: Kinds that a collection holds, including its parts.
HELD: Final[frozenset[Kind]] = frozenset({"document", "image", "collection"})


@dataclass(frozen=True, slots=True)
class Holding:
    """A public collection as a set: its full name, and its title."""

    pk: int
    uuid: UUID
    spec: str
    title: str


@dataclass(slots=True)
class Holdings:
    """The public collections as a tree of sets."""

    #: By primary key, each before those below it: fonds after fonds, each with its parts.
    sets: dict[int, Holding] = field(default_factory=dict)
    _by_name: dict[str, int] = field(default_factory=dict)
    _below: dict[int, list[int]] = field(default_factory=dict)

    def named(self, spec: str) -> str | None:
        """What :meth:`keys` takes for the set of a name: ``""`` for the root, otherwise a uuid;
        None if there is none.

        Only the last part of the name counts, so that a stored name still works when the collection
        has been moved or renamed.
        """
        if spec == ROOT and self.sets:
            return ""
        root, _, rest = spec.partition(":")
        name = rest.rpartition(":")[2]
        if root != ROOT or not name:
            return None
        if name not in self._by_name:
            past = PastSlug.objects.filter(kind="collection", slug=name).first()
            rows = Collection.objects.visible_to(None).only("uuid", "first_published")
            now = rows.filter(uuid=past.record_uuid).first() if past else None
            name = str(now.uuid) if past and now and past.was_shown(now) else ""
        pk = self._by_name.get(name)
        return None if pk is None else str(self.sets[pk].uuid)

    def keys(self, which: str) -> Any:
        """Primary keys of a collection (by uuid; ``""`` for all) and of those below it; none if it
        is not public.
        """
        public = Collection.objects.visible_to(None)
        if not which:
            return public.order_by().values("pk")
        top = self._by_name.get(which)
        # A subquery: a fonds may hold more collections than a statement can have parameters.
        return [] if top is None else below(public, [top])

    def _within(self, top: int) -> Iterator[int]:
        """A collection and those below it, each before those below it."""
        waiting = [top]
        while waiting:
            yield (here := waiting.pop())
            waiting += reversed(self._below.get(here, []))

    @classmethod
    def read(cls) -> Holdings:
        """The tree as it is now. One query that reads a row for each public collection."""
        found = cls()
        rows = Collection.objects.visible_to(None).order_by("position", "sort_key", "id")
        lines = {
            pk: (parent, uuid, slug, title)
            for pk, parent, uuid, slug, title in rows.values_list("pk", "parent_id", "uuid", "slug", "title")
        }  # fmt: skip
        tops: list[int] = []
        for pk, (parent, *_) in lines.items():
            (found._below.setdefault(parent, []) if parent in lines else tops).append(pk)
        for pk in (one for top in tops for one in found._within(top)):
            parent, uuid, slug, title = lines[pk]
            name = slug if slug.isascii() else str(uuid)
            above = found.sets[parent].spec if parent in lines else ROOT
            found.sets[pk] = Holding(pk, uuid, f"{above}:{name}", title)
            found._by_name[slug] = found._by_name[str(uuid)] = pk
        return found


@lru_cache(maxsize=1)
def holdings(standing: feed.Standing) -> Holdings:
    """The tree for a standing of the public catalogue: any change in it gives that another number."""
    changed = PublicRecord.objects.filter(kind="collection").order_by("-changed_at")
    return _read(changed.values_list("changed_at", flat=True).first())


@lru_cache(maxsize=1)
def _read(_last_change: datetime | None) -> Holdings:
    """The tree is read again only after a public collection changed: it may have 100,000 of them."""
    return Holdings.read()
