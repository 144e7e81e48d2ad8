"""A museum in which public records are tied to hidden ones in every way, for the walks that look for leaks.

It has one public example of every kind of record and one hidden example for every way of being
hidden; every foreign key and every statement ties public records to hidden ones. Hidden titles and
texts contain one marker word, hidden addresses another, internal notes a third.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import re
import zlib
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import PIL.Image
import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import models
from django.test import override_settings
from django.utils import timezone

from catalog.actions import share_preview
from catalog.models import (
    PUBLISHED_MODELS,
    RECORD_MODELS,
    CataloguingRule,
    Citation,
    Contribution,
    Depiction,
    Detail,
    Document,
    DraftRevision,
    EDTFField,
    Exhibition,
    ExhibitionPart,
    OutsideIdentifier,
    Page,
    Participation,
    PersonName,
    PlaceName,
    Record,
    Relationship,
    ReviewNote,
    Shelving,
    Status,
    StoragePlace,
    Term,
    Topic,
    Transcription,
    Vocabulary,
)

TITLE_MARKER = "Quokkageheim"
ADDRESS_MARKER = "wombatversteck"
NOTE_MARKER = "Numbatnotiz"
PUBLIC_MARKER = "Koalaoffen"
#: The colours of the pictures of hidden and of public records.
HIDDEN_INK = (220, 20, 0)
PUBLIC_INK = (20, 220, 0)


#: Codes on which something depends: who is cited as the creator, which pictures stand for a record.
TELLING: dict[str, str] = {
    Vocabulary.CONTRIBUTION_ROLE: "author",
    Vocabulary.IMAGE_TYPE: "photograph",
}
HIDDEN: dict[str, dict[str, Any]] = {
    "draft": {"status": Status.DRAFT},
    "in-review": {"status": Status.IN_REVIEW},
    "withdrawn": {"status": Status.WITHDRAWN},
    "gone": {
        "status": Status.WITHDRAWN,
        "first_published": timezone.now() - timedelta(days=9),
        "withdrawn_at": timezone.now() - timedelta(days=3),
    },
    "embargoed": {"status": Status.PUBLISHED, "embargo_until": timezone.now() + timedelta(days=9)},
    "not-yet": {"status": Status.PUBLISHED, "publish_from": timezone.now() + timedelta(days=9)},
}


#: A permanent identifier, as addresses of records, pictures and manifests contain it.
_IDENTIFIER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def hidden_identifiers() -> set[str]:
    """The permanent identifiers of everything hidden."""
    found: set[str] = set()
    for model in PUBLISHED_MODELS.values():
        shown: Any = model.objects.visible_to(None)
        hidden = model._base_manager.exclude(pk__in=shown)
        found.update(map(str, hidden.values_list("uuid", flat=True)))
    return found


def tells_one_of(identifiers: set[str], said: str, address: str) -> bool:
    """Whether an answer contains one of some identifiers that was not in its address."""
    return not identifiers.isdisjoint(
        {*_IDENTIFIER.findall(said)} - {*_IDENTIFIER.findall(address)}
    )


def term(vocabulary: str) -> Term:
    code = TELLING.get(vocabulary, "any")
    return Term.objects.get_or_create(vocabulary=vocabulary, code=code, defaults={"label": "Any"})[
        0
    ]


def make(kind: str, name: str, marker: str, **more: Any) -> Record:
    model = PUBLISHED_MODELS[kind]  # type: ignore[index]
    record = model(
        identifier=f"{marker} {kind} {name}",
        slug=f"{marker.lower()}-{kind}-{name}"
        if marker == PUBLIC_MARKER
        else f"{ADDRESS_MARKER}-{kind}-{name}",
        title=f"{marker} {kind} {name}",
        summary=f"{marker} summary",
        description=f"{marker} description",
        credit_line=f"{marker} credit",
        internal_note=NOTE_MARKER,
        **more,
    )
    for field in model._meta.get_fields():
        if isinstance(field, models.ForeignKey) and field.related_model is Term:
            setattr(record, field.name, term(str(field.get_limit_choices_to()["vocabulary"])))
    for name_of_text in (
        "alternative_text",
        "reproduction_note",
        "custodial_history",
        "extent",
        "situation",
    ):
        if hasattr(record, name_of_text):
            setattr(record, name_of_text, marker)
    for field in model._meta.get_fields():
        if isinstance(field, EDTFField):
            setattr(record, field.name, "1939-08-23")
    if kind == "place":
        record.latitude, record.longitude = 19.35, -99.16  # type: ignore[attr-defined]
    if kind == "image":
        hold(record, HIDDEN_INK if marker == TITLE_MARKER else PUBLIC_INK)
    record.save()
    if kind != Exhibition.KIND:
        record.subjects.add(term(Vocabulary.SUBJECT))
    return record


def hold(image: Any, ink: tuple[int, int, int]) -> None:
    """Give an image a picture of its own in an ink that shows whose it is."""
    kept = io.BytesIO()
    picture = PIL.Image.new("RGB", (600, 450), ink)
    # A pixel makes the file differ from all others.
    picture.putpixel((0, 0), (*ink[:2], zlib.crc32(image.slug.encode()) % 256))
    picture.putpixel((1, 0), (*ink[:2], zlib.crc32(image.slug.encode()) // 256 % 256))
    picture.save(kept, "PNG")
    content = kept.getvalue()
    image.file = image.file.storage.save(f"{image.slug}.png", ContentFile(content))
    image.media_type, image.width, image.height = "image/png", 600, 450
    image.byte_size, image.sha256 = len(content), hashlib.sha256(content).hexdigest()


def statement(model: type[models.Model], marker: str, **ends: Any) -> models.Model:
    row = model(**ends)
    for name in ("note", "caption", "locator", "period"):
        if any(field.name == name for field in model._meta.get_fields()):
            setattr(row, name, marker)
    row.save()
    return row


@pytest.fixture(scope="module")
def hidden_records(
    taken_back: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[dict[Any, list[Record]], Path]]:
    """The museum of :func:`tied_records` for all tests of a file, and the folder of its pictures."""
    media = tmp_path_factory.mktemp("hidden") / "media"
    with taken_back():
        with override_settings(MEDIA_ROOT=media):
            records = tied_records()
        yield records, media


@pytest.fixture
def museum(
    hidden_records: tuple[dict[Any, list[Record]], Path], db: None, settings: Any, tmp_path: Path
) -> dict[Any, list[Record]]:
    """Public and hidden records of every kind, tied in every way. Answers the hidden ones by kind."""
    records, settings.MEDIA_ROOT = hidden_records
    settings.VAR_DIR = tmp_path / "var"
    return deepcopy(records)


def tied_records() -> dict[Any, list[Record]]:
    """Make public and hidden records of every kind, tied in every way. Answers the hidden ones by kind."""
    public = {
        kind: make(kind, "public", PUBLIC_MARKER, status=Status.PUBLISHED) for kind in RECORD_MODELS
    }
    for work in ("document", "image"):
        # Its hidden neighbours in the collection come below.
        public[work].collection = public["collection"]  # type: ignore[attr-defined]
        public[work].save()
    hidden = {
        kind: [make(kind, name, TITLE_MARKER, **how) for name, how in HIDDEN.items()]
        for kind in RECORD_MODELS
    }
    for kind, model in RECORD_MODELS.items():
        for field in model._meta.concrete_fields:
            if (target := field.related_model) not in RECORD_MODELS.values():
                continue
            for number, unseen in enumerate(hidden[target.KIND]):
                name = f"{field.name}-{number}".replace("_", "-")
                make(kind, name, PUBLIC_MARKER, status=Status.PUBLISHED, **{field.name: unseen})
            for unseen in hidden[kind]:
                setattr(unseen, field.name, public[target.KIND])
        for unseen in hidden[kind]:
            unseen.save()
    for kind in ("collection", "place"):
        # All others lie in something by now: what lists the tops of hierarchies meets this one.
        make(kind, "top", TITLE_MARKER, status=Status.DRAFT)
    for kind, model in RECORD_MODELS.items():
        # The line above what it points to leads to something hidden.
        within = {
            field.name: target._default_manager.get(
                slug=f"{PUBLIC_MARKER}-{target.KIND}-{target.PARENT}-0".lower().replace("_", "-")
            )
            for field in model._meta.concrete_fields
            if hasattr(target := field.related_model, "PARENT") and target in RECORD_MODELS.values()
        }
        make(kind, "deep", PUBLIC_MARKER, status=Status.PUBLISHED, **within)
    kept_by_unseen = Document.objects.get(title=f"{PUBLIC_MARKER} document holding-institution-0")
    statement(Page, PUBLIC_MARKER, image=public["image"], document=kept_by_unseen)
    # Of these, nothing but a hidden picture tells.
    deep = {
        kind: RECORD_MODELS[kind]._default_manager.get(title=f"{PUBLIC_MARKER} {kind} deep")
        for kind in ("document", "event", "image")
    }
    statement(Page, TITLE_MARKER, image=hidden["image"][0], document=deep["document"])
    statement(Topic, TITLE_MARKER, image=hidden["image"][0], about_document=deep["document"])
    # Of several pictures about this one, the first is hidden.
    beside = make(
        "document",
        "beside",
        PUBLIC_MARKER,
        status=Status.PUBLISHED,
        collection=public["collection"],
    )
    for picture in (hidden["image"][0], public["image"]):
        marker = PUBLIC_MARKER if picture.is_public else TITLE_MARKER
        statement(Topic, marker, image=picture, about_document=beside)
    # A picture that is a page of nothing but a hidden document is one by itself.
    statement(Page, TITLE_MARKER, image=deep["image"], document=hidden["document"][0])
    statement(Topic, TITLE_MARKER, image=hidden["image"][0], about_event=deep["event"])
    contribution = term(Vocabulary.CONTRIBUTION_ROLE)
    participation = term(Vocabulary.PARTICIPATION_ROLE)
    relationship = term(Vocabulary.RELATIONSHIP_KIND)
    technique = term(Vocabulary.DETAIL)
    for one, other in _pairs(public, hidden):
        marker = PUBLIC_MARKER if one.is_public and other.is_public else TITLE_MARKER
        kinds = {one.KIND: one, other.KIND: other}
        match one.KIND, other.KIND:
            case "person", "document" | "image":
                statement(
                    Contribution, marker, person=one, role=contribution, **{other.KIND: other}
                )
                statement(Topic, marker, about_person=one, **{other.KIND: other})
                if other.KIND == "image":
                    region = {"left": 1, "top": 1, "width": 9, "height": 9}
                    statement(Depiction, marker, person=one, image=other, **region)
            case "person", "collection":
                statement(Contribution, marker, role=contribution, **kinds)
            case "person", "event":
                statement(Participation, marker, role=participation, **kinds)
            case "document" | "image", "event" | "place":
                statement(Topic, marker, **{one.KIND: one, f"about_{other.KIND}": other})
            case "image", "document":
                statement(Topic, marker, image=one, about_document=other)
                # What is written on hidden pages stands before what everybody may read.
                turn = 9 if marker == PUBLIC_MARKER else 0
                statement(Page, marker, image=one, document=other, label=marker, position=turn)
            case "person", "person" if one != other:
                statement(Relationship, marker, person=one, related=other, kind=relationship)
            case _:
                pass
        if other.KIND == "document" and one != other:
            statement(Citation, marker, source=other, **{one.KIND: one})
    for everyone in [public, *({k: r} for k, rs in hidden.items() for r in rs)]:
        for kind, record in everyone.items():
            marker = PUBLIC_MARKER if record.is_public else TITLE_MARKER
            statement(
                OutsideIdentifier, marker, **{kind: record}, authority="viaf", value=f"{marker}1"
            )
            statement(Detail, marker, **{kind: record}, kind=technique, text=f"{marker} measured")
            if kind == "image":
                statement(Transcription, marker, image=record, text=f"{marker} written")
            if kind == "person":
                statement(PersonName, marker, person=record, name=marker)
            if kind == "place":
                statement(PlaceName, marker, place=record, name=marker)
    curator = User.objects.create_superuser("curator")
    # Cataloguing rules are for curators too.
    CataloguingRule.objects.create(field="title", text=NOTE_MARKER, example=NOTE_MARKER)
    # So is where things are kept, of public records too.
    box = StoragePlace.objects.create(name=NOTE_MARKER, code=NOTE_MARKER, note=NOTE_MARKER)
    for shelved in Shelving.RECORDS:
        for record in (public[shelved], *hidden[shelved]):
            statement(Shelving, NOTE_MARKER, **{shelved: record}, place=box, part=NOTE_MARKER)
    for everyone in [public, *({k: r} for k, rs in hidden.items() for r in rs)]:
        for kind, record in everyone.items():
            # What curators wrote to each other, also about public records.
            ReviewNote.objects.create(kind=kind, record_uuid=record.uuid, text=NOTE_MARKER)
            # A colleague has a link to each, and each has an unpublished revision.
            share_preview(record, by=curator)
            summary = {"before": record.summary, "after": f"{TITLE_MARKER} summary"}
            DraftRevision.objects.create(
                kind=kind,
                record_uuid=record.uuid,
                title=f"{TITLE_MARKER} {kind} revised",
                changes={"fields": {"summary": summary}, "many": {}, "rows": {}},
            )
    for records in hidden.values():
        # They were changed last.
        rows = type(records[0])._base_manager.filter(pk__in=[row.pk for row in records])
        rows.update(modified=timezone.now())
    cited = Participation.objects.filter(person=public["person"], event=public["event"]).get()
    for source in hidden["document"]:
        statement(Citation, TITLE_MARKER, source=source, participation=cited)
    for row in Participation.objects.exclude(pk=cited.pk):
        statement(Citation, TITLE_MARKER, source=public["document"], participation=row)
    return hidden


@pytest.fixture
def exhibitions(museum: dict[Any, list[Record]]) -> list[Record]:
    """A public exhibition of public and hidden records, and hidden ones of public records. Answers the hidden ones."""
    public = {
        kind: model._default_manager.get(slug=f"{PUBLIC_MARKER.lower()}-{kind}-public")
        for kind, model in RECORD_MODELS.items()
    }
    more = {"status": Status.PUBLISHED, "opening": museum["image"][0]}
    shown = make(Exhibition.KIND, "public", PUBLIC_MARKER, **more)
    hidden = [make(Exhibition.KIND, name, TITLE_MARKER, **how) for name, how in HIDDEN.items()]
    ExhibitionPart.objects.create(exhibition=shown, heading=f"{PUBLIC_MARKER} told")
    for kind, record in public.items():
        for row in museum[kind]:
            ExhibitionPart.objects.create(
                exhibition=shown, text=f"{TITLE_MARKER} told", **{kind: row}
            )
        ExhibitionPart.objects.create(
            exhibition=shown, text=f"{PUBLIC_MARKER} told", **{kind: record}
        )
    for kind in ("document", "image", "event"):
        # Of these the place is hidden.
        slug = f"{PUBLIC_MARKER.lower()}-{kind}-place-0"
        placed = RECORD_MODELS[kind]._default_manager.get(slug=slug)
        ExhibitionPart.objects.create(exhibition=shown, **{kind: placed})
    for one in hidden:
        ExhibitionPart.objects.create(exhibition=one, heading=f"{TITLE_MARKER} told")
        for kind, record in public.items():
            ExhibitionPart.objects.create(
                exhibition=one, text=f"{TITLE_MARKER} told", **{kind: record}
            )
    return hidden


def _pairs(
    public: dict[Any, Record], hidden: dict[Any, list[Record]]
) -> Iterator[tuple[Record, Record]]:
    """The two ends of ties. Hidden ones come first: whatever takes the first of several meets them."""
    for one, other in itertools.product(RECORD_MODELS, RECORD_MODELS):
        yield from ((public[one], row) for row in hidden[other])
        yield from ((row, public[other]) for row in hidden[one])
        yield public[one], public[other]
