"""Addresses of pictures; ``catalog.uris`` makes them. They are outside the languages of the pages."""

from django.urls import path

from catalog.iiif import views
from catalog.iiif.image import views as image_service
from catalog.iiif.presentation.urls import urlpatterns as presentation

urlpatterns = [
    *presentation,
    path("pictures/<uuid:uuid>/<str:sha>-<int:width>.webp", views.picture, name="picture"),
    path("pictures/<uuid:uuid>/original", views.original, name="original"),
    path("iiif/image/<path:address>", image_service.image, name="image-service"),
]
