"""``/search/opensearch.xml``: tells browsers and reference tools how to use the search, in
OpenSearch 1.1.
"""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.conf import catalogue_settings, museum_text
from catalog.formats import markup
from catalog.pages.kept import kept
from catalog.pages.site import whole_address

MEDIA_TYPE: Final = "application/opensearchdescription+xml"
_NAMESPACE: Final = "http://a9.com/-/spec/opensearch/1.1/"
#: Characters that the specification allows for a name.
SHORT, LONG = 16, 48


@require_safe
@kept
def description(request: HttpRequest) -> HttpResponseBase:
    """The document, in the language of the path: the page of results, the same as a feed, and the
    suggestions of the search box.
    """
    contact = catalogue_settings().CONTACT
    name, institution = museum_text("NAME")[0], museum_text("INSTITUTION")[0]

    def url(media_type: str, path: str, rel: str = "results") -> str:
        return markup.element(
            "Url", type=media_type, rel=rel, template=whole_address(request, path)
        )

    search, suggestions = reverse("catalog:search"), reverse("catalog:suggestions")
    mark = whole_address(request, static("catalog/img/mark.svg"))
    parts = [
        markup.text("ShortName", _cut(name, SHORT)),
        markup.text("LongName", _cut(name, LONG)),
        markup.text(
            "Description",
            _("People, documents, pictures, events and places: the catalogue of %(institution)s.")
            % {"institution": institution[:200]},
        ),
        markup.text("Contact", contact) if contact else "",
        url("text/html", f"{search}?q={{searchTerms}}&page={{startPage?}}"),
        url("application/atom+xml", f"{search}?q={{searchTerms}}&format=atom&page={{startPage?}}"),
        url(
            "application/x-suggestions+json",
            f"{suggestions}?q={{searchTerms}}&format=opensearch",
            "suggestions",
        ),
        url(MEDIA_TYPE, request.path, "self"),
        markup.text("Image", mark, type="image/svg+xml"),
        markup.text("Language", get_language() or "*"),
        markup.text("InputEncoding", "UTF-8"),
        markup.text("OutputEncoding", "UTF-8"),
    ]
    body = markup.element("OpenSearchDescription", *parts, xmlns=_NAMESPACE)
    return HttpResponse(
        markup.DECLARATION + body + "\n", content_type=f"{MEDIA_TYPE}; charset=utf-8"
    )


def _cut(name: str, longest: int) -> str:
    """A name that fits, cut after a word if possible."""
    if len(name) <= longest:
        return name
    cut = name[:longest]
    return cut if name[longest].isspace() else cut.rsplit(maxsplit=1)[0]
