"""What the Presentation API 3.0 requires of a document, as far as a program can check it; written
from the specification.

The official JSON schema (IIIF/presentation-validator, ``schema/iiif_3_0.json``) is published
without a licence and so is not part of this repository.
``IIIF_PRESENTATION_SCHEMA=/path/to/iiif_3_0.json`` checks every document against it as well.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

CONTEXT = "http://iiif.io/api/presentation/3/context.json"
SCHEMA = os.environ.get("IIIF_PRESENTATION_SCHEMA", "")

#: Keys of version 2, and of HTML, that a document of version 3 must not have.
OLD = {
    "@id",
    "@type",
    "license",
    "attribution",
    "logo",
    "description",
    "within",
    "sequences",
    "images",
}
LISTS = {
    "items", "annotations", "metadata", "provider", "thumbnail", "homepage", "seeAlso", "rendering", "partOf",
    "service", "structures", "behavior",
}  # fmt: skip
LANGUAGE_MAPS = {"label", "summary", "value"}
RIGHTS = re.compile(
    r"http://(creativecommons\.org/(licenses|publicdomain)|rightsstatements\.org/vocab)/.+"
)
FRAGMENT = re.compile(r"#xywh=(\d+),(\d+),(\d+),(\d+)\Z")
ALLOWED_TAGS = {"a", "b", "br", "i", "img", "p", "small", "span", "sub", "sup"}


def problems(document: dict[str, Any]) -> list[str]:
    """Everything that is wrong with a manifest, a collection or a separate annotation page."""
    found = [*_top(document), *_anywhere(document, "")]
    match document.get("type"):
        case "Manifest":
            found += _manifest(document)
        case "Collection":
            found += _collection(document)
        case "AnnotationPage":
            found += _annotations(document)
        case other:
            found.append(f"no document of its own is a {other}")
    return found + list(_official(document))


def _top(document: dict[str, Any]) -> Iterator[str]:
    if document.get("@context") != CONTEXT:
        yield "the context is missing"
    elif next(iter(document)) != "@context":
        yield "the context does not come first"


def _anywhere(value: Any, where: str) -> Iterator[str]:
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from _anywhere(one, f"{where}[{number}]")
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        here = f"{where}/{key}"
        if key in OLD:
            yield f"{here}: a key of version 2"
        if key in LISTS and not isinstance(inner, list):
            yield f"{here}: has to be a list"
        if key in LISTS and inner == [] and key not in {"items", "metadata"}:
            yield f"{here}: is empty"
        if key in LANGUAGE_MAPS and value.get("type") != "TextualBody":
            yield from _language_map(inner, here)
        if key in {"id", "source"} and not re.match(r"https?://[^ ]+\Z", str(inner)):
            yield f"{here}: {inner} is no address"
        if key in {"width", "height"} and not (type(inner) is int and inner > 0):
            yield f"{here}: {inner} is no size"
        yield from _anywhere(inner, here)


def _language_map(value: Any, where: str) -> Iterator[str]:
    if not isinstance(value, dict) or not value:
        yield f"{where}: is no language map"
        return
    for language, texts in value.items():
        if not re.match(r"[a-zA-Z-]+\Z", language):
            yield f"{where}: {language} is no language"
        if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
            yield f"{where}: {texts} is no list of texts"
            continue
        for text in texts:
            if text.startswith("<") and text.endswith(">"):
                tags = set(re.findall(r"</?([a-zA-Z]+)", text))
                if not tags <= ALLOWED_TAGS:
                    yield f"{where}: tags {tags - ALLOWED_TAGS}"


def _manifest(document: dict[str, Any]) -> Iterator[str]:
    yield from _described(document)
    if not document.get("items"):
        yield "a manifest without canvases"
    names = [canvas["id"] for canvas in document["items"]]
    if len(names) != len(set(names)):
        yield "two canvases share an identifier"
    for canvas in document["items"]:
        yield from _canvas(canvas)
    for leaf in _canvases_of_ranges(document.get("structures", [])):
        if leaf not in names:
            yield f"a range names {leaf}, which is no canvas here"


def _canvases_of_ranges(ranges: list[dict[str, Any]]) -> Iterator[str]:
    for one in ranges:
        if one["type"] == "Canvas":
            yield one["id"]
        else:
            yield from _canvases_of_ranges(one["items"])


def _canvas(canvas: dict[str, Any]) -> Iterator[str]:
    where = canvas["id"]
    pages = canvas["items"]
    if canvas["type"] != "Canvas" or len(pages) != 1 or len(pages[0]["items"]) != 1:
        yield f"{where}: has not exactly one painting"
        return
    painting = pages[0]["items"][0]
    if painting["motivation"] != "painting" or painting["target"] != where:
        yield f"{where}: the painting does not paint it"
    body = painting["body"]
    ratio = body["width"] / body["height"] * canvas["height"] / canvas["width"]
    if not 0.98 < ratio < 1.02:
        yield f"{where}: the picture has another shape than the canvas"
    if body["type"] != "Image" or not body["format"].startswith("image/"):
        yield f"{where}: the body is no image"
    for service in body["service"]:
        if (service["type"], service["profile"]) != ("ImageService3", "level2"):
            yield f"{where}: {service} is no image service of level 2"
        if not body["id"].startswith(f"{service['id']}/"):
            yield f"{where}: the picture is not of its service"
    for reference in canvas.get("annotations", []):
        if "items" in reference or reference["type"] != "AnnotationPage":
            yield f"{where}: annotations are given by reference"


def _collection(document: dict[str, Any]) -> Iterator[str]:
    if "label" not in document:
        yield "a collection without a label"
    for one in document["items"]:
        if one["type"] not in {"Manifest", "Collection"} or "label" not in one or "items" in one:
            yield f"{one} is no reference to a manifest or a collection"


def _annotations(document: dict[str, Any]) -> Iterator[str]:
    for one in document["items"]:
        fragment = FRAGMENT.search(one["target"])
        if one["type"] != "Annotation" or one["motivation"] not in {"supplementing", "tagging"}:
            yield f"{one['id']}: is no annotation of a known kind"
        if fragment is None or not (int(fragment[3]) and int(fragment[4])):
            yield f"{one['id']}: its target is no region"
        if one["body"]["type"] != "TextualBody" or not one["body"]["format"].startswith("text/"):
            yield f"{one['id']}: its body is no text"


def _described(document: dict[str, Any]) -> Iterator[str]:
    for key in (
        "label",
        "metadata",
        "requiredStatement",
        "provider",
        "thumbnail",
        "homepage",
        "seeAlso",
    ):
        if not document.get(key):
            yield f"viewers expect {key}"
    if not all("service" in one for one in document.get("thumbnail", [])):
        yield "a thumbnail without its service"
    if "rights" in document and not RIGHTS.match(document["rights"]):
        yield f"{document['rights']}: is no rights statement in its http form"
    if "navDate" in document and not re.match(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z", document["navDate"]
    ):
        yield f"{document['navDate']}: is no moment"


@lru_cache(maxsize=1)
def _validator() -> Any:
    return Draft7Validator(json.loads(Path(SCHEMA).read_text(encoding="utf-8")))


def _official(document: dict[str, Any]) -> Iterator[str]:
    if SCHEMA:
        for error in _validator().iter_errors(document):
            yield f"official schema: {error.message[:300]}"
