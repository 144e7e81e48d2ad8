"""A strict client from outside: queries a running site over HTTP, and reports broken promises.

    python tests/api/outside_check.py http://127.0.0.1:8000

It knows the promises of the API and nothing of the code: parameters come from the description. Each
check yields sentences; a site that keeps every promise gets none. ``test_outside_check.py`` runs it
in the tests.
"""

from __future__ import annotations

import gzip
import http.client
import json
import re
import socket
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

KINDS = ("people", "documents", "images", "events", "places", "collections")
PROBLEM = "application/problem+json"
_LINK = re.compile(r'<([^>]*)>((?:; *[\w-]+="[^"]*")*)')


@dataclass(frozen=True)
class Answer:
    """What came back: header names are lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> bytes:
        """The body, unpacked."""
        packed = self.headers.get("content-encoding") == "gzip"
        return gzip.decompress(self.body) if packed else self.body

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.text)

    @property
    def links(self) -> dict[str, str]:
        """Addresses of the header Link by relation."""
        found = {}
        for url, said in _LINK.findall(self.headers.get("link", "")):
            for rel in re.findall(r'rel="([^"]*)"', said):
                found[rel] = url
        return found


class Site:
    """Queries one site; keeps the connection open."""

    def __init__(self, origin: str) -> None:
        self.origin = origin.rstrip("/")
        parts = urlsplit(self.origin)
        self._connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port or 80, timeout=60
        )

    def ask(self, path: str, method: str = "GET", body: str = "", **headers: str) -> Answer:
        """One request; ``If_None_Match`` writes the header If-None-Match. A full address of the
        site works as a path too.
        """
        path = path.removeprefix(self.origin)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            answer = self._answer(method, path, body, named)
        except (http.client.HTTPException, ConnectionError):
            # The server closed the persistent connection.
            self._connection.close()
            answer = self._answer(method, path, body, named)
        said = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, said, answer.read())

    def _answer(
        self, method: str, path: str, body: str, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        self._connection.request(method, path, body=body or None, headers=headers)
        if hasattr(socket, "TCP_QUICKACK") and self._connection.sock:
            # A server that sends head and body separately would wait 40 ms for each acknowledgement.
            self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        return self._connection.getresponse()

    def some(self, kind: str, number: int = 3) -> list[dict[str, Any]]:
        """A few records of a kind."""
        found = self.ask(f"/api/v1/{kind}/?page_size={number}").json["results"]
        return list(found)

    def addresses(self) -> Iterator[str]:
        """One address of every sort that answers 200."""
        yield from (
            "/api/v1/",
            "/api/v1/terms/",
            "/api/v1/changes/",
            "/api/v1/stats/",
            "/api/v1/dumps/",
            "/api/v1/openapi.json",
            "/api/v1/search/",
            "/api/v1/search/?q=a&page_size=2",
        )
        for term in self.ask("/api/v1/terms/?page_size=1").json["results"]:
            yield term["url"]
        for kind in KINDS:
            yield f"/api/v1/{kind}/"
            yield f"/api/v1/{kind}/?page_size=2&cursor="
            for record in self.some(kind, 1):
                yield record["url"]
                detail = self.ask(record["url"]).json
                for name, relation in detail.items():
                    if isinstance(relation, dict) and "results" in relation:
                        yield relation["url"]
                        if relation["results"] and "role" in relation["results"][0]:
                            yield f"{record['url']}{name}/{relation['results'][0]['id']}/"


def conditional_requests(site: Site) -> Iterator[str]:
    """ETag and 304 everywhere, with weak tags, lists of tags and ``*``; Last-Modified if it is sent."""
    for path in site.addresses():
        first = site.ask(path)
        etag = first.headers.get("etag", "")
        if first.status != 200 or not re.fullmatch(r'"[^"]+"', etag):
            yield f"{path}: {first.status} with ETag {etag!r}"
            continue
        if "no-cache" not in first.headers.get("cache-control", ""):
            yield f"{path}: Cache-Control is {first.headers.get('cache-control')!r}"
        for said in (etag, f"W/{etag}", f'"other", {etag}', "*"):
            again = site.ask(path, If_None_Match=said)
            if again.status != 304 or again.body:
                yield f"{path}: If-None-Match: {said} is answered {again.status}"
            if again.headers.get("etag") != etag:
                yield f"{path}: the 304 has another ETag"
            for name in ("cache-control", "vary"):
                if again.headers.get(name) != first.headers.get(name):
                    yield f"{path}: {name} of the 304 is another"
        if site.ask(path, If_None_Match='"other"').status != 200:
            yield f"{path}: a tag of another version is answered 304"
        if modified := first.headers.get("last-modified"):
            if site.ask(path, If_Modified_Since=modified).status != 304:
                yield f"{path}: If-Modified-Since its own Last-Modified is no 304"
            both = site.ask(path, If_None_Match='"other"', If_Modified_Since=modified)
            if both.status != 200:
                yield f"{path}: If-Modified-Since outdoes If-None-Match"
            old = site.ask(path, If_Modified_Since="Mon, 01 Jan 1990 00:00:00 GMT")
            if old.status != 200:
                yield f"{path}: not modified since 1990"
        packed = site.ask(path, Accept_Encoding="gzip")
        if packed.text != first.body:
            yield f"{path}: compressed, it says something else"
        if packed.headers.get("content-encoding") and packed.headers.get("etag") == etag:
            yield f"{path}: the compressed bytes have the ETag of the plain ones"
        if "accept-encoding" not in first.headers.get("vary", "").lower():
            yield f"{path}: Vary does not name Accept-Encoding"


def heads(site: Site) -> Iterator[str]:
    """HEAD answers like GET without a body, also for errors."""
    wrong = [f"/api/v1/{kind}/no-such-record/" for kind in KINDS]
    for path in [*site.addresses(), *wrong, "/api/v1/people/?persn=x", "/api/nothing"]:
        got, head = site.ask(path), site.ask(path, "HEAD")
        if head.status != got.status or head.body:
            yield f"HEAD {path}: {head.status}, {len(head.body)} bytes; GET {got.status}"
        for name in ("content-type", "content-length", "etag", "last-modified", "link", "vary"):
            if head.headers.get(name) != got.headers.get(name):
                yield f"HEAD {path}: {name} is {head.headers.get(name)!r}, not {got.headers.get(name)!r}"


def cross_origin(site: Site) -> Iterator[str]:
    """Every answer may be read by pages of other sites, including errors and preflights."""
    paths = [*site.addresses(), "/api/v1/people/none-such/", "/api/v1/nothing/", "/api/v1/docs/"]
    paths += [site.some(kind, 1)[0]["id"] for kind in KINDS]
    for path in paths:
        got = site.ask(path, Origin="https://elsewhere.example")
        if got.headers.get("access-control-allow-origin") != "*":
            yield f"{path}: {got.status} without Access-Control-Allow-Origin"
        if "access-control-allow-credentials" in got.headers:
            yield f"{path}: allows credentials to every site"
        exposed = got.headers.get("access-control-expose-headers", "").lower()
        for name in ("etag", "link", "last-modified", "location", "retry-after", "ratelimit"):
            if name not in exposed:
                yield f"{path}: {name} is not exposed"
        before = site.ask(
            path,
            "OPTIONS",
            Origin="https://elsewhere.example",
            Access_Control_Request_Method="GET",
            Access_Control_Request_Headers="if-none-match, accept",
        )
        if before.status not in {200, 204}:
            yield f"{path}: the preflight is answered {before.status}"
        if "GET" not in before.headers.get("access-control-allow-methods", ""):
            yield f"{path}: the preflight does not allow GET"
        if "if-none-match" not in before.headers.get("access-control-allow-headers", ""):
            yield f"{path}: the preflight does not allow If-None-Match"
    options = site.ask("/api/v1/people/", "OPTIONS")
    if "GET" not in options.headers.get("allow", ""):
        yield "OPTIONS does not name the methods in Allow"


def problems(site: Site) -> Iterator[str]:
    """Every failure is a problem of RFC 9457 that says what to do."""
    slug = quote(site.some("people", 1)[0]["slug"])
    asked = [
        ("GET", "/api/", 404),
        ("GET", "/api/v1/nothing", 404),
        ("DELETE", "/api/v1/nothing/", 404),
        ("GET", "/api/v1/people/no-such-person/", 404),
        ("GET", "/api/v1/people/%00/", 404),
        ("GET", "/api/v1/people/%FF%FE/", 404),
        ("GET", "/api/v1/people/" + "x" * 3000 + "/", 404),
        ("GET", "/api/v1/people/a..b/", 404),
        ("GET", f"/api/v1/people/{slug}/nothing/", 404),
        ("GET", f"/api/v1/people/{slug}/contributions/none/", 404),
        (
            "GET",
            f"/api/v1/people/{slug}/contributions/00000000-0000-0000-0000-000000000000/",
            404,
        ),
        ("GET", "/api/v1/terms/none/such/", 404),
        ("GET", "/api/v1/dumps/none.gz", 404),
        ("GET", "/api/v1/people/?page=999999", 404),
        ("GET", f"/api/v1/people/{slug}/contributions/?page=99", 404),
        ("PUT", "/api/v1/people/", 405),
        ("DELETE", "/api/v1/", 405),
        ("POST", "/api/v1/stats/", 405),
        ("POST", "/api/v1/docs/", 405),
        ("POST", "/api/v1/openapi.json", 405),
        ("POST", f"/api/v1/people/{slug}/", 405),
        ("TRACE", "/api/v1/people/", 405),
        ("BREW", "/api/v1/people/", 405),
        ("POST", "/api/v1/people/", 401),
        ("PATCH", f"/api/v1/people/{slug}/", 401),
        ("PUT", f"/api/v1/people/{slug}/", 401),
        ("DELETE", f"/api/v1/people/{slug}/", 401),
        ("POST", f"/api/v1/people/{slug}/publish/", 401),
        ("POST", f"/api/v1/people/{slug}/contributions/", 401),
    ]
    for method, path, status in asked:
        found = site.ask(path, method)
        yield from _wrong_problem(f"{method} {path[:80]}", found, status)
        if status == 405 and not found.headers.get("allow"):
            yield f"{method} {path}: 405 without Allow"
        if status == 401 and not found.headers.get("www-authenticate"):
            yield f"{method} {path}: 401 without WWW-Authenticate"
    found = site.ask("/api/v1/people/", Authorization="Bearer mcat_wrong")
    yield from _wrong_problem("a wrong token", found, 401)
    found = site.ask("/id/00000000-0000-0000-0000-000000000000", Accept="application/json")
    yield from _wrong_problem("/id/ of nothing", found, 404)


def _wrong_problem(name: str, found: Answer, status: int) -> Iterator[str]:
    if found.status != status:
        yield f"{name}: {found.status} in the place of {status}"
        return
    if found.headers.get("content-type") != PROBLEM:
        yield f"{name}: {status} as {found.headers.get('content-type')}"
        return
    said = found.json
    missing = {"type", "title", "status", "detail", "instance", "errors"} - said.keys()
    if missing or said["status"] != status or not said["title"] or not said["detail"]:
        yield f"{name}: the problem is incomplete: {said}"
    if b"Traceback" in found.body or b"<html" in found.body.lower():
        yield f"{name}: shows its inside"


def parameters(site: Site) -> Iterator[str]:
    """Unknown and unreadable parameters are refused by name, at every address."""
    for path in site.addresses():
        joint = "&" if "?" in path else "?"
        for query in ("nonsense=1", "Page=1", "format=json", "nonsense"):
            found = site.ask(f"{path}{joint}{query}")
            name = query.partition("=")[0]
            if found.status != 400:
                yield f"{path}{joint}{query}: answered {found.status}"
                continue
            yield from _wrong_problem(f"{path}{joint}{query}", found, 400)
            if name not in [one["parameter"] for one in found.json["errors"]]:
                yield f"{path}{joint}{query}: the problem does not name {name}"
    description = site.ask("/api/v1/openapi.json").json
    for kind in (*KINDS, "search"):
        for parameter in description["paths"][f"/api/v1/{kind}/"]["get"]["parameters"]:
            name = parameter.get("name")
            if parameter.get("in") != "query" or name in {"q", "cursor"}:
                continue
            for value in ("", "%00", "no such-value!"):
                found = site.ask(f"/api/v1/{kind}/?{name}={quote(value, safe='%')}")
                named = found.status == 400 and any(
                    one["parameter"] == name for one in found.json["errors"]
                )
                # An empty list of names is a list of none.
                if not named and not (value == "" and found.status == 200):
                    yield f"{kind}?{name}={value}: {found.status}, not a refusal that names it"
        for size in ("0", "-1", "101", "1.5", "1e2", "٣", " 5", "99999999999999999999"):
            found = site.ask(f"/api/v1/{kind}/?page_size={quote(size)}")
            if found.status != 400:
                yield f"{kind}: page_size={size} is answered {found.status}"
        if kind == "search":
            continue
        many = site.ask(f"/api/v1/{kind}/?ids={','.join(f'a{n}' for n in range(101))}")
        if many.status != 400:
            yield f"{kind}: 101 ids are answered {many.status}"


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


def bounds(site: Site) -> Iterator[str]:
    """No request may have an unlimited cost."""
    description = site.ask("/api/v1/openapi.json").json
    for kind in KINDS:
        listed = description["paths"][f"/api/v1/{kind}/"]["get"]["parameters"]
        names = next(one for one in listed if one.get("name") == "include")
        related = names["schema"]["items"]["enum"]
        if len(related) > 5:
            found = site.ask(f"/api/v1/{kind}/?include={','.join(related)}")
            if found.status != 400:
                yield f"{kind}: include of {len(related)} relations is answered {found.status}"
    found = site.ask("/api/v1/people/?" + "&".join(f"person=a{n}" for n in range(201)))
    if found.status != 400:
        yield f"201 values are answered {found.status}"
    for words in ("x " * 5000, "a" * 5000):
        found = site.ask(f"/api/v1/people/?q={quote(words)}")
        if found.status not in {200, 400, 414}:
            yield f"a very long q is answered {found.status}"


def fair_use(site: Site) -> Iterator[str]:
    """Limits are reported on every answer, if there are any."""
    for path in ("/api/v1/", "/api/v1/people/", "/api/v1/people/no-such/", "/api/v1/terms/"):
        found = site.ask(path)
        if "ratelimit" in found.headers and "ratelimit-policy" not in found.headers:
            yield f"{path}: RateLimit without its policy"


CHECKS: tuple[Callable[[Site], Iterator[str]], ...] = (
    conditional_requests,
    heads,
    cross_origin,
    problems,
    parameters,
    paging,
    lists_and_records,
    records_link_on,
    permanent_identifiers,
    copies,
    bounds,
    fair_use,
)


def main() -> None:
    """Check the site that is named, print what is wrong, exit with 1 if anything is."""
    site, wrong = Site(sys.argv[1]), 0
    for check in CHECKS:
        found = list(check(site))
        wrong += len(found)
        print(f"{check.__name__}: {len(found) or 'nothing'} wrong")
        for one in found[:40]:
            print(f"    {one}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
