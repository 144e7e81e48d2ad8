"""Records as results: what a list shows of each, read in a fixed number of queries.

Nothing here shows a record that the reader may not see: forward keys pass
:func:`~catalog.models.seen`, relations come through ``visible_to``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import F, Prefetch, QuerySet
from django.utils.translation import gettext as _

from catalog.iiif import Picture, picture_of
from catalog.models import (
    LIKENESSES,
    Contribution,
    Depiction,
    Image,
    NameOf,
    Page,
    PersonKind,
    Record,
    Term,
    Topic,
    seen,
)
from catalog.pages.lives import year, years
from catalog.uris import Kind
from catalog.values import Label, UncertainDate, sentence

if TYPE_CHECKING:
    from catalog.models import Reader

#: Names of makers that a result shows.
MAKERS: Final = 3
#: What a result never shows, of the record and of those it points to.
_HEAVY: Final = ("description", "internal_note", "find_key")


class Made(NamedTuple):
    """Somebody made a work: the name, and in which role."""

    name: str
    made_as: str


class Pictured(NamedTuple):
    """An image shows a record."""

    image: Image


@dataclass(slots=True)
class Card:
    """One result.

    ``type`` is the word above the title, ``when`` the date in words, ``facts`` short phrases (who,
    where). ``mark`` is shown instead of a missing picture: the year, or initials.
    ``picture_missing`` says that the record is a picture of which no file is held.
    """

    record: Any
    type: str = ""
    when: str = ""
    facts: list[str] = field(default_factory=list)
    picture: Picture | None = None
    picture_missing: bool = False
    mark: str = ""
    #: What is to be read before the picture, which the result then leaves out.
    notice: str = ""

    def __post_init__(self) -> None:
        if self.picture is not None and self.picture.notice:
            self.notice, self.picture = self.picture.notice, None

    @property
    def url(self) -> str:
        """Path of the record's page."""
        return str(self.record.get_absolute_url())

    @property
    def status(self) -> str:
        """The status of a record that only curators see; empty for a public one."""
        if self.record.is_public:
            return ""
        published = self.record.status == "published"
        return _("Not yet public") if published else str(self.record.get_status_display())


def with_what_cards_show(kind: Kind, records: QuerySet[Any], reader: Reader) -> QuerySet[Any]:
    """The records with what :func:`cards` reads of them; at most five queries, whatever their number."""
    linked = _LINKED[kind]
    deferred = [
        *_HEAVY,
        *(f"{name}__{column}" for name in linked if name != "type" for column in _HEAVY),
    ]
    return (
        records.select_related(*linked)
        .defer(*deferred)
        .prefetch_related(*_prefetches(kind, reader))
    )


def cards(kind: Kind, records: Iterable[Any], reader: Reader) -> list[Card]:
    """The results of some records that :func:`with_what_cards_show` has read."""
    if kind == "person":
        records = [person.known_to(reader) for person in records]
    return [_BUILDERS[kind](record, reader) for record in records]


_LINKED: Final[dict[Kind, tuple[str, ...]]] = {
    "person": (),
    "document": ("type", "place"),
    "image": ("type", "place"),
    "event": ("type", "place"),
    "place": ("part_of",),
    "collection": ("parent",),
}


def _prefetches(kind: Kind, reader: Reader) -> list[Prefetch[Any]]:
    terms = Term.objects.only("pk", "label", "labels")
    makers = (
        Contribution.objects.visible_to(reader)
        .annotate(name=F("person__title"), made_as=NameOf("role"))
        .only(*Contribution.WORKS, "position")
        .order_by("position", "id")[: MAKERS + 1]
    )
    likeness = {"image__type__code__in": LIKENESSES}
    held = Topic.objects.visible_to(reader).exclude(image__file="").filter(image__isnull=False)
    leaves = Page.objects.visible_to(reader).exclude(image__file="")
    match kind:
        case "person":
            seen_in = (
                Depiction.objects.visible_to(reader).exclude(image__file="").filter(**likeness)
            )
            return [
                Prefetch("occupations", terms, to_attr="shown_terms"),
                Prefetch("depictions", _one(seen_in), to_attr="shown_pictures"),
            ]
        case "document":
            return [
                Prefetch("contributions", makers, to_attr="shown_makers"),
                Prefetch("mentions", _one(held), to_attr="shown_pictures"),
                Prefetch("pages", _one(leaves), to_attr="shown_pages"),
            ]
        case "image" | "collection":
            return [Prefetch("contributions", makers, to_attr="shown_makers")]
        case "event":
            return [Prefetch("topics", _one(held.filter(**likeness)), to_attr="shown_pictures")]
        case "place":
            return [Prefetch("countries", terms, to_attr="shown_terms")]


