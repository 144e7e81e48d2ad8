"""The pictures of a record in their order, with what is written on them and who is seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.models import Depiction, Document, Image, Page, Topic, Transcription

if TYPE_CHECKING:
    from catalog.models import Reader


@dataclass(slots=True)
class Leaf:
    """A picture of a record: its image, its number (from 1), its label in the record."""

    image: Image
    number: int
    label: str = ""
    transcriptions: list[Transcription] = field(default_factory=list)
    depictions: list[Depiction] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its label, or its number if it has none."""
        return self.label or str(self.number)


def leaves_of(record: Image | Document, reader: Reader) -> list[Leaf]:
    """The held pictures of an image or a document that ``reader`` may see. One query.

    A document is shown by its pages; one without pages by the pictures about it.
    """
    if isinstance(record, Image):
        return [Leaf(record, 1)] if record.is_held else []
    if found := page_leaves(record, reader):
        return found
    about = (
        Topic.objects.visible_to(reader, seen_from=[*Topic.ABOUT, "document"])
        .filter(about_document=record, image__isnull=False)
        .exclude(image__file="")
        .select_related("image")
        .order_by("position", "id")
    )
    images = dict.fromkeys(topic.image for topic in about if topic.image)
    return [Leaf(image, number) for number, image in enumerate(images, 1)]


def page_leaves(document: Document, reader: Reader) -> list[Leaf]:
    """The pages of a document that can be viewed, in their order. One query."""
    rows = (
        Page.objects.visible_to(reader, seen_from=["document"])
        .filter(document=document)
        .exclude(image__file="")
        .select_related("image")
        .defer("image__description", "image__internal_note")
        .order_by("position", "id")
    )
    return [Leaf(page.image, number, page.label) for number, page in enumerate(rows, 1)]


def fill(leaves: Iterable[Leaf], reader: Reader) -> None:
    """Read what is written on some leaves and who is seen where on them. Two queries."""
    by_image: dict[int, list[Leaf]] = {}
    for leaf in leaves:
        by_image.setdefault(leaf.image.pk, []).append(leaf)
    for words in transcriptions(by_image, reader):
        for leaf in by_image[words.image_id]:
            leaf.transcriptions.append(words)
    seen: QuerySet[Depiction] = Depiction.objects.visible_to(reader, seen_from=["image"])
    seen = seen.filter(image__in=by_image, left__isnull=False).select_related("person")
    for depiction in seen.order_by("position", "id"):
        for leaf in by_image[depiction.image_id]:
            leaf.depictions.append(depiction)


def transcriptions(images: Iterable[int], reader: Reader) -> QuerySet[Transcription]:
    """The transcriptions of some images that were already read through the rule."""
    rows = Transcription.objects.visible_to(reader, seen_from=["image"])
    return rows.filter(image__in=list(images)).select_related("language").order_by("id")


def with_pictures(records: QuerySet[Any], reader: Reader) -> QuerySet[Any]:
    """Those of some images or documents that have a manifest, because a picture can be viewed."""
    if records.model is Image:
        return records.exclude(file="")
    pages = Page.objects.visible_to(reader, seen_from=["document"]).exclude(image__file="")
    about = Topic.objects.visible_to(reader, seen_from=[*Topic.ABOUT, "document"])
    about = about.filter(image__isnull=False).exclude(image__file="")
    return records.filter(
        Q(Exists(pages.filter(document=OuterRef("pk"))))
        | Q(Exists(about.filter(about_document=OuterRef("pk"))))
    )
