"""The descriptive half of a record: what a work is, what happened to it, what it shows, what belongs
with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from catalog.conf import catalogue_settings
from catalog.formats.cited import creators_of
from catalog.formats.lido.parts import (
    ALTERNATIVE,
    PREFERRED,
    Said,
    actor,
    appellation,
    body,
    concept,
    dated,
    event,
    in_own_language,
    in_words,
    lido_term,
    place,
    said,
    work,
    wrapped,
)
from catalog.formats.markup import element
from catalog.models import Bearing, Certainty, own_language

if TYPE_CHECKING:
    from catalog.formats.lido.authorities import Authorities

#: What Europeana sorts all records by.
_EUROPEANA: Final = {"document": "TEXT", "image": "IMAGE"}
_CREATION: Final = lido_term("00012", "Creation")
_PUBLICATION: Final = lido_term("00228", "Publication")
_OTHERWISE: Final = lido_term("00003", "Event")
_PUBLISHER: Final = "publisher"
_CURRENT: Final = "http://terminology.lido-schema.org/lido00475"
_INVENTORY_NUMBER: Final = "http://terminology.lido-schema.org/lido00113"
_DOCUMENTED_IN: Final = lido_term("00617", "is documented in")
#: What a source has to do for a record to be called documented in it.
_DOCUMENTING: Final = {Bearing.STATES, Bearing.PARTLY, Bearing.DIFFERS}
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")


def described(document: dict[str, Any], known: Authorities) -> str:
    """``descriptiveMetadata``."""
    return element(
        "lido:descriptiveMetadata",
        wrapped("objectClassificationWrap", _types(document), _classified(document)),
        wrapped(
            "objectIdentificationWrap",
            _titles(document),
            wrapped("inscriptionsWrap", *_inscriptions(document)),
            _repository(document, known),
            wrapped("objectDescriptionWrap", *_descriptions(document)),
            _extent(document),
        ),
        wrapped("eventWrap", *_events(document, known)),
        wrapped(
            "objectRelationWrap",
            wrapped("subjectWrap", *_subjects(document, known)),
            wrapped("relatedWorksWrap", *_related(document)),
        ),
        **{"xml:lang": own_language()},
    )


def _types(document: dict[str, Any]) -> str:
    """The type of the work, which LIDO requires: without one, the kind of the record."""
    kind = document["kind"]
    found = concept("objectWorkType", document["type"]) or in_words(
        "objectWorkType", kind.capitalize()
    )
    return wrapped("objectWorkTypeWrap", found)


def _classified(document: dict[str, Any]) -> str:
    languages = document.get("languages") or ()
    return wrapped(
        "classificationWrap",
        wrapped(
            "classification",
            said("term", _EUROPEANA[document["kind"]]),
            type="europeana:type",
        ),
        *(concept("classification", language, type="language") for language in languages),
    )


def _titles(document: dict[str, Any]) -> str:
    original = document.get("original_title") or ""
    codes = [language["code"] for language in document.get("languages") or ()]
    # The original title is in the language of the work, if that is one, and has a code of ISO 639.
    language = codes[0] if len(codes) == 1 and _LANGUAGE.fullmatch(codes[0]) else ""
    return wrapped(
        "titleWrap",
        in_own_language("titleSet", document["title"]) or appellation("titleSet", document["identifier"]),
        appellation("titleSet", original, pref=ALTERNATIVE, language=language),
    )  # fmt: skip


def _inscriptions(document: dict[str, Any]) -> Iterator[str]:
    for one in _rows(document, "transcriptions"):
        code = (one["language"] or {}).get("code", "")
        language = code if _LANGUAGE.fullmatch(code) else ""
        yield wrapped(
            "inscriptions", said("inscriptionTranscription", one["text"], language=language)
        )


def _repository(document: dict[str, Any], known: Authorities) -> str:
    """Who keeps the work: the body that the record names, or the museum, for what is in a collection
    of its own. Many works are described without being kept.
    """
    keeper = document.get("holding_institution")
    if keeper is not None:
        name = body("repositoryName", keeper, known)
    elif document["collection"] is not None:
        museum = catalogue_settings().INSTITUTION
        name = wrapped("repositoryName", appellation("legalBodyName", museum, pref=PREFERRED))
    else:
        return ""
    number = said("workID", document["identifier"], type=_INVENTORY_NUMBER)
    return wrapped("repositoryWrap", wrapped("repositorySet", name, number, type=_CURRENT))


def _descriptions(document: dict[str, Any]) -> Iterator[str]:
    language = own_language()
    for name in ("summary", "description"):
        note = said("descriptiveNoteValue", document[name], language=language)
        yield wrapped("objectDescriptionSet", note)
    for detail in _rows(document, "details"):
        label = detail["kind"]["label"]
        note = said("descriptiveNoteValue", detail["text"], language=language, label=label)
        yield wrapped("objectDescriptionSet", note)


def _extent(document: dict[str, Any]) -> str:
    extent = said(
        "displayObjectMeasurements", document.get("extent") or "", language=own_language()
    )
    return wrapped("objectMeasurementsWrap", wrapped("objectMeasurementsSet", extent))


def _events(document: dict[str, Any], known: Authorities) -> Iterator[str]:
    """The making of the work, its publication, and whatever else somebody had a part in it by."""
    made: list[Said] = []
    published: list[Said] = []
    otherwise: list[Said] = []
    creating = creators_of(document["kind"])
    for row in _rows(document, "contributions"):
        role = row["role"]["code"]
        (made if role in creating else published if role == _PUBLISHER else otherwise).append(row)
    if document["kind"] == "document":
        written, where = document["written"], document["place"]
    else:
        written, where = document["date"], None
    yield _event(_CREATION, made, known, written, where)
    yield _event(_PUBLICATION, published, known, document.get("published"))
    yield _event(_OTHERWISE, otherwise, known)


def _event(
    sort: Said,
    rows: Sequence[Said],
    known: Authorities,
    date: Said | None = None,
    where: Said | None = None,
) -> str:
    told = [
        *(_part(row, known) for row in rows),
        dated("eventDate", date),
        place("eventPlace", where, known),
    ]
    if not any(told):
        return ""
    return wrapped("eventSet", wrapped("event", concept("eventType", sort), *told))


def _part(row: Said, known: Authorities) -> str:
    """Somebody's part in an event, and how sure the catalogue is of it."""
    person, role = row["person"], row["role"]
    sure = row["certainty"] == Certainty.CERTAIN
    return wrapped(
        "eventActor",
        said("displayActorInRole", f"{person['title']} ({role['label']})", language=own_language()),
        wrapped(
            "actorInRole",
            actor(person, known),
            concept("roleActor", role),
            "" if sure else said("attributionQualifierActor", row["certainty"], language="en"),
        ),
    )


