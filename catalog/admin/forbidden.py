"""The page for somebody who may not do what was asked for in the admin.

It says which groups may, and in which groups the account is, so that the right person can be asked.
"""

from __future__ import annotations

from typing import Any, Final

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import ResolverMatch
from django.utils.translation import gettext_lazy as _

#: The last word of an address's name, and the permission that it takes; any other takes "view".
_VERB_OF: Final = {
    "add": "add",
    "many": "add",
    "add_pages": "add",
    "copy": "add",
    "change": "change",
    "bulk": "change",
    "revision": "change",
    "distinct": "change",
    "delete": "delete",
    "merge": "delete",
}
#: Who may import tables is decided by the records that they may add.
_ASKED_FOR_ANOTHER: Final = {"intake": ("add", "person")}
_SENTENCES: Final = {
    "view": _("These groups may see %(kind)s: %(groups)s."),
    "add": _("These groups may add %(kind)s: %(groups)s."),
    "change": _("These groups may change %(kind)s: %(groups)s."),
    "delete": _("These groups may delete %(kind)s: %(groups)s."),
}
_NOBODY: Final = _("No group may do this, only accounts without limits.")


def admin_permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403 within the admin."""
    groups = Group.objects.filter(user=getattr(request.user, "pk", None)).order_by("name")
    context = admin.site.each_context(request) | {
        "title": _("Your account may not do this"),
        "who_may": _who_may(request.method or "", request.resolver_match),
        "own_groups": ", ".join(groups.values_list("name", flat=True)),
    }
    return render(request, "admin/403.html", context, status=403)


def _who_may(method: str, asked: ResolverMatch | None) -> str:
    """A sentence that names the groups; empty for an address that is not about one model."""
    named = _model_and_step(asked.url_name or "") if asked else None
    if named is None:
        return ""
    model, step = named
    verb = _VERB_OF.get(step, "view")
    if verb == "change" and method in {"GET", "HEAD"} and step == "change":
        verb = "view"
    verb, name = _ASKED_FOR_ANOTHER.get(model._meta.model_name, (verb, model._meta.model_name))
    groups = Group.objects.filter(
        permissions__codename=f"{verb}_{name}",
        permissions__content_type__app_label=model._meta.app_label,
    )
    names = list(groups.order_by("name").values_list("name", flat=True))
    if not names:
        return str(_NOBODY)
    kind = apps.get_model(model._meta.app_label, name)._meta.verbose_name_plural
    return str(_SENTENCES[verb]) % {"kind": kind, "groups": ", ".join(names)}


def _model_and_step(url_name: str) -> tuple[Any, str] | None:
    """The model and the step in the name of an address of the admin: ``catalog_person_delete``."""
    label, _line, rest = url_name.partition("_")
    name, _line, step = rest.partition("_")
    try:
        return apps.get_model(label, name), step
    except LookupError:
        return None
