"""Records that may be one: called alike, or with the same identifier elsewhere. Found by the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import connection, models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from catalog.admin.choices import lean, told_apart
from catalog.admin.merging import MOST
from catalog.models import Authority, OutsideIdentifier, Person, PersonName, Place, PlaceName, Term

if TYPE_CHECKING:
    _Base = admin.ModelAdmin[Any]
else:
    _Base = object

#: Groups of a page.
A_PAGE: Final = 25
#: Records of a group that are named.
SHOWN: Final = 10

#: What tells a group: the sort of sign (empty: a name), and what it says.
Sign = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Group:
    """Records that share a sign; ``words`` tell it, ``merge_address`` is where they are looked at side by side."""

    words: str
    records: list[tuple[str, str]]
    number: int
    merge_address: str


def signs(model: Any, after: Sign | None, most: int) -> list[tuple[Sign, int]]:
    """The signs that several records share, in their order, each with the number of records. One question."""
    condition, values = "", []
    if after is not None:
        condition, values = "WHERE (sort, sign) > (%s, %s)", [*after]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT sort, sign, COUNT(DISTINCT record) FROM ({_all_signs(model)}) AS signs {condition}"
            " GROUP BY sort, sign HAVING COUNT(DISTINCT record) > 1 ORDER BY sort, sign LIMIT %s",
            [*values, most],
        )
        return [((sort, sign), number) for sort, sign, number in cursor.fetchall()]


def holders(model: Any, of: list[Sign]) -> dict[Sign, list[int]]:
    """The records of some signs, by their keys, of each the first few. One question."""
    if not of:
        return {}
    named = " OR ".join(["(sort = %s AND sign = %s)"] * len(of))
    found: dict[Sign, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT sort, sign, record FROM (SELECT sort, sign, record, DENSE_RANK() OVER"
            " (PARTITION BY sort, sign ORDER BY record) AS place"
            f" FROM ({_all_signs(model)}) AS signs WHERE {named}) AS placed WHERE place <= %s ORDER BY record",
            [*(one for sign in of for one in sign), SHOWN],
        )
        for sort, sign, record in cursor.fetchall():
            found[sort, sign].append(record)
    return found


def _all_signs(model: Any) -> str:
    """SQL of ``sort``, ``sign`` and ``record``: every name and every outside identifier of every record."""
    return " UNION ALL ".join(_parts(model))


def _parts(model: Any) -> Iterator[str]:
    table = _table(model)
    if model is Term:
        # Of one vocabulary only: an occupation and a subject may well be called the same.
        yield f"SELECT vocabulary AS sort, sort_key AS sign, id AS record FROM {table} WHERE sort_key <> ''"
        return
    nothing = "CAST('' AS varchar(12))"
    yield f"SELECT {nothing} AS sort, sort_key AS sign, id AS record FROM {table} WHERE sort_key <> ''"
    names: dict[Any, Any] = {Person: PersonName, Place: PlaceName}
    if model in names:
        owner = f"{model.KIND}_id"
        yield f"SELECT {nothing}, folded, {owner} FROM {_table(names[model])} WHERE folded <> ''"
    owner = f"{model.KIND}_id"
    yield f"SELECT authority, value, {owner} FROM {_table(OutsideIdentifier)} WHERE {owner} IS NOT NULL"


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


class FindsDuplicates(_Base):
    """Mixin of an admin that merges: ``duplicates/`` lists what may be one, a page at a time."""

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and ``duplicates/`` before them."""
        own = path(
            "duplicates/",
            self.admin_site.admin_view(self.duplicates),
            name=f"catalog_{self.opts.model_name}_duplicates",
        )
        return [own, *super().get_urls()]

    def duplicates(self, request: HttpRequest) -> HttpResponseBase:
        """The page. Three questions, whatever the number of records."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        after = None
        if "after" in request.GET and "\x00" not in request.GET["after"]:
            sort, _bar, sign = request.GET["after"][:600].partition("|")
            after = (sort, sign)
        found = signs(self.model, after, A_PAGE + 1)
        shown = found[:A_PAGE]
        last = shown[-1][0] if len(found) > A_PAGE else None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Possible duplicates: %(kind)s") % {"kind": self.opts.verbose_name_plural},
            "groups": self._groups(request, dict(shown)),
            "after": "|".join(last) if last else "",
            "is_first": after is None,
        }
        return TemplateResponse(request, "admin/catalog/duplicates.html", context)

    def _groups(self, request: HttpRequest, found: dict[Sign, int]) -> list[Group]:
        of = holders(self.model, list(found))
        keys = {key for some in of.values() for key in some}
        rows = lean(self.get_queryset(request).filter(pk__in=keys))
        records = {row.pk: row for row in rows}
        may_merge = self.has_merge_permission(request)  # type: ignore[attr-defined]
        change = f"admin:catalog_{self.opts.model_name}_change"
        groups = []
        for sign, number in found.items():
            there = [records[key] for key in of.get(sign, ()) if key in records]
            merging = self.merge_address(*(one.pk for one in there[:MOST]))  # type: ignore[attr-defined]
            groups.append(
                Group(
                    self._words(sign, there),
                    [(_named(one), reverse(change, args=[one.pk])) for one in there],
                    number,
                    merging if may_merge and len(there) > 1 else "",
                )
            )
        return groups

    def _words(self, sign: Sign, records: list[Any]) -> str:
        sort, said = sign
        if sort in Authority.values:
            return f"{Authority(sort).label} {said}"
        return _("Called alike: “%(name)s”") % {"name": records[0] if records else said}


def _named(one: Any) -> str:
    return f"{told_apart(one)}, {one.code if isinstance(one, Term) else one.identifier}"
