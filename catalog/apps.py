"""Wiring of the catalogue into Django: what has to be set up once all models are loaded."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    """The one Django application of the catalogue."""

    name = "catalog"
    verbose_name = _("Catalogue")

    def ready(self) -> None:
        """Register the system checks; they register themselves on import."""
        from django.db.backends.signals import connection_created
        from django.db.models.signals import post_migrate

        from catalog import (
            checks,  # noqa: F401  (imported for its effect)
            documents,
            history,
        )
        from catalog.sqlite.row_estimates import tell_sqlite

        connection_created.connect(_compile_nothing, dispatch_uid="no compiled statements")
        post_migrate.connect(history.lay_triggers, sender=self, dispatch_uid="history triggers")
        post_migrate.connect(documents.lay_triggers, sender=self, dispatch_uid="api triggers")
        post_migrate.connect(_search_follows, sender=self, dispatch_uid="search")
        post_migrate.connect(tell_sqlite, sender=self, dispatch_uid="row estimates")


def _compile_nothing(connection: Any, **_kwargs: Any) -> None:
    """Keep PostgreSQL from compiling statements (JIT), which takes seconds for statements of a second.

    Not by a startup parameter: poolers refuse those that they do not know.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off")


def _search_follows(using: str, **_kwargs: Any) -> None:
    """Lay the search's triggers again if a migration removed them."""
    from catalog.search import after_migrate

    after_migrate(using=using)
