"""What the public may not see appears nowhere: a walk through every address that a visitor can reach.

The museum has one public example of every kind of record and one hidden example for every way of
being hidden; every foreign key and every statement ties public records to hidden ones. Hidden
titles and texts contain one marker word, hidden addresses another, internal notes a third. A
visitor then follows every link and every form. New rooms (search, API, pictures, feeds) are reached
by the same walk as soon as a page links to them; what nothing links to is listed in ``UNLINKED``.
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
from uuid import uuid4

import PIL.Image
import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db import models
from django.test import Client, override_settings
from django.utils import timezone

from catalog import search
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
    Image,
    MergedRecord,
    OutsideIdentifier,
    Page,
    Participation,
    PastSlug,
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
from catalog.uris import (
    PLURALS,
    api_exhibition_path,
    api_path,
    api_storage_path,
    canvas_path,
    content_search_path,
    iiif_collection_path,
    image_service_path,
    manifest_path,
    original_path,
    permanent_path,
    picture_path,
    record_path,
)
from tests.contracts.walk import walk

TITLE_MARKER = "Quokkageheim"
ADDRESS_MARKER = "wombatversteck"
NOTE_MARKER = "Numbatnotiz"
PUBLIC_MARKER = "Koalaoffen"
#: The colours of the pictures of hidden and of public records.
HIDDEN_INK = (220, 20, 0)
PUBLIC_INK = (20, 220, 0)

#: What only a hidden record can have brought into an answer, whatever the visitor typed.
HIDDEN_WORDS = re.compile(
    rf"{TITLE_MARKER} (?:{'|'.join(PUBLISHED_MODELS)}|summary|description|credit|written|told)"
)

#: Parts of identifiers and hashes, which an answer repeats as they were requested.
NAMES = re.compile(rb"\b[0-9a-f]{4,}\b")
#: Headers that differ from one answer to the next, whatever it is about.
TELLING_NOTHING = {"X-Request-ID", "Server-Timing", "Date"}

#: Addresses that no page links to.
UNLINKED = [
    "/iiif/collection/top",
    "/iiif/search",
    "/oai?verb=Identify",
    "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc",
    "/oai?verb=ListRecords&metadataPrefix=oai_dc",
    "/oai?verb=ListRecords&metadataPrefix=oai_dc&set=holdings",
    "/oai?verb=ListIdentifiers&metadataPrefix=lido",
    "/oai?verb=ListRecords&metadataPrefix=lido",
    "/oai?verb=ListSets",
    "/robots.txt",
    "/sitemap.xml",
    "/sitemaps/pages.xml",
    *(f"/sitemaps/{plural}-0.xml" for plural in PLURALS.values()),
    "/healthz",
    "/admin/login/",
    "/no-such-page/",
    "/es/",
]
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

pytestmark = pytest.mark.django_db


def term(vocabulary: str) -> Term:
    return Term.objects.get_or_create(vocabulary=vocabulary, code="any", defaults={"label": "Any"})[
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


def shows_hidden_ink(body: bytes) -> bool:
    """Whether a picture is one of the hidden ones."""
    red, green, _blue = PIL.Image.open(io.BytesIO(body)).convert("RGB").getpixel((2, 2))  # type: ignore[misc]
    return bool(red > green)


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
    hidden = {
        kind: [make(kind, name, TITLE_MARKER, **how) for name, how in HIDDEN.items()]
        for kind in RECORD_MODELS
    }
    for kind, model in RECORD_MODELS.items():
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if isinstance(field, models.ForeignKey) and target in RECORD_MODELS.values():
                _public_records_pointing_at_hidden(
                    kind, field.name, hidden[target.KIND], public[kind]
                )
    for kind in ("collection", "place"):
        # All others lie in something by now: what lists the tops of hierarchies meets this one.
        make(kind, "top", TITLE_MARKER, status=Status.DRAFT)
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
                statement(Page, marker, image=one, document=other, label=marker)
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
        ExhibitionPart.objects.create(
            exhibition=shown, text=f"{PUBLIC_MARKER} told", **{kind: record}
        )
        for row in museum[kind]:
            ExhibitionPart.objects.create(
                exhibition=shown, text=f"{TITLE_MARKER} told", **{kind: row}
            )
    for one in hidden:
        ExhibitionPart.objects.create(exhibition=one, heading=f"{TITLE_MARKER} told")
        for kind, record in public.items():
            ExhibitionPart.objects.create(
                exhibition=one, text=f"{TITLE_MARKER} told", **{kind: record}
            )
    return hidden


def _public_records_pointing_at_hidden(
    kind: str, name: str, hidden: list[Record], public: Record
) -> None:
    for number, target in enumerate(hidden):
        make(
            kind,
            f"{name}-{number}".replace("_", "-"),
            PUBLIC_MARKER,
            status=Status.PUBLISHED,
            **{name: target},
        )
    for row in hidden:
        if row.KIND == kind and hasattr(row, name):
            setattr(row, name, public)
            row.save()


def _pairs(
    public: dict[Any, Record], hidden: dict[Any, list[Record]]
) -> Iterator[tuple[Record, Record]]:
    for one, other in itertools.product(RECORD_MODELS, RECORD_MODELS):
        yield public[one], public[other]
        yield from ((public[one], row) for row in hidden[other])
        yield from ((row, public[other]) for row in hidden[one])


def test_no_hidden_word_at_any_address(
    museum: dict[str, list[Record]], exhibitions: list[Record], client: Client
) -> None:
    search.refresh(None)
    start = ["/", *UNLINKED]
    start += [
        f"{api_path(kind, f'{PUBLIC_MARKER.lower()}-{kind}-public')}similar/" for kind in PLURALS
    ]
    start.append(api_exhibition_path())
    start += addresses_of_storage()
    for exhibition in exhibitions:
        start += [exhibition.get_absolute_url(), exhibition.permanent_path]
        start += [api_exhibition_path(exhibition.slug), iiif_collection_path(exhibition.uuid)]
    for kind, plural in PLURALS.items():
        start += [
            f"/{plural}/",
            f"/es/{plural}/",
            f"/{plural}/?q={TITLE_MARKER}",
            f"/{plural}/?q={NOTE_MARKER}",
        ]
        for record in museum[kind]:
            start += [record.get_absolute_url(), record.permanent_path]
            start += [
                manifest_path(record.uuid),
                iiif_collection_path(record.uuid),
                content_search_path(record.uuid) + "?q=written",
            ]
    start += addresses_with_hidden_values(museum)
    for record in museum["image"]:
        start += addresses_of_picture(record)
    start += addresses_of_merged(museum)
    public_words_seen = manifests = pictures = feeds = alike = told = 0
    for address, answer, body in walk(client, start):
        said = body.decode(errors="replace") + str(answer.headers)
        assert answer.status_code < 500, f"{address} answers {answer.status_code}"
        # A search for the marker itself is repeated to the visitor; the words of a record are not.
        shown = HIDDEN_WORDS.search(said) if TITLE_MARKER in address else TITLE_MARKER in said
        assert not shown, f"{address} shows a hidden record"
        assert "/preview/" not in said.replace("Disallow: ", "") or address == "/robots.txt", (
            address
        )
        if NOTE_MARKER not in address:
            assert NOTE_MARKER not in said, f"{address} shows an internal note"
        if ADDRESS_MARKER not in address:
            assert ADDRESS_MARKER not in said, f"{address} leads to a hidden record"
        if answer.status_code == 200 and answer["Content-Type"].startswith("image/"):
            assert not shows_hidden_ink(body), f"{address} shows a hidden picture"
            pictures += 1
        public_words_seen += PUBLIC_MARKER in said
        told += f"{PUBLIC_MARKER} told" in said
        manifests += address.startswith("/iiif/") and answer.status_code == 200
        feeds += address.endswith("?format=atom") and f"{PUBLIC_MARKER} " in said
        alike += 'id="like-this"' in said or '"shared":[{' in said
    assert public_words_seen > 30, (
        "The walk has not met the public records: does it follow the links?"
    )
    assert told, "The walk has not met the public exhibition."
    assert manifests > 20, "The walk has not met the manifests of the public records."
    assert alike > 20, "The walk has not met what is like the public records."
    assert feeds > len(PLURALS), "The walk has not met the feeds of the public records."
    assert pictures > 20, "The walk has not met the pictures of the public records."


def addresses_with_hidden_values(museum: dict[str, list[Record]]) -> Iterator[str]:
    """Every list with a hidden record as the value of each parameter that could name it.

    Each list meets every way of being hidden, and each parameter meets several.
    """
    for (at, each), (number, (kind, records)) in itertools.product(
        enumerate([*PLURALS.values(), "search"]), enumerate(museum.items())
    ):
        slug = records[(at + number) % len(HIDDEN)].slug
        for name in (kind, "part_of", "parent"):
            yield f"/{each}/?{name}={slug}&format=atom"
            if each != "search":
                yield f"/{each}/?{name}={slug}"
        if each != "search":
            yield f"/{each}/?q={slug}"


def addresses_of_storage() -> Iterator[str]:
    """Every kind of address of the storage places, and of what lies in one."""
    for place in StoragePlace.objects.all():
        for one in ("", f"{place.uuid}/", f"{place.uuid}/contents/", f"?part_of={place.uuid}"):
            yield f"{api_storage_path()}{one}"


def addresses_of_merged(museum: dict[str, list[Record]]) -> list[str]:
    """Addresses of records that were merged into hidden ones: a draft, a deleted one, one under embargo."""
    found = []
    for records in museum.values():
        for number, into in enumerate((records[0], *records[3:5])):
            kind, uuid, slug = into.KIND, uuid4(), f"was-{into.KIND}-{number}"
            MergedRecord.objects.create(
                kind=kind,
                record_uuid=uuid,
                into_uuid=into.uuid,
                identifier=slug,
                title=TITLE_MARKER,
            )
            PastSlug.objects.create(kind=kind, slug=slug, record_uuid=uuid)
            found += [
                record_path(kind, slug),
                api_path(kind, slug),
                permanent_path(uuid),
                f"{permanent_path(uuid)}.bib",
                manifest_path(uuid),
                iiif_collection_path(uuid),
            ]
            if kind == "person":
                found.append(f"/documents/?person={slug}")
    return found


def addresses_of_picture(image: Any) -> list[str]:
    """Every kind of address of a picture, or a part of it."""
    service, versioned = (
        image_service_path(image.uuid, version) for version in ("", image.version)
    )
    return [
        service,
        *(f"{base}/info.json" for base in (service, versioned)),
        *(f"{base}/full/max/0/default.jpg" for base in (service, versioned)),
        f"{service}/0,0,512,450/max/0/default.jpg",
        f"{service}/pct:10,10,5,5/1,/0/default.png",
        f"{service}/full/^max/0/default.jpg",
        picture_path(image.uuid, image.version, 240),
        original_path(image.uuid),
    ]


def test_pictures_and_documents_of_hidden_records_are_as_unknown_as_any(
    museum: dict[str, list[Record]], client: Client
) -> None:
    """Nothing in status, body or headers distinguishes a hidden picture from one that never existed."""

    def told(address: str) -> tuple[Any, ...]:
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        kept = {name: value for name, value in answer.items() if name not in TELLING_NOTHING}
        return answer.status_code, NAMES.sub(b"<name>", body), kept

    nobody = Image(uuid=uuid4(), sha256="ab" * 32)
    for image in museum["image"]:
        for address, unknown in zip(
            addresses_of_picture(image), addresses_of_picture(nobody), strict=True
        ):
            assert told(address) == told(unknown), address
            assert told(address)[0] == 404, address
    shown = Document.objects.visible_to(None).filter(pages__isnull=False).first()
    assert shown is not None
    for record in [*museum["image"], *museum["document"]]:
        manifest, none = manifest_path(record.uuid), manifest_path(nobody.uuid)
        for rest in ("", "/search?q=written", "/autocomplete?q=wri", f"/canvas/{record.uuid}"):
            other = rest.replace(str(record.uuid), str(nobody.uuid))
            assert told(f"{manifest}{rest}") == told(f"{none}{other}")
    # A hidden leaf of a document that everybody may read.
    for image in museum["image"]:
        for layer in ("", "/text", "/people"):
            hidden = canvas_path(shown.uuid, image.uuid) + layer
            assert told(hidden) == told(canvas_path(shown.uuid, nobody.uuid) + layer)
            assert told(hidden)[0] == 404
    for collection in museum["collection"]:
        for part in ("", "?part=2"):
            address = iiif_collection_path(collection.uuid) + part
            assert told(address) == told(iiif_collection_path(nobody.uuid) + part)


def test_hidden_records_answer_as_if_they_were_not_there(
    museum: dict[str, list[Record]], client: Client
) -> None:
    for kind, records in museum.items():
        for name, record in zip(HIDDEN, records, strict=True):
            expected = 410 if name == "gone" else 404
            for address in (record.get_absolute_url(), record.permanent_path):
                assert client.get(address).status_code == expected, f"{kind} {name} at {address}"


def test_hidden_exhibitions_answer_as_if_they_were_not_there(
    exhibitions: list[Record], client: Client
) -> None:
    for name, exhibition in zip(HIDDEN, exhibitions, strict=True):
        expected = 410 if name == "gone" else 404
        addresses = (
            exhibition.get_absolute_url(),
            exhibition.permanent_path,
            api_exhibition_path(exhibition.slug),
        )
        for address in addresses:
            assert client.get(address).status_code == expected, f"{name} at {address}"
        assert client.get(iiif_collection_path(exhibition.uuid)).status_code == 404
    assert client.get(api_exhibition_path()).json()["count"] == 1
    assert client.get("/exhibitions/").context["paging"].total == 1
    assert client.get("/sitemaps/pages.xml").text.count("/exhibitions/") == 2


def test_counts_leave_hidden_records_out(museum: dict[str, list[Record]], client: Client) -> None:
    for kind, plural in PLURALS.items():
        visible = RECORD_MODELS[kind]._default_manager.visible_to(None).count()  # type: ignore[attr-defined]
        page = client.get(f"/{plural}/")
        assert page.status_code == 200
        assert page.context["listing"].total == visible
