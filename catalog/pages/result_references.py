"""Results as references that reference managers import: BibTeX and RIS, block by block."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from catalog.formats import CITATION_FORMATS, cited
from catalog.models import RECORD_MODELS, Contribution
from catalog.uris import Kind

if TYPE_CHECKING:
    from catalog.models import Reader

_Key = tuple[Kind, int]


def as_references(
    blocks: Iterable[Sequence[Any]], reader: Reader, suffix: str, site: str
) -> Iterator[str]:
    """Each record of the blocks in a citation format; ``site`` makes its address whole.

    At most nine queries for a block, whatever is in it: the records of each kind as a whole, their languages and
    their makers.
    """
    form, today = CITATION_FORMATS[suffix], timezone.localdate()
    named: set[str] = set()
    for block in blocks:
        for record, makers in _whole(block, reader):
            one = cited(record, reader, site + record.permanent_path, today, makers=makers)
            # A name may stand once in a file of BibTeX: a person and an event can share their slug.
            yield form.write(replace(one, slug="") if one.slug in named else one)
            named.add(one.slug)


def _whole(block: Sequence[Any], reader: Reader) -> list[tuple[Any, list[Contribution]]]:
    """The records in their order, with all their columns, and their makers."""
    keys: dict[Kind, list[int]] = {}
    for record in block:
        keys.setdefault(record.KIND, []).append(record.pk)
    found: dict[_Key, Any] = {}
    for kind, pks in keys.items():
        rows: Any = RECORD_MODELS[kind].objects.visible_to(reader).filter(pk__in=pks).order_by()
        if kind in {"document", "image"}:
            rows = rows.select_related("type")
        if kind == "document":
            rows = rows.prefetch_related("languages")
        found |= {(kind, row.pk): row for row in rows}
    makers = _makers(keys, reader)
    order = [(record.KIND, record.pk) for record in block]
    return [(found[key], makers.get(key, [])) for key in order if key in found]


def _makers(keys: dict[Kind, list[int]], reader: Reader) -> dict[_Key, list[Contribution]]:
    found: dict[_Key, list[Contribution]] = {}
    for kind in Contribution.WORKS:
        if kind not in keys:
            continue
        rows = Contribution.objects.visible_to(reader, seen_from=Contribution.WORKS)
        for row in rows.filter(**{f"{kind}__in": keys[kind]}).select_related("person", "role"):
            found.setdefault((kind, getattr(row, f"{kind}_id")), []).append(row)
    return found
