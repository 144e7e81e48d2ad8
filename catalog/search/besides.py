"""Texts of hits outside their own columns: further details, and what is written on images.

They show where the words occur if no other field does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from django.db.models import F, Value

from catalog.models import Detail, NameField, NameOf, Record, Transcription

if TYPE_CHECKING:
    from catalog.models import Reader

#: How many texts are searched for one page of hits.
MOST: Final = 500

Owner = tuple[str, int]


def further_texts(
    records: Iterable[Record], user: Reader, using: str
) -> dict[Owner, dict[str, str]]:
    """Texts that ``user`` may read, by kind and primary key of the record: from the text to its
    sort of detail.

    Details come first. What is written on an image, or on a document's pages in their order,
    follows, with an empty sort. One query, or none.
    """
    wanted: dict[str, list[int]] = defaultdict(list)
    for record in records:
        wanted[record.KIND].append(record.pk)
    # The records themselves were read through the rule of visibility already.
    details = Detail.objects.using(using).visible_to(user, seen_from=Detail.RECORDS)
    parts = [
        _rows(details, kind, kind, pks, sort=NameOf("kind"), written=0, in_order=F("position"))
        for kind, pks in wanted.items()
    ]
    written = Transcription.objects.using(using).visible_to(user)
    for kind, owner, place in (
        ("image", "image", Value(0)),
        ("document", "image__page_of__document", F("image__page_of__position")),
    ):
        if kind in wanted:
            parts.append(
                _rows(
                    written,
                    kind,
                    owner,
                    wanted[kind],
                    sort=Value("", NameField()),
                    written=1,
                    in_order=place,
                )
            )
    if not parts:
        return {}
    first, *others = parts
    found: dict[Owner, dict[str, str]] = defaultdict(dict)
    for kind, pk, _written, _order, _pk, sort, text in sorted(
        first.union(*others, all=True)[:MOST]
    ):
        found[kind, pk].setdefault(text, sort)
    return dict(found)


def _rows(
    texts: Any, kind: str, owner: str, pks: list[int], *, sort: Any, written: int, in_order: Any
) -> Any:
    """Texts of some records of a kind, as rows that sort in the order in which they are shown."""
    return (
        texts.filter(**{f"{owner}__in": pks})
        .order_by()
        .annotate(
            of_kind=Value(kind),
            of_pk=F(owner),
            written=Value(written),
            in_order=in_order,
            sort=sort,
        )
        .values_list("of_kind", "of_pk", "written", "in_order", "pk", "sort", "text")
    )
