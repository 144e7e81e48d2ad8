"""What the search found: the documents of records of any kind, and where exhibitions are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from catalog.documents import ORIGIN, documents, feed, page_path, store
from catalog.uris import api_exhibition_path, permanent_path

if TYPE_CHECKING:
    from catalog.models import Exhibition, Reader


def bases_of(
    records: Iterable[Any], reader: Reader, standing: feed.Standing | None
) -> dict[UUID, bytes]:
    """The document of each record without its relations, by uuid; a record that has just vanished is left out."""
    by_kind: dict[Any, list[Any]] = {}
    for record in records:
        by_kind.setdefault(record.KIND, []).append(record)
    texts: list[bytes] = []
    for kind, some in by_kind.items():
        if reader is None:
            made = store.public_documents(kind, [record.pk for record in some], standing)
            texts += [one.base for one in made]
        else:
            texts += [
                store.document_of(base, relations, record.modified).base
                for record, (base, relations) in zip(
                    some, documents(kind, some, reader), strict=True
                )
            ]
    named = {json.loads(text)["id"]: text for text in texts}
    every = (record.uuid for some in by_kind.values() for record in some)
    return {uuid: named[name] for uuid in every if (name := ORIGIN + permanent_path(uuid)) in named}


def exhibition_at(exhibition: Exhibition) -> dict[str, Any]:
    """How an exhibition is named, and where it is: the members that its document begins with."""
    return {
        "id": ORIGIN + permanent_path(exhibition.uuid),
        "kind": exhibition.KIND,
        "slug": exhibition.slug,
        "url": ORIGIN + api_exhibition_path(exhibition.slug),
        "web_url": ORIGIN + page_path(exhibition.KIND, exhibition.slug),
    }
