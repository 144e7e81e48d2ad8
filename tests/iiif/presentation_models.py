"""Checks a document with the models of iiif-prezi3, which the IIIF community generates from the
official schema.

By default the models silently drop what they do not know, and add what is missing. So that no
mistake is hidden, these repairs are turned off, and a document has to come out with every key that
went in.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from iiif_prezi3 import skeleton
from iiif_prezi3.helpers import auto_fields
from pydantic import BaseModel, ValidationError

SEARCH_CONTEXT = "http://iiif.io/api/search/2/context.json"
#: What Content Search 2.0 adds to an annotation page.
OF_SEARCH = {"ignored", "startIndex", "annotations"}
#: The schema says this of collections too; the models lack it.
_CONTEXT = {"Collection"}


#: They add labels, identifiers and empty lists that a document lacks: useful for authors, not for checking.
_MENDERS = (auto_fields.ai, auto_fields.al, auto_fields.ait, auto_fields.alst, auto_fields.allst)
for _mender in _MENDERS:
    _mender.unregister_from_class(
        *(one for one in vars(skeleton).values() if isinstance(one, type))
    )


def model_problems(document: dict[str, Any]) -> list[str]:
    """What the models refuse or do not know of a manifest, a collection, an annotation page or a
    search answer.
    """
    kind = document.get("type")
    model = getattr(skeleton, str(kind), None)
    if kind not in {"Manifest", "Collection", "AnnotationPage"} or model is None:
        return [f"iiif-prezi3: no document of its own is a {kind}"]
    if document.get("@context") == SEARCH_CONTEXT:
        plain = {key: value for key, value in document.items() if key not in OF_SEARCH}
        marks = document.get("annotations", [])
        return [*_told(model, plain), *(one for page in marks for one in model_problems(page))]
    if kind in _CONTEXT:
        document = {key: value for key, value in document.items() if key != "@context"}
    return _told(model, document)


def _told(model: type[BaseModel], document: dict[str, Any]) -> list[str]:
    try:
        read = model.model_validate_json(json.dumps(document))
    except ValidationError as refusal:
        return [
            f"iiif-prezi3: {'/'.join(map(str, error['loc']))}: {error['msg']}"
            for error in refusal.errors()[:20]
        ]
    kept = read.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return [f"iiif-prezi3 does not know {path}" for path in _lost(document, kept, "")]


def _lost(sent: Any, kept: Any, where: str) -> Iterator[str]:
    """Paths of what went in and did not come out unchanged. Times and addresses may be spelled
    differently.
    """
    if isinstance(sent, dict) and isinstance(kept, dict):
        yield from (f"{where} without {key}" for key in kept if key not in sent)
        for key, value in sent.items():
            if key not in kept:
                yield f"{where}/{key}"
            else:
                yield from _lost(value, kept[key], f"{where}/{key}")
    elif isinstance(sent, list):
        if not isinstance(kept, list) or len(kept) != len(sent):
            yield f"{where} as a list"
            return
        for number, (one, other) in enumerate(zip(sent, kept, strict=True)):
            yield from _lost(one, other, f"{where}[{number}]")
    elif type(sent) is not type(kept) or (not isinstance(sent, str) and sent != kept):
        yield f"{where} as {sent!r}"
