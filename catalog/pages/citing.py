"""The ready-made citation of a record, after the Chicago Manual of Style (notes and bibliography,
14.), and its files.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from catalog.conf import catalogue_settings
from catalog.formats import CREATORS, cited, context_object, forms_of
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


def creators(makers: Iterable[Any]) -> list[str]:
    """The names that a citation begins with: of at most three creators among the makers."""
    names = [row.person.title for row in makers if row.role.code in CREATORS]
    return [*names[:3], str(_("and others"))] if len(names) > 3 else names


def reference(record: Any, page: Page, request: HttpRequest) -> str:
    """The citation for reference managers that look for it in the page (COinS): that of the files,
    except that of many makers in one role it only has those that the page shows. No query.
    """
    address = whole_address(request, record.permanent_path)
    today = timezone.localdate()
    return context_object.write(
        cited(record, page.user, address, today, makers=page.makers, languages=page.languages)
    )


def files_of(record: Any) -> list[tuple[str, str]]:
    """Name and path of each format in which a record can be exported: its citation, and the whole of it."""
    files = [(form.name, file_path(record.uuid, form.suffix)) for form in forms_of(record.KIND)]
    return [*files, ("JSON", api_path(record.KIND, record.slug))]
