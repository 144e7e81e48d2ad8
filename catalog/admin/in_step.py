"""What a curator saves, the search knows when the answer comes: both are one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from catalog import actions

if TYPE_CHECKING:
    from django.contrib import admin

    _Base = admin.ModelAdmin[Any]
else:
    _Base = object


class KeepsInStep(_Base):
    """Mixin of a ModelAdmin: what a form or a deletion writes is one step, its rows and terms with it."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The form; when it is sent, in one step."""
        if request.method != "POST":
            return super().changeform_view(request, *args, **kwargs)
        with actions.in_step():
            return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The question before a deletion; when it is answered, in one step."""
        if request.method != "POST":
            return super().delete_view(request, *args, **kwargs)
        with actions.in_step():
            return super().delete_view(request, *args, **kwargs)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Delete the rows chosen in a list, in one step."""
        with actions.in_step():
            super().delete_queryset(request, queryset)
