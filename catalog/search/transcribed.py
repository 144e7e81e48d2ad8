"""What is written on the images of hits, to show where the words stand when no other field shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from django.db.models import F, Q

from catalog.models import Record, Transcription

if TYPE_CHECKING:
    from catalog.models import Reader

#: Transcriptions that are looked through for one page of hits.
MOST: Final = 500

Owner = tuple[str, int]


def written_on(records: Iterable[Record], user: Reader, using: str) -> dict[Owner, list[str]]:
    """The transcriptions of images, and of the pages of documents in their order, as ``user`` may read them.

    By kind and primary key of the record; of other kinds nothing. One query, or none.
    """
    wanted: dict[str, list[int]] = defaultdict(list)
    for record in records:
        wanted[record.KIND].append(record.pk)
    images, documents = wanted["image"], wanted["document"]
    if not images and not documents:
        return {}
    rows: Any = Transcription.objects.using(using).visible_to(user)
    rows = rows.filter(Q(image__in=images) | Q(image__page_of__document__in=documents))
    rows = rows.order_by("image__page_of__position", "image__page_of__id", "id").values_list(
        "image", F("image__page_of__document"), "text"
    )
    found: dict[Owner, dict[str, None]] = defaultdict(dict)
    for image, document, text in rows[:MOST]:
        if image in images:
            found["image", image][text] = None
        if document in documents:
            found["document", document][text] = None
    return {owner: [*texts] for owner, texts in found.items()}
