"""Records or terms that look alike and are not the same: recorded, shown, and undone.

The page has an address of its own (``distinct/?ids=5,7``) and works without script.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from catalog import actions, history
from catalog.admin.choices import lean, told_apart
from catalog.admin.in_step import REASON
from catalog.admin.keys import is_key
from catalog.models import Distinction, Door

if TYPE_CHECKING:
    _Base = admin.ModelAdmin[Any]
else:
    _Base = object

#: How many records can be distinguished at once.
MOST: Final = 10
#: How many of those that a record was distinguished from are named on its form.
_TOLD: Final = 10


class DistinguishesRecords(_Base):
    """Mixin of an admin of records or terms: ``distinct/`` records that some are not the same, or
    undoes it.
    """

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and ``distinct/`` before them."""
        name = f"catalog_{self.opts.model_name}_distinct"
        own = path("distinct/", self.admin_site.admin_view(self.distinct_view), name=name)
        return [own, *super().get_urls()]

    def distinct_address(self, *keys: Any) -> str:
        """Where it is recorded that these records are not the same, and where that is undone."""
        address = reverse(f"admin:catalog_{self.opts.model_name}_distinct")
        return f"{address}?ids={','.join(map(str, keys))}"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        """The form, with what its record was distinguished from."""
        original = context.get("original")
        if original is not None:
            context["distinct_here"] = self._distinguished_from(request, original)
        return super().render_change_form(request, context, *args, **kwargs)

    def _distinguished_from(self, request: HttpRequest, entry: Any) -> list[tuple[str, str]]:
        """The names of what an entry was distinguished from, each with where that can be seen."""
        said = Distinction.naming(actions.entry_kind(entry), entry.pk).order_by("-said_at")
        keys = [row.beside(entry.pk) for row in said[:_TOLD]]
        if not keys:
            return []
        there = {row.pk: row for row in lean(self.get_queryset(request).filter(pk__in=keys))}
        return [
            (told_apart(there[key]), self.distinct_address(entry.pk, key))
            for key in keys
            if key in there
        ]

    def distinct_view(self, request: HttpRequest) -> HttpResponseBase:
        """What was recorded of some records; record more, or undo it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        asked = request.POST if request.method == "POST" else request.GET
        keys = [key for sent in asked.getlist("ids") for key in sent.split(",") if is_key(key)]
        rows = lean(self.get_queryset(request).filter(pk__in=dict.fromkeys(map(int, keys[:MOST]))))
        entries = list(rows.order_by("pk"))
        if len(entries) < 2:
            self.message_user(
                request,
                _("Choose two or more records: one of those you selected may no longer exist."),
                messages.WARNING,
            )
            return HttpResponseRedirect(reverse(f"admin:catalog_{self.opts.model_name}_duplicates"))
        if request.method == "POST":
            return self._record_or_undo(request, entries)
        named = {one.pk: told_apart(one) for one in entries}
        said = list(Distinction.among(actions.entry_kind(entries[0]), named))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media,
            "title": _("Not the same: %(kind)s") % {"kind": self.opts.verbose_name_plural},
            "entries": [
                (one.pk, named[one.pk], reverse(f"admin:catalog_{self.opts.model_name}_change", args=[one.pk]))
                for one in entries
            ],
            "said": [(_in_words(row, named), f"{row.one},{row.other}", row.note) for row in said],
            "may_say": len(said) < len(entries) * (len(entries) - 1) // 2,
            "merge_address": self._merging(request, entries) if not said else "",
        }  # fmt: skip
        return TemplateResponse(request, "admin/catalog/distinct.html", context)

    def _merging(self, request: HttpRequest, entries: list[Any]) -> str:
        if not self.has_merge_permission(request):  # type: ignore[attr-defined]
            return ""
        return str(self.merge_address(*(one.pk for one in entries)))  # type: ignore[attr-defined]

    def _record_or_undo(self, request: HttpRequest, entries: list[Any]) -> HttpResponseBase:
        """Do what was asked, and return to where it was asked."""
        reason = request.POST.get(REASON, "").strip()
        here = self.distinct_address(*(one.pk for one in entries))
        names = "; ".join(map(str, entries))
        try:
            with history.change_set(by=request.user, door=Door.ADMIN, reason=reason):
                if "take_back" in request.POST:
                    actions.stop_distinguishing(entries, by=request.user)
                    words = _("Undone: they may be the same. %(names)s")
                else:
                    actions.distinguish(entries, by=request.user, note=reason)
                    words = _("Recorded: they are not the same. %(names)s")
        except actions.Refused as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
        else:
            told = format_html(
                '{} <a href="{}">{}</a>',
                words % {"names": names},
                here,
                _("View, or undo"),
            )
            self.message_user(request, told, messages.SUCCESS)
        if "after" not in request.POST:
            return HttpResponseRedirect(here)
        page = reverse(f"admin:catalog_{self.opts.model_name}_duplicates")
        after = request.POST["after"][:600]
        return HttpResponseRedirect(f"{page}?{urlencode({'after': after})}" if after else page)


def _in_words(row: Distinction, named: dict[int, str]) -> str:
    """Who recorded what, and when."""
    return _("%(who)s recorded on %(date)s that “%(one)s” is not “%(other)s”.") % {
        "one": named[row.one],
        "other": named[row.other],
        "who": row.said_by or _("somebody"),
        "date": date_format(timezone.localtime(row.said_at), "SHORT_DATE_FORMAT"),
    }
