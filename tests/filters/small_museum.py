"""A small museum for the tests of filters and lists: few records, every sort of relation, some hidden."""

from __future__ import annotations

from itertools import count
from types import SimpleNamespace
from typing import Any

from catalog import search
from catalog.documents import feed, store
from catalog.models import (
    RECORD_MODELS,
    Collection,
    Contribution,
    Depiction,
    Document,
    Event,
    Image,
    Participation,
    Person,
    PersonName,
    Place,
    PlaceName,
    Relationship,
    Status,
    Term,
    Topic,
)

NUMBERS = count(1)


def made(model: type[Any], title: str, *, hidden: bool = False, **fields: Any) -> Any:
    """A record, published unless it is hidden; its slug is made from its title."""
    fields.setdefault("identifier", f"M.{next(NUMBERS)}")
    status = Status.DRAFT if hidden else Status.PUBLISHED
    return model.objects.create(title=title, status=status, **fields)


def term(vocabulary: str, code: str, broader: Term | None = None) -> Term:
    label = code.replace("-", " ").capitalize()
    return Term.objects.create(vocabulary=vocabulary, code=code, label=label, broader=broader)


def held() -> dict[str, Any]:
    """The columns of an image with a file; no test here opens it."""
    return {
        "file": "originals/x.png",
        "media_type": "image/png",
        "width": 800,
        "height": 600,
        "byte_size": 1,
        "sha256": "a" * 64,
    }


def small_museum() -> SimpleNamespace:
    """The records by short names."""
    m = SimpleNamespace()
    # Vocabularies
    m.published_work = term("document_type", "published-work")
    m.book = term("document_type", "book", m.published_work)
    m.letter = term("document_type", "letter")
    m.photograph = term("image_type", "photograph")
    m.trial = term("event_type", "trial")
    m.author = term("contribution_role", "author")
    m.editor = term("contribution_role", "editor")
    m.photographer = term("contribution_role", "photographer")
    m.victim = term("participation_role", "victim")
    m.judge = term("participation_role", "judge")
    m.spouse = term("relationship_kind", "spouse")
    m.writer = term("occupation", "writer")
    m.politics = term("subject", "politics")
    m.exile = term("subject", "exile", m.politics)
    m.russian, m.english = term("language", "ru"), term("language", "en")
    m.mexico_today = term("country", "mx")
    # Places
    m.mexico = made(Place, "Mexico")
    m.city = made(Place, "Mexico City", part_of=m.mexico)
    m.coyoacan = made(Place, "Coyoacán", part_of=m.city)
    m.secret_region = made(Place, "Secret region", part_of=m.mexico, hidden=True)
    m.village = made(Place, "Village", part_of=m.secret_region)
    m.oslo = made(Place, "Oslo")
    m.mexico.countries.add(m.mexico_today)
    PlaceName.objects.create(place=m.oslo, name="Kristiania", period="to 1924")
    # Persons
    m.trotsky = made(
        Person, "Leon Trotsky", sort_name="Trotsky, Leon", born="1879-11-07", died="1940-08-21",
        died_place=m.city, identifier="TSS-P.2",
    )  # fmt: skip
    m.sedova = made(Person, "Natalia Sedova", born="1882", died="1962", summary="Wife of Trotsky")
    m.bureau = made(Person, "Bureau", kind="corporate body", born="1930")
    m.nobody = made(Person, "Nobody")
    m.agent = made(Person, "Agent", hidden=True, born="1900", born_place=m.oslo)
    PersonName.objects.create(person=m.trotsky, name="Лев Давидович Бронштейн")
    m.trotsky.occupations.add(m.writer)
    m.sedova.subjects.add(m.exile)
    Relationship.objects.create(person=m.trotsky, kind=m.spouse, related=m.sedova)
    Relationship.objects.create(person=m.agent, kind=m.spouse, related=m.bureau)
    # Collections
    m.fonds = made(Collection, "Papers", level="fonds", date="1900/1940")
    m.series = made(Collection, "Letters", level="series", parent=m.fonds)
    m.closed = made(Collection, "Closed series", parent=m.fonds, hidden=True)
    # Events
    m.terror = made(Event, "Terror", date="1936/1938", type=None)
    m.moscow_trial = made(Event, "Moscow trial", date="1936-08", type=m.trial, part_of=m.terror)
    m.assassination = made(Event, "Assassination", date="1940-08-20", place=m.coyoacan)
    m.rumour = made(Event, "Rumour", place=m.village)
    m.plot = made(Event, "Plot", date="1939", hidden=True)
    Participation.objects.create(person=m.trotsky, event=m.assassination, role=m.victim)
    Participation.objects.create(person=m.sedova, event=m.assassination, role=m.judge)
    Participation.objects.create(person=m.agent, event=m.moscow_trial, role=m.victim)
    Participation.objects.create(person=m.trotsky, event=m.plot, role=m.victim)
    # Documents
    m.life = made(
        Document, "My Life", type=m.book, written="1929", published="1930",
        collection=m.series, rights="http://rightsstatements.org/vocab/CNE/1.0/", place=m.oslo,
    )  # fmt: skip
    m.note = made(Document, "Note on exile", type=m.letter, published="..1940", collection=m.fonds)
    m.diary = made(
        Document, "Diary 100% true", type=m.published_work, written="1935/..", place=m.city
    )
    m.undated = made(Document, "Undated sheet", place=m.village)
    m.secret = made(Document, "Secret sheet", type=m.book, written="1930", hidden=True)
    m.boxed = made(Document, "Boxed sheet", collection=m.closed)
    m.life.languages.add(m.russian, m.english)
    m.diary.languages.add(m.russian)
    m.life.subjects.add(m.exile)
    m.note.subjects.add(m.politics, m.exile)
    m.secret.subjects.add(m.exile)
    Contribution.objects.create(person=m.trotsky, document=m.life, role=m.author)
    Contribution.objects.create(person=m.sedova, document=m.life, role=m.editor)
    Contribution.objects.create(person=m.trotsky, document=m.diary, role=m.editor)
    Contribution.objects.create(person=m.agent, document=m.note, role=m.author)
    Contribution.objects.create(person=m.trotsky, collection=m.fonds, role=m.author)
    Contribution.objects.create(person=m.sedova, collection=m.series, role=m.editor)
    Contribution.objects.create(person=m.bureau, collection=m.closed, role=m.author)
    Contribution.objects.create(person=m.agent, collection=m.series, role=m.author)
    Topic.objects.create(document=m.note, about_person=m.trotsky)
    Topic.objects.create(document=m.note, about_event=m.moscow_trial)
    Topic.objects.create(document=m.undated, about_event=m.plot)
    Topic.objects.create(document=m.undated, about_place=m.coyoacan)
    # Images
    m.portrait = made(Image, "Portrait", type=m.photograph, date="1930", **held())
    m.tomb = made(Image, "Tomb", type=m.photograph, date="1962..", place=m.coyoacan)
    m.hidden_photo = made(Image, "Hidden photo", hidden=True, **held())
    Depiction.objects.create(image=m.portrait, person=m.trotsky)
    Depiction.objects.create(image=m.tomb, person=m.sedova)
    Depiction.objects.create(image=m.hidden_photo, person=m.bureau)
    Contribution.objects.create(person=m.bureau, image=m.portrait, role=m.photographer)
    Topic.objects.create(image=m.portrait, about_document=m.life)
    Topic.objects.create(image=m.portrait, about_event=m.assassination)
    Topic.objects.create(image=m.hidden_photo, about_document=m.diary)
    return m


