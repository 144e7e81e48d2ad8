"""The home page, and the address that leads to a random record."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, Max, Min, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.models import RECORD_MODELS, Exhibition, Image, Page, Place, sees_everything
from catalog.pages.chips import ListAddress
from catalog.pages.exhibition import AT_HOME, read_with_openings
from catalog.pages.figures import figures
from catalog.pages.kept import kept_search
from catalog.pages.kinds import KIND_NAMES
from catalog.pages.place_map import PlaceMap
from catalog.pages.relations import listed
from catalog.search import Standing
from catalog.uris import KINDS, PLURALS, list_path

if TYPE_CHECKING:
    from catalog.models import Reader

#: Pictures on the home page, and records under "recently changed".
PICTURES, RECENT = 9, 6


@dataclass(frozen=True, slots=True)
class Decade:
    """The events that begin in ten years, and the height of their bar in per cent."""

    year: int
    events: int
    height: float

    @property
    def top(self) -> float:
        """The top edge of the bar, in per cent."""
        return 100 - self.height

    @property
    def url(self) -> str:
        """The list of these events."""
        return listed("event", date_from=str(self.year), date_to=str(self.year + 9))


@require_safe
@kept_search
def home(request: HttpRequest, standing: Standing | None) -> HttpResponseBase:
    """``/``: what the collection is, how large it is, ways into it, and some of its records."""
    user: Reader = request.user
    pictures = list(
        Image.objects.visible_to(user)
        .exclude(file="")
        .filter(content_notice="")
        .select_related("type")
        .order_by("identifier")[:PICTURES]
    )
    numbers = figures(user, standing)
    context = {
        "section": "home",
        "kinds": [
            (kind, *KIND_NAMES[kind], list_path(kind), numbers.records[kind]) for kind in KINDS
        ],
        "total": sum(numbers.records.values()),
        "numbers": numbers,
        "decades": decades(numbers.decades),
        "lead_picture": pictures[0] if pictures else None,
        "pictures": pictures[1:],
        "map": _map(user, numbers.records["place"]),
        "recent": recently_changed(user),
        "exhibitions": read_with_openings(Exhibition.objects.visible_to(user)[:AT_HOME], user),
        "is_staff": sees_everything(user),
    }
    return render(request, "catalog/home.html", context)


def _map(user: Reader, number: int) -> PlaceMap:
    """The places of the collection on a map."""
    address = ListAddress(list_path("place"), view="map")
    return PlaceMap(Place.objects.visible_to(user), number, address, list_at=address.url())


def decades(counted: list[tuple[int, int]], most: int = 24) -> list[Decade]:
    """The decades with events, without gaps, the last ``most`` of them, with bars in proportion."""
    if not counted:
        return []
    numbers = dict(counted)
    last = max(numbers)
    first = max(min(numbers), last - 10 * (most - 1))
    tallest = max(numbers.values())
    return [
        Decade(year, numbers.get(year, 0), round(100 * numbers.get(year, 0) / tallest, 1))
        for year in range(first, last + 10, 10)
    ]


def recently_changed(user: Reader) -> list[Any]:
    """The records of all kinds that changed last. Pages of a document are left out, because the
    document represents them.
    """
    rows: list[Any] = []
    for model in RECORD_MODELS.values():
        changed: QuerySet[Any] = model.objects.visible_to(user).only(
            "slug", "title", "summary", "modified", "status", "publish_from", "embargo_until"
        )
        if model is Image:
            leaf = Page.objects.visible_to(user, seen_from=["image"]).filter(image=OuterRef("pk"))
            changed = changed.filter(~Exists(leaf))
        rows += changed.order_by("-modified", "-id")[:RECENT]
    return sorted(rows, key=lambda row: row.modified, reverse=True)[:RECENT]


@require_safe
def random_record(request: HttpRequest) -> HttpResponse:
    """``/random/``: redirects to a random record. 404 in an empty catalogue."""
    kinds = list(PLURALS)
    secrets.SystemRandom().shuffle(kinds)
    for kind in kinds:
        rows = RECORD_MODELS[kind].objects.visible_to(request.user).order_by("pk")
        ends = rows.aggregate(first=Min("pk"), last=Max("pk"))
        if ends["first"] is None:
            continue
        start = ends["first"] + secrets.randbelow(ends["last"] - ends["first"] + 1)
        record = rows.filter(pk__gte=start).only("slug").first()
        if record is not None:
            response = HttpResponseRedirect(record.get_absolute_url())
            response["Cache-Control"] = "no-store"
            return response
    raise Http404
