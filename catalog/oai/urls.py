"""The address of harvesting, outside the languages of the pages."""

from django.urls import path

from catalog.oai.views import harvest

urlpatterns = [path("oai", harvest, name="oai")]
