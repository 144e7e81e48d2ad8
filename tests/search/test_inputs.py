"""Everything that an entry is made from is in its inputs: whatever is written, entry and digest
change together.

Each column of each table that feeds the index is written in turn, and rows are removed. If an entry
changes, its digest has to change as well (a digest that misses a change would let the check accept
a wrong index), and for each digest that changes, the marks have to lead to its entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from typing import Any, Final, NamedTuple

import pytest
from django.apps import apps
from django.db import DataError, IntegrityError, connection, models, transaction
from django.utils import timezone

from catalog import search
from catalog.models import (
    RECORD_MODELS,
    Collection,
    Contribution,
    Detail,
    Document,
    Image,
    LabelsField,
    OutsideIdentifier,
    Page,
    Person,
    Status,
    Term,
    Transcription,
)
from catalog.search.backends import backend_of
from catalog.search.entries import Entry, entry_of
from catalog.search.gathering import COMMON, LISTED, SPANS, TEXTS, Reader
from catalog.search.inputs import Inputs, Mention, Named
from catalog.search.ties import (
    NUMBERS,
    OWN_ROWS,
    PARENTS,
    TABLES,
    TIES,
    TRANSCRIPTIONS,
    watched,
)
from catalog.uris import KINDS
from tests.benchmarks.museum import make_museum

MODELS: Final = {
    model._meta.db_table: model for model in apps.get_app_config("catalog").get_models(include_auto_created=True)
}  # fmt: skip
#: By table, the columns that entries depend on. (A file comes with its size and checksum: the
#: behaviour suite adds one.)
READ: Final[dict[str, set[str]]] = {table: set() for table in watched()}
for _kind in KINDS:
    READ[TABLES[_kind]] |= {
        *(set(COMMON) - {"id"}),
        *(column for span in SPANS[_kind] for column in span),
        *(column for group in TEXTS[_kind] for column in group),
        *(column for column, _facet in LISTED.get(_kind, ())),
    }
for _tie in TIES:
    READ[_tie.table] |= {_tie.to, _tie.role, _tie.owner} - {"", "id"}
for _own in OWN_ROWS:
    READ[_own.table] |= {_own.owner, _own.column}
for _target, _column in PARENTS.items():
    READ[TABLES[_target]].add(_column)
READ[TABLES["term"]] |= {"label", "labels", "alternatives", "code"}
READ[TRANSCRIPTIONS] |= {"image_id", "text", "language_id"}

#: The fields of a mention and of what it names, but for what is worked out from the others.
MENTIONED: Final = [one.name for one in fields(Mention) if one.name not in {"target", "digest"}]
NAMED: Final = [one.name for one in fields(Named) if not one.name.startswith("_")]

#: How many rows of a table are tried to find one whose column changes an entry.
TRIED: Final = 10


class Made(NamedTuple):
    """The digest of the inputs of a record, its entry, and all that both are made from."""

    digest: str
    entry: Entry
    plain: tuple[Any, ...]


State = dict[tuple[str, int], Made]


def state(known: State | None = None) -> State:
    """The digest of the inputs and the entry of every record, as the records are now.

    Neither reads anything but the inputs: where these are as in ``known``, so are both.
    """
    backend = backend_of()
    reader = Reader(connection, backend.now())
    found: State = {}
    for kind in KINDS:
        pks = list(RECORD_MODELS[kind].objects.order_by("pk").values_list("pk", flat=True))
        for pk, inputs in reader.gather(kind, pks).items():
            plain = plainly(inputs)
            before = known.get((kind, pk)) if known else None
            if before and before.plain == plain:
                found[kind, pk] = before
            else:
                found[kind, pk] = Made(inputs.digest(), entry_of(inputs, backend.read), plain)
    return found


def plainly(inputs: Inputs) -> tuple[Any, ...]:
    """Every value of some inputs, without the digests and readings that are kept with them."""
    mentions = [
        (
            *(getattr(mention, name) for name in MENTIONED),
            *(getattr(mention.target, name) for name in NAMED),
            role and role.values,
        )
        for mention, role in inputs.mentions
    ]
    return (*inputs._replace(mentions=[]), mentions)


def differing(one: State, other: State) -> tuple[set[Any], set[Any]]:
    """The records whose digests differ, and those whose entries do."""
    nothing = (None, None, ())
    both = {key: (one.get(key, nothing), other.get(key, nothing)) for key in one | other}
    return (
        {key for key, (before, after) in both.items() if before[0] != after[0]},
        {key for key, (before, after) in both.items() if before[1] != after[1]},
    )


def indexed() -> dict[tuple[int, int], str]:
    """The digests stored in the index."""
    rows = backend_of().run("SELECT kind, record, inputs FROM search_entry")
    return {(kind, record): digest for kind, record, digest in rows}


@pytest.fixture(scope="module")
def museum(taken_back: Any) -> Iterator[State]:
    """A small generated museum with words on pages, ties of every kind, and something hidden."""
    with taken_back():
        make_museum(records=100, seed=3, keep_triggers=True)
        images = list(Image.objects.order_by("pk"))
        for number, image in enumerate(images[:6]):
            language = Term.objects.filter(vocabulary="language").order_by("pk")[number % 2]
            Transcription.objects.create(image=image, text=f"written {number}", language=language)
            document = Document.objects.order_by("pk")[number % 3]
            Page.objects.create(image=image, document=document, position=number)
        for number in range(2):
            Collection.objects.create(
                identifier=f"X{number}", title="Further", date="1901/1902", status=Status.PUBLISHED
            )
        Contribution.objects.create(
            collection=Collection.objects.get(identifier="X0"),
            person=Person.objects.order_by("pk")[0],
            role=Term.objects.filter(vocabulary="contribution_role").order_by("pk")[0],
        )
        for kind, model in RECORD_MODELS.items():
            for number, record in enumerate(model.objects.order_by("pk")[:2]):
                OutsideIdentifier.objects.create(
                    **{kind: record}, authority="viaf", value=f"1{NUMBERS[kind]}{number}"
                )
                Detail.objects.create(
                    **{kind: record},
                    kind_id=Term.objects.filter(vocabulary="detail").values_list("pk")[:1],
                    text=f"{number} × 9 cm",
                )
        soon = timezone.now() + timedelta(days=40)
        for model in RECORD_MODELS.values():
            last = model.objects.order_by("-pk").first()
            model.objects.filter(pk=last.pk).update(
                status=Status.PUBLISHED, publish_from=None, embargo_until=soon
            )
        search.refresh(limit=None)
        yield state()


def others(field: models.Field[Any, Any], value: Any) -> list[Any]:
    """Other values for a column; the table may refuse some."""
    if isinstance(field, models.ForeignKey):
        pks = field.related_model.objects.exclude(pk=value).order_by("pk")
        listed = list(pks.values_list("pk", flat=True))
        return [*listed[:4], *listed[-4:]]
    if field.choices:
        return [choice for choice, _label in field.flatchoices if choice != value]
    if isinstance(field, models.DateTimeField):
        return [timezone.now() + timedelta(days=20), timezone.now() - timedelta(days=20)]
    if isinstance(field, models.IntegerField):
        return [19370101, 18000101, 3]
    if isinstance(field, LabelsField):
        return ["es: quetzalcoatl"]
    if isinstance(field, models.CharField | models.TextField | models.FileField):
        return [f"{value} quetzalcoatl", f"{value}-quetzalcoatl", "X-1"]
    return []


def written(model: Any, field: models.Field[Any, Any], pk: int, value: Any) -> bool:
    """Write one column of one row, bypassing every door. Returns whether the table accepted it."""
    table, column = model._meta.db_table, field.column
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f'UPDATE "{table}" SET "{column}" = %s WHERE id = %s',
                [value, pk],
            )
            # Only this table can now name what does not exist.
            connection.check_constraints([table])
        return True
    except (IntegrityError, DataError):
        return False


def changes(before: State, change: str) -> bool:
    """Whether what was just written changed an entry. Asserts that digests and index follow."""
    after = state(before)
    digests, entries = differing(before, after)
    assert entries <= digests, change
    if digests:
        search.refresh(limit=None)
        assert indexed() == {(NUMBERS[kind], pk): one for (kind, pk), (one, *_) in after.items()}, (
            f"{change}: an entry that follows from it was not marked."
        )
    return bool(entries)


@pytest.mark.parametrize("table", sorted(READ))
def test_every_column_that_an_entry_is_made_from_is_in_its_digest(
    museum: State, table: str, db: None
) -> None:
    model: Any = MODELS[table]
    unread = set(READ[table])
    named = {
        row[0]
        for tie in TIES
        if tie.target == "term" and tie.facet
        for row in backend_of().run(f'SELECT "{tie.to}" FROM "{tie.table}"')
    }
    for field in model._meta.concrete_fields:
        if field.primary_key:
            continue
        rows = model.objects.order_by(models.F(field.attname).asc(nulls_last=True), "pk")
        if model is Term:
            rows = rows.filter(pk__in=named)
        wanted = TRIED if field.attname in unread else 1
        for pk, value in rows.values_list("pk", field.attname)[:wanted]:
            for other in others(field, value):
                with transaction.atomic():
                    changed = written(model, field, pk, other) and changes(
                        museum, f"{table}.{field.attname} of {pk}: {value!r} to {other!r}"
                    )
                    transaction.set_rollback(True)
                if changed:
                    unread.discard(field.attname)
                    break
            if field.attname not in unread:
                break
    assert not unread, "No entry is made from these columns."


@pytest.mark.parametrize("table", sorted(set(READ) - set(TABLES.values())))
def test_a_row_that_goes_takes_what_it_gave(museum: State, table: str, db: None) -> None:
    first = MODELS[table].objects.order_by("pk").first()  # type: ignore[attr-defined]
    with transaction.atomic():
        MODELS[table].objects.filter(pk=first.pk).delete()  # type: ignore[attr-defined]
        assert changes(museum, f"row {first.pk} of {table} deleted")
        transaction.set_rollback(True)
