"""What recurs in LIDO: concepts, identifiers, names, dates, persons, places, works.

Terms of LIDO itself have addresses at http://terminology.lido-schema.org.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from catalog.formats.markup import clean, element, text
from catalog.models import PersonKind, own_language

if TYPE_CHECKING:
    from catalog.formats.lido.authorities import Authorities

#: A term as documents of the API have it, or a link to a record.
Said = Mapping[str, Any]


def lido_term(number: str, label: str) -> dict[str, Any]:
    """A term of LIDO's own terminology."""
    return {"uri": _address(number), "label": label, "labels": {}, "language": "en"}


def _address(number: str) -> str:
    return f"http://terminology.lido-schema.org/lido{number}"


_URI: Final = _address("00099")
_LOCAL: Final = _address("00100")
PREFERRED: Final = _address("00169")
ALTERNATIVE: Final = _address("00170")
HUMAN_MADE: Final = lido_term("00096", "Human-made object")
#: What sort of actor a person is. LIDO has a term for groups of persons, but families have none of
#: their own.
_ACTORS: Final = {
    PersonKind.INDIVIDUAL.value: _address("00163"),
    PersonKind.CORPORATE_BODY.value: _address("00413"),
}


def wrapped(name: str, *content: str, **attributes: str) -> str:
    """An element around others; nothing without content."""
    if not any(content):
        return ""
    return element(f"lido:{name}", *content, **_named(attributes))


def said(name: str, words: str | None, **attributes: str) -> str:
    """An element around a text; nothing without words. ``language`` is that of the words."""
    if not words or not clean(words).strip():
        return ""
    return text(f"lido:{name}", words, **_named(attributes))


def _named(attributes: Mapping[str, str]) -> dict[str, str]:
    return {
        "xml:lang" if name == "language" else f"lido:{name}": value
        for name, value in attributes.items()
    }


def uri(name: str, address: str, **attributes: str) -> str:
    """An identifier that is an address."""
    return said(name, address, type=_URI, **attributes)


def local(name: str, number: str, **attributes: str) -> str:
    """An identifier that means something in one catalogue only."""
    return said(name, number, type=_LOCAL, **attributes)


def concept(name: str, term: Said | None, **attributes: str) -> str:
    """A term: its address elsewhere, and its label in each language that it has one in."""
    if term is None:
        return ""
    return wrapped(
        name,
        uri("conceptID", term.get("uri") or ""),
        said("term", term["label"], language=term.get("language") or own_language()),
        *(said("term", label, language=language) for language, label in term["labels"].items()),
        **attributes,
    )


def in_words(name: str, words: str, **attributes: str) -> str:
    """A concept that has no address, in English."""
    return wrapped(name, said("term", words, language="en"), **attributes)


def appellation(name: str, words: str, **attributes: str) -> str:
    """A name or title."""
    return wrapped(name, said("appellationValue", words, **attributes))


def in_own_language(name: str, words: str) -> str:
    """A name or title in the language of the records."""
    return appellation(name, words, pref=PREFERRED, language=own_language())


def bounds(name: str, date: Said | None) -> str:
    """The days between which a date lies."""
    if date is None:
        return ""
    return wrapped(name, said("earliestDate", date["earliest"]), said("latestDate", date["latest"]))


def dated(name: str, date: Said | None) -> str:
    """A date in words and by its bounds."""
    if date is None:
        return ""
    # Documents have dates in English words.
    words = said("displayDate", date["display"], language="en")
    return wrapped(name, words, bounds("date", date))


def actor(person: Said, known: Authorities) -> str:
    """A person, family or body, with the dates of its life as far as the reader may know them."""
    return wrapped(
        "actor",
        *_identifiers("actorID", person, known),
        in_own_language("nameActorSet", person["title"]),
        bounds("vitalDatesActor", person["date"]),
        type=_ACTORS.get(known.persons.get(person["id"], ""), ""),
    )


def body(name: str, person: Said, known: Authorities) -> str:
    """A body of the catalogue that keeps something."""
    return wrapped(
        name,
        *_identifiers("legalBodyID", person, known),
        in_own_language("legalBodyName", person["title"]),
        said("legalBodyWeblink", person["web_url"]),
    )


def place(name: str, where: Said | None, known: Authorities) -> str:
    """A place as a set of its own."""
    if where is None:
        return ""
    names = in_own_language("namePlaceSet", where["title"])
    return wrapped(name, wrapped("place", *_identifiers("placeID", where, known), names))


def event(what: Said, known: Authorities) -> str:
    """An event of the catalogue."""
    return wrapped(
        "event",
        *_identifiers("eventID", what, known),
        concept("eventType", lido_term("00003", "Event")),
        in_own_language("eventName", what["title"]),
        dated("eventDate", what["date"]),
    )


def work(name: str, other: Said) -> str:
    """Another record of the catalogue: a work, or a collection."""
    return wrapped(
        name,
        wrapped(
            "object",
            said("objectWebResource", other["web_url"], formatResource="text/html"),
            uri("objectID", other["id"]),
            in_own_language("objectName", other["title"]),
        ),
    )


def _identifiers(name: str, record: Said, known: Authorities) -> Iterator[str]:
    """The permanent identifier of a record, and those that it has in other catalogues."""
    yield uri(name, record["id"], pref=PREFERRED)
    for authority, address in known.elsewhere.get(record["id"], ()):
        yield uri(name, address, source=authority, pref=ALTERNATIVE)
