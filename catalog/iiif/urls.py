"""Addresses of pictures; ``catalog.uris`` writes them. They stand outside the languages of the pages."""

from django.urls import path

from catalog.iiif import views

urlpatterns = [
    path("pictures/<uuid:uuid>/<str:sha>-<int:width>.webp", views.picture, name="picture"),
    path("pictures/<uuid:uuid>/original", views.original, name="original"),
]
