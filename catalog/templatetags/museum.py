"""What every page says about the museum and itself: its name, its address, its other languages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import template
from django.conf import settings
from django.urls import translate_url
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from catalog.conf import TEXTS, CatalogueSettings, catalogue_settings, museum_text
from catalog.uris import absolute
from catalog.values import Label

register = template.Library()


@register.simple_tag
def museum() -> CatalogueSettings:
    """The settings of the catalogue: ``{% museum as museum %}{{ museum.NAME }}``.

    What visitors read is in the language of the page if the museum gives it there; ``{{ museum.NAME|foreign }}``
    marks it where not.
    """
    texts: dict[str, Any] = {name: _museum_label(name) for name in TEXTS}
    return replace(catalogue_settings(), **texts)


def _museum_label(name: str) -> Label:
    text, language = museum_text(name)
    label = Label(text)
    label.language = "" if language == translation.get_language() else language
    return label


@register.simple_tag(takes_context=True)
def whole_address(context: dict[str, Any], path: str = "") -> str:
    """The full address of a path of the site; without a path, of the page (query left out)."""
    request = context["request"]
    return absolute(path or request.path, origin=f"{request.scheme}://{request.get_host()}")


@register.simple_tag(takes_context=True)
def other_languages(context: dict[str, Any], query: bool = False) -> list[dict[str, Any]]:
    """The page in every language of the interface: code, name in that language, path, current.

    ``query`` keeps the query string, for visitors who change the language on a filtered list; pages
    that take no parameters set ``drops_query`` in their context.
    """
    request = context.get("request")
    if request is None:
        return []
    here = request.path if not query or context.get("drops_query") else request.get_full_path()
    current = translation.get_language()
    return [
        {
            "code": code,
            "name": translation.get_language_info(code)["name_local"].capitalize(),
            "path": translate_url(here, code),
            "current": code == current,
        }
        for code, _name in settings.LANGUAGES
    ]


@register.filter
def foreign(text: str) -> SafeString:
    """The attribute ``lang`` for a cataloguer's text on a page in another language; nothing if it is the page's.

    A term brings its language along (:class:`~catalog.values.Label`); anything else is in that of the records.
    """
    language = text.language if isinstance(text, Label) else record_language()
    return format_html(' lang="{}"', language) if language else SafeString("")


@register.filter
def among_records(text: str) -> SafeString:
    """The attribute ``lang`` for a word within an element in the language of the records.

    Empty where the page speaks that language, and for terms that have no name in the page's.
    """
    if not record_language() or (isinstance(text, Label) and text.language):
        return SafeString("")
    return format_html(' lang="{}"', translation.get_language())


@register.filter
def in_a_line(facts: list[str]) -> SafeString:
    """Short phrases in one line within an element in the language of the records; terms that have a
    name in the page's language say so.
    """
    return format_html_join(
        " · ",
        "{}",
        (
            (
                format_html("<span{}>{}</span>", language, fact)
                if isinstance(fact, Label) and (language := among_records(fact))
                else fact,
            )
            for fact in facts
        ),
    )


@register.simple_tag
def record_language() -> str:
    """The language that records are written in, if the interface speaks another; otherwise empty."""
    written_in: str = settings.LANGUAGE_CODE
    return "" if (translation.get_language() or "").split("-")[0] == written_in else written_in
