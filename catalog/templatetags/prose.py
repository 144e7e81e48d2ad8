"""Texts as HTML that can do no harm: Markdown of descriptions, and what a search matched."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import nh3
from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

register = template.Library()

#: The tags allowed in a description. No pictures: those are records with rights of their own.
TAGS = {
    "a", "abbr", "blockquote", "br", "code", "dd", "dl", "dt", "em", "h3", "h4", "hr", "li", "ol", "p",
    "pre", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "abbr": {"title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}

#: Headings of a description are below the page's own h1 and h2.
LOWERED = {"h1": "h3", "h2": "h3", "h3": "h4", "h4": "h4", "h5": "h4", "h6": "h4"}


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "typographer": True})
    return parser.enable(["table", "replacements", "smartquotes"])


@lru_cache(maxsize=512)
def to_html(text: str) -> str:
    """Clean HTML of a Markdown text."""
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = LOWERED[token.tag]
    html = parser.renderer.render(tokens, parser.options, {})
    return nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="nofollow noopener"
    )


@register.filter
def markdown(text: str) -> SafeString:
    """``{{ record.description|markdown }}``"""
    return mark_safe(to_html(text)) if text else SafeString("")  # noqa: S308 - cleaned by nh3


@register.filter
def marked(pieces: Iterable[tuple[str, bool]]) -> SafeString:
    """``{{ hit.title|marked }}``: pieces of a text, those that a search matched in ``mark``."""
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", text) if hit else text,) for text, hit in pieces)
    )
