"""Promises of lists: walked to the end and back, and in agreement with records and changes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from tests.api.outside.site import KINDS, Answer, Site


def _walk(site: Site, path: str) -> list[Answer]:
    found, seen = [], set()
    while path:
        if path in seen:
            raise AssertionError(f"{path} leads back to itself")
        seen.add(path)
        found.append(site.ask(path))
        path = found[-1].json["next"] or ""
    return found


def paging(site: Site) -> Iterator[str]:
    """Every list walked to its end and back, in every order, by page and by cursor; links as in the
    envelope.
    """
    description = site.ask("/api/v1/openapi.json").json
    for kind in (*KINDS, "terms", "search"):
        parameters = description["paths"][f"/api/v1/{kind}/"]["get"]["parameters"]
        by_name = {one.get("name"): one for one in parameters}
        orders = by_name["sort"]["schema"]["enum"] if "sort" in by_name else [""]
        ways = ["page=1", "cursor="] if "cursor" in by_name else ["page=1"]
        for order in orders:
            for way in ways:
                sort = f"&sort={order}" if order else ""
                path = f"/api/v1/{kind}/?page_size=7{sort}&{way}"
                if order == "relevance":
                    path += f"&q={quote(_common_word(site, kind))}"
                if order == "relevance" and way == "cursor=":
                    if site.ask(path).status != 400:
                        yield f"{path}: relevance has no cursor, and this is not refused"
                    continue
                yield from _walk_both_ways(site, path)


def _common_word(site: Site, kind: str) -> str:
    """The word that occurs in most titles of the first records of a list."""
    titles = [one["title"] for one in site.ask(f"/api/v1/{kind}/?page_size=100").json["results"]]
    words = Counter(word.lower() for title in titles for word in re.findall(r"[A-Za-z]{4,}", title))
    return words.most_common(1)[0][0] if words else "a"


def _walk_both_ways(site: Site, path: str) -> Iterator[str]:
    pages = _walk(site, path)
    ids = [_key(one) for page in pages for one in page.json["results"]]
    if len(ids) != len(set(ids)) or len(ids) != pages[0].json["count"]:
        yield f"{path}: {len(ids)} walked, {len(set(ids))} different, count {pages[0].json['count']}"
    if pages[0].json["previous"] is not None:
        yield f"{path}: something stands before the first page"
    backwards, at = list(pages[-1].json["results"]), pages[-1].json["previous"]
    while at:
        page = site.ask(at).json
        backwards[:0] = page["results"]
        at = page["previous"]
    if [_key(one) for one in backwards] != ids:
        yield f"{path}: backwards it is another list"
    for number, page in enumerate(pages):
        said, links = page.json, page.links
        if (said["next"] or "") != links.get("next", ""):
            yield f"{path}: page {number + 1}: next differs from the header Link"
        if (said["previous"] or "") != links.get("prev", ""):
            yield f"{path}: page {number + 1}: previous differs from the header Link"
        if said["count"] and not {"first", "last"} <= links.keys():
            yield f"{path}: page {number + 1}: no first or last in Link"
    if len(pages) > 1:
        first = site.ask(pages[-1].links["first"]).json["results"]
        last = site.ask(pages[0].links["last"]).json["results"]
        if first != pages[0].json["results"]:
            yield f"{path}: first leads elsewhere"
        if not last or _key(last[-1]) != ids[-1]:
            yield f"{path}: last leads elsewhere"


def _key(one: dict[str, Any]) -> str:
    return str(one.get("id") or one["url"])


def lists_and_records(site: Site) -> Iterator[str]:
    """List and record say the same; every key is always there; ``ids``, ``fields`` and ``include``
    work as described.
    """
    for kind in KINDS:
        listed = site.ask(f"/api/v1/{kind}/?page_size=100").json
        keys = set()
        for item in listed["results"]:
            detail = site.ask(item["url"]).json
            keys.add(tuple(detail))
            for name, value in item.items():
                if detail.get(name, ...) != value:
                    yield f"{item['url']}: {name} differs between list and record"
        if len(keys) != 1:
            yield f"{kind}: records have different keys"
        some = listed["results"][:3]
        for name in ("id", "slug"):
            asked = ",".join(quote(one[name]) for one in some)
            found = site.ask(f"/api/v1/{kind}/?ids={asked}").json
            if {one["id"] for one in found["results"]} != {one["id"] for one in some}:
                yield f"{kind}: ids={asked} finds others"
        thin = site.ask(f"/api/v1/{kind}/?fields=id,title&page_size=3").json["results"]
        if any(set(one) != {"id", "title"} for one in thin):
            yield f"{kind}: fields=id,title gives {[*thin[0]]}"
        detail = site.ask(some[0]["url"]).json
        related = [
            name
            for name, value in detail.items()
            if isinstance(value, dict) and "results" in value and "count" in value
        ]
        for name in related:
            found = site.ask(f"/api/v1/{kind}/?include={name}&ids={quote(some[0]['slug'])}").json
            if found["results"][0].get(name) != detail[name]:
                yield f"{kind}: include={name} differs from the record"
            alone = site.ask(detail[name]["url"])
            if alone.status != 200 or alone.json["count"] != detail[name]["count"]:
                yield f"{detail[name]['url']}: count differs from the record"
            elif alone.json["results"][:50] != detail[name]["results"][:25]:
                yield f"{detail[name]['url']}: rows differ from the record"
        only = site.ask(f"{some[0]['url']}?fields=title").json
        if only != {"title": some[0]["title"]}:
            yield f"{kind}: fields=title of a record gives {only}"


def copies(site: Site) -> Iterator[str]:
    """``updated_since`` and the changes find what a copy needs."""
    stats = site.ask("/api/v1/stats/").json
    changed, at = {}, "/api/v1/changes/?since=0&page_size=50"
    last = 0
    while True:
        page = site.ask(at).json
        for one in page["results"]:
            if one["sequence"] <= last:
                yield f"changes: {one['sequence']} comes after {last}"
            last = one["sequence"]
            changed[one["id"]] = one
        if not page["more"]:
            break
        at = page["next"]
    if page["last"] != stats["last_change"]:
        yield f"changes end at {page['last']}, stats say {stats['last_change']}"
    present = {key for key, one in changed.items() if one["change"] != "deleted"}
    if len(present) != stats["records"]:
        yield f"changes know {len(present)} records, stats {stats['records']}"
    after = site.ask(page["next"])
    if after.json["results"] or after.json["more"]:
        yield "changes after the last are not empty"
    for kind in KINDS:
        listed = site.ask(f"/api/v1/{kind}/?updated_since=1990-01-01&page_size=1").json
        whole = site.ask(f"/api/v1/{kind}/?page_size=1").json
        if listed["count"] != whole["count"] or whole["count"] != stats["kinds"][kind]["count"]:
            yield f"{kind}: updated_since=1990 counts {listed['count']}, the list {whole['count']}"
        if site.ask(f"/api/v1/{kind}/?updated_since=2999-01-01").json["count"]:
            yield f"{kind}: something was updated in 2999"
        newest = site.ask(f"/api/v1/{kind}/?sort=updated&page_size=1").json["results"][0]
        moment = quote(newest["updated"])
        found = site.ask(f"/api/v1/{kind}/?updated_since={moment}&page_size=100").json["results"]
        if newest["id"] not in {one["id"] for one in found}:
            yield f"{kind}: updated_since its own moment does not find {newest['slug']}"
        gone = site.ask(f"/api/v1/{kind}/?updated_since=1990-01-01&deleted=include").json["deleted"]
        for one in gone:
            if changed.get(one["id"], {}).get("change") != "deleted":
                yield f"{one['id']}: a tombstone of the list, and no deletion of the changes"
