"""Two doors for many files: the sheet of a document's pages, and the one on which each file becomes
a record.

They work without script, with buttons that move a page and a box for several files;
``page_desk.js`` adds dropping, progress and dragging.
"""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from catalog import actions
from catalog.admin import page_sheet
from catalog.admin.in_step import who_and_why
from catalog.admin.keys import is_key
from catalog.admin.mixin import AdminMixin
from catalog.admin.receiving_files import receive
from catalog.models import Document, Image, Page


class OrdersPages(AdminMixin):
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
        """The sheet; when it is sent, order, labels and alternative texts are saved in one change set."""
        document = self._document(request, key)
        sheet = None
        if request.method == "POST":
            try:
                with actions.in_step(**who_and_why(request)):
                    sheet = page_sheet.write(document, request.POST, by=request.user)
            except (actions.Refused, ValidationError) as refusal:
                self.message_user(request, actions.in_words(refusal), messages.WARNING)
                return HttpResponseRedirect(request.path)
            if sheet.is_settled:
                self.message_user(request, _("The pages have been saved."), messages.SUCCESS)
                return HttpResponseRedirect(request.path)
            self.message_user(request, page_sheet.told(sheet), messages.WARNING)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Pages of “%(document)s”") % {"document": document},
            "document": document,
            "why_not": actions.why_not_editable(document, request.user),
            "sheet": sheet or page_sheet.sheet_of(document),
            "add_address": reverse("admin:catalog_document_add_pages", args=[document.pk]),
        }
        return render(request, "admin/catalog/pages.html", context)

    def add_pages(self, request: HttpRequest, key: str) -> HttpResponse:
        """Files as further pages of a document."""
        document = self._document(request, key)
        return _received(
            request, document, reverse("admin:catalog_document_pages", args=[document.pk])
        )


class TakesManyFiles(AdminMixin):
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
            "title": _("Add several pictures"),
            "add_address": address,
        }
        return render(request, "admin/catalog/pages.html", context)


def _received(request: HttpRequest, document: Document | None, back: str) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(back)
    files = [file for file in request.FILES.getlist("pictures") if isinstance(file, UploadedFile)]
    told = [receive(file, document, said=who_and_why(request)) for file in files]
    if "application/json" in request.headers.get("Accept", ""):
        rows = [
            {
                "name": one.name,
                "said": one.said,
                "ok": one.image is not None,
                "url": _change_url(one.image) if one.image else "",
                "row": _rows(request, one.pages),
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


def _rows(request: HttpRequest, pages: tuple[Page, ...]) -> str:
    return "".join(
        render_to_string("admin/catalog/page_row.html", {"line": line}, request)
        for line in page_sheet.lines_of(pages)
    )


def _change_url(image: Image) -> str:
    return reverse("admin:catalog_image_change", args=[image.pk])
