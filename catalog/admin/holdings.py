"""What a collection holds, on one page: its parts, documents and images, in their order.

From here one goes up and down the hierarchy, adds a record in its place, changes the order, and
moves records or whole branches into another collection. It works without script.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog import actions
from catalog.admin.in_step import who_and_why
from catalog.admin.keys import is_key
from catalog.admin.mixin import AdminMixin
from catalog.models import Collection, Document, Image

#: Records of a kind that are shown; what is longer is not put into order here.
MOST: Final = 300

_MODELS: Final[dict[str, type[Any]]] = {
    "collection": Collection,
    "document": Document,
    "image": Image,
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a collection holds of one kind, in order."""

    kind: str
    heading: str
    rows: list[Any]
    total: int
    #: The list of the kind, and the same with what this collection holds alone.
    base: str
    list_address: str
    add_address: str

    @property
    def is_whole(self) -> bool:
        """Whether everything is shown, so that it can be put into order."""
        return self.total == len(self.rows)


class ShowsHoldings(AdminMixin):
    """Mixin of the admin of collections: ``<key>/holdings/``."""

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and that of the page before them."""
        view = self.admin_site.admin_view(self.holdings)
        own = path("<str:key>/holdings/", view, name="catalog_collection_holdings")
        return [own, *super().get_urls()]

    def holdings(self, request: HttpRequest, key: str) -> HttpResponse:
        """The page; when it is sent, an order is saved or records are moved, in one change set."""
        rows = Collection.objects.visible_to(request.user)
        collection = rows.filter(pk=key).first() if is_key(key) else None
        if collection is None:
            raise Http404
        if not self.has_view_permission(request, collection):
            raise PermissionDenied
        form = self._where_to(request)
        if request.method == "POST" and self._written(request, collection, form):
            return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": collection,
            "title": _("What “%(collection)s” holds") % {"collection": collection},
            "above": _above(collection),
            "shelves": list(self._shelves(request, collection)),
            "form": form,
            "media": self.media + form.media,
            "may_change": self.has_change_permission(request),
        }
        return TemplateResponse(request, "admin/catalog/holdings.html", context)

    def _where_to(self, request: HttpRequest) -> forms.Form:
        """The box for the collection that selected records are moved into."""
        box: Any = self.formfield_for_dbfield(Collection._meta.get_field("parent"), request)
        box.required, box.label = False, _("Move the selected into")
        made = type("WhereTo", (forms.Form,), {"into": box})
        form: forms.Form = made(request.POST if "_move" in request.POST else None)
        return form

    def _written(self, request: HttpRequest, collection: Collection, form: forms.Form) -> bool:
        """Do what was asked and say it; whether the page is done with."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        try:
            with actions.in_step(**who_and_why(request)):
                if "_move" in request.POST:
                    said = _moved(request, collection, form)
                else:
                    said = _ordered(request, collection)
        except (actions.Refused, ValidationError) as refusal:
            self.message_user(request, actions.in_words(refusal), "ERROR")
            return False
        self.message_user(request, said, "SUCCESS")
        return True

    def _shelves(self, request: HttpRequest, collection: Collection) -> Iterator[Shelf]:
        for kind, model in _MODELS.items():
            rows = _held(collection, kind)
            holder = next(iter(actions.held_by(collection, kind)))
            add = f"{reverse(f'admin:catalog_{kind}_add')}?{holder}={collection.pk}"
            base = reverse(f"admin:catalog_{kind}_changelist")
            heading = _("Parts") if kind == "collection" else model._meta.verbose_name_plural
            yield Shelf(
                kind,
                capfirst(str(heading)),
                list(rows[:MOST]),
                rows.count(),
                base,
                f"{base}?{holder}={collection.pk}",
                add if request.user.has_perm(f"catalog.add_{kind}") else "",
            )


def _held(collection: Collection, kind: str) -> QuerySet[Any]:
    """What a collection holds of a kind, in the order in which visitors see it."""
    model = _MODELS[kind]
    rows: QuerySet[Any] = model._base_manager.filter(**actions.held_by(collection, kind))
    if kind == "collection":
        counts = {
            "parts": Count("children", distinct=True),
            "papers": Count("documents", distinct=True),
            "pictures": Count("images", distinct=True),
        }
        rows = rows.annotate(**counts)
        return rows.order_by("position", "sort_key", "id")
    return rows.order_by("position", "id")


def _above(collection: Collection) -> list[Collection]:
    """The collections above, the whole first."""
    nearest_first = Collection.objects.ancestor_ids(collection.pk)
    found = Collection._base_manager.in_bulk(nearest_first)
    return [found[key] for key in reversed(nearest_first) if key in found]


def _chosen(request: HttpRequest, collection: Collection) -> list[Any]:
    """The records ticked on the page that are still in the collection, in its order."""
    ticked = set(request.POST.getlist("take"))
    return [
        row for kind in _MODELS for row in _held(collection, kind) if f"{kind}:{row.pk}" in ticked
    ]


def _moved(request: HttpRequest, collection: Collection, form: forms.Form) -> str:
    into = form.cleaned_data.get("into") if form.is_valid() else None
    chosen = _chosen(request, collection)
    if into is None or not chosen:
        raise actions.Refused(
            _("Select what is to be moved, and the collection that it goes into.")
        )
    number = actions.file_under(chosen, into, by=request.user)
    said = ngettext(
        "%(number)d record was moved into “%(collection)s”.",
        "%(number)d records were moved into “%(collection)s”.",
        number,
    )
    return said % {"number": number, "collection": into}


def _ordered(request: HttpRequest, collection: Collection) -> str:
    for kind in _MODELS:
        rows = list(_held(collection, kind)[: MOST + 1])
        if len(rows) > MOST:
            continue
        for row in list(rows):
            place = request.POST.get(f"to-{kind}-{row.pk}", "").strip()
            if place.isdecimal() and len(place) < 7:
                rows.remove(row)
                rows.insert(max(int(place) - 1, 0), row)
        if any(request.POST.get(f"to-{kind}-{row.pk}", "").strip() for row in rows):
            actions.order_holdings(rows, by=request.user)
    return _("The order was saved.")
