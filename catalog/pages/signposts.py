"""Links of a record's page in its header (RFC 8288), as Signposting asks: for programs that read no HTML."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from catalog.formats import CITATION_FORMATS
from catalog.uris import absolute, api_path, citation_path, permanent_path


def signposts(record: Any, request: HttpRequest) -> str:
    """The header ``Link``: the page, its JSON, its citation as files, its permanent name, its rights statement."""
    origin = f"{request.scheme}://{request.get_host()}"
    document = absolute(api_path(record.KIND, record.slug), origin=origin)
    links = [
        (absolute(request.path, origin=origin), 'rel="canonical"'),
        (document, 'rel="alternate"; type="application/json"'),
        (document, 'rel="describedby"; type="application/json"'),
        (absolute(permanent_path(record.uuid), origin=origin), 'rel="cite-as"'),
    ]
    for suffix, form in CITATION_FORMATS.items():
        file = absolute(citation_path(record.uuid, suffix), origin=origin)
        links.append((file, f'rel="describedby"; type="{form.media_type}"'))
    if record.rights:
        links.append((record.rights, 'rel="license"'))
    return ", ".join(f"<{url}>; {what}" for url, what in links)
