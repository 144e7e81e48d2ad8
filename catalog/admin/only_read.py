"""Lists of what the catalogue itself writes: viewed in the admin, never edited there."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


class OnlyRead:
    """Mixin of an admin for change sets and jobs: they appear with the work that they describe, and
    are removed automatically.
    """

    def has_add_permission(self, request: HttpRequest) -> bool:
        """None is made by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What happened is not rewritten."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nor deleted."""
        return False
