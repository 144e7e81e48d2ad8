"""The pages of a document on one sheet: many files at once, their order, their alternative texts.

One file is one step: a broken one is told in words and never loses the rest. The sheet works without script, with
buttons that move a page and a box for several files; ``page_desk.js`` adds dropping, progress and dragging.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from catalog import actions
from catalog.admin.in_step import REASON
from catalog.admin.keys import is_key
from catalog.admin.next_identifier import next_identifier
from catalog.admin.record_form import in_words
from catalog.iiif import HeldAlready, Picture, PictureRefused, describe_file, judged, picture_of
from catalog.models import Document, Door, Image, Page

if TYPE_CHECKING:
    from django.contrib import admin

    _Base = admin.ModelAdmin[Any]
else:
    _Base = object

#: Pages that one sheet holds; a longer document is ordered by its numbers, in its form.
MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Line:
    """A page on the sheet, with its picture."""

    page: Page
    picture: Picture | None

    @property
    def key(self) -> str:
        """What its boxes are called by."""
        return str(self.page.uuid)


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a file that was sent: a page or a record, or why not."""

    name: str
    said: str
    image: Image | None = None
    page: Page | None = None


class OrdersPages(_Base):
    """Mixin of the admin of documents: ``<key>/pages/`` and ``<key>/pages/add/``."""

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and those of the sheet before them."""
        guarded = self.admin_site.admin_view
        own = [
            path("<str:key>/pages/", guarded(self.pages), name="catalog_document_pages"),
            path(
                "<str:key>/pages/add/", guarded(self.add_pages), name="catalog_document_add_pages"
            ),
        ]
        return [*own, *super().get_urls()]

    def _document(self, request: HttpRequest, key: str) -> Document:
        rows = Document.objects.visible_to(request.user)
        document = rows.filter(pk=key).first() if is_key(key) else None
        if document is None:
            raise Http404
        if not self.has_view_permission(request, document):
            raise PermissionDenied
        return document

    def pages(self, request: HttpRequest, key: str) -> HttpResponse:
        """The sheet; when it is sent, order, labels and alternative texts in one change set."""
        document = self._document(request, key)
        reason = actions.why_not_editable(document, request.user)
        if request.method == "POST":
            try:
                with actions.in_step(**_said(request)):
                    told = _write(document, request)
            except (actions.Refused, ValidationError) as refusal:
                told = [in_words(refusal)]
            for sentence in told:
                self.message_user(request, sentence, messages.WARNING)
            if not told:
                self.message_user(request, _("The pages are saved."), messages.SUCCESS)
            return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Pages of “%(document)s”") % {"document": document},
            "document": document,
            "why_not": reason,
            "lines": [_line(page) for page in _pages(document)[:MOST]],
            "add_address": reverse("admin:catalog_document_add_pages", args=[document.pk]),
        }
        return render(request, "admin/catalog/pages.html", context)

    def add_pages(self, request: HttpRequest, key: str) -> HttpResponse:
        """Files as further pages of a document."""
        document = self._document(request, key)
        return _received(
            request, document, reverse("admin:catalog_document_pages", args=[document.pk])
        )


class TakesManyFiles(_Base):
    """Mixin of the admin of images: ``many/`` makes an image record of each file."""

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and ``many/`` before them."""
        own = path("many/", self.admin_site.admin_view(self.many), name="catalog_image_many")
        return [own, *super().get_urls()]

    def many(self, request: HttpRequest) -> HttpResponse:
        """The sheet for many files; each that is sent becomes a record of its own."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        address = reverse("admin:catalog_image_many")
        if request.method == "POST":
            return _received(request, None, address)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Add many pictures"),
            "add_address": address,
        }
        return render(request, "admin/catalog/pages.html", context)


# --- Receiving files ----------------------------------------------------------------------------------


def _said(request: HttpRequest) -> dict[str, Any]:
    reason = request.POST.get(REASON, "").strip()
    return {"by": request.user, "door": Door.ADMIN, "reason": reason}


def _received(request: HttpRequest, document: Document | None, back: str) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(back)
    files = [file for file in request.FILES.getlist("pictures") if isinstance(file, UploadedFile)]
    told = [receive(file, document, request) for file in files]
    if "application/json" in request.headers.get("Accept", ""):
        rows = [
            {
                "name": one.name,
                "said": one.said,
                "ok": one.image is not None,
                "url": _change_url(one.image) if one.image else "",
                "row": _row(request, one.page) if one.page else "",
            }
            for one in told
        ]
        return JsonResponse({"files": rows})
    for one in told:
        level = messages.SUCCESS if one.image else messages.ERROR
        messages.add_message(request, level, f"{one.name}: {one.said}")
    if not told:
        messages.error(request, _("No file was sent. Choose one or several pictures first."))
    return HttpResponseRedirect(back)


def receive(file: UploadedFile[Any], document: Document | None, request: HttpRequest) -> Received:
    """Make an image record of a file, and of a document a page; in one step of its own."""
    name = file.name or "?"
    image = Image()
    try:
        with actions.in_step(**_said(request)):
            describe_file(image, judged(file, image))
            image.file = file
            image.title = PurePosixPath(name).stem.replace("_", " ").strip()[:500] or name
            page = None
            if document is None:
                image.identifier = next_identifier(Image) or f"I.{image.sha256[:12]}"
            else:
                page = _as_page(image, document)
            image.full_clean(exclude=["slug"])
            actions.edit(image, by=request.user)
            if page is not None and document is not None:
                page.image = image
                actions.attach(page, document, by=request.user)
    except HeldAlready as refusal:
        return Received(
            name,
            _("“%(record)s”, %(identifier)s, holds the same file already.")
            % {"record": refusal.holder, "identifier": refusal.holder.identifier},
        )
    except (PictureRefused, actions.Refused) as refusal:
        return Received(name, str(refusal))
    except (ValidationError, IntegrityError) as refusal:
        return Received(name, in_words(refusal))
    return Received(
        name, _("added as %(identifier)s") % {"identifier": image.identifier}, image, page
    )


def _as_page(image: Image, document: Document) -> Page:
    """The page after the last one; the image takes over what the document says of itself."""
    last = document.pages.order_by("-position", "-id").values_list("position", flat=True).first()
    number = (last or 0) + 1
    taken = set(
        Image.objects.filter(identifier__startswith=f"{document.identifier}/").values_list(
            "identifier", flat=True
        )
    )
    counted = number
    while (identifier := f"{document.identifier}/{counted:03d}") in taken:
        counted += 1
    image.identifier = identifier
    image.title = _("%(document)s, page %(number)s") % {
        "document": document.title[:480],
        "number": number,
    }
    for column in ("rights", "credit_line", "collection_id"):
        setattr(image, column, getattr(document, column))
    return Page(document=document, position=number)


# --- The sheet --------------------------------------------------------------------------------------


def _pages(document: Document) -> Any:
    return document.pages.select_related("image").order_by("position", "id")


def _line(page: Page) -> Line:
    return Line(page, picture_of(page.image))


def _row(request: HttpRequest, page: Page) -> str:
    return render_to_string("admin/catalog/page_row.html", {"line": _line(page)}, request)


def _change_url(image: Image) -> str:
    return reverse("admin:catalog_image_change", args=[image.pk])


def _write(document: Document, request: HttpRequest) -> list[str]:
    """Write what was typed, then the order; tells what another curator had changed meanwhile."""
    entries, told = request.POST, []
    pages = {str(page.uuid): page for page in _pages(document)[:MOST]}
    order = [key for key in entries.getlist("page") if key in pages]
    for key in order:
        page = pages[key]
        label = entries.get(f"label-{key}", page.label).strip()
        if label != page.label:
            page.label = label
            page.full_clean()
            actions.attach(page, document, by=request.user)
        text, was = entries.get(f"alt-{key}"), entries.get(f"was-{key}", "")
        image = page.image
        if text is None or text.strip() == was.strip():
            continue
        if image.alternative_text.strip() != was.strip():
            told.append(
                _(
                    "Somebody else wrote the alternative text of “%(record)s” meanwhile. It was kept; you had: %(text)s"
                )
                % {"record": image, "text": text}
            )
            continue
        image.alternative_text = text.strip()
        image.full_clean()
        actions.edit(image, by=request.user)
    actions.order_pages(document, [UUID(key) for key in _moved(order, entries)], by=request.user)
    return told


def _moved(order: list[str], entries: Any) -> list[str]:
    """The order after the button "up" or "down" of a page was pressed."""
    way, _colon, key = entries.get("move", "").partition(":")
    if key not in order or way not in {"up", "down"}:
        return order
    here = order.index(key)
    there = max(here - 1, 0) if way == "up" else min(here + 1, len(order) - 1)
    order.insert(there, order.pop(here))
    return order
