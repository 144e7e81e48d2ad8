"""Records by the addresses that rows give of them: slugs, and identifiers of other catalogues."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from catalog.intake.not_recognised import NotRecognised, names_of
from catalog.intake.saying import say as _
from catalog.models import MergedRecord, OutsideIdentifier, PastSlug, Record
from catalog.uris import Kind


class Slugs:
    """Looks up which records have the slugs of some rows, or had them."""

    def __init__(self, kind: Kind, model: type[Record]) -> None:
        self.kind, self.model = kind, model
        self._now: dict[str, int] = {}
        self._past: dict[str, UUID] = {}

    def read(self, slugs: set[str]) -> set[int]:
        """Look up the slugs of a block of rows; the keys of the records that have them now."""
        held = self.model._base_manager.filter(slug__in=slugs)
        self._now = dict(held.values_list("slug", "pk"))
        past = PastSlug.objects.filter(kind=self.kind, slug__in=slugs - self._now.keys())
        self._past = dict(past.values_list("slug", "record_uuid"))
        now = MergedRecord.successors_of(self._past.values())
        self._past = {slug: now.get(uuid, uuid) for slug, uuid in self._past.items()}
        return set(self._now.values())

    def of(self, slug: str) -> int | None:
        """The key of the record that has a slug. Raises NotRecognised for one that a record used to have."""
        if slug in self._past:
            now = self.model._base_manager.filter(uuid=self._past[slug]).first()
            if now is not None:
                said = _(
                    "“%(record)s” used to have this URL slug. Write its present one: %(slug)s."
                )
                raise NotRecognised("slug", said % {"record": now, "slug": now.slug})
        return self._now.get(slug)


class Outside:
    """Looks up which records have the identifiers in other catalogues that some rows give."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self._found: dict[tuple[str, str], set[int]] = {}

    def read(self, given: Iterable[tuple[str, str, str]]) -> set[int]:
        """Look up what a block of rows gives: target, authority and value; the keys of the records."""
        self._found = {}
        wanted: dict[str, set[str]] = {}
        for _name, authority, value in given:
            wanted.setdefault(authority, set()).add(value)
        for authority, values in wanted.items():
            held = OutsideIdentifier.objects.filter(authority=authority, value__in=values)
            held = held.exclude(**{f"{self.kind}__isnull": True}).order_by()
            for value, pk in held.values_list("value", f"{self.kind}_id"):
                self._found.setdefault((authority, value), set()).add(pk)
        return set().union(*self._found.values())

    def of(
        self, given: Iterable[tuple[str, str, str]], records: dict[int, Record]
    ) -> tuple[Record | None, str]:
        """The record that has the identifiers of a row, and the target that shows it. Raises NotRecognised if several
        have.
        """
        found: dict[int, str] = {}
        for name, authority, value in given:
            for pk in sorted(self._found.get((authority, value), ())):
                found.setdefault(pk, name)
        if len(found) > 1:
            said = _(
                "Several records have this external identifier: %(named)s. Write the identifier of the record you mean."
            )
            named = names_of([records[pk] for pk in found])
            raise NotRecognised(next(iter(found.values())), said % {"named": named}, several=True)
        for pk, name in found.items():
            return records[pk], name
        return None, ""
