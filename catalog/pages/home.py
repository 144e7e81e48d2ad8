"""The home page, and the address that leads to a random record."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Count, Exists, F, Max, Min, OuterRef, QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.models import RECORD_MODELS, Event, Exhibition, Image, Page, Place, sees_everything
from catalog.pages.chips import ListAddress
from catalog.pages.exhibition import AT_HOME, read_with_openings
from catalog.pages.kept import kept
from catalog.pages.kinds import KIND_NAMES
from catalog.pages.place_map import PlaceMap
from catalog.pages.relations import listed
from catalog.uris import KINDS, PLURALS, Kind, list_path

if TYPE_CHECKING:
    from catalog.models import Reader

#: Pictures on the home page, and records under "recently changed".
PICTURES, RECENT = 9, 6
DAYS_OF_TEN_YEARS = 100_000


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
@kept
def home(request: HttpRequest) -> HttpResponseBase:
    """``/``: what the collection is, how large it is, ways into it, and some of its records."""
    user: Reader = request.user
    pictures = list(
        Image.objects.visible_to(user)
        .exclude(file="")
        .filter(content_notice="")
        .select_related("type")
        .order_by("identifier")[:PICTURES]
    )
    numbers = figures(user)
    context = {
        "section": "home",
        "kinds": [
            (kind, *KIND_NAMES[kind], list_path(kind), numbers["records"][kind]) for kind in KINDS
        ],
        "total": sum(numbers["records"].values()),
        "numbers": numbers,
        "decades": decades(numbers["decades"]),
        "lead_picture": pictures[0] if pictures else None,
        "pictures": pictures[1:],
        "map": _map(user, numbers["records"]["place"]),
        "recent": recently_changed(user),
        "exhibitions": read_with_openings(Exhibition.objects.visible_to(user)[:AT_HOME], user),
        "is_staff": sees_everything(user),
    }
    return render(request, "catalog/home.html", context)


def _map(user: Reader, number: int) -> PlaceMap:
    """The places of the collection on a map."""
    address = ListAddress(list_path("place"), view="map")
    return PlaceMap(Place.objects.visible_to(user), number, address, list_at=address.url())


def figures(user: Reader) -> dict[str, Any]:
    """How many records of each kind, and events by decade."""
    events = Event.objects.visible_to(user).filter(date_earliest__gt=0)
    by_decade = list(
        events.annotate(decade=F("date_earliest") / DAYS_OF_TEN_YEARS)
        .values("decade")
        .annotate(events=Count("pk"), first=Min("date_earliest"), last=Max("date_latest"))
        .order_by("decade")
    )
    last = [row["last"] for row in by_decade if row["last"]]
    return {
        "records": numbers_of_records(user),
        "first_year": by_decade[0]["first"] // 10_000 if by_decade else None,
        "last_year": max(last) // 10_000 if last else None,
        "decades": [(row["decade"] * 10, row["events"]) for row in by_decade],
    }


def numbers_of_records(user: Reader) -> dict[Kind, int]:
    """How many records of each kind there are. One query."""
    first, *others = (
        model.objects.visible_to(user)
        .order_by()
        .values(of_kind=Value(kind, output_field=CharField()))
        .annotate(number=Count("pk"))
        for kind, model in RECORD_MODELS.items()
    )
    numbers = {row["of_kind"]: row["number"] for row in first.union(*others, all=True)}
    return {kind: numbers.get(kind, 0) for kind in KINDS}


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
