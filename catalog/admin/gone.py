"""A form whose record was deleted while it was open: nothing typed is lost, and the way to restore
it is shown.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.db import models
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog import actions
from catalog.admin.keys import is_key
from catalog.admin.mixin import AdminMixin
from catalog.history import Names, Selection
from catalog.models import PUBLISHED_MODELS, Change, ChangeSet, MergedRecord


def _successor(deletion: Selection) -> Any:
    """The record that a deleted one was merged into; otherwise None."""
    gone = Change.objects.filter(
        change_set=deletion.change_set, model=deletion.kind, row_id=deletion.record_id
    ).exclude(before=None)
    uuid = json.loads(str(gone.values_list("before", flat=True).latest("id"))).get("uuid")
    into = MergedRecord.successor_of(UUID(uuid)) if uuid else None
    model = PUBLISHED_MODELS[deletion.kind]  # type: ignore[index]
    return model._base_manager.filter(uuid=into).first() if into else None


class KeepsWhatIsGone(AdminMixin):
    """Mixin of a record's admin: what its form and its address answer after the record was deleted."""

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponseBase:
        """The page that keeps what was typed; a plain visit is sent to the history of the record."""
        key = unquote(object_id)
        kind = str(self.opts.model_name)
        deletion = actions.deletion_of(kind, int(key)) if is_key(key) else None
        if deletion is None or not self.has_view_permission(request):
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)  # type: ignore[misc, no-any-return]
        name = Names().of_row(kind, deletion.record_id)
        match = request.resolver_match
        if request.method != "POST" or (match and str(match.url_name).endswith("_delete")):
            said = _("“%(record)s” was deleted. This is its history, where you can restore it.")
            self.message_user(request, said % {"record": name}, messages.WARNING)
            return HttpResponseRedirect(reverse(f"admin:catalog_{kind}_history", args=[key]))
        undo = reverse("admin:catalog_changeset_undo", args=[deletion.change_set])
        return TemplateResponse(
            request,
            "admin/catalog/gone.html",
            {
                **self.admin_site.each_context(request),
                "title": _("“%(record)s” was deleted while you had it open") % {"record": name},
                "opts": self.opts,
                "change_set": ChangeSet.objects.filter(pk=deletion.change_set).first(),
                "successor": _successor(deletion),
                "reason_not": actions.why_not_undo(deletion, request.user),
                "undo_address": f"{undo}?record={kind}:{key}",
                "history_address": reverse(f"admin:catalog_{kind}_history", args=[key]),
                "typed": [(box, one) for box, some in request.POST.lists() for one in some],
                "texts": list(self._texts(request)),
                "has_files": bool(request.FILES),
            },
            status=409,
        )

    def _texts(self, request: HttpRequest) -> Any:
        """The texts among what was typed, with the labels of their fields."""
        for field in self.opts.concrete_fields:
            text = request.POST.get(field.name, "")
            is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
            if is_text and field.editable and text.strip():
                yield capfirst(str(field.verbose_name)), text
