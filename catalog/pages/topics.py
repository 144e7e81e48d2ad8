"""Topics, read from both ends: what a work is about, and which works are about a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Case, F, IntegerField, Value, When
from django.utils.translation import gettext_lazy as _

from catalog.models import Record, Topic
from catalog.pages.relations import Group, first_of_each, grouped, listed

if TYPE_CHECKING:
    from catalog.models import Reader

LABELS = {
    "about_person": _("People"),
    "about_event": _("Events"),
    "about_place": _("Places"),
    "about_document": _("Documents"),
}


def topics_of(work: Record, user: Reader) -> list[Group]:
    """What a document or an image is about, a group a kind. One query."""
    columns = Topic.ABOUT
    rows = (
        Topic.objects.visible_to(user, seen_from=["document", "image"])
        .filter(**{work.KIND: work})
        .select_related(*columns)
        .annotate(sort=_number_of(columns))
    )
    return grouped(
        first_of_each(rows, F("sort"), "sort", "position", "id"),
        label=lambda row: LABELS[columns[row.sort]],
        other=lambda row: row.about,
        more=lambda row: listed(row.about.KIND, **{work.KIND: work.slug}),
        terms=False,
    )


def works_about(record: Record, user: Reader) -> tuple[list[Group], list[Group]]:
    """Pictures and documents about a record, in this order. One query."""
    columns = ("document", "image")
    rows = (
        Topic.objects.visible_to(user, seen_from=Topic.ABOUT)
        .filter(**{f"about_{record.KIND}": record})
        .select_related(*columns, *(f"{column}__type" for column in columns))
        .annotate(sort=_number_of(columns))
    )
    found = list(first_of_each(rows, F("sort"), "sort", "position", "id"))
    pictures = grouped(
        [row for row in found if row.image_id],
        label=lambda row: _("Shown or told in"),
        other=lambda row: row.image,
        more=lambda row: listed("image", **{record.KIND: record.slug}),
        manner="pictures",
        terms=False,
    )
    documents = grouped(
        [row for row in found if row.document_id],
        label=lambda row: _("Written about it"),
        other=lambda row: row.document,
        more=lambda row: listed("document", **{record.KIND: record.slug}),
        terms=False,
    )
    return pictures, documents


def head_picture(pictures: list[Group]) -> Any:
    """The first picture of which the archive holds a file, for the head of a page; or None.

    It leaves its group, so that the page does not show it twice, unless a note belongs to it there.
    """
    for group in pictures:
        for line in group.lines:
            if line.record.is_held:
                if not (line.statement and line.statement.note):
                    group.lines.remove(line)
                return line.record
    return None


def _number_of(columns: tuple[str, ...]) -> Case:
    """Which of the columns is filled: 0 for the first."""
    return Case(
        *(When(**{f"{column}__isnull": False}, then=Value(n)) for n, column in enumerate(columns)),
        output_field=IntegerField(),
    )
