"""Promises of every answer: versions, HEAD, other origins, problems, limits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from tests.api.outside.site import KINDS, PROBLEM, Answer, Site


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
