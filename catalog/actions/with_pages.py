"""With its pages: publish, embargo or withdraw a document, and with it the pictures that are its pages.

A page's picture is a record of its own. Published alone, a letter has no pictures for visitors;
withdrawn alone, it leaves them public at their own addresses.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final, Literal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.actions.base import Actor, Refused, as_it_stands, in_step, may
from catalog.actions.embargo import embargo
from catalog.actions.publish import publish
from catalog.actions.withdraw import withdraw
from catalog.models import Document, Image, Page, Status

PagesStep = Literal["publish", "embargo", "lift_embargo", "withdraw"]

_ACTS: Final[dict[str, Callable[..., Any]]] = {
    "publish": publish,
    "embargo": embargo,
    "lift_embargo": partial(embargo, until=None),
    "withdraw": withdraw,
}


def its_pages(document: Document) -> QuerySet[Image]:
    """The images that are pages of this document and of no other: only those are its alone."""
    elsewhere = Page._base_manager.filter(image=OuterRef("pk")).exclude(document=document)
    rows: QuerySet[Image] = Image._base_manager.filter(page_of__document=document)
    return rows.exclude(Exists(elsewhere)).order_by("pk")


def pages_that_follow(document: Document, step: PagesStep) -> QuerySet[Image]:
    """The pages that a step with the document takes along, given how both stand now.

    Publishing takes drafts, what is in review, what was withdrawn with the document, and what
    waits for the same date. A page that was withdrawn, or put under an embargo, on its own keeps
    that.
    """
    pages = its_pages(document)
    match step:
        case "publish":
            follows = Q(status__in=(Status.DRAFT, Status.IN_REVIEW))
            if document.withdrawn_at is not None:
                follows |= Q(status=Status.WITHDRAWN, withdrawn_at__gte=document.withdrawn_at)
            if document.publish_from is not None and document.publish_from > timezone.now():
                follows |= Q(status=Status.PUBLISHED, publish_from=document.publish_from)
            return pages.filter(follows)
        case "lift_embargo":
            return pages.filter(embargo_until=document.embargo_until, embargo_until__isnull=False)
        case "withdraw":
            return pages.filter(status=Status.PUBLISHED)
    return pages.exclude(status=Status.WITHDRAWN)


@in_step()
def with_pages(
    document: Document, *, by: Actor, step: PagesStep, note: str = "", **told: Any
) -> Document:
    """Take a step with a document and with the pages that follow it (:func:`pages_that_follow`).

    ``note`` is kept with the document; ``told`` is what the step itself is told, such as its date.
    A document that has taken the step already takes only its pages along. Everything is one
    transaction. Raises Refused as the step does, and if ``by`` may not take it with images.
    """
    standing = as_it_stands(document)
    pages = list(pages_that_follow(standing, step))
    if pages and not may(by, "publish", pages[0]):
        raise Refused(
            _("Its pages are images, which you may not publish or withdraw. Leave them out.")
        )
    act = _ACTS[step]
    if step != "withdraw" or standing.status != Status.WITHDRAWN or not pages:
        standing = act(standing, by=by, note=note, **told)
    for image in pages:
        act(image, by=by, **told)
    return standing
