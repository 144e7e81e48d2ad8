"""Admin of storage places: the tree of them, and the page that says what lies in each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import actions
from catalog.admin.change_list import RecordChangeList, SafeLists
from catalog.admin.entry_boxes import AnswersItsForms
from catalog.admin.in_step import KeepsInStep
from catalog.admin.keys import is_key
from catalog.admin.table_file import table_file
from catalog.models import BETWEEN, Held, Shelving, StoragePlace
from catalog.values import harmless_cell, slug_of

#: Rows of a tree; what does not fit is counted, and one click away.
MOST_IN_TREE: Final = 200
#: Shelvings on a page.
ON_A_PAGE: Final = 100
#: Shelvings on the one page that is for printing.
MOST_PRINTED: Final = 5_000
#: Shelvings of a CSV that are read together.
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Branch:
    """A storage place in a tree, what it holds with what is below, and the places in it.

    ``left_out`` counts places in it that the tree had no room for.
    """

    place: StoragePlace
    held: Held
    parts: list[Branch]
    left_out: int

    @property
    def in_words(self) -> str:
        """What it holds, in words."""
        return actions.held_in_words(self.held)


def tree_below(place: StoragePlace | None) -> list[Branch]:
    """The storage places in another, or all from the outermost on, level by level as far as there is room.

    One query for each level, and one for all that they hold. What is directly in it and has no room
    is found by searching.
    """
    found: dict[int | None, list[StoragePlace]] = {}
    number = 0
    level: list[int | None] = [place.pk if place else None]
    while level and number < MOST_IN_TREE:
        rows = StoragePlace.objects.annotate(number_of_parts=Count("parts"))
        inside = {"part_of__in": level} if level != [None] else {"part_of": None}
        here = list(rows.filter(**inside).order_by("sort_key", "pk")[: MOST_IN_TREE + 1])
        if found and number + len(here) > MOST_IN_TREE:
            break
        here = here[:MOST_IN_TREE]
        for one in here:
            found.setdefault(one.part_of_id, []).append(one)
        number += len(here)
        level = [one.pk for one in here if one.number_of_parts]  # type: ignore[attr-defined]
    held = Shelving.objects.held_in([one.pk for some in found.values() for one in some])

    def branches(above: int | None) -> list[Branch]:
        return [
            Branch(
                one,
                held[one.pk],
                parts := branches(one.pk),
                0 if parts else one.number_of_parts,  # type: ignore[attr-defined]
            )
            for one in found.get(above, ())
        ]

    return branches(place.pk if place else None)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the box list of a storage place, which is so many levels ``deep``."""

    shelving: Shelving
    deep: int

    @property
    def where(self) -> str:
        """The place where it lies, as seen from the one whose list it is."""
        names = [place.name for place in self.shelving.place.line]
        return BETWEEN.join(names[self.deep :] or names[-1:])

    @property
    def record(self) -> Any:
        """What is kept there."""
        return self.shelving.record

    @property
    def kind(self) -> str:
        """What sort of record it is, in words."""
        return str(self.record._meta.verbose_name)

    @property
    def address(self) -> str:
        """Its form."""
        return reverse(f"admin:catalog_{self.record.KIND}_change", args=[self.record.pk])


def left_out_of(tree: list[Branch], place: StoragePlace | None) -> int:
    """How many storage places directly in another (or in none) its tree had no room for."""
    if len(tree) < MOST_IN_TREE:
        return 0
    return StoragePlace.objects.filter(part_of=place).count() - len(tree)


class StorageChangeList(RecordChangeList):
    """The storage places that a search found, with what each holds: one query for the page."""

    def get_results(self, request: HttpRequest) -> None:
        """The page, with paths and numbers."""
        super().get_results(request)
        rows = list(self.result_list)
        held = Shelving.objects.held_in([row.pk for row in rows])
        for row in rows:
            row.held = held[row.pk]
        self.result_list = rows


