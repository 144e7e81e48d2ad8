"""A step with more records than a request can handle: confirmed first, then a job."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import ngettext

from catalog import bulk
from catalog.admin.as_job import shown_as_job
from catalog.admin.in_step import REASON, who_and_why

#: The box that says for which records the curator was asked.
_MARK: Final = "_mark"


def begun_with_many(
    model_admin: Any, request: HttpRequest, queryset: Any, verb: str
) -> HttpResponseBase:
    """The page that asks; once these very records are confirmed, a redirect to their job."""
    keys = list(queryset.order_by("pk").values_list("pk", flat=True))
    mark = hashlib.sha256(f"{verb} {keys}".encode()).hexdigest()[:32]
    asked = request.POST.get(_MARK, "")
    if asked == mark:
        job = bulk.move_as_job(
            bulk.Move(model_admin.model.KIND, verb),
            keys,
            **who_and_why(request),
        )
        return shown_as_job(model_admin, request, job)
    opts = model_admin.opts
    words = {
        "number": ngettext("%d record is selected.", "%d records are selected.", len(keys))
        % len(keys),
        "title": bulk.VERBS[verb].words,
        "verb": verb,
        "deletes": verb == "delete_selected",
        "first": keys[0],
        "checkbox": ACTION_CHECKBOX_NAME,
        "mark": mark,
        "is_other": bool(asked),
        "reason": request.POST.get(REASON, ""),
        "back": request.get_full_path(),
    }
    frame = {**model_admin.admin_site.each_context(request), "opts": opts}
    return TemplateResponse(request, "admin/catalog/many_moves.html", {**frame, **words})
