"""Preview links in the admin: make one for a colleague, see which are valid, revoke them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog import actions
from catalog.admin.keys import is_key, record_with
from catalog.admin.mixin import AdminMixin
from catalog.models import PreviewLink


class SharesPreviews(AdminMixin):
    """Mixin of a record's admin: its preview links at ``<key>/preview/``."""

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and ``<key>/preview/`` before them."""
        name = f"catalog_{self.model._meta.model_name}_preview"
        own = path("<str:key>/preview/", self.admin_site.admin_view(self.previews), name=name)
        return [own, *super().get_urls()]

    def previews(self, request: HttpRequest, key: str) -> HttpResponseBase:
        """The links that are valid now; POST makes one, or revokes the one that ``revoke`` names."""
        record = record_with(key, self.model, request.user)
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        open_links = PreviewLink.objects.filter(
            record_uuid=record.uuid, revoked=None, expires__gt=timezone.now()
        ).select_related("by")
        if request.method == "POST":
            try:
                chosen = request.POST.get("revoke", "")
                if chosen:
                    link = open_links.filter(pk=chosen).first() if is_key(chosen) else None
                    if link is not None:
                        actions.revoke_preview(link, record, by=request.user)
                        self.message_user(
                            request, _("The link has been revoked."), messages.SUCCESS
                        )
                else:
                    actions.share_preview(record, by=request.user)
                    self.message_user(
                        request, _("The link works for seven days."), messages.SUCCESS
                    )
            except actions.Refused as refusal:
                self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(request.path)
        links = [
            (
                link,
                request.build_absolute_uri(
                    reverse("catalog:preview", args=[actions.token_of(link)])
                ),
            )
            for link in open_links.order_by("-pk")
        ]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": record,
            "title": _("Preview: %(record)s") % {"record": record},
            "links": links,
        }
        return render(request, "admin/catalog/preview.html", context)
