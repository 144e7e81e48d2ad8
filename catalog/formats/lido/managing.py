"""The administrative half of a record: rights, the record itself, the picture."""

from __future__ import annotations

from typing import Any, Final

from catalog.conf import catalogue_settings
from catalog.formats.lido.parts import (
    PREFERRED,
    appellation,
    concept,
    lido_term,
    local,
    said,
    work,
    wrapped,
)
from catalog.formats.markup import element
from catalog.models import own_language
from catalog.values import rights_statement

_ITEM: Final = lido_term("00141", "Item-level record")
_PREVIEW: Final = "http://terminology.lido-schema.org/lido00451"
_PROVIDED: Final = "http://terminology.lido-schema.org/lido00464"
_MODIFIED: Final = "http://terminology.lido-schema.org/lido00473"
_MANIFEST: Final = 'application/ld+json;profile="http://iiif.io/api/presentation/3/context.json"'


def managed(document: dict[str, Any]) -> str:
    """``administrativeMetadata``."""
    return element(
        "lido:administrativeMetadata",
        wrapped("rightsWorkWrap", _rights_of_work("rightsWorkSet", document)),
        _record(document),
        wrapped("resourceWrap", _resource(document)),
        **{"xml:lang": own_language()},
    )


def _rights_of_work(name: str, document: dict[str, Any]) -> str:
    rights = document["rights"]
    return wrapped(
        name,
        _statement(rights["uri"], rights["label"]) if rights else "",
        said("creditLine", document["credit_line"], language=own_language()),
    )


def _statement(address: str, label: str) -> str:
    """A rights statement, whose names are English."""
    return concept("rightsType", {"uri": address, "label": label, "labels": {}, "language": "en"})


def _record(document: dict[str, Any]) -> str:
    museum = catalogue_settings().INSTITUTION
    name = appellation("legalBodyName", museum, pref=PREFERRED)
    return wrapped(
        "recordWrap",
        local("recordID", document["identifier"], source=museum),
        concept("recordType", _ITEM),
        wrapped("recordSource", name),
        wrapped("recordRights", _rights_of_record(), wrapped("rightsHolder", name)),
        wrapped(
            "recordInfoSet",
            said("recordInfoLink", document["web_url"], formatResource="text/html"),
            said("recordMetadataDate", document["updated"], type=_MODIFIED),
        ),
        work("collection", document["collection"]) if document["collection"] else "",
    )


def _rights_of_record() -> str:
    """What may be done with the descriptions of this museum, if it says so."""
    statement = rights_statement(catalogue_settings().RECORD_RIGHTS)
    return _statement(statement.uri, statement.label) if statement else ""


def _resource(document: dict[str, Any]) -> str:
    """The picture of an image, or the first page of a document.

    A picture with a notice that has to be read first is left out, as in lists: portals show pictures
    without notices. Whoever follows the link to the record is told.
    """
    thumbnail, picture = document["thumbnail"], document.get("picture")
    is_paged = bool(document.get("pages", {}).get("count"))
    if thumbnail is None or not (picture or is_paged):
        return ""
    return wrapped(
        "resourceSet",
        _shown(thumbnail["url"], "image/webp", _PREVIEW),
        _provided(picture) if picture else "",
        _shown(document["iiif"] or "", _MANIFEST),
        said("resourceDescription", thumbnail["alt"], language=own_language()),
        _rights_of_work("rightsResource", document) if picture else "",
    )


def _provided(picture: dict[str, Any]) -> str:
    """The largest picture that everybody may have: the original, or the widest of the others."""
    if picture["original"]:
        return _shown(picture["original"], picture["media_type"], _PROVIDED)
    widest = max(picture["renditions"], key=lambda one: one["width"])
    return _shown(widest["url"], "image/webp", _PROVIDED)


def _shown(address: str, media_type: str, sort: str = "") -> str:
    link = said("linkResource", address, formatResource=media_type)
    return wrapped("resourceRepresentation", link, type=sort)
