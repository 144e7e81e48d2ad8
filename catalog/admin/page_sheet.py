"""The sheet of a document's pages: what it shows, and what is written when it is sent.

Two curators may have it open. Each box is sent with its original content, the sheet with the order
that it showed; so what only one of them changed is kept, and where both did nothing is written:
both values come back side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from catalog import actions
from catalog.admin.picture_upload import in_words
from catalog.iiif import Picture, picture_of, preparations
from catalog.models import Document, Page

#: Pages on one sheet; a longer document is ordered by numbers, in its form.
MOST: Final = 500


@dataclass(slots=True)
class Box:
    """A text of a page on the sheet: what its box contains, what is stored, and what somebody else
    saved meanwhile.
    """

    typed: str
    was: str
    #: What another curator saved while this one typed something else; None if there is nothing to choose.
    theirs: str | None = None


@dataclass(slots=True)
class Line:
    """A page on the sheet, with its picture and its two boxes."""

    page: Page
    label: Box
    alt: Box
    preparing: str = ""

    @property
    def key(self) -> str:
        """The key of its boxes."""
        return str(self.page.uuid)

    @property
    def picture(self) -> Picture | None:
        """Its small picture."""
        return picture_of(self.page.image)


@dataclass(frozen=True, slots=True)
class Gone:
    """A page that another curator removed while this one typed something for it."""

    label: str
    alt: str


@dataclass(slots=True)
class Sheet:
    """The sheet as it is shown."""

    lines: list[Line]
    #: The stored order, by key, with which a change of the order is compared.
    opened: str = ""
    gone: list[Gone] = field(default_factory=list)
    #: The order that another curator saved, if both changed it.
    their_order: list[Page] = field(default_factory=list)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to choose."""
        chosen = all(line.label.theirs is None and line.alt.theirs is None for line in self.lines)
        return chosen and not self.gone and not self.their_order


def sheet_of(document: Document) -> Sheet:
    """The sheet of a document as it is stored. At most three queries."""
    pages = list(pages_of(document))
    return Sheet(lines_of(pages), opened=" ".join(str(page.uuid) for page in pages))


def pages_of(document: Document) -> Any:
    """The first pages of a document in their order, each with its image."""
    return document.pages.select_related("image").order_by("position", "id")[:MOST]


def lines_of(pages: Iterable[Page]) -> list[Line]:
    """Pages as lines of the sheet."""
    pages = list(pages)
    under_way = preparations(page.image for page in pages)
    return [
        Line(
            page,
            Box(page.label, page.label),
            Box(page.image.alternative_text, page.image.alternative_text),
            in_words(under_way.get(page.image.pk)),
        )
        for page in pages
    ]


def write(document: Document, entries: Any, *, by: Any) -> Sheet:
    """Write what was typed and how the pages were ordered; returns the sheet to be shown next.

    To be called in a step. ``entries`` are those of the form. Raises what actions raise.
    """
    # Two curators who save at once take turns.
    Document.objects.select_for_update().filter(pk=document.pk).first()
    sheet = sheet_of(document)
    lines = {line.key: line for line in sheet.lines}
    sent = list(dict.fromkeys(entries.getlist("page")))
    _take_out(document, sheet, lines, entries.getlist("out"), by)
    for key in sent:
        if key in lines:
            _write_line(lines[key], document, entries, by)
        elif key not in entries.getlist("out") and (found := _typed_for_nothing(key, entries)):
            sheet.gone.append(found)
    _write_order(document, sheet, [key for key in sent if key in lines], entries, by)
    if "number" in entries:
        _number(document, sheet, entries.get("number_from", ""), by)
    return sheet


def _take_out(
    document: Document, sheet: Sheet, lines: dict[str, Line], out: list[str], by: Any
) -> None:
    """Remove pages from the document; their images stay."""
    for key in out:
        line = lines.pop(key, None)
        if line is not None:
            actions.detach(line.page, document, by=by)
            sheet.lines.remove(line)


_FIRST_LABEL: Final = re.compile(r"(?P<before>.*?)(?P<number>[0-9]{1,6})(?P<side>[rv]?)", re.ASCII)


