"""Addresses of the public pages, in the language that the path names (see ``archive_site.urls``)."""

from __future__ import annotations

from typing import Final

from django.urls import URLPattern, path, register_converter

from catalog.pages import opensearch
from catalog.pages.about import about
from catalog.pages.base import IN_NETWORKS
from catalog.pages.collection import CollectionDetail
from catalog.pages.document import DocumentDetail
from catalog.pages.event import EventDetail
from catalog.pages.exhibition import ExhibitionDetail, exhibitions
from catalog.pages.exhibition_feed import exhibition_feed
from catalog.pages.home import home, random_record
from catalog.pages.image import ImageDetail
from catalog.pages.kept import Door, kept
from catalog.pages.list_feed import beside, with_feed
from catalog.pages.list_files import with_files
from catalog.pages.lists import (
    CollectionList,
    DocumentList,
    EventList,
    ImageList,
    PersonList,
    PlaceList,
)
from catalog.pages.network import network
from catalog.pages.person import PersonDetail
from catalog.pages.place import PlaceDetail
from catalog.pages.preview import picture as preview_picture
from catalog.pages.preview import preview
from catalog.pages.search import find, search_page
from catalog.pages.suggestions import suggestions
from catalog.pages.transcript import transcript
from catalog.pages.ways import in_view
from catalog.uris import PLURALS, Kind, SlugConverter

register_converter(SlugConverter, "record_slug")

app_name = "catalog"

#: The list and the page of each kind.
DOORS: Final = {
    "person": (PersonList, PersonDetail),
    "document": (DocumentList, DocumentDetail),
    "image": (ImageList, ImageDetail),
    "event": (EventList, EventDetail),
    "place": (PlaceList, PlaceDetail),
    "collection": (CollectionList, CollectionDetail),
}


def _list(kind: Kind) -> Door:
    """The list of a kind: as a page, as files, or as a feed."""
    many = DOORS[kind][0]
    return with_feed(with_files(kept(many.as_view()), many), kind)


def _of_kind(kind: Kind) -> list[URLPattern]:
    one = DOORS[kind][1]
    patterns = [
        path(f"{PLURALS[kind]}/", _list(kind), name=f"{kind}-list"),
        path(f"{PLURALS[kind]}/<record_slug:slug>/", kept(one.as_view()), name=kind),
    ]
    if kind in {"document", "image"}:
        address = f"{PLURALS[kind]}/<record_slug:slug>/text"
        patterns.append(path(address, transcript, {"model": one.model}, name=f"{kind}-text"))
    if kind in IN_NETWORKS:
        address = f"{PLURALS[kind]}/<record_slug:slug>/network/"
        patterns.append(path(address, kept(network), {"model": one.model}, name=f"{kind}-network"))
    return patterns


urlpatterns = [
    path("", home, name="home"),
    path("about/", about, name="about"),
    path("search/", search_page, name="search"),
    path("search/suggestions", suggestions, name="suggestions"),
    path("search/opensearch.xml", opensearch.description, name="opensearch"),
    path("find/", find, name="find"),
    path("exhibitions/", beside(kept(exhibitions), exhibition_feed), name="exhibition-list"),
    path("exhibitions/<record_slug:slug>/", kept(ExhibitionDetail.as_view()), name="exhibition"),
    path("random/", random_record, name="random"),
    path("timeline/", in_view, {"kind": "event", "view": "timeline"}),
    path("map/", in_view, {"kind": "place", "view": "map"}),
    path("preview/<str:token>/", preview, name="preview"),
    path("preview/<str:token>/pictures/<str:sha>-<int:width>.webp", preview_picture),
    *(pattern for kind in PLURALS for pattern in _of_kind(kind)),
]
