"""Previews: a record's page as the public will see it, for anybody with a link that a curator made.

The page is made in a transaction that is rolled back: published, with its draft revision applied,
read as a visitor would. It is cached nowhere, linked nowhere, and gone when the link expires or is
revoked.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog import actions
from catalog.iiif import views as pictures
from catalog.models import PUBLISHED_MODELS, PreviewLink, Record
from catalog.pages.detail_views import DETAILS


@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponseBase:
    """``/preview/<token>/``: the page, or a note that the link no longer works."""
    link = actions.link_of(token)
    record = _record_of(link) if link else None
    if link is None or record is None:
        return _closed(render(request, "catalog/preview_closed.html", status=404))
    try:
        with actions.tried():
            shown = actions.as_it_will_be(record)
            detail = DETAILS[shown.KIND]()
            # Manifests and zoom only work for what is public: other viewers could not read them.
            visitor = AnonymousUser()
            shown = detail.rows(visitor).get(pk=shown.pk)
            response = detail.made(request, shown, visitor, preview=link, iiif_address="")
    except (ValidationError, DatabaseError) as fault:
        if actions.is_passing(fault):
            raise
        why = _("The draft revision no longer fits the catalogue. An editor has to open it.")
        return _closed(render(request, "catalog/preview_closed.html", {"why": why}, status=404))
    # The link also opens the pictures of a hidden record.
    public = f"/pictures/{record.uuid}/".encode()
    own = reverse("catalog:preview", args=[token]).encode() + b"pictures/"
    response.content = response.content.replace(public, own)
    # And links to its pages stay within the preview.
    page = f'href="{shown.get_absolute_url()}'.encode()
    for turned in (b"?page=", b"#viewer"):
        response.content = response.content.replace(page + turned, b'href="?' + turned.lstrip(b"?"))
    return _closed(response)


@require_safe
def picture(request: HttpRequest, token: str, sha: str, width: int) -> HttpResponseBase:
    """A picture of the image that a preview shows."""
    link = actions.link_of(token)
    if link is None or link.kind != "image":
        raise Http404(_("There is no such picture."))
    request.user = link.by
    uuid: UUID = link.record_uuid
    answer: HttpResponseBase = pictures.picture(request, uuid=uuid, sha=sha, width=width)
    return _closed(answer)


def _record_of(link: PreviewLink) -> Record | None:
    model = PUBLISHED_MODELS[link.kind]  # type: ignore[index]
    found: Record | None = model._default_manager.filter(uuid=link.record_uuid).first()
    return found


def _closed(response: HttpResponseBase) -> HttpResponseBase:
    """For this reader only: not cached, not indexed, not passed on to other sites as a referrer."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    if "Link" in response:
        del response["Link"]
    return response