@admin.register(StoragePlace)
class StoragePlaceAdmin(SafeLists, AnswersItsForms, KeepsInStep, admin.ModelAdmin):  # type: ignore[type-arg]
    """Buildings, rooms, shelves, boxes."""

    change_list_template = "admin/catalog/storage/list.html"
    change_form_template = "admin/catalog/storage/form.html"
    list_display = ("where", "code", "holds")
    list_display_links = None
    list_per_page = 100
    show_full_result_count = False
    actions = None
    search_fields = ("name", "code")
    search_help_text = gettext_lazy("By name, path or barcode: “room 2 box 12”.")
    fields = ("name", "part_of", "code", "note")

    # --- The tree, and what a search finds ---

    def get_queryset(self, request: HttpRequest) -> Any:
        """The places with those above them."""
        rows: Any = super().get_queryset(request)
        return rows.with_paths()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[StorageChangeList]:
        """The list with numbers."""
        return StorageChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """The places whose path or barcode contains every word typed, the closest first; for the list and for
        choosing alike.
        """
        return (queryset.closest(search_term) if search_term.strip() else queryset), False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """The tree; with a search, the places that it finds."""
        tree = None
        if not request.GET.get("q", "").strip() and self.has_view_permission(request):
            tree = tree_below(None)
        more = {"tree": tree, "left_out": left_out_of(tree, None) if tree else 0}
        return super().changelist_view(request, {**(extra_context or {}), **more})

    @admin.display(description=gettext_lazy("storage place"))
    def where(self, place: StoragePlace) -> Any:
        """Its path, which leads to what lies there."""
        return format_html('<a href="{}">{}</a>', contents_address(place), place.path)

    @admin.display(description=gettext_lazy("holds"))
    def holds(self, place: Any) -> str:
        """What lies in it and below, in words."""
        return actions.held_in_words(place.held) or _("nothing")

    # --- What lies there ---

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and that of the page of a place before them."""
        view = self.admin_site.admin_view(self.contents)
        own = path("<str:key>/contents/", view, name="catalog_storageplace_contents")
        return [own, *super().get_urls()]

    def contents(self, request: HttpRequest, key: str) -> HttpResponseBase:
        """What lies in a storage place and below it, in the order of the shelves; also as CSV."""
        rows = StoragePlace.objects.visible_to(request.user).with_paths()
        place = rows.filter(pk=key).first() if is_key(key) else None
        if place is None:
            raise Http404
        if not self.has_view_permission(request, place):
            raise PermissionDenied
        inside: Any = Shelving.objects.inside(place.pk)
        if request.GET.get("format") == "csv":
            return table_file(_lines(inside[0:]), f"{slug_of(place.path) or 'storage'}.csv")
        pages = Paginator(inside, ON_A_PAGE)
        may_print_all = pages.num_pages > 1 and pages.count <= MOST_PRINTED
        if may_print_all and "all" in request.GET:
            pages = Paginator(inside, MOST_PRINTED)
        page = pages.get_page(request.GET.get("p"))
        held = Shelving.objects.held_in([place.pk])[place.pk]
        tree = tree_below(place)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": place,
            "title": str(place),
            "place": place,
            "tree": tree,
            "left_out": left_out_of(tree, place),
            "lists": list(_lists(place, held)),
            "page": page,
            "rows": [
                Line(row, len(place.line)) for row in Shelving.objects.read(list(page.object_list))
            ],
            "may_print_all": may_print_all,
            "may_change": self.has_change_permission(request, place),
            "may_add": self.has_add_permission(request),
        }
        return TemplateResponse(request, "admin/catalog/storage/contents.html", context)

    # --- Writing ---

    def delete_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        """Ask, then delete; a place that holds something leads to the page that says what."""
        rows = StoragePlace.objects.with_paths().filter(pk=object_id if is_key(object_id) else 0)
        place = rows.first() if self.has_delete_permission(request) else None
        said = actions.why_not_remove_storage_place(place) if place else ""
        if place and said:
            self.message_user(request, said, messages.ERROR)
            return HttpResponseRedirect(contents_address(place))
        return super().delete_view(request, object_id, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the place through the action."""
        actions.keep_storage_place(obj, by=request.user)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete the place through the action."""
        actions.remove_storage_place(obj, by=request.user)


def contents_address(place: StoragePlace) -> str:
    """The page that says what lies in a place."""
    return reverse("admin:catalog_storageplace_contents", args=[place.pk])


def _lists(place: StoragePlace, held: Held) -> Iterator[tuple[str, str]]:
    """What lies in a place and below it, kind by kind in words, with the lists of these records."""
    for kind, part in (
        ("document", Held(documents=held.documents)),
        ("image", Held(images=held.images)),
        ("collection", Held(collections=held.collections)),
    ):
        if part.total:
            address = reverse(f"admin:catalog_{kind}_changelist")
            yield actions.held_in_words(part), f"{address}?storage={place.pk}"


def _lines(keys: list[int]) -> Iterator[str]:
    """The box list as a table, line by line as it is read."""
    line = io.StringIO()
    writer = csv.writer(line)
    line.write("\ufeff")
    writer.writerow(["storage", "code", "kind", "identifier", "title", "part"])
    for start in range(0, max(1, len(keys)), _AT_ONCE):
        for row in Shelving.objects.read(keys[start : start + _AT_ONCE]):
            record = row.record
            cells = (
                row.place.path,
                row.place.code or "",
                record.KIND,
                record.identifier,
                record.title,
                row.part,
            )
            writer.writerow([*map(harmless_cell, cells)])
        yield line.getvalue()
        line.seek(0)
        line.truncate()
