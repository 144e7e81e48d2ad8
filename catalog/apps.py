"""Wiring of the catalogue into Django: what has to be known once all models are loaded."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    """The one Django application of the catalogue."""

    name = "catalog"
    verbose_name = _("Catalogue")

    def ready(self) -> None:
        """Register the system checks; they register themselves on import."""
        from catalog import checks  # noqa: F401  (imported for its effect)