def fill(museum: SimpleNamespace, number: int) -> None:
    """``number`` records of every kind, each with everything that a result shows."""
    m = museum
    for index in range(number):
        place = made(Place, f"Town {index}", part_of=m.mexico)
        place.countries.add(m.mexico_today)
        person = made(Person, f"Writer {index}", born="1900", died_place=place)
        person.occupations.add(m.writer)
        series = made(Collection, f"Fonds {index}", level="fonds")
        made(Collection, f"Series {index}", parent=series)
        work = made(
            Document, f"Book {index}", type=m.book, written="1930", place=place, collection=series
        )
        work.languages.add(m.russian)
        work.subjects.add(m.exile)
        image = made(Image, f"Photo {index}", type=m.photograph, date="1930", place=place, **held())
        event = made(
            Event, f"Hearing {index}", type=m.trial, date=f"19{index % 90 + 10}", place=place
        )
        Contribution.objects.create(person=person, document=work, role=m.author)
        Contribution.objects.create(person=person, image=image, role=m.photographer)
        Depiction.objects.create(image=image, person=person)
        Participation.objects.create(person=person, event=event, role=m.victim)
        Topic.objects.create(image=image, about_document=work)
        Topic.objects.create(image=image, about_event=event)


def bring_in_step() -> None:
    """Bring the index and the list of changes up to date, and make the documents of all public records."""
    search.refresh(None)
    standing = feed.catch_up()
    for kind, model in RECORD_MODELS.items():
        store.public_documents(
            kind, list(model.objects.visible_to(None).values_list("pk", flat=True)), standing
        )