def _number(document: Document, sheet: Sheet, first: str, by: Any) -> None:
    """Label the pages without a label, in their order: "1" is followed by "2", "1r" by "1v" and "2r".

    Raises ValidationError if there is nothing to count from.
    """
    found = _FIRST_LABEL.fullmatch(first.strip() or "1")
    if found is None:
        raise ValidationError(
            _("“%(label)s” does not end in a number to count from. Write it like 1 or 12r.")
            % {"label": first.strip()}
        )
    number, side = int(found["number"]), found["side"]
    for line in sheet.lines:
        if line.label.typed or line.label.theirs is not None:
            continue
        line.page.label = line.label.typed = line.label.was = f"{found['before']}{number}{side}"
        line.page.full_clean()
        actions.attach(line.page, document, by=by)
        number, side = (number, "v") if side == "r" else (number + 1, "r" if side else "")


def _write_line(line: Line, document: Document, entries: Mapping[str, str], by: Any) -> None:
    page, image = line.page, line.page.image
    if _settle(line.label, entries, f"label-{line.key}"):
        page.label = line.label.typed
        page.full_clean()
        actions.attach(page, document, by=by)
    if _settle(line.alt, entries, f"alt-{line.key}"):
        image.alternative_text = line.alt.typed
        image.full_clean()
        actions.edit(image, by=by)


def _settle(box: Box, entries: Mapping[str, str], name: str) -> bool:
    """Whether to write what was typed; what both changed is shown in the box instead."""
    stored = box.was
    typed = _plain(entries.get(name, stored))
    opened = _plain(entries.get(f"was-{name}", stored))
    if typed in {opened, _plain(stored)}:
        return False
    box.typed = typed
    if opened != _plain(stored):
        box.theirs = stored
        return False
    box.was = typed
    return True


def _typed_for_nothing(key: str, entries: Mapping[str, str]) -> Gone | None:
    """What was typed for a page that no longer exists; None if nothing was."""
    typed = {name: _plain(entries.get(f"{name}-{key}", "")) for name in ("label", "alt")}
    was = {name: _plain(entries.get(f"was-{name}-{key}", "")) for name in ("label", "alt")}
    return Gone(**typed) if typed != was else None


def _write_order(
    document: Document, sheet: Sheet, sent: list[str], entries: Mapping[str, str], by: Any
) -> None:
    """Put the pages into the order that was sent, unless another curator has ordered them
    differently meanwhile.
    """
    stored = [line.key for line in sheet.lines]
    opened = entries.get("opened", sheet.opened).split()
    wanted = _moved(list(sent), entries)
    if entries.get("order") == "theirs" or _same(wanted, opened):
        return
    if not _same(stored, opened) and not _same(stored, wanted):
        sheet.their_order = [line.page for line in sheet.lines]
    else:
        actions.order_pages(document, [UUID(key) for key in wanted], by=by)
    place = {key: number for number, key in enumerate(wanted)}
    sheet.lines.sort(key=lambda line: place.get(line.key, len(place)))
    if not sheet.their_order:
        sheet.opened = " ".join(line.key for line in sheet.lines)


def _same(order: list[str], other: list[str]) -> bool:
    """Whether two orders agree about the pages that are in both."""
    both = set(order) & set(other)
    return [key for key in order if key in both] == [key for key in other if key in both]


def _moved(order: list[str], entries: Mapping[str, str]) -> list[str]:
    """The order after places were typed, or the button "up" or "down" of a page was pressed."""
    for key in list(order):
        place = entries.get(f"to-{key}", "").strip()
        if place.isdecimal() and len(place) < 7:
            order.remove(key)
            order.insert(max(int(place) - 1, 0), key)
    way, _colon, key = entries.get("move", "").partition(":")
    if key not in order or way not in {"up", "down"}:
        return order
    here = order.index(key)
    there = max(here - 1, 0) if way == "up" else min(here + 1, len(order) - 1)
    order.insert(there, order.pop(here))
    return order


def _plain(text: str) -> str:
    """A text as it is stored: browsers send line ends in their own way."""
    return text.replace("\r\n", "\n").strip()


def told(sheet: Sheet) -> str:
    """What to say above a sheet on which something is left to choose."""
    said = [_("Someone else changed these pages after you opened the sheet.")]
    if sheet.gone:
        said.append(_("Pages you had typed something for were removed: your text is below."))
    if sheet.their_order:
        said.append(_("You both changed the order: yours is shown, with theirs beside it."))
    if any(line.label.theirs is not None or line.alt.theirs is not None for line in sheet.lines):
        said.append(
            _(
                "You both changed some texts: yours are in the boxes, theirs below. None of these has "
                "been saved yet."
            )
        )
    said.append(_("Save again to keep what is shown here; everything else is saved."))
    return " ".join(said)
