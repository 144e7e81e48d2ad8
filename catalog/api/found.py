"""The documents of records that the search found, of any kind."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from catalog.documents import ORIGIN, documents, feed, store
from catalog.uris import permanent_path

if TYPE_CHECKING:
    from catalog.models import Reader


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
