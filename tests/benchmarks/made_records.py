"""The records of the generated museum, kind by kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from catalog.uris import Kind
from catalog.values import RIGHTS_STATEMENTS, slug_of
from tests.benchmarks.holdings import Batch, Holdings, Job
from tests.benchmarks.made_dates import BEFORE_OUR_ERA, dated, lived_date, year_between
from tests.benchmarks.made_statements import (
    cite,
    contribute,
    depict,
    identify_outside,
    make_topics,
    measure,
    name_person,
    name_place,
    participate,
    relate,
)
from tests.benchmarks.rows import Rows, Values, record_uuid, shape
from tests.benchmarks.words import (
    COMMON_SHARE,
    COMMON_WORD,
    RARE_EVERY,
    RARE_WORD,
    TERMS,
    TONGUES,
    UNCOMMON_SHARE,
    UNCOMMON_WORD,
    Tongue,
)

RIGHTS: Final = list(RIGHTS_STATEMENTS)
#: The first records of each kind are the ones used most; all of them are public.
ALWAYS_PUBLIC: Final = 20
PREFIXES: Final[dict[Kind, str]] = {
    "person": "PER",
    "document": "DOC",
    "image": "IMG",
    "event": "EVT",
    "place": "PLC",
    "collection": "COL",
}
_LANGUAGES: Final = [code for code, *_ in TERMS["language"]]


def make_batch(job: Job) -> Rows:
    """The rows of a batch: its records, and the statements that are written with them."""
    batch = Batch(job)
    make = MAKERS[job.kind]
    for number in range(job.first, job.end):
        make(batch, number)
    return {label: rows for label, rows in batch.rows.items() if rows}


def make_terms(holdings: Holdings) -> Rows:
    """The rows of all vocabularies."""
    batch = Batch(Job(holdings, "collection", 0, 100))
    add = shape("catalog.Term", numbered=True).row
    rows = []
    for vocabulary, numbers in holdings.terms.items():
        for index, number in enumerate(numbers):
            if vocabulary in TERMS:
                code, label, *inverse = TERMS[vocabulary][index]
                values = {"code": code, "label": label, "inverse_label": "".join(inverse)}
            else:
                label = batch.prose.line(TONGUES[0], 1, 3)
                code = f"{slug_of(label)[:60]}-{index + 1}"
                # A dozen narrower terms under each term, three or four levels deep.
                broader = numbers.start + (index - 12) // 12 if index >= 12 else None
                values = {"code": code, "label": label, "broader_id": broader}  # type: ignore[dict-item]
            rows.append(add(id=number, vocabulary=vocabulary, **values))
    return {"catalog.Term": rows}


def _moment(batch: Batch, first_year: int, last_year: int) -> str:
    """A moment in UTC in a form that both databases read."""
    year = first_year + int((last_year - first_year + 1) * batch.random())
    second = int(86_400 * batch.random())
    day = int(336 * batch.random())
    return (
        f"{year}-{day // 28 + 1:02}-{day % 28 + 1:02} "
        f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
    )


def _status(batch: Batch, number: int) -> Values:
    """Status and dates of publication. About seven of a hundred records are hidden in one way or
    another.
    """
    roll = batch.random()
    published = {"status": "published", "first_published": _moment(batch, 2019, 2020)}
    if number <= ALWAYS_PUBLIC or roll < 0.93:
        return published
    if roll < 0.96:
        return {"status": "draft"}
    if roll < 0.97:
        return {"status": "in_review"}
    if roll < 0.98:
        return {**published, "status": "withdrawn", "withdrawn_at": _moment(batch, 2021, 2023)}
    if roll < 0.992:
        return {**published, "embargo_until": "2099-12-31 23:00:00"}
    return {"status": "published", "publish_from": "2099-12-31 23:00:00"}


def _record(batch: Batch, kind: Kind, number: int, tongue: Tongue, title: str) -> Values:
    """The values that every kind of record has."""
    prose, chance = batch.prose, batch.chance
    summary = prose.line(tongue, 5, 14) if chance(0.85) else ""
    description = prose.paragraphs(tongue) if chance(0.7) else ""
    for word, given in (
        (COMMON_WORD, chance(COMMON_SHARE)),
        (UNCOMMON_WORD, chance(UNCOMMON_SHARE)),
        (RARE_WORD, (batch.start + number - batch.job.first) % RARE_EVERY == RARE_EVERY // 2),
    ):
        if not given:
            continue
        if chance(0.25):
            title = f"{title} {word}"
        elif chance(0.5):
            summary = f"{summary} {word}".lstrip()
        else:
            description = f"{description} {word}".lstrip()
    batch.tie_terms(
        f"catalog.{kind.capitalize()}_subjects", number, "subject", batch.few(0, 12, 0.9)
    )
    return {
        "id": number,
        "uuid": record_uuid(kind, number, batch.rng.getrandbits(60)),
        "identifier": f"{PREFIXES[kind]} {number // 1000:04}.{number % 1000:03}",
        "slug": f"{slug_of(title)}-{number}",
        "title": title,
        "summary": summary,
        "description": description,
        **_status(batch, number),
        "rights": RIGHTS[int(len(RIGHTS) * batch.random() ** 2)] if chance(0.8) else "",
        "credit_line": f"Gift of {' '.join(prose.name(tongue))}" if chance(0.3) else "",
        "internal_note": prose.line(TONGUES[0], 4, 12) if chance(0.05) else "",
        "created": _moment(batch, 2012, 2018),
        "modified": _moment(batch, 2021, 2025),
    }


def _place(batch: Batch, number: int) -> None:
    """A place. The first numbers are countries, followed by regions, towns and houses."""
    everywhere = batch.holdings.count["place"]
    countries = max(1, everywhere // 50)
    regions = countries + max(1, everywhere // 10)
    ends = (countries, regions, regions + max(1, everywhere * 2 // 5))
    level = sum(number > end for end in ends)
    above = (0, *ends)[level - 1 : level + 1] if level else (0, 0)
    tongue = batch.prose.tongue()
    name = batch.prose.words(tongue, 1, 1 if level < 3 else 2).title()
    placed = batch.chance(0.8)
    batch.add_numbered(
        "catalog.Place",
        **_record(batch, "place", number, tongue, name),
        part_of_id=above[0] + batch.pick(above[1] - above[0]) if level else None,
        latitude=round(-60 + 130 * batch.random(), 5) if placed else None,
        longitude=round(-180 + 360 * batch.random(), 5) if placed else None,
        precision=("country", "region", "city", "building")[level] if placed else "",
        situation=batch.prose.line(tongue, 2, 5) if batch.chance(0.2) else "",
    )
    batch.tie_terms("catalog.Place_countries", number, "country", 1)
    name_place(batch, number)
    identify_outside(batch, "place", number, "geonames", 0.3)


def _person(batch: Batch, number: int) -> None:
    """A person, a family or a corporate body."""
    tongue = batch.prose.tongue()
    places = batch.holdings.count["place"]
    roll = batch.random()
    given, family = batch.prose.name(tongue)
    if roll < 0.88:
        kind, title, sort_name = "individual", f"{given} {family}", f"{family}, {given}"
    elif roll < 0.98:
        kind, title, sort_name = "corporate body", batch.prose.line(tongue, 2, 5), ""
    else:
        kind, title, sort_name = "family", f"{family} ({batch.prose.words(tongue, 1, 1)})", ""
    born = year_between(batch.rng, 1700, 1990, 1885)
    died = born + 1 + int(min(99, max(0.0, batch.rng.gauss(66, 18))))
    if batch.chance(0.003):
        birth: str | None = BEFORE_OUR_ERA[0]
    else:
        birth = lived_date(batch.rng, born) if batch.chance(0.8) else None
    batch.add_numbered(
        "catalog.Person",
        **_record(batch, "person", number, tongue, title),
        kind=kind,
        sort_name=sort_name,
        born=birth,
        born_place_id=batch.pick(places) if batch.chance(0.55) else None,
        died=lived_date(batch.rng, died) if died < 2025 and batch.chance(0.7) else None,
        died_place_id=batch.pick(places) if batch.chance(0.4) else None,
    )
    batch.tie_terms("catalog.Person_occupations", number, "occupation", batch.few(0, 6))
    name_person(batch, number, given, family)
    identify_outside(batch, "person", number, "viaf", 0.2)
    relate(batch, number)


def _collection(batch: Batch, number: int) -> None:
    """A fonds, series or file: among every twenty numbers one fonds, its four series, and fifteen files."""
    tongue = batch.prose.tongue()
    index = (number - 1) % 20
    fonds = number - index
    if index == 0:
        level, parent = "fonds", None
    elif index < 5:
        level, parent = "series", fonds
    else:
        level, parent = "file", fonds + 1 + int(4 * batch.random() ** 1.5)
    batch.add_numbered(
        "catalog.Collection",
        **_record(batch, "collection", number, tongue, batch.prose.line(tongue, 2, 7)),
        level=level,
        parent_id=parent,
        position=index,
        date=dated(batch.rng) if batch.chance(0.8) else None,
        extent=f"{batch.few(1, 400, 0.7)} items" if batch.chance(0.7) else "",
        arrangement=batch.prose.paragraphs(tongue) if batch.chance(0.1) else "",
    )


def _event(batch: Batch, number: int) -> None:
    """An event, with those who took part. Some are parts of earlier events."""
    tongue = batch.prose.tongue()
    batch.add_numbered(
        "catalog.Event",
        **_record(batch, "event", number, tongue, batch.prose.line(tongue, 3, 8)),
        type_id=batch.term("event_type") if batch.chance(0.95) else None,
        date=dated(batch.rng) if batch.chance(0.95) else None,
        place_id=batch.pick(batch.holdings.count["place"]) if batch.chance(0.8) else None,
        part_of_id=batch.pick(number - 1) if number > 1 and batch.chance(0.25) else None,
    )
    participate(batch, number)


def _document(batch: Batch, number: int) -> None:
    """A document, with those who made it, what it is about, and what it is cited for."""
    tongue = batch.prose.tongue()
    count = batch.holdings.count
    published = batch.chance(0.4)
    title = batch.prose.line(tongue, 3, 10)
    batch.add_numbered(
        "catalog.Document",
        **_record(batch, "document", number, tongue, title),
        type_id=batch.term("document_type") if batch.chance(0.97) else None,
        original_title=batch.prose.line(batch.prose.tongue(), 3, 8) if batch.chance(0.15) else "",
        written=dated(batch.rng) if batch.chance(0.7 if published else 0.93) else None,
        published=dated(batch.rng) if published else None,
        place_id=batch.pick(count["place"]) if batch.chance(0.5) else None,
        extent=f"{batch.few(1, 900, 0.8)} leaves" if batch.chance(0.8) else "",
        holding_institution_id=batch.pick(count["person"]) if batch.chance(0.2) else None,
        collection_id=batch.pick(count["collection"]) if batch.chance(0.85) else None,
        position=number,
    )
    language = batch.holdings.terms["language"].start + _LANGUAGES.index(tongue.code)
    batch.rows["catalog.Document_languages"].append((number, language))
    contribute(batch, "document", number, author="author")
    make_topics(batch, "document", number)
    cite(batch, number)


def _image(batch: Batch, number: int) -> None:
    """An image, with those who made it and those seen in it. The museum holds one in three."""
    tongue = batch.prose.tongue()
    count = batch.holdings.count
    held = batch.chance(0.35)
    digest = f"{batch.rng.getrandbits(256):064x}"
    wide = batch.chance(0.6)
    batch.add_numbered(
        "catalog.Image",
        **_record(batch, "image", number, tongue, batch.prose.line(tongue, 3, 9)),
        type_id=batch.term("image_type"),
        file=f"originals/made/{digest[:2]}/{digest[:16]}.jpg" if held else "",
        media_type="image/jpeg" if held else "",
        width=(4096 if wide else 3072) if held else None,
        height=(3072 if wide else 4096) if held else None,
        byte_size=3_000_000 + number if held else None,
        sha256=digest if held else "",
        alternative_text=batch.prose.line(tongue, 6, 16) if batch.chance(0.7) else "",
        reproduction_note="" if held else "No reproduction is held.",
        date=dated(batch.rng, 1840) if batch.chance(0.93) else None,
        place_id=batch.pick(count["place"]) if batch.chance(0.6) else None,
        collection_id=batch.pick(count["collection"]) if batch.chance(0.85) else None,
        position=number,
    )
    contribute(batch, "image", number, author="photographer")
    depict(batch, number)
    make_topics(batch, "image", number)
    measure(batch, "image", number, 0.4)


MAKERS: Final[dict[Kind, Callable[[Batch, int], None]]] = {
    "place": _place,
    "person": _person,
    "collection": _collection,
    "event": _event,
    "document": _document,
    "image": _image,
}
