"""What waits for whom, on the first page of the admin."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import Count
from django.urls import reverse
from django.utils.text import capfirst

from catalog.models import RECORD_MODELS, Status

register = template.Library()


@register.simple_tag(takes_context=True)
def work_at_hand(context: dict[str, Any]) -> list[dict[str, Any]]:
    """For each kind that the curator may see: how many records stand at which status.

    One query a kind. Rows have ``kind`` (its plural name), ``address``, ``add_address`` (empty without
    permission), and ``counts`` with ``value``, ``label`` and ``number`` of each status.
    """
    user = context["request"].user
    rows = []
    for kind, model in RECORD_MODELS.items():
        if not user.has_perm(f"catalog.view_{kind}"):
            continue
        numbers = dict(
            model.objects.visible_to(user)
            .order_by()
            .values_list("status")
            .annotate(number=Count("pk"))
        )
        rows.append(
            {
                "kind": capfirst(str(model._meta.verbose_name_plural)),
                "address": reverse(f"admin:catalog_{kind}_changelist"),
                "add_address": reverse(f"admin:catalog_{kind}_add")
                if user.has_perm(f"catalog.add_{kind}")
                else "",
                "counts": [
                    {"value": status.value, "label": status.label, "number": numbers.get(status, 0)}
                    for status in Status
                ],
            }
        )
    return rows
