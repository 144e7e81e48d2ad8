"""Pictures on pages: their addresses, and the size in which a page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse

from catalog.iiif import Picture, picture_of
from catalog.models import Image

register = template.Library()

#: The box, in CSS pixels, that a picture fits into at the head of its own page.
STAGE = (1180, 660)


@dataclass(frozen=True, slots=True)
class Shown:
    """Width and height of a picture in the stage; never larger than the original."""

    width: int
    height: int


@register.simple_tag
def picture(image: Image | None) -> Picture | None:
    """``{% picture image as held %}``: addresses of a picture; None if the archive holds no file."""
    return picture_of(image) if image else None


@register.filter
def on_stage(held: Picture) -> Shown:
    """The size of a picture in the stage. Given in attributes, so that the page does not jump."""
    scale = min(1.0, STAGE[0] / held.width, STAGE[1] / held.height)
    return Shown(round(held.width * scale), round(held.height * scale))


@register.filter
def per_cent(number: float) -> str:
    """A number as SVG reads it, whatever the language of the interface: ``12.5%``."""
    return f"{number:.3f}".rstrip("0").rstrip(".") + "%"


@register.simple_tag
def edit_path(record: Any) -> str:
    """Where curators edit a record; empty if the admin does not have it."""
    try:
        return reverse(
            f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk]
        )
    except NoReverseMatch:
        return ""
