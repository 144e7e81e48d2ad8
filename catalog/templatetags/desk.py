"""What the first page of the admin shows."""

from __future__ import annotations

from typing import Any, Final

from django import template

register = template.Library()

#: What the menu of the admin leads to: the kinds in the order of the site, then what serves the work on them.
_IN_MENU: Final = (
    "Person",
    "Document",
    "Image",
    "Event",
    "Place",
    "Collection",
    "Exhibition",
    "StoragePlace",
    "Term",
    "Intake",
    "ChangeSet",
)


@register.filter
def in_menu(models: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of an app's models that the menu leads to, in its order; each as Django describes it."""
    shown = [one for one in models if one["admin_url"] and one["object_name"] in _IN_MENU]
    return sorted(shown, key=lambda one: _IN_MENU.index(one["object_name"]))


@register.simple_tag(takes_context=True)
def desk(context: dict[str, Any]) -> Any:
    """The curator's desk (``catalog.admin.desk.Desk``)."""
    # The admin is not ready yet when template tags are first imported.
    from catalog.admin import desk_of

    return desk_of(context["request"].user)


@register.simple_tag(takes_context=True)
def tour_is_offered(context: dict[str, Any], desk: Any) -> bool:
    """Whether the desk shows its curator the first steps."""
    from catalog.admin import offers_tour

    return offers_tour(context["request"], has_changed=bool(desk.own_changes))
