"""The list of exhibitions, and the page of one: a story told with records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_safe

from catalog.conf import catalogue_settings
from catalog.iiif import picture_of
from catalog.models import Exhibition, Image, sees_everything
from catalog.pages.absent import answer_without_record
from catalog.pages.citing import ready_citation
from catalog.pages.exhibits import Section, put_openings, sections_of
from catalog.pages.hierarchy import Step
from catalog.pages.paging import Paging
from catalog.pages.site import whole_address
from catalog.pages.structured import as_script, type_of
from catalog.search import MAX_CHARACTERS, ExhibitionSearch
from catalog.templatetags.museum import record_language
from catalog.uris import api_exhibition_path, iiif_collection_path

if TYPE_CHECKING:
    from catalog.models import Reader

#: Exhibitions on a page of the list, on the home page, and at the end of another one.
ON_A_PAGE: Final = 24
AT_HOME: Final = 3
FURTHER: Final = 3


def read_with_openings(rows: QuerySet[Exhibition], reader: Reader) -> list[Exhibition]:
    """Some exhibitions, each with its opening picture (``opened_by``). At most two queries."""
    found = list(rows.select_related("opening").defer("description", "internal_note", "find_key"))
    put_openings(found, reader)
    return found


@require_safe
def exhibitions(request: HttpRequest) -> HttpResponseBase:
    """``/exhibitions/``: every exhibition that the reader may see; with ``q``, those with the words.

    404 for a page beyond the last.
    """
    reader: Reader = request.user
    words = " ".join(request.GET.get("q", "").replace("\0", "").split())[:MAX_CHARACTERS]
    rows = ExhibitionSearch(words, reader).rows if words else Exhibition.objects.visible_to(reader)
    here = reverse("catalog:exhibition-list")
    if words:
        here += f"?{urlencode({'q': words})}"
    paging = Paging.read(
        request.GET.get("page"), rows.count(), ON_A_PAGE, lambda number: _page_of(here, number)
    )
    if not paging.exists:
        raise Http404(_("There is no such page."))
    first = (paging.number - 1) * ON_A_PAGE
    shown = read_with_openings(rows[first : first + ON_A_PAGE], reader)
    context = {
        "section": "exhibition",
        "words": words,
        "exhibitions": shown,
        "paging": paging,
        "canonical": _page_of(here, paging.number),
        "lead_picture": next((one.opened_by for one in shown if one.opened_by), None),
        "is_staff": sees_everything(reader),
        "written_in": record_language(),
    }
    return render(request, "catalog/exhibition/list.html", context)


def _page_of(here: str, number: int) -> str:
    joint = "&" if "?" in here else "?"
    return f"{here}{joint}page={number}" if number > 1 else here


class ExhibitionDetail(View):
    """``/exhibitions/<slug>/``."""

    model = Exhibition

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """The exhibition; else a redirect to it, 410 when it was removed, or 404."""
        reader: Reader = request.user
        exhibition = self.rows(reader).filter(slug=slug).first()
        if exhibition is None:
            return answer_without_record(request, self.model, slug)
        return self.made(request, exhibition, reader)

    def rows(self, reader: Reader) -> QuerySet[Exhibition]:
        """The exhibitions that the reader may know of, with what the page reads of the row itself."""
        return Exhibition.objects.visible_to(reader).select_related("opening")

    def made(
        self, request: HttpRequest, exhibition: Exhibition, reader: Reader, **more: Any
    ) -> HttpResponse:
        """The page of an exhibition of :meth:`rows`; ``more`` goes to the template."""
        put_openings([exhibition], reader)
        sections = sections_of(exhibition, reader)
        others = Exhibition.objects.visible_to(reader).exclude(pk=exhibition.pk)
        context = {
            "section": "exhibition",
            "record": exhibition,
            "sections": sections,
            "headed": [one for one in sections if one.heading],
            "lead_picture": exhibition.opened_by,
            "trail": [Step(_("Exhibitions"), reverse("catalog:exhibition-list"), ours=True)],
            "others": list(others.only("slug", "title", "summary")[:FURTHER]),
            "iiif_address": iiif_collection_path(exhibition.uuid),
            "json_address": api_exhibition_path(exhibition.slug),
            "citation": ready_citation(exhibition, [], request),
            "structured": _structured(exhibition, sections, request),
            "is_staff": sees_everything(reader),
            "written_in": record_language(),
            "drops_query": True,
            **more,
        }
        return render(request, "catalog/exhibition/detail.html", context)


def _structured(
    exhibition: Exhibition, sections: list[Section], request: HttpRequest
) -> SafeString:
    """The exhibition as schema.org JSON-LD: a creative work, with the works that it shows and what it is about.

    An ``ExhibitionEvent`` would have a place and an end; this has neither.
    """
    opening: Image | None = exhibition.opened_by
    held = picture_of(opening) if opening else None
    shown: dict[str, list[dict[str, str]]] = {"hasPart": [], "about": []}
    for section in sections:
        for block in section.blocks:
            for exhibit in block.exhibits:
                record = exhibit.card.record
                is_work = record.KIND in {"document", "image", "collection"}
                said = {
                    "@type": type_of(record),
                    "@id": whole_address(request, record.permanent_path),
                    "name": record.title,
                    "url": whole_address(request, record.get_absolute_url()),
                }
                shown["hasPart" if is_work else "about"].append(said)
    published = exhibition.first_published
    return as_script(
        {
            "@context": "https://schema.org",
            "@type": "CreativeWork",
            "@id": whole_address(request, exhibition.permanent_path),
            "url": whole_address(request, exhibition.get_absolute_url()),
            "genre": "online exhibition",
            "name": exhibition.title,
            "description": exhibition.summary,
            "identifier": exhibition.identifier,
            "image": whole_address(request, held.src) if held else "",
            "license": exhibition.rights,
            "creditText": exhibition.credit_line,
            "datePublished": published.date().isoformat() if published else "",
            "dateModified": exhibition.modified.date().isoformat(),
            "publisher": {"@type": "Organization", "name": catalogue_settings().INSTITUTION},
            **shown,
        }
    )
