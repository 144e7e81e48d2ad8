"""Records selected in a list as a table, to be corrected in a spreadsheet and imported again."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import intake
from catalog.admin.mixin import AdminMixin
from catalog.admin.table_file import table_file

_ACTION: Final = gettext_lazy("Download selected as a table (CSV)")


class GivesTables(AdminMixin):
    """Mixin of a record's admin: a list action for those who may change records of the kind."""

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The list's actions, and this one."""
        others = super().get_actions(request)
        if "_popup" in request.GET or not self.has_change_permission(request):
            return others
        return {**others, "as_table": (_as_table, "as_table", _ACTION)}


def _as_table(model_admin: Any, request: HttpRequest, queryset: Any) -> HttpResponseBase | None:
    keys = list(queryset.order_by("pk").values_list("pk", flat=True)[: intake.MOST_ROWS + 1])
    if len(keys) > intake.MOST_ROWS:
        model_admin.message_user(
            request,
            _("A table holds at most %(most)d records. Narrow the list with a filter or a search.")
            % {"most": intake.MOST_ROWS},
            messages.ERROR,
        )
        return None
    kind = model_admin.model.KIND
    return table_file(intake.as_table(kind, keys, reader=request.user), f"{kind}.csv")
