"""Addresses under ``/api/``. Unknown ones are answered as a problem too."""

from __future__ import annotations

from typing import Any, Final

from django.urls import URLPattern, path, re_path, register_converter

from catalog.api.alike import SimilarViewSet
from catalog.api.base import RecordViewSet
from catalog.api.change_sets import ChangeSetsViewSet
from catalog.api.changes import ChangesViewSet, StatsViewSet
from catalog.api.collection import CollectionViewSet
from catalog.api.console import console
from catalog.api.copying import CopyViewSet
from catalog.api.distinctions import DistinctionsViewSet
from catalog.api.document import DocumentViewSet
from catalog.api.dump_files import DumpsViewSet
from catalog.api.event import EventViewSet
from catalog.api.exhibition import ExhibitionViewSet
from catalog.api.image import ImageViewSet
from catalog.api.imports import ImportsViewSet
from catalog.api.jobs import JobsViewSet
from catalog.api.merging import MergeViewSet
from catalog.api.moves import MOVES
from catalog.api.nested import RelationViewSet
from catalog.api.openapi import DescriptionViewSet
from catalog.api.person import PersonViewSet
from catalog.api.picture_file import PictureFileViewSet
from catalog.api.place import PlaceViewSet
from catalog.api.root import NothingViewSet, RootViewSet
from catalog.api.search import SearchViewSet
from catalog.api.storage import StoragePlaceViewSet
from catalog.api.term import TermViewSet
from catalog.documents import RELATIONS
from catalog.uris import PLURALS, Kind, SlugConverter

register_converter(SlugConverter, "api_slug")

#: The viewset of each kind.
VIEWSETS: Final[dict[Kind, type[RecordViewSet]]] = {
    "person": PersonViewSet,
    "document": DocumentViewSet,
    "image": ImageViewSet,
    "event": EventViewSet,
    "place": PlaceViewSet,
    "collection": CollectionViewSet,
}
_READ_ALL: Final[dict[str, Any]] = {"get": "list"}
_READ_ONE: Final[dict[str, Any]] = {"get": "retrieve"}
_CHANGE_ONE: Final[dict[str, Any]] = {
    "put": "update",
    "patch": "partial_update",
    "delete": "destroy",
}
_EVERY_METHOD: Final[dict[str, Any]] = dict.fromkeys(
    ("get", "post", "put", "patch", "delete", "trace", "options"), "nothing"
)


def _of_kind(kind: Kind) -> list[URLPattern]:
    word, viewset = PLURALS[kind], VIEWSETS[kind]
    one = f"v1/{word}/<api_slug:slug>/"
    found = [
        *_file_of(kind, one),
        path(f"v1/{word}/", viewset.as_view({**_READ_ALL, "post": "create"})),
        path(one, viewset.as_view({**_READ_ONE, **_CHANGE_ONE})),
        *(_move(viewset, one, verb) for verb in MOVES),
        _copying(kind, viewset, one),
        _merging(kind, viewset, one),
        _similar(kind, viewset, one),
    ]
    for spec in RELATIONS[kind]:
        made: Any = type(
            f"{viewset.__name__}{spec.name.title()}",
            (RelationViewSet,),
            {"kind": kind, "relation_name": spec.name},
        )
        adding = {"post": "create"} if spec.is_writable else {}
        found.append(path(f"{one}{spec.name}/", made.as_view({**_READ_ALL, **adding})))
        if spec.sort is not None:
            changing = {"patch": "partial_update", "delete": "destroy"} if spec.is_writable else {}
            found.append(
                path(f"{one}{spec.name}/<uuid:uuid>/", made.as_view({**_READ_ONE, **changing}))
            )
    return found


def _move(viewset: type[RecordViewSet | ExhibitionViewSet], one: str, verb: str) -> URLPattern:
    return path(f"{one}{verb}/", viewset.as_view({"post": "move"}), {"verb": verb})


def _copying(kind: Kind, viewset: type[RecordViewSet], one: str) -> URLPattern:
    made: Any = type(f"{viewset.__name__}Copy", (CopyViewSet, viewset), {"kind": kind})
    found: URLPattern = path(f"{one}copy/", made.as_view({"post": "copy"}))
    return found


