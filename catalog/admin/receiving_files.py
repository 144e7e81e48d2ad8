"""Many files that curators send at once: each becomes an image record, and in a document its pages.

One file is one step: a broken one is reported and does not affect the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog import actions
from catalog.iiif import (
    FilePage,
    HeldAlready,
    PictureFacts,
    PictureRefused,
    describe_file,
    examine,
    judged,
)
from catalog.models import Document, Image, Page, next_identifier


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a file that was sent: a record and pages, or why not."""

    name: str
    said: str
    image: Image | None = None
    pages: tuple[Page, ...] = ()


def receive(
    file: UploadedFile[Any], document: Document | None, *, said: dict[str, Any]
) -> Received:
    """Make an image record of a file; for a document a page, and for a multi-page TIFF as many as
    it has. In one step.

    ``said`` are the arguments of the step (``by``, ``door``, ``reason``).
    """
    name = file.name or "?"
    examine(file)
    try:
        with actions.in_step(**said):
            image = Image()
            facts = judged(file, image)
            image.file = file
            if document is None:
                made = [_record(image, name, facts, by=said["by"])]
                pages: tuple[Page, ...] = ()
            else:
                pages = _as_pages(image, facts, document, by=said["by"])
                made = [page.image for page in pages]
    except HeldAlready as refusal:
        return Received(
            name,
            _("“%(record)s”, %(identifier)s, already holds the same file.")
            % {"record": refusal.holder, "identifier": refusal.holder.identifier},
        )
    except (PictureRefused, actions.Refused) as refusal:
        return Received(name, str(refusal))
    except (ValidationError, IntegrityError) as refusal:
        return Received(name, actions.in_words(refusal))
    return Received(name, _outcome(made, facts, document), made[0], pages)


def _outcome(made: list[Image], facts: PictureFacts, document: Document | None) -> str:
    first = made[0].identifier
    if len(made) > 1:
        said = _("added as %(number)d pages, %(first)s to %(last)s") % {
            "number": len(made),
            "first": first,
            "last": made[-1].identifier,
        }
    else:
        said = _("added as %(identifier)s") % {"identifier": first}
    left = len(facts.pages) - len(made)
    if document is None and left > 0:
        return ngettext(
            "%(said)s; its file has one more page, which is not shown. Added on the pages sheet of a "
            "document, it becomes a page.",
            "%(said)s; its file has %(left)d more pages, not shown. Added on the pages sheet of a "
            "document, each becomes a page.",
            left,
        ) % {"said": said, "left": left}
    return said


def _record(image: Image, name: str, facts: PictureFacts, *, by: Any) -> Image:
    """A record of its own, named after its file."""
    describe_file(image, facts)
    image.title = PurePosixPath(name).stem.replace("_", " ").strip()[:500] or name
    image.identifier = next_identifier(Image) or f"I.{image.sha256[:12]}"
    image.full_clean(exclude=["slug"])
    return actions.edit(image, by=by)


def _as_pages(
    image: Image, facts: PictureFacts, document: Document, *, by: Any
) -> tuple[Page, ...]:
    """The next pages of a document: one, or one for each page of the file, which is stored once."""
    # If two add pages at once, one waits: their numbers and identifiers must differ.
    Document.objects.select_for_update().filter(pk=document.pk).first()
    last = document.pages.order_by("-position", "-id").values_list("position", flat=True).first()
    taken = set(
        Image.objects.filter(identifier__startswith=f"{document.identifier}/").values_list(
            "identifier", flat=True
        )
    )
    made: list[Page] = []
    for number, page in enumerate(facts.pages, (last or 0) + 1):
        leaf = image
        if made:
            leaf = Image()
            leaf.file = str(image.file.name)
        made.append(_page(leaf, facts, page, document, number, taken, by=by))
    return tuple(made)


def _page(
    image: Image, facts: PictureFacts, shown: FilePage, document: Document, number: int, taken: set[str], *, by: Any
) -> Page:  # fmt: skip
    """A page of a document; its image takes over data of the document."""
    describe_file(image, facts, shown)
    counted = number
    while (identifier := f"{document.identifier}/{counted:03d}") in taken:
        counted += 1
    taken.add(identifier)
    image.identifier = identifier
    image.title = _("%(document)s, page %(number)s") % {
        "document": document.title[:480],
        "number": number,
    }
    for column in ("rights", "credit_line", "collection_id"):
        setattr(image, column, getattr(document, column))
    image.full_clean(exclude=["slug"])
    actions.edit(image, by=by)
    page = Page(document=document, image=image, position=number)
    actions.attach(page, document, by=by)
    return page
