"""Order pages: change the order of the pages of a document."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from catalog.actions.base import Actor, in_step
from catalog.actions.edit import edit
from catalog.actions.statements import require_statement
from catalog.models import Document, Page


@in_step()
def order_pages(document: Document, order: Sequence[UUID], *, by: Actor) -> int:
    """Number the pages named in ``order`` from 1; returns how many had to move.

    Pages that are not named, because somebody has just added them, follow in their existing order.
    Consequence: the document counts as changed, if anything moved that the public
    sees. Raises Refused if ``by`` may not edit the document or its pages.
    """
    rows = list(document.pages.select_for_update().order_by("position", "id"))
    wanted = {uuid: number for number, uuid in enumerate(order)}
    rows.sort(key=lambda page: wanted.get(page.uuid, len(wanted)))
    moved = []
    for number, page in enumerate(rows, 1):
        if page.position != number:
            page.position = number
            moved.append(page)
    if moved:
        require_statement(moved[0], by, "change")
        shown = Page.objects.visible_to(None).filter(pk__in=[page.pk for page in moved])
        edit(document, by=by, besides=document.is_public and shown.exists())
        Page.objects.bulk_update(moved, ["position"])
    return len(moved)
