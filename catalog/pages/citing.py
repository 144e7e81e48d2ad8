"""How a record is cited: a sentence in the reader's language after the Chicago Manual of Style (notes and
bibliography, 14.), the styles of lists of references, and files.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from catalog.conf import catalogue_settings
from catalog.formats import STYLES, Cited, Run, cited, creators_of, forms_of
from catalog.models import Person
from catalog.pages.lives import years
from catalog.pages.relations import dates_of
from catalog.pages.site import whole_address
from catalog.templatetags.dates import day_in_words
from catalog.templatetags.museum import record_language
from catalog.uris import api_path, file_path
from catalog.values import sentence

if TYPE_CHECKING:
    from catalog.pages.base import Page


def ready_citation(record: Any, creators: list[str], request: HttpRequest) -> SafeString:
    """Who, what, when, where it is catalogued, under which number and address, and when it was read."""
    museum = catalogue_settings()
    dates = (
        years(record)
        if isinstance(record, Person)
        else ", ".join(sentence(date, _) for date in dates_of(record))
    )
    written_in = record_language()
    language = format_html(' lang="{}"', written_in) if written_in else ""
    title = format_html("<cite{}>{}</cite>", language, record.title)
    if dates:
        title = format_html("{}, {}", title, dates)
    parts: list[Any] = [", ".join(creators), title, f"{museum.INSTITUTION}, {record.identifier}"]
    address = whole_address(request, record.permanent_path)
    read_on = day_in_words(timezone.now())
    body = SafeString("")
    for part in parts:
        if part:
            body = format_html("{}{}. ", body, part)
    return format_html("{}{} ({}).", body, address, _("accessed %(date)s") % {"date": read_on})


def creating(makers: Iterable[Any], kind: str) -> list[Person]:
    """The creators among those who had a part in a record of a kind, each once."""
    roles = creators_of(kind)
    return list(dict.fromkeys(row.person for row in makers if row.role.code in roles))


def creators(makers: Iterable[Any], kind: str) -> list[str]:
    """The names that a citation begins with: of at most three creators among the makers."""
    names = [person.title for person in creating(makers, kind)]
    return [*names[:3], str(_("and others"))] if len(names) > 3 else names


def cited_by(record: Any, page: Page, request: HttpRequest) -> Cited:
    """The citation of the files, except that of many makers in one role it only has those that the page
    shows. No query.
    """
    address = whole_address(request, record.permanent_path)
    today = timezone.localdate()
    return cited(record, page.user, address, today, makers=page.makers, languages=page.languages)


def in_styles(record: Cited) -> list[tuple[str, SafeString]]:
    """The record as an entry in a list of references, by the name of each style."""
    return [
        (name, format_html_join("", "{}", ((_set(run),) for run in write(record))))
        for name, write in STYLES.items()
    ]


def _set(run: Run) -> SafeString:
    """A piece of a reference as HTML: italics, and the language in which records are written."""
    element = "cite" if run.italic else "span"
    if run.is_title and (written_in := record_language()):
        return format_html('<{0} lang="{1}">{2}</{0}>', element, written_in, run.text)
    return format_html("<cite>{}</cite>", run.text) if run.italic else format_html("{}", run.text)


def files_of(record: Any) -> list[tuple[str, str]]:
    """Name and path of each format in which a record can be exported: its citation, and the whole of it."""
    files = [(form.name, file_path(record.uuid, form.suffix)) for form in forms_of(record.KIND)]
    return [*files, ("JSON", api_path(record.KIND, record.slug))]
