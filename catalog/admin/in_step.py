"""What a curator saves is one transaction and one change set, and the search knows it when the
answer comes.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from catalog import actions, history
from catalog.admin.mixin import AdminMixin
from catalog.models import Door

#: The form's box for the reason of a change.
REASON = "_reason"


def who_and_why(request: HttpRequest) -> dict[str, Any]:
    """Who changes something here, that it comes through the admin, and the reason typed: for a change set."""
    reason = request.POST.get(REASON, "").strip()
    return {"by": request.user, "door": Door.ADMIN, "reason": reason}


class KeepsInStep(AdminMixin):
    """Mixin of a ModelAdmin: what a form or a deletion writes is one step, including its rows and terms."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The form; if it is sent, in one step."""
        if request.method != "POST":
            return super().changeform_view(request, *args, **kwargs)
        with actions.in_step(**who_and_why(request)):
            return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The confirmation of a deletion; if it is sent, in one step."""
        if request.method != "POST":
            return super().delete_view(request, *args, **kwargs)
        with actions.in_step(**who_and_why(request)):
            return super().delete_view(request, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The list; what one of its actions does to many records is one change set."""
        if request.method != "POST":
            return super().changelist_view(request, *args, **kwargs)
        with history.change_set(**who_and_why(request)):
            return super().changelist_view(request, *args, **kwargs)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Delete the rows selected in a list, in one step."""
        with actions.in_step(**who_and_why(request)):
            super().delete_queryset(request, queryset)