def _subjects(document: dict[str, Any], known: Authorities) -> Iterator[str]:
    """What the work shows or is about, each as a set of its own."""
    found = [concept("subjectConcept", subject) for subject in document["subjects"]]
    shown = {row["person"]["id"]: row["person"] for row in _rows(document, "depictions")}
    found += [wrapped("subjectActor", actor(person, known)) for person in shown.values()]
    if document["kind"] == "image":
        found.append(place("subjectPlace", document["place"], known))
    for row in _rows(document, "topics"):
        about = row["about"]
        if about["kind"] == "person" and about["id"] not in shown:
            found.append(wrapped("subjectActor", actor(about, known)))
        elif about["kind"] == "event":
            found.append(wrapped("subjectEvent", event(about, known)))
        elif about["kind"] == "place":
            found.append(place("subjectPlace", about, known))
        elif about["kind"] == "document":
            found.append(work("subjectObject", about))
    for one in dict.fromkeys(found):
        yield wrapped("subjectSet", wrapped("subject", one))


def _related(document: dict[str, Any]) -> Iterator[str]:
    """Works that belong with this one: whose page it is, what is about it, where it is documented."""
    for row in _rows(document, "page_of"):
        yield _relation(row["document"], in_words("relatedWorkRelType", "is a page of"))
    for row in _rows(document, "mentions"):
        other = row["document"] or row["image"]
        yield _relation(other, in_words("relatedWorkRelType", "is the subject of"))
    sources = {
        row["source"]["id"]: row["source"]
        for row in _rows(document, "citations")
        if row["source"] and row["bearing"] in _DOCUMENTING
    }
    for source in sources.values():
        yield _relation(source, concept("relatedWorkRelType", _DOCUMENTED_IN))


def _relation(other: Said, sort: str) -> str:
    return wrapped("relatedWorkSet", work("relatedWork", other), sort)


def _rows(document: dict[str, Any], relation: str) -> Sequence[dict[str, Any]]:
    """The rows of a relation that a document has, at most the first fifty."""
    found: Sequence[dict[str, Any]] = document.get(relation, {}).get("results", ())
    return found
