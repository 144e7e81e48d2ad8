"""Topics from both ends: what a work is about, and which works are about a record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
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
#: The columns of works that are about something, and what is shown of their type.
_WORKS: Final = ("document", "image")
_TYPES: Final = tuple(f"{column}__type" for column in _WORKS)


def topics_of(work: Record, user: Reader) -> list[Group]:
    """What a document or an image is about, a group for each kind. One query."""
    rows = (
        Topic.objects.visible_to(user, seen_from=_WORKS)
        .filter(**{work.KIND: work})
        .select_related(*Topic.ABOUT)
        .annotate(sort=_number_of(Topic.ABOUT))
    )
    return _subjects(_first(rows), work)


def works_about(record: Record, user: Reader) -> tuple[list[Group], list[Group]]:
    """Pictures and documents about a record, in this order. One query."""
    rows = (
        Topic.objects.visible_to(user, seen_from=Topic.ABOUT)
        .filter(**{f"about_{record.KIND}": record})
        .select_related(*_WORKS, *_TYPES)
        .annotate(sort=_number_of(_WORKS))
    )
    return _works(list(_first(rows)), record)


def topics_both_ways(
    document: Record, user: Reader
) -> tuple[list[Group], list[Group], list[Group]]:
    """What a document is about, then the pictures and the documents about it. One query."""
    rows = (
        Topic.objects.visible_to(user)
        .filter(Q(document=document) | Q(about_document=document))
        .select_related(*Topic.ABOUT, *_WORKS, *_TYPES)
        .annotate(
            sort=Case(
                When(document=document, then=_number_of(Topic.ABOUT)),
                default=_number_of(_WORKS) + len(Topic.ABOUT),
            )
        )
    )
    found = list(_first(rows))
    about = [row for row in found if row.document_id == document.pk]
    return (
        _subjects(about, document),
        *_works([row for row in found if row.document_id != document.pk], document),
    )


def _first(rows: QuerySet[Any]) -> QuerySet[Any]:
    return first_of_each(rows, F("sort"), "sort", "position", "id")


def _subjects(rows: Iterable[Any], work: Record) -> list[Group]:
    return grouped(
        rows,
        label=lambda row: LABELS[Topic.ABOUT[row.sort]],
        other=lambda row: row.about,
        more=lambda row: listed(row.about.KIND, **{work.KIND: work.slug}),
        terms=False,
    )


def _works(rows: list[Any], record: Record) -> tuple[list[Group], list[Group]]:
    pictures = grouped(
        [row for row in rows if row.image_id],
        label=lambda row: _("Shown or described in"),
        other=lambda row: row.image,
        more=lambda row: listed("image", **{record.KIND: record.slug}),
        manner="pictures",
        terms=False,
    )
    documents = grouped(
        [row for row in rows if row.document_id],
        label=lambda row: _("Written about it"),
        other=lambda row: row.document,
        more=lambda row: listed("document", **{record.KIND: record.slug}),
        terms=False,
    )
    return pictures, documents


def head_picture(pictures: list[Group]) -> Any:
    """The first picture of which the archive holds a file, for the top of a page; or None.

    It is removed from its group, so that the page does not show it twice, unless a note belongs to
    it there.
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