def _one(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The first picture of each record."""
    return rows.select_related("image").order_by("position", "id")[:1]


# --- One card for each kind -------------------------------------------------------------------------


def _person(person: Any, reader: Reader) -> Card:
    occupations = [term.name for term in person.shown_terms]
    return Card(
        person,
        type=str(PersonKind(person.kind).plain) if person.is_founded else "",
        when=years(person),
        facts=[together(occupations[:4])] if occupations else [],
        picture=_shown(person),
        mark=initials(person.title),
    )


def _document(document: Any, reader: Reader) -> Card:
    return Card(
        document,
        type=_label(document.type),
        when=_date_in_words(document.date),
        facts=[*_makers(document), *_titles(seen(document.place, reader))],
        picture=_shown_first(document.shown_pages) or _shown(document),
        mark=year(document.date),
    )


def _image(image: Any, reader: Reader) -> Card:
    picture = picture_of(image)
    return Card(
        image,
        type=_label(image.type),
        when=_date_in_words(image.date),
        facts=[*_makers(image), *_titles(seen(image.place, reader))],
        picture=picture,
        picture_missing=picture is None,
        mark=year(image.date),
    )


def _event(event: Any, reader: Reader) -> Card:
    return Card(
        event,
        type=_label(event.type),
        when=_date_in_words(event.date),
        facts=_titles(seen(event.place, reader)),
        picture=_shown(event),
        mark=year(event.date),
    )


def _place(place: Any, reader: Reader) -> Card:
    above = seen(place.part_of, reader)
    return Card(
        place,
        when=together([term.name for term in place.shown_terms]),
        facts=[_("in %(place)s") % {"place": above.title}] if above else _texts(place.situation),
        mark=initials(place.title),
    )


def _collection(collection: Any, reader: Reader) -> Card:
    above = seen(collection.parent, reader)
    return Card(
        collection,
        type=str(collection.get_level_display()),
        when=_date_in_words(collection.date),
        facts=[
            *_makers(collection),
            *([_("in %(collection)s") % {"collection": above.title}] if above else []),
            *_texts(collection.extent),
        ],
        mark=year(collection.date),
    )


_BUILDERS: Final[dict[Kind, Any]] = {
    "person": _person,
    "document": _document,
    "image": _image,
    "event": _event,
    "place": _place,
    "collection": _collection,
}


# --- Words --------------------------------------------------------------------------------------------


def initials(name: str) -> str:
    """The first letters of the first and the last word of a name."""
    words = [word for word in name.split() if word[0].isalpha()]
    return "".join(
        word[0].upper() for word in (words[:1] + words[-1:] if len(words) > 1 else words)
    )


def _date_in_words(date: UncertainDate | None) -> str:
    return sentence(date, _) if date else ""


def _label(term: Term | None) -> str:
    return term.name if term else ""


def together(names: list[Label]) -> Label:
    """Several names of terms as one text; it counts as the page's language only if all of them do."""
    joined = Label(", ".join(names))
    joined.language = next((name.language for name in names if name.language), "")
    return joined


def _titles(*records: Record | None) -> list[str]:
    return [record.title for record in records if record]


def _texts(*texts: str) -> list[str]:
    return [text for text in texts if text]


def _makers(work: Any) -> list[str]:
    """Who made a work, each with the role: "Leon Trotsky (author)"."""
    names: dict[str, list[str]] = {}
    for row in work.shown_makers:
        names.setdefault(row.name, []).append(row.made_as.lower())
    said = [f"{name} ({', '.join(roles)})" for name, roles in names.items()]
    return [*said[:MAKERS], _("and others")] if len(work.shown_makers) > MAKERS else said


def _shown(record: Any) -> Picture | None:
    return _shown_first(record.shown_pictures)


def _shown_first(rows: list[Any]) -> Picture | None:
    return picture_of(rows[0].image) if rows else None
