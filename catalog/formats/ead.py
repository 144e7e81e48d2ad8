"""A collection with its parts as a finding aid: Encoded Archival Description, version 2002, which
AtoM and ArchivesSpace read (docs/decisions/0016-ead-and-eac.md). Standard: https://www.loc.gov/ead/

It is written from top to bottom while the records are read: memory holds the tree as primary keys
and a few hundred records, however large the fonds is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from django.db.models import (
    Count,
    Exists,
    OuterRef,
    Prefetch,
    QuerySet,
    prefetch_related_objects,
)
from django.utils import timezone

from catalog.conf import catalogue_settings
from catalog.formats.cited import creators_of
from catalog.formats.markup import DECLARATION, element, end, paragraphs, start, text
from catalog.models import Collection, Contribution, Detail, Document, Image, Page, PersonKind
from catalog.values import DCMI_TYPES, STILL_IMAGE, iso_span, rights_statement, sentence

if TYPE_CHECKING:
    from catalog.models import Person, Reader
    from catalog.values import UncertainDate

_DOCTYPE: Final = (
    '<!DOCTYPE ead PUBLIC "+//ISBN 1-931666-00-8//DTD ead.dtd'
    ' (Encoded Archival Description (EAD) Version 2002)//EN" "ead.dtd">\n'
)
#: How many works are held in memory.
_AT_ONCE: Final = 500
_NAMES: Final = {
    PersonKind.INDIVIDUAL: "persname",
    PersonKind.FAMILY: "famname",
    PersonKind.CORPORATE_BODY: "corpname",
}
_WORKS: Final = (Document, Image)


def write(collection: Collection, reader: Reader, site: str) -> Iterator[str]:
    """The finding aid of a collection, piece by piece: what ``reader`` may know of it and of what is in it.

    ``site`` is put before the permanent addresses. Queries: nine, and four for some five hundred
    works.
    """
    yield from _FindingAid(collection, reader, site).pieces()


class _FindingAid:
    def __init__(self, collection: Collection, reader: Reader, site: str) -> None:
        self.collection, self.reader, self.site = collection, reader, site
        seen = Collection.objects.visible_to(reader)
        below = seen.below(collection.pk).order_by("position", "sort_key", "id")
        #: For each collection, those directly in it, in order.
        self.parts: dict[int, list[int]] = defaultdict(list)
        for pk, parent in below.values_list("pk", "parent_id"):
            self.parts[parent].append(pk)
        within = [collection.pk, *self._inner(collection.pk)]
        self.order = dict.fromkeys(within)
        self.works_in = self._numbers()

    def _inner(self, pk: int) -> Iterator[int]:
        """The collections below one, each before those in it."""
        waiting = self.parts[pk][::-1]
        while waiting:
            yield (here := waiting.pop())
            waiting += self.parts[here][::-1]

    def _numbers(self) -> dict[int, int]:
        """How many works are directly in each collection."""
        found: dict[int, int] = defaultdict(int)
        below = Collection.objects.visible_to(self.reader).below(self.collection.pk)
        for model in _WORKS:
            rows = model.objects.visible_to(self.reader).order_by().values("collection")
            here = rows.filter(collection=self.collection.pk)
            for some in (here, rows.filter(collection__in=below.values("pk"))):
                for pk, number in some.annotate(number=Count("pk")).values_list(
                    "collection", "number"
                ):
                    found[pk] += number
        return found

    def pieces(self) -> Iterator[str]:
        """The document."""
        one = self.collection
        prefetch_related_objects([one], self._makers())
        yield DECLARATION + _DOCTYPE + start("ead") + self._header()
        yield start("archdesc", level=one.level)
        makers, others = self._by_part(one)
        keeper = element("repository", text("corpname", catalogue_settings().INSTITUTION))
        yield self._did(one, *makers, keeper)
        yield self._further_elements(one, others)
        inner = self._parts()
        first = next(inner, None)
        if first is not None:
            yield start("dsc", type="combined") + first
            yield from inner
            yield end("dsc")
        yield end("archdesc") + end("ead") + "\n"

    def _header(self) -> str:
        museum, one = catalogue_settings(), self.collection
        today = timezone.localdate().isoformat()
        made = f"Made by {museum.NAME} from the record {one.identifier}, "
        title = element("titlestmt", text("titleproper", one.title))
        published = element("publicationstmt", text("publisher", museum.INSTITUTION))
        return element(
            "eadheader",
            text(
                "eadid",
                one.identifier,
                url=self.site + one.permanent_path,
                identifier=str(one.uuid),
            ),
            element("filedesc", title, published),
            element("profiledesc", element("creation", made, text("date", today, normal=today))),
        )

    def _parts(self) -> Iterator[str]:
        """Everything in the collection: its own works, then each part with what is in it."""
        open_ones: list[int] = []
        parents = {pk: parent for parent, pks in self.parts.items() for pk in pks}
        for pack in self._packs():
            found = Collection.objects.filter(pk__in=pack)
            rows = found.prefetch_related("subjects", self._details(), self._makers()).in_bulk()
            works = self._works(pack)
            for pk in pack:
                if pk != self.collection.pk:
                    while open_ones and open_ones[-1] != parents[pk]:
                        open_ones.pop()
                        yield end("c")
                    open_ones.append(pk)
                    row = rows[pk]
                    makers, others = self._by_part(row)
                    yield start("c", level=row.level) + self._did(row, *makers)
                    yield self._further_elements(row, others)
                for work in works(pk):
                    yield self._item(work)
        yield from (end("c") for _ in open_ones)

    def _packs(self) -> Iterator[list[int]]:
        """Consecutive collections with as many works as memory may hold; one with more is a pack of
        its own.
        """
        pack: list[int] = []
        room = _AT_ONCE
        for pk in self.order:
            number = 1 + self.works_in[pk]
            if pack and number > room:
                yield pack
                pack, room = [], _AT_ONCE
            pack.append(pk)
            room -= number
        yield pack

    def _works(self, pack: list[int]) -> Callable[[int], Iterable[Any]]:
        """The works of each collection of a pack."""
        if not any(self.works_in[pk] for pk in pack):
            return lambda _pk: ()
        rows = chain.from_iterable(
            self._rows(model, pack).iterator(chunk_size=_AT_ONCE) for model in _WORKS
        )
        if len(pack) == 1:
            return lambda _pk: rows
        found = defaultdict(list)
        for row in rows:
            found[row.collection_id].append(row)
        return lambda pk: found[pk]

    def _rows(self, model: Any, pack: list[int]) -> QuerySet[Any]:
        fetched: list[Any] = ["subjects", self._details(), self._makers()]
        rows: QuerySet[Any] = model.objects.visible_to(self.reader).filter(collection__in=pack)
        if model is Document:
            fetched.append("languages")
            pages = Page.objects.visible_to(self.reader, seen_from=["document"])
            rows = rows.annotate(is_held=Exists(pages.filter(document=OuterRef("pk"))))
        return rows.select_related("type").prefetch_related(*fetched).order_by("position", "id")

    def _details(self) -> Prefetch[Any]:
        """Further details of records that the reader may see."""
        return Prefetch(
            "details",
            Detail.objects.visible_to(self.reader, seen_from=Detail.RECORDS).select_related("kind"),
        )

    def _makers(self) -> Prefetch[Any]:
        """Who had a part in records that the reader may see."""
        makers = (
            Contribution.objects.visible_to(self.reader, seen_from=Contribution.WORKS)
            .select_related("person", "role")
            .order_by("position", "id")
        )
        return Prefetch("contributions", makers, to_attr="makers")

    def _by_part(self, record: Any) -> tuple[list[str], list[str]]:
        """Who created a record, as elements of its ``did``; and the names of all others."""
        creating = creators_of(record.KIND)
        made, others = [], []
        for one in record.makers:
            name = _name(one.person, one.role.label, self.site)
            if one.role.code in creating:
                made.append(element("origination", name))
            else:
                others.append(name)
        return made, others

    def _item(self, work: Any) -> str:
        more, others = self._by_part(work)
        if work.KIND == "document" and (spoken := list(work.languages.all())):
            more.append(element("langmaterial", *(text("language", one.label) for one in spoken)))
        if work.is_held:
            more.append(element("dao", href=self.site + work.permanent_path, title=work.title))
        return element(
            "c",
            self._did(work, *more),
            self._further_elements(work, others),
            level="item",
        )

    def _did(self, record: Any, *more: str) -> str:
        """What identifies a record (ISAD(G) 3.1)."""
        type_of = getattr(record, "type", None)
        physical = [
            *([text("extent", extent)] if (extent := getattr(record, "extent", "")) else ()),
            *(
                [text("genreform", STILL_IMAGE, source=DCMI_TYPES)]
                if record.KIND == "image"
                else ()
            ),
            *([text("genreform", type_of.label)] if type_of else ()),
        ]
        return element(
            "did",
            text("unitid", record.identifier, identifier=self.site + record.permanent_path),
            text("unittitle", record.title),
            _dated(record.date),
            element("physdesc", *physical) if physical else "",
            text("abstract", record.summary) if record.summary else "",
            *more,
        )

    def _further_elements(self, record: Any, names: Iterable[str] = ()) -> str:
        """What is said of a record beyond that."""
        statement = rights_statement(record.rights)
        use = statement.label if statement else record.rights
        found = [
            (tag, paragraphs(getattr(record, field, "") or ""))
            for tag, field in (
                ("scopecontent", "description"),
                ("arrangement", "arrangement"),
                ("custodhist", "custodial_history"),
                ("accessrestrict", "access_conditions"),
            )
        ]
        found.append(("userestrict", text("p", use) if use else ""))
        found.append(("prefercite", text("p", record.credit_line) if record.credit_line else ""))
        points = [*names, *(text("subject", one.label) for one in record.subjects.all())]
        found.append(("controlaccess", "".join(points)))
        found += (
            ("odd", text("head", one.kind.label) + text("p", one.text))
            for one in record.details.all()
        )
        return "".join(element(tag, said) for tag, said in found if said)


def _name(person: Person, role: str, site: str) -> str:
    """A name with the role and the address of the authority record."""
    return text(
        _NAMES[PersonKind(person.kind)],
        person.title,
        normal=person.sort_name,
        role=role,
        authfilenumber=site + person.permanent_path,
    )


def _dated(date: UncertainDate | None) -> str:
    if date is None:
        return ""
    certainty = "approximate" if date.is_approximate else ""
    return text("unitdate", sentence(date), normal=iso_span(date), certainty=certainty)
