"""The page of a document."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import F, IntegerField, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalog.iiif.presentation import page_leaves
from catalog.models import (
    Citation,
    Contribution,
    Depiction,
    Document,
    Image,
    seen,
    sees_everything,
    visible_rows,
)
from catalog.pages.base import Page, RecordDetail
from catalog.pages.facts import Value, terms_of
from catalog.pages.hierarchy import Trail, line_above, neighbours_among
from catalog.pages.relations import Group, Line, first_of_each, grouped, limited, listed
from catalog.pages.topics import head_picture, topics_both_ways
from catalog.pages.viewing import viewing
from catalog.uris import manifest_path

if TYPE_CHECKING:
    from catalog.models import Reader


class DocumentDetail(RecordDetail):
    """``/documents/<slug>/``."""

    model = Document
    linked = ("type", "place", "holding_institution", "collection")

    def rows(self, user: Reader) -> QuerySet[Any]:
        """Documents, each with the number of statements that it is cited for."""
        cited = _times_cited(sees_everything(user))
        rows: QuerySet[Any] = super().rows(user).annotate(cited=cited)
        return rows

    def fill(self, page: Page) -> None:
        """What it is, who made it, when and where, where it is kept, what it is about."""
        work, user = page.record, page.user
        place = seen(work.place, user)
        keeper = seen(work.holding_institution, user)
        terms = terms_of(work, "languages", "subjects")
        makers = contributions(work, user)
        page.made_by(makers)
        page.type = work.type.name if work.type else ""
        page.line = [", ".join(page.creators), work.date]
        page.extra = {"linked": {"place": place}, "subjects": terms["subjects"]}
        page.languages = terms["languages"]
        if len(terms["languages"]) == 1:
            page.original_language = terms["languages"][0].code
        page.original_title = work.original_title
        page.fact(
            _("Original title"),
            Value(work.original_title, language=page.original_language)
            if work.original_title
            else None,
            field="original_title",
        )
        page.fact(_("Written"), work.written, field="written")
        page.fact(_("Published"), work.published, field="published")
        page.fact(_("Place"), place, field="place")
        page.fact(_("Language"), *terms["languages"], field="languages")
        page.fact(_("Extent"), work.extent, field="extent")
        page.fact(_("Kept by"), keeper, field="holding_institution")
        page.fact(_("Collection"), seen(work.collection, user), field="collection")
        if work.link:
            page.fact(_("Read it at"), Value(work.link, work.link, ours=True), field="link")

        if work.cited:
            words = ngettext(
                "%d statement of this catalogue", "%d statements of this catalogue", work.cited
            )
            page.fact(_("Cited for"), Value(words % work.cited, ours=True))

        about, pictures, documents = topics_both_ways(work, user)
        shown = viewing(work, page_leaves(work, user), page.asked, user)
        page.image = shown.leaves[0].image if shown else head_picture(pictures)
        if shown:
            page.extra |= {"viewing": shown, "outlined": outlined(shown.image, user)}
        if page.image:
            page.extra["iiif_address"] = manifest_path(work.uuid)
        page.add(_("Who had a part in it"), *makers)
        page.add(_("What it is about"), *about)
        page.add(_("Pictures"), *pictures)
        page.add(_("Written about it"), *documents)
        page.trail = in_collection(work, user, Document.objects.visible_to(user))


@lru_cache(maxsize=2)
def _times_cited(everything: bool) -> RawSQL:
    """How many statements that the public, or a curator, may see cite a document.

    The rule of their visibility is long, and turning it into SQL takes several times as long as the
    query, so it is done only once.
    """
    citations = visible_rows(Citation, everything=everything)
    compiler = citations.order_by().values(work=F("source")).query.get_compiler(citations.db)
    statements, parameters = compiler.as_sql()
    own = f'"{Document._meta.db_table}"."id"'
    number = f"SELECT count(*) FROM ({statements}) AS cited WHERE cited.work = {own}"  # noqa: S608
    return RawSQL(number, parameters, IntegerField())  # noqa: S611 - the names are our own


def outlined(image: Image, user: Reader) -> list[Line]:
    """The people whose place in a picture is known, numbered. One query."""
    rows = Depiction.objects.visible_to(user, seen_from=["image"]).filter(image=image)
    known = rows.filter(left__isnull=False).select_related("person").order_by("position", "id")
    return [
        Line(row.person, row, row.caption, number) for number, row in enumerate(limited(known), 1)
    ]


def contributions(work: Any, user: Reader) -> list[Group]:
    """Who had a part in a document, an image or a collection, by role. One query."""
    rows = (
        Contribution.objects.visible_to(user, seen_from=Contribution.WORKS)
        .filter(**{work.KIND: work})
        .select_related("person", "role")
    )
    return grouped(
        first_of_each(rows, "role", "position", "id"),
        label=lambda row: row.role.name,
        other=lambda row: row.person,
        more=lambda row: listed("person", **{work.KIND: work.slug}),
    )


def in_collection(work: Any, user: Reader, rows: QuerySet[Any]) -> Trail:
    """Where a document or an image is in its collection, or in the alphabet if it has none."""
    collection = seen(work.collection, user)
    if collection is None:
        before, after = neighbours_among(rows, work, "sort_key")
        return Trail([], before, after, _("In alphabetical order"))
    above = [*line_above(collection, user), collection]
    before, after = neighbours_among(rows.filter(collection=collection), work, "position")
    return Trail(above, before, after, _("In this collection"))
