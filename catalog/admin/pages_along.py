"""What the form of a document says of its pages: records of their own, which its steps can take along."""

from __future__ import annotations

from django.utils.translation import ngettext

from catalog import actions
from catalog.models import Document, visibility


def pages_told(document: Document) -> str:
    """The number of pages that are hidden while their document is public, or public after it was hidden.

    Of a document that was never public it says nothing: its pictures may have been there before.
    """
    if document.first_published is None:
        return ""
    pages = actions.its_pages(document)
    public = visibility(None)
    if document.is_public:
        number = pages.exclude(public).count()
        words = ngettext(
            "%d of its pages is hidden from visitors.",
            "%d of its pages are hidden from visitors.",
            number,
        )
    else:
        number = pages.filter(public).count()
        words = ngettext(
            "%d of its pages is public all the same.",
            "%d of its pages are public all the same.",
            number,
        )
    return words % number if number else ""
