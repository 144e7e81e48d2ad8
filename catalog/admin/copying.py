"""A new draft with the content of a record: for cataloguing a series of letters or photographs.

The page has an address of its own below the record (``copy/``) and works without script.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog import actions, history
from catalog.admin.in_step import REASON
from catalog.admin.keys import is_key
from catalog.admin.revisions import in_revision
from catalog.models import Door, next_identifier

if TYPE_CHECKING:
    _Base = admin.ModelAdmin[Any]
else:
    _Base = object


class CopiesRecords(_Base):
    """Mixin of a record's admin: ``<key>/copy/`` asks what is copied, and makes the draft."""

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and ``copy/`` before them."""
        name = f"catalog_{self.opts.model_name}_copy"
        own = path("<str:key>/copy/", self.admin_site.admin_view(self.copy_view), name=name)
        return [own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        """The form, with a link to copying for those who may add records."""
        original = context.get("original")
        if original is None or in_revision(request):
            return super().render_change_form(request, context, *args, **kwargs)
        if not actions.why_not_copy(original, request.user):
            name = f"admin:catalog_{self.opts.model_name}_copy"
            context["copy_address"] = reverse(name, args=[original.pk])
        return super().render_change_form(request, context, *args, **kwargs)

    def copy_view(self, request: HttpRequest, key: str) -> HttpResponseBase:
        """Choose what is copied; then the form of the new draft."""
        record = self.get_queryset(request).filter(pk=key).first() if is_key(key) else None
        if record is None:
            raise Http404(_("There is no such record."))
        if actions.why_not_copy(record, request.user):
            raise PermissionDenied
        refusal = ""
        if request.method == "POST":
            try:
                return self._copied(request, record)
            except (actions.Refused, ValidationError, IntegrityError) as refused:
                refusal = actions.in_words(refused)
        sent = request.POST if request.method == "POST" else None
        chosen = set(sent.getlist("part")) if sent else set()
        title: Any = self.opts.get_field("title")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": record,
            "media": self.media,
            "title": _("Copy “%(record)s”") % {"record": record},
            "parts": [
                (part, part.name in chosen if sent else part.likely)
                for part in actions.copyable(record)
            ],
            "new_title": sent.get("title", "") if sent else "",
            "new_identifier": sent.get("identifier", "") if sent else next_identifier(self.model),
            "longest": title.max_length,
            "called": capfirst(title.verbose_name),
            "longest_identifier": self.opts.get_field("identifier").max_length,  # type: ignore[union-attr]
            "refusal": refusal,
        }
        return TemplateResponse(request, "admin/catalog/copy.html", context)

    def _copied(self, request: HttpRequest, record: Any) -> HttpResponseBase:
        said = {
            name: request.POST.get(name, "").replace("\x00", "").strip()
            for name in ("title", "identifier")
        }
        reason = request.POST.get(REASON, "").strip() or _("Copy of %(identifier)s") % {
            "identifier": record.identifier
        }
        with history.change_set(by=request.user, door=Door.ADMIN, reason=reason):
            made = actions.copy_record(
                record, by=request.user, parts=request.POST.getlist("part"), **said
            )
        name = f"admin:catalog_{self.opts.model_name}_change"
        words = format_html(
            '{} <a href="{}">{}</a>',
            _("This is a new draft with what you selected. Change what is different."),
            reverse(f"admin:catalog_{self.opts.model_name}_copy", args=[record.pk]),
            _("Copy “%(record)s” again") % {"record": record},
        )
        self.message_user(request, words, messages.SUCCESS)
        return HttpResponseRedirect(reverse(name, args=[made.pk]))
