"""Addresses of manifests, collections and annotations; ``catalog.uris`` writes them."""

from django.urls import path

from catalog.iiif.presentation import views

_MANIFEST = "iiif/manifest/<uuid:uuid>"
_CANVAS = f"{_MANIFEST}/canvas/<uuid:image>"

urlpatterns = [
    path(_MANIFEST, views.manifest, name="manifest"),
    path(f"{_MANIFEST}/search", views.content_search_page, name="content-search"),
    path(f"{_MANIFEST}/autocomplete", views.autocomplete, name="autocomplete"),
    path(_CANVAS, views.canvas_alone, name="canvas"),
    path(f"{_CANVAS}/text", views.layer, {"name": "text"}, name="canvas-text"),
    path(f"{_CANVAS}/people", views.layer, {"name": "people"}, name="canvas-people"),
    path("iiif/collection/top", views.top, name="collection-top"),
    path("iiif/collection/<uuid:uuid>", views.collection_alone, name="iiif-collection"),
]
