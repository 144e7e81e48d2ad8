"""Promises of records: what they link to, and their permanent identifiers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.api.outside.site import KINDS, Site


def records_link_on(site: Site) -> Iterator[str]:
    """Record and page link to each other, their permanent identifier, the description and the
    licence in Link.
    """
    for kind in KINDS:
        for item in site.some(kind, 5):
            document = site.ask(item["url"])
            page = site.ask(item["web_url"])
            wanted = {
                "canonical": (item["url"], item["web_url"]),
                "alternate": (item["web_url"], item["url"]),
                "cite-as": (item["id"], item["id"]),
                "describedby": (f"{site.origin}/api/v1/openapi.json", item["url"]),
            }
            if item["rights"]:
                wanted["license"] = (item["rights"]["uri"],) * 2
            for answer, which in ((document, 0), (page, 1)):
                for rel, target in wanted.items():
                    links = re.findall(rf'<([^>]*)>; rel="{rel}"', answer.headers.get("link", ""))
                    if target[which] not in links:
                        where = item["url"] if which == 0 else item["web_url"]
                        yield f"{where}: Link rel={rel} is {links}, not {target[which]}"


def permanent_identifiers(site: Site) -> Iterator[str]:
    """``/id/<uuid>`` leads to the page or to JSON, depending on Accept."""
    wishes = [
        ("text/html", "web_url"),
        ("", "web_url"),
        ("*/*", "web_url"),
        ("application/json", "url"),
        ("application/json;q=0.9, text/html;q=0.8", "url"),
        ("text/html, application/json;q=0.5", "web_url"),
        ("application/xhtml+xml, text/html;q=0.9, */*;q=0.8", "web_url"),
        ("application/*", "url"),
        ("application/json;q=0", "web_url"),
    ]
    for kind in KINDS:
        item = site.some(kind, 1)[0]
        for accept, target in wishes:
            headers = {"Accept": accept} if accept else {}
            found = site.ask(item["id"], **headers)
            where = found.headers.get("location", "")
            if found.status != 303 or f"{site.origin}{where}" != item[target]:
                yield f"{item['id']} for {accept!r}: {found.status} to {where}"
            if "accept" not in found.headers.get("vary", "").lower():
                yield f"{item['id']}: Vary does not name Accept"
        if site.ask(item["id"], "HEAD").status != 303:
            yield f"HEAD {item['id']} is no 303"
