"""What the public may not see appears nowhere: a walk through every address that a visitor can reach.

In the museum of :mod:`tests.contracts.tied_records`, a visitor follows every link and every form. New
rooms (search, API, pictures, feeds) are reached by the same walk as soon as a page links to them; what
nothing links to is listed in ``UNLINKED``.
"""

from __future__ import annotations

import difflib
import io
import itertools
import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import PIL.Image
import pytest
from django.apps import apps
from django.core.signals import setting_changed
from django.test import Client

from catalog import search
from catalog.documents import store
from catalog.filters import FILTERS, RecordFilter
from catalog.models import (
    PUBLISHED_MODELS,
    RECORD_MODELS,
    Collection,
    Document,
    Image,
    MergedRecord,
    PastSlug,
    PublicRecord,
    Record,
    StoragePlace,
)
from catalog.search import FACETS
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
from tests.contracts.tied_records import (
    ADDRESS_MARKER,
    HIDDEN,
    NOTE_MARKER,
    PUBLIC_MARKER,
    TITLE_MARKER,
    exhibitions,
    hidden_identifiers,
    hidden_records,
    museum,
    tells_one_of,
)
from tests.contracts.walk import walk

__all__ = ["exhibitions", "hidden_records", "museum"]

#: What only a hidden record can have brought into an answer, whatever the visitor typed.
HIDDEN_WORDS = re.compile(
    rf"{TITLE_MARKER} (?:{'|'.join(PUBLISHED_MODELS)}|summary|description|credit|written|told)"
)

#: Moments and numbers of changes, and what a page has for a single answer.
PASSING = re.compile(
    rb'\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)?|nonce="[^"]*"|"(?:last_change|mark)":[^,]*'
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
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("any_number_of_requests")]


def shows_hidden_ink(body: bytes) -> bool:
    """Whether a picture is one of the hidden ones."""
    red, green, _blue = PIL.Image.open(io.BytesIO(body)).convert("RGB").getpixel((2, 2))  # type: ignore[misc]
    return bool(red > green)


def test_no_hidden_word_at_any_address(
    museum: dict[str, list[Record]], exhibitions: list[Record], client: Client
) -> None:
    search.refresh(None)
    store.build()
    start = ["/", *UNLINKED]
    start += [
        f"{api_path(kind, f'{PUBLIC_MARKER.lower()}-{kind}-public')}similar/" for kind in PLURALS
    ]
    start.append(api_exhibition_path())
    # A word of hidden and of public texts: hits show where it stands.
    start.append("/search/?q=written")
    start += [f"/exhibitions/?q={words}" for words in ("told", TITLE_MARKER)]
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
    identifiers = hidden_identifiers()
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
        elif ADDRESS_MARKER in address.split("?")[0]:
            assert answer.status_code in {404, 410}, f"{address} answers for a hidden record"
        assert not tells_one_of(identifiers, said, address), (
            f"{address} tells the identifier of a hidden record"
        )
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


def test_hidden_records_are_as_unknown_a_value_as_any(
    museum: dict[str, list[Record]], client: Client
) -> None:
    """What a list is asked for tells nothing either: a hidden record is refused as one that never existed."""
    search.refresh(None)
    turn = itertools.cycle(range(len(HIDDEN)))

    def told(address: str, value: str) -> tuple[int, bytes]:
        answer = client.get(f"{address}={value}")
        return answer.status_code, PASSING.sub(b"", answer.content).replace(value.encode(), b"")

    for kind, records in museum.items():
        doors = [
            f"/api/v1/{each}/" for other, each in PLURALS.items() if kind in FILTERS[other].names()
        ]
        if kind in FACETS:
            doors += ["/search/", "/api/v1/search/"]
        for door in doors:
            asked = f"{door}?{kind}"
            assert told(asked, records[next(turn)].slug) == told(asked, f"nobody-{kind}"), asked


def test_hidden_records_answer_as_if_they_were_not_there(
    museum: dict[str, list[Record]], client: Client
) -> None:
    for kind, records in museum.items():
        for name, record in zip(HIDDEN, records, strict=True):
            expected = 410 if name == "gone" else 404
            for address in (record.get_absolute_url(), record.permanent_path):
                assert client.get(address).status_code == expected, f"{kind} {name} at {address}"
            # A name with capitals leads to the record, for those who may see it.
            assert client.get(f"/{PLURALS[kind]}/{record.slug.upper()}/").status_code == 404
            for beside in ("network/", "text"):
                address = record.get_absolute_url() + beside
                assert client.get(address).status_code in {404, 410}, f"{kind} {name} at {address}"


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


PUBLIC = {kind: f"{PUBLIC_MARKER.lower()}-{kind}-public" for kind in PLURALS}