def _merging(kind: Kind, viewset: type[RecordViewSet], one: str) -> URLPattern:
    made: Any = type(f"{viewset.__name__}Merge", (MergeViewSet, viewset), {"kind": kind})
    found: URLPattern = path(f"{one}merge/", made.as_view({"post": "merge"}))
    return found


def _similar(kind: Kind, viewset: type[RecordViewSet], one: str) -> URLPattern:
    made: Any = type(f"{viewset.__name__}Similar", (SimilarViewSet, viewset), {"kind": kind})
    found: URLPattern = path(f"{one}similar/", made.as_view({"get": "similar"}))
    return found


def _file_of(kind: Kind, one: str) -> list[URLPattern]:
    if kind != "image":
        return []
    methods = {**_READ_ONE, "put": "update", "delete": "destroy"}
    return [path(f"{one}file/", PictureFileViewSet.as_view(methods))]


urlpatterns = [
    path("v1/", RootViewSet.as_view(_READ_ALL)),
    *(pattern for kind in VIEWSETS for pattern in _of_kind(kind)),
    path("v1/search/", SearchViewSet.as_view(_READ_ALL)),
    path("v1/exhibitions/", ExhibitionViewSet.as_view({**_READ_ALL, "post": "create"})),
    path(
        "v1/exhibitions/<api_slug:slug>/", ExhibitionViewSet.as_view({**_READ_ONE, **_CHANGE_ONE})
    ),
    *(_move(ExhibitionViewSet, "v1/exhibitions/<api_slug:slug>/", verb) for verb in MOVES),
    path("v1/terms/", TermViewSet.as_view({**_READ_ALL, "post": "create"})),
    path(
        "v1/terms/<slug:vocabulary>/<slug:code>/", TermViewSet.as_view({**_READ_ONE, **_CHANGE_ONE})
    ),
    path("v1/changes/", ChangesViewSet.as_view(_READ_ALL)),
    path("v1/change-sets/", ChangeSetsViewSet.as_view(_READ_ALL)),
    path("v1/change-sets/<int:number>/", ChangeSetsViewSet.as_view(_READ_ONE)),
    path("v1/change-sets/<int:number>/undo/", ChangeSetsViewSet.as_view({"post": "undo"})),
    path("v1/distinctions/", DistinctionsViewSet.as_view({**_READ_ALL, "post": "create"})),
    path(
        "v1/distinctions/<int:number>/",
        DistinctionsViewSet.as_view({**_READ_ONE, "delete": "destroy"}),
    ),
    path("v1/imports/", ImportsViewSet.as_view({**_READ_ALL, "post": "create"})),
    path(
        "v1/imports/<int:number>/",
        ImportsViewSet.as_view({**_READ_ONE, "patch": "partial_update", "delete": "destroy"}),
    ),
    path("v1/imports/<int:number>/rows/", ImportsViewSet.as_view({"get": "rows"})),
    path("v1/imports/<int:number>/run/", ImportsViewSet.as_view({"post": "run"})),
    path("v1/storage-places/", StoragePlaceViewSet.as_view({**_READ_ALL, "post": "create"})),
    path(
        "v1/storage-places/<uuid:uuid>/",
        StoragePlaceViewSet.as_view({**_READ_ONE, **_CHANGE_ONE}),
    ),
    path(
        "v1/storage-places/<uuid:uuid>/contents/",
        StoragePlaceViewSet.as_view({"get": "contents"}),
    ),
    path("v1/jobs/<int:number>/", JobsViewSet.as_view(_READ_ONE)),
    path("v1/stats/", StatsViewSet.as_view(_READ_ALL)),
    path("v1/dumps/", DumpsViewSet.as_view(_READ_ALL)),
    path("v1/dumps/<str:name>", DumpsViewSet.as_view(_READ_ONE)),
    path("v1/openapi.json", DescriptionViewSet.as_view(_READ_ALL)),
    path("v1/docs/", console, name="api-docs"),
    re_path(r"", NothingViewSet.as_view(_EVERY_METHOD), name="api-nothing"),
]
