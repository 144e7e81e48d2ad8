"""The lists of the admin: fast with a hundred thousand records, and clear about addresses that make
no sense.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import (
    ERROR_FLAG,
    IGNORED_PARAMS,
    PAGE_VAR,
    SEARCH_VAR,
    ChangeList,
)
from django.db.models import Max, Min, Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog.admin.choices import lean
from catalog.admin.keys import is_key
from catalog.admin.mixin import AdminMixin
from catalog.models import Record, Status
from catalog.search import PlaceAmong

#: Numbers with more digits cannot be a primary key, page or year.
_MOST_DIGITS: Final = 15
_LONGEST: Final = 500
#: Years from which date arithmetic works in every time zone.
_YEARS: Final = range(1000, 9990)

#: The last row of a list in the order of change that is found without sorting the table.
_MOST_MERGED: Final = 1_000

#: Parameters that every list knows besides its filters.
_KNOWN: Final = frozenset({*IGNORED_PARAMS, PAGE_VAR, ERROR_FLAG, "_changelist_filters"})


def makes_sense(request: HttpRequest, known: set[str], date_hierarchy: str | None) -> bool:
    """Whether a list can look for what its address asks.

    Databases fail on numbers and characters that they cannot hold, and columns that are not offered
    as a filter must not be queried. ``known`` are the parameters of the list's filters.
    """
    for name, values in request.GET.lists():
        if name not in _KNOWN and name not in known:
            return False
        for value in values:
            too_large = value.strip().lstrip("-+").isdecimal() and len(value) > _MOST_DIGITS
            if too_large and name != SEARCH_VAR:
                return False
            if "\x00" in value or (len(value) > _LONGEST and name != SEARCH_VAR):
                return False
        if date_hierarchy and name.startswith(f"{date_hierarchy}__"):
            number = values[-1]
            if not (number.isascii() and number.isdecimal() and len(number) <= 4):
                return False
            if name.endswith("__year") and int(number) not in _YEARS:
                return False
    return True


class RecordChangeList(ChangeList):
    """Django's list, without reading long texts, and with a navigation through time that counts nothing.

    Django asks for each distinct month or day of the whole table, which takes half a second on
    SQLite with a hundred thousand rows. Here only the first and the last date are queried, and the
    steps between are offered whether or not there is a record on each.
    """

    def get_queryset(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The rows of the list; IncorrectLookupParameters if the address makes no sense."""
        known = {name for one in self.list_filter for name in _parameters(one)}
        if self.date_hierarchy:
            known |= {f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day")}
        if not makes_sense(request, known, self.date_hierarchy):
            raise IncorrectLookupParameters
        return super().get_queryset(request, *args, **kwargs)

    def get_results(self, request: HttpRequest) -> None:
        """The page: its keys are found by a subquery, all that its columns show is read for these.

        Otherwise the database joins and carries every column of every row that it sorts or passes
        over, also of those on other pages. Keys alone cost between half and a tenth.
        """
        super().get_results(request)
        order = self.queryset.query.order_by
        known = self.queryset.query.annotations
        named = {str(name).lstrip("-") for name in order}
        keys = self._keys_by_change(order)
        if keys is None:
            keys = self._keys_of_the_best(order)
        if keys is None:
            keys = self._keys_from_the_nearer_end()
        rows = self.apply_select_related(self.root_queryset).filter(pk__in=keys)
        # The order may rest on what a search worked out, such as the place among the best.
        missing = {name: known[name] for name in named & known.keys() - rows.query.annotations}
        self.result_list: Any = rows.annotate(**missing).order_by(*order)

    def _keys_by_change(self, order: Sequence[Any]) -> list[int] | None:
        """The keys of a page of the whole list in the order of change; None for every other list.

        The index of changes begins with the status, as the lists of visitors need it. So the first
        of each status are read and merged, or the database would sort the whole table.
        """
        end = self.page_num * self.list_per_page
        if (
            not issubclass(self.model, Record)
            or (self.show_all and self.can_show_all)
            or self.queryset.query.where
            or tuple(order) not in {("-modified", "-pk"), ("modified", "-pk")}
            or end > _MOST_MERGED
        ):
            return None
        newest_first = order[0] == "-modified"
        found = [
            (modified, key if newest_first else -key)
            for status in Status.values
            for modified, key in self.queryset.filter(status=status).values_list("modified", "pk")[
                :end
            ]
        ]
        found.sort(reverse=newest_first)
        return [abs(key) for _modified, key in found[end - self.list_per_page : end]]

    def _keys_from_the_nearer_end(self) -> Any:
        """A subquery of the keys of the page. The database passes over all rows before it, so the pages of
        the second half are counted from the end.
        """
        first = (self.page_num - 1) * self.list_per_page
        is_everything = self.show_all and self.can_show_all
        # An address may name a page behind the last.
        if is_everything or not self.result_count // 2 <= first < self.result_count:
            return self.result_list.values("pk")
        after = max(self.result_count - first - self.list_per_page, 0)
        return self.queryset.reverse().values("pk")[after : self.result_count - first]

    def _keys_of_the_best(self, order: Sequence[Any]) -> list[int] | None:
        """The keys of a page of what a search found, the best first; None for every other list.

        The best are known by their keys. Behind them the model's own order is read from its index,
        where the database would work out the place of each row found, and sort them all.
        """
        place = self.queryset.query.annotations.get(str(order[0])) if order else None
        if not isinstance(place, PlaceAmong) or (self.show_all and self.can_show_all):
            return None
        first, end = (self.list_per_page * number for number in (self.page_num - 1, self.page_num))
        # All of the best were found, so among them only the list's filters matter.
        passing = set(
            place.searched.order_by().filter(pk__in=place.keys).values_list("pk", flat=True)
        )
        best = [key for key in place.keys if key in passing]
        keys = best[first:end]
        if end > len(best) and not place.whole:
            others = self.queryset.exclude(pk__in=place.keys).order_by(*order[1:])
            beyond = slice(max(first - len(best), 0), end - len(best))
            keys += others.values_list("pk", flat=True)[beyond]
        return keys

    def apply_select_related(self, qs: Any) -> Any:
        """Join what the columns show, without long texts."""
        joined: Any = self.list_select_related or ()
        return lean(qs, *joined)

    def steps_through_time(self) -> dict[str, Any]:
        """``back`` and ``choices`` for the template ``admin/catalog/date_hierarchy.html``: years, months, days."""
        name = str(self.date_hierarchy)
        bounds = self._bounds(name)
        if bounds is None:
            return {"back": None, "choices": []}
        first, last = (timezone.localtime(moment).date() for moment in bounds)
        year, month, day = (
            _number(self.params.get(f"{name}__{part}")) for part in ("year", "month", "day")
        )
        if year is None:
            years = range(last.year, first.year - 1, -1)
            return {"back": None, "choices": [self._step(str(one), year=one) for one in years]}
        if month is None:
            months = [datetime.date(year, one, 1) for one in range(1, 13)]
            within = [one for one in months if _month(first) <= _month(one) <= _month(last)]
            choices = [self._month_step(one) for one in within]
            return {"back": self._step(_("All dates")), "choices": choices}
        begins = datetime.date(year, month, 1)
        if day is None:
            days = [begins + datetime.timedelta(days=one) for one in range(31)]
            choices = [
                self._step(
                    date_format(one, "MONTH_DAY_FORMAT"), year=year, month=month, day=one.day
                )
                for one in days
                if one.month == month and first <= one <= last
            ]
            return {"back": self._step(str(year), year=year), "choices": choices}
        shown = date_format(begins.replace(day=day), "DATE_FORMAT")
        return {"back": self._month_step(begins), "choices": [{"title": shown}]}

    def _bounds(self, name: str) -> tuple[datetime.datetime, datetime.datetime] | None:
        """The first and the last moment in a column; None if there is none.

        The index of changes begins with the status: the ends of each status are read from it.
        """
        rows = self.root_queryset.order_by()
        if not issubclass(self.model, Record) or name != "modified":
            found = rows.aggregate(first=Min(name), last=Max(name))
            return (found["first"], found["last"]) if found["first"] else None
        ends = [
            Subquery(rows.filter(status=status).order_by(order).values(name)[:1])
            for status in Status.values
            for order in (name, f"-{name}")
        ]
        moments = [one for one in next(iter(rows.values_list(*ends)[:1]), ()) if one is not None]
        return (min(moments), max(moments)) if moments else None

    def _month_step(self, begins: datetime.date) -> dict[str, str]:
        words = date_format(begins, "YEAR_MONTH_FORMAT")
        return self._step(words, year=begins.year, month=begins.month)

    def _step(self, title: str, **parts: int) -> dict[str, str]:
        name = str(self.date_hierarchy)
        wanted = {f"{name}__{part}": value for part, value in parts.items()}
        return {"title": title, "link": self.get_query_string(wanted, [f"{name}__"])}


def _number(text: Any) -> int | None:
    return int(text) if text else None


def _month(day: datetime.date) -> tuple[int, int]:
    return day.year, day.month


def _parameters(list_filter: Any) -> list[str]:
    """The parameters of a filter: its own name, or what Django makes of a column's."""
    own = getattr(list_filter, "parameter_name", None)
    if own:
        return [own]
    return [f"{list_filter}__{lookup}" for lookup in ("exact", "id__exact", "isnull")]


class SafeLists(AdminMixin):
    """Mixin of a ModelAdmin: an address or a choice that makes no sense is reported, and nothing fails."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[RecordChangeList]:
        """The list that stays fast with many records."""
        return RecordChangeList

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The list; an address that makes no sense is reported."""
        try:
            return super().get_changelist_instance(request)
        except IncorrectLookupParameters:
            self.message_user(
                request,
                _("Part of the address of this list was not understood. Here is the whole list."),
                messages.WARNING,
            )
            raise

    def get_paginator(self, request: HttpRequest, queryset: Any, *args: Any, **kwargs: Any) -> Any:
        """Django's paginator; what the search has counted already is not counted again."""
        paginator = super().get_paginator(request, queryset, *args, **kwargs)
        for found in queryset.query.annotations.values():
            if isinstance(found, PlaceAmong) and found.total is not None:
                paginator.count = found.total
        return paginator

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """The list, under its name. Django's mark of a wrong address is dropped, because it would
        blame the database the second time.
        """
        if ERROR_FLAG in request.GET:
            wanted = request.GET.copy()
            del wanted[ERROR_FLAG]
            request.GET = wanted  # type: ignore[assignment]
        name = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": name, **(extra_context or {})})

    def response_action(self, request: HttpRequest, queryset: Any, *args: Any) -> Any:
        """The answer of a list action; impossible rows are refused before the database is queried."""
        if all(is_key(one) for one in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            return super().response_action(request, queryset, *args)
        self.message_user(
            request,
            _("Your selection is not in this list. Nothing was changed; select again."),
            messages.WARNING,
        )
        return None