def telling_addresses() -> Iterator[str]:
    """Where records are counted, put in order and compared."""
    for kind, slug in PUBLIC.items():
        yield f"{api_path(kind, slug)}similar/"
        if kind != "collection":
            # What lies in a hidden collection does not come next to those at the top of the tree.
            yield record_path(kind, slug)
    for asked in (
        f"facets={','.join(FACETS)}",
        f"q={PUBLIC_MARKER}",
        "sort=-date&page_size=3&page=2",
    ):
        yield f"/api/v1/search/?{asked}"
    yield from ("/", f"/search/?q={TITLE_MARKER}", f"/search/suggestions?q={TITLE_MARKER[:4]}")
    yield from ("/api/v1/stats/", "/collections/?view=list", "/places/?view=map")
    yield from ("/sitemap.xml", "/iiif/collection/top", "/search/?format=atom")
    yield "/oai?verb=ListRecords&metadataPrefix=oai_dc&set=holdings"
    for collection in Collection.objects.filter(slug__iregex=rf"^{PUBLIC_MARKER}-.*-(public|0)$"):
        yield iiif_collection_path(collection.uuid)
        yield f"{collection.permanent_path}.ead.xml"
    yield from (f"/sitemaps/{plural}-0.xml" for plural in PLURALS.values())
    yield from lists_that_count()


def lists_that_count() -> Iterator[str]:
    """Lists with all their facets, and narrowed by each sort of record."""
    for kind, plural in PLURALS.items():
        facets = ",".join(facet.name for facet in FILTERS[kind].FACETS)
        yield f"/{plural}/"
        yield f"/api/v1/{plural}/?page_size=100&facets={facets}"
        if "date_from" in FILTERS[kind].names():
            yield f"/api/v1/{plural}/?sort=-date&page_size=3&page=2"
        for other in FILTERS[kind].names():
            if other in PUBLIC:
                yield f"/api/v1/{plural}/?{other}={PUBLIC[other]}&page_size=1&facets=subject"


def whole(answer: Any) -> bytes:
    """What is sent, of an answer that is written while it is sent too."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def forget_answers() -> None:
    """Have every answer made anew: to the public nothing has changed, so that those kept would be sent again."""
    setting_changed.send(sender=None, setting="CATALOG", value=None, enter=True)
    PublicRecord.objects.update(body=None, relations=None, etag="")


def forget_the_hidden() -> None:
    """Take every hidden record out of the database, and all that names one."""
    hidden: dict[Any, list[int]] = {}
    for model in RECORD_MODELS.values():
        rows = model._base_manager.exclude(pk__in=model.objects.visible_to(None))
        hidden[model] = list(rows.values_list("pk", flat=True))
    for other in apps.get_app_config("catalog").get_models():
        for field in other._meta.concrete_fields:
            if (pks := hidden.get(field.related_model)) is not None:
                naming = other._base_manager.filter(**{f"{field.name}__in": pks})
                if issubclass(other, Record):
                    naming.update(**{field.name: None})
                else:
                    naming.delete()
    for model, pks in hidden.items():
        model._base_manager.filter(pk__in=pks).delete()
    search.refresh(None)
    forget_answers()


@pytest.mark.parametrize("counted_on", ["index", "records"])
def test_hidden_records_leave_no_trace(
    museum: dict[str, list[Record]], client: Client, monkeypatch: Any, counted_on: str
) -> None:
    """No count, no order and no similarity depends on them: without them, all answers are the same."""
    search.refresh(None)
    addresses = telling_addresses()
    if counted_on == "records":
        monkeypatch.setattr(RecordFilter, "reckoning", None)
        # Nor is the number of works in collections known from the index.
        monkeypatch.setattr("catalog.pages.fonds.holdings", lambda *_, **__: None)
        addresses = itertools.chain(lists_that_count(), ["/collections/?view=list"])
    told = {}
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, f"{address}: {answer.content[:300]!r}"
        told[address] = PASSING.sub(b"", whole(answer))
    forget_the_hidden()
    for address, said in told.items():
        again = PASSING.sub(b"", whole(client.get(address)))
        if again != said:
            pieces = (re.split(r"[\n>]|(?<=,)", text.decode()) for text in (said, again))
            lines = "\n".join(difflib.unified_diff(*pieces, lineterm="", n=1))[:2000]
            pytest.fail(f"{address} tells of hidden records:\n{lines}")


def test_what_changes_in_hidden_records_changes_no_tag(
    museum: dict[str, list[Record]], client: Client
) -> None:
    """The tag (ETag) of a page is made from nothing that its reader may not see."""
    addresses = list(map(record_path, PUBLIC, PUBLIC.values()))
    search.refresh(None)
    tags = [client.get(address)["ETag"] for address in addresses]
    for records in museum.values():
        for record in records:
            rows = type(record)._base_manager.filter(pk=record.pk)
            rows.update(title=f"{TITLE_MARKER} anew", summary=f"{TITLE_MARKER} anew")
    search.refresh(None)
    forget_answers()
    assert [client.get(address)["ETag"] for address in addresses] == tags
