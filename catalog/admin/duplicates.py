"""Records that may be the same, with the same name or outside identifier: to be merged, or
distinguished.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from catalog.admin.alike import Sign, holders, signs
from catalog.admin.choices import lean, told_apart
from catalog.admin.merging import MOST
from catalog.models import Authority, Term

if TYPE_CHECKING:
    _Base = admin.ModelAdmin[Any]
else:
    _Base = object

#: Groups on a page.
A_PAGE: Final = 25
#: Records of a group that are named.
SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class Group:
    """Records that share a sign, which ``words`` describe.

    ``merge_address`` is where they are compared side by side, ``distinct_address`` where they are
    distinguished, for those who may; ``ids`` are the keys of two that are distinguished at once.
    """

    words: str
    records: list[tuple[str, str]]
    number: int
    merge_address: str
    distinct_address: str
    ids: str


class FindsDuplicates(_Base):
    """Mixin of an admin that merges: ``duplicates/`` lists what may be the same, a page at a time."""

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and ``duplicates/`` before them."""
        own = path(
            "duplicates/",
            self.admin_site.admin_view(self.duplicates),
            name=f"catalog_{self.opts.model_name}_duplicates",
        )
        return [own, *super().get_urls()]

    def duplicates(self, request: HttpRequest) -> HttpResponseBase:
        """The page. Four queries, whatever the number of records."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = request.GET.get("after", "").replace("\x00", "")[:600]
        sort, _bar, sign = asked.partition("|")
        found = signs(self.model, (sort, sign), A_PAGE + 1)
        shown = found[:A_PAGE]
        last = shown[-1] if len(found) > A_PAGE else None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Possible duplicates: %(kind)s") % {"kind": self.opts.verbose_name_plural},
            "groups": self._groups(request, shown),
            "here": asked,
            "after": "|".join(last) if last else "",
            "distinct_address": reverse(f"admin:catalog_{self.opts.model_name}_distinct"),
        }
        return TemplateResponse(request, "admin/catalog/duplicates.html", context)

    def _groups(self, request: HttpRequest, found: list[Sign]) -> list[Group]:
        of = holders(self.model, found, SHOWN)
        keys = {key for some, _number in of.values() for key in some}
        rows = lean(self.get_queryset(request).filter(pk__in=keys))
        records = {row.pk: row for row in rows}
        may_merge = self.has_merge_permission(request)  # type: ignore[attr-defined]
        may_change = self.has_change_permission(request)
        change = f"admin:catalog_{self.opts.model_name}_change"
        groups = []
        for sign in found:
            some, number = of.get(sign, ([], 0))
            there = [records[key] for key in some if key in records]
            ids = [one.pk for one in there]
            several = len(ids) > 1
            groups.append(
                Group(
                    self._words(sign, there),
                    [(_named(one), reverse(change, args=[one.pk])) for one in there],
                    number,
                    self.merge_address(*ids[:MOST]) if may_merge and several else "",  # type: ignore[attr-defined]
                    self.distinct_address(*ids) if may_change and several else "",  # type: ignore[attr-defined]
                    ",".join(map(str, ids)) if number == len(ids) == 2 else "",
                )
            )
        return groups

    def _words(self, sign: Sign, records: list[Any]) -> str:
        sort, said = sign
        if sort in Authority.values:
            return f"{Authority(sort).label} {said}"
        return _("Same name: “%(name)s”") % {"name": records[0] if records else said}


def _named(one: Any) -> str:
    return f"{told_apart(one)}, {one.code if isinstance(one, Term) else one.identifier}"
