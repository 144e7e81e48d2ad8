"""Links of a record's page in its header (RFC 8288), as Signposting specifies, for programs that
read no HTML.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from catalog.formats import forms_of
from catalog.pages.site import whole_address
from catalog.pages.structured import LINKED_DATA, LINKED_DATA_TYPE
from catalog.uris import api_path, file_path, permanent_path


def signposts(record: Any, request: HttpRequest) -> str:
    """The header ``Link``: the page, its JSON, its export formats, its permanent name, its rights."""
    document = whole_address(request, api_path(record.KIND, record.slug))
    links = [
        (whole_address(request, request.path), 'rel="canonical"'),
        (document, 'rel="alternate"; type="application/json"'),
        (document, 'rel="describedby"; type="application/json"'),
        (whole_address(request, permanent_path(record.uuid)), 'rel="cite-as"'),
    ]
    for form in forms_of(record.KIND):
        file = whole_address(request, file_path(record.uuid, form.suffix))
        links.append((file, f'rel="describedby"; type="{form.media_type}"'))
    said = whole_address(request, file_path(record.uuid, LINKED_DATA))
    links.append((said, f'rel="describedby"; type="{LINKED_DATA_TYPE}"'))
    if record.rights:
        links.append((record.rights, 'rel="license"'))
    return ", ".join(f"<{url}>; {what}" for url, what in links)
