"""Help for curators: the first steps, the keys, the glossary, and all cataloguing rules on one page."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog.admin.glossary import entries
from catalog.admin.house_rules import fields_in_order, label_of
from catalog.admin.tour import KEYS, STEPS
from catalog.models import CITABLE_RECORDS, RECORD_MODELS, CataloguingRule

#: How long a browser remembers that its curator has dismissed the tour, in seconds.
_A_YEAR: Final = 365 * 24 * 60 * 60


def _put_away(user: Any) -> str:
    """The cookie for this; several curators may share a browser."""
    return f"tour_put_away_{user.pk}"


def offers_tour(request: HttpRequest, *, has_changed: bool) -> bool:
    """Whether the desk offers the tour: not once a curator has changed something, or has dismissed it."""
    return not has_changed and _put_away(request.user) not in request.COOKIES


def help_page(request: HttpRequest) -> HttpResponse:
    """The help page. Sent with POST, it dismisses the line on the desk."""
    if request.method == "POST":
        back = HttpResponseRedirect(reverse("admin:index"))
        back.set_cookie(
            _put_away(request.user),
            "1",
            max_age=_A_YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return back
    may = request.user.has_perm
    steps = [
        {
            "title": one.title,
            "text": one.text,
            "links": [link for link in one.links if link.open_to(may)],
        }
        for one in STEPS
    ]
    return _answer(
        request,
        "help",
        _("Help"),
        steps=steps,
        keys=KEYS,
        glossary=entries(),
        may_read_rules=may("catalog.view_cataloguingrule"),
    )


def rules_page(request: HttpRequest) -> HttpResponse:
    """Every cataloguing rule, in the order of the forms: for new cataloguers to read, and for printing.

    One query for all of them.
    """
    may = request.user.has_perm
    rules = CataloguingRule.objects.as_read() if may("catalog.view_cataloguingrule") else []
    return _answer(
        request,
        "house_rules",
        _("House rules for cataloguing"),
        sections=_sections(rules, request),
        may_add=may("catalog.add_cataloguingrule"),
        may_change=may("catalog.change_cataloguingrule"),
    )


def _sections(rules: list[CataloguingRule], request: HttpRequest) -> list[dict[str, Any]]:
    """The rules under their kinds, each in the order of its form; fields that are in no form come last."""
    orders = {kind: fields_in_order(kind, request) for kind in RECORD_MODELS}
    anywhere: dict[str, str] = {}
    for fields in orders.values():
        anywhere = {**fields, **anywhere}
    found = []
    for kind in ("", *CITABLE_RECORDS):
        labels = orders.get(kind, anywhere)  # type: ignore[call-overload]
        places = {name: place for place, name in enumerate(labels)}
        own = [one for one in rules if one.kind == kind]
        own.sort(key=lambda one: places.get(one.field, len(places)))
        if own:
            heading = (
                capfirst(str(RECORD_MODELS[kind]._meta.verbose_name_plural))  # type: ignore[index]
                if kind
                else _("All kinds of record")
            )
            rows = [(label_of(one), one) for one in own]
            found.append({"heading": heading, "kind": kind, "rows": rows})
    return found


def _answer(request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
    frame = admin.site.each_context(request)
    return TemplateResponse(
        request, f"admin/catalog/{template}.html", {**frame, "title": title, **context}
    )
