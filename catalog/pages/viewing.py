"""What the viewer on an item page shows: one picture of the record, the strip of its pages, the
transcription.

The page is complete without script: every page of a document has its address, and the strip is a
list of links.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.http import QueryDict

from catalog.iiif import Picture, picture_of
from catalog.iiif.presentation import Leaf, transcriptions
from catalog.models import Document, Image, Page, Transcription
from catalog.uris import image_service_path, manifest_path, text_path

if TYPE_CHECKING:
    from catalog.models import Reader

#: Pages that the strip shows at once, around the current one.
STRIP: Final = 24
#: Documents that an image says it is a page of.
MOST_DOCUMENTS: Final = 5


@dataclass(frozen=True, slots=True)
class Tab:
    """A page in the strip."""

    leaf: Leaf
    url: str
    current: bool

    @property
    def picture(self) -> Picture | None:
        """Its small picture."""
        return picture_of(self.leaf.image)


@dataclass(frozen=True, slots=True)
class Placed:
    """An image as a page of a document: its number, of how many, and the address there."""

    document: Document
    number: int
    count: int
    url: str


@dataclass(slots=True)
class Viewing:
    """The viewer of one record at one of its pages; ``number`` counts from 1."""

    record: Any
    leaves: list[Leaf]
    number: int
    written: list[Transcription] = field(default_factory=list)
    page_of: list[Placed] = field(default_factory=list)

    @property
    def leaf(self) -> Leaf:
        """The current page."""
        return self.leaves[self.number - 1]

    @property
    def image(self) -> Image:
        """Its image record."""
        return self.leaf.image

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self.leaves)

    @property
    def before(self) -> str:
        """Address of the page before, or empty."""
        return self.url(self.number - 1) if self.number > 1 else ""

    @property
    def after(self) -> str:
        """Address of the page after, or empty."""
        return self.url(self.number + 1) if self.number < self.count else ""

    def url(self, number: int) -> str:
        """Address of the record's page at one of its pages; the first is the record's own."""
        query = f"?{urlencode({'page': number})}" if number > 1 else ""
        return f"{self.record.get_absolute_url()}{query}#viewer"

    @property
    def strip(self) -> list[Tab]:
        """The pages around the current one; nothing for a single picture."""
        if self.count < 2:
            return []
        first = max(min(self.number - STRIP // 2, self.count - STRIP), 0)
        return [
            Tab(leaf, self.url(leaf.number), leaf.number == self.number)
            for leaf in self.leaves[first : first + STRIP]
        ]

    @property
    def skips(self) -> list[int]:
        """The numbers of the first and the last page, if the strip does not reach them."""
        shown = self.strip
        if not shown:
            return []
        return [
            number
            for number, missing in (
                (1, shown[0].leaf.number > 1),
                (self.count, shown[-1].leaf.number < self.count),
            )
            if missing
        ]

    @property
    def info(self) -> str:
        """Address of the description of the picture's tiles."""
        return f"{image_service_path(self.image.uuid, self.image.version)}/info.json"

    @property
    def manifest(self) -> str:
        """Address of the IIIF manifest."""
        return manifest_path(self.record.uuid)

    @property
    def text_url(self) -> str:
        """Address of all transcriptions, as plain text."""
        return text_path(self.record.KIND, self.record.slug)


def viewing(
    record: Image | Document, leaves: list[Leaf], asked: QueryDict, reader: Reader
) -> Viewing | None:
    """The viewer of a record at the page that an address asks for; None without a picture.

    Anything that is not the number of a page means the first one. One query; two for an image.
    """
    if not leaves:
        return None
    text = asked.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1
    shown = Viewing(record, leaves, number if 1 <= number <= len(leaves) else 1)
    shown.written = list(transcriptions([shown.image.pk], reader))
    if isinstance(record, Image):
        shown.page_of = _documents_of(record, reader)
    return shown


def _documents_of(image: Image, reader: Reader) -> list[Placed]:
    """The documents of which an image is a page, with its number there. One query."""
    rows = Page.objects.visible_to(reader).exclude(image__file="").order_by("position", "id")
    own = Page.objects.filter(image=image).values("document")
    found: dict[int, list[Page]] = {}
    for page in (
        rows.filter(document__in=own)
        .select_related("document")
        .defer("document__description", "document__internal_note")
    ):
        found.setdefault(page.document_id, []).append(page)
    placed = []
    for pages in list(found.values())[:MOST_DOCUMENTS]:
        number = next((n for n, page in enumerate(pages, 1) if page.image_id == image.pk), 0)
        if number:
            document = pages[0].document
            there = Viewing(document, [], number)
            placed.append(Placed(document, number, len(pages), there.url(number)))
    return placed
