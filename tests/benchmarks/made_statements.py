"""The statements of the generated museum: names, relations between records, citations, external
identifiers.
"""

from __future__ import annotations

from typing import Final

from tests.benchmarks.holdings import Batch
from tests.benchmarks.made_dates import dated
from tests.benchmarks.words import TONGUES

#: Distinguishes the statement identifiers of one table from those of another.
_NUMBERS: Final = {
    label: number
    for number, label in enumerate(
        (
            "catalog.PersonName",
            "catalog.PlaceName",
            "catalog.Relationship",
            "catalog.Participation",
            "catalog.Contribution",
            "catalog.Depiction",
            "catalog.Topic",
            "catalog.Citation",
            "catalog.OutsideIdentifier",
            "catalog.Detail",
        )
    )
}
_CERTAINTIES: Final = ("probable", "uncertain", "disputed")
_NAME_KINDS: Final = ("spelling", "pseudonym", "alias", "birth", "full", "nickname", "former")
_OTHER_SCRIPTS: Final = [tongue for tongue in TONGUES if tongue.code in {"ru", "el", "zh", "pl"}]
_BEARINGS: Final = ("states", "states", "states", "partly", "silent", "context", "differs")
_CITABLE: Final = ("person", "person", "event", "place", "document", "collection")


def _uuid(batch: Batch, label: str) -> str:
    """An identifier in the order of writing, like a time-ordered UUID, so that the index grows at
    its end.
    """
    written = len(batch.rows[label])
    return (
        f"{0x18D000000000 + batch.start:012x}7{_NUMBERS[label]:03x}8{written:07x}"
        f"{batch.rng.getrandbits(32):08x}"
    )


def _tie(batch: Batch, label: str, position: int, **ends: int | float | str | None) -> None:
    """A relation. A fifth are dated, a tenth have a note, and a tenth are uncertain."""
    roll = batch.random()
    batch.add(
        label,
        uuid=_uuid(batch, label),
        position=position,
        date=dated(batch.rng) if roll < 0.2 else None,
        note=batch.prose.line(TONGUES[0], 3, 12) if 0.15 < roll < 0.25 else "",
        certainty=_CERTAINTIES[int(roll * 1000) % 3] if roll > 0.9 else "certain",
        **ends,
    )


def name_person(batch: Batch, number: int, given: str, family: str) -> None:
    """Other names of a person: none for most, a dozen for some, often in another script."""
    for index in range(batch.few(0, 12, 1.2)):
        tongue = _OTHER_SCRIPTS[int(len(_OTHER_SCRIPTS) * batch.random())]
        if batch.chance(0.5):
            kind, name = "transliteration", " ".join(batch.prose.name(tongue))
        else:
            kind = _NAME_KINDS[int(len(_NAME_KINDS) * batch.random())]
            name = f"{given[:1]}. {family}" if index == 0 else batch.prose.line(tongue, 1, 2)
        batch.add(
            "catalog.PersonName",
            uuid=_uuid(batch, "catalog.PersonName"),
            person_id=number,
            name=name,
            kind=kind,
            language=tongue.code,
        )


def name_place(batch: Batch, number: int) -> None:
    """Names that a place had in the past or has in other languages."""
    for _ in range(batch.few(0, 8, 1.3)):
        tongue = batch.prose.tongue()
        batch.add(
            "catalog.PlaceName",
            uuid=_uuid(batch, "catalog.PlaceName"),
            place_id=number,
            name=batch.prose.words(tongue, 1, 2).title(),
            period=f"{1500 + int(450 * batch.random())}–{1951 + int(60 * batch.random())}",
        )


def identify_outside(batch: Batch, kind: str, number: int, authority: str, share: float) -> None:
    """An identifier in another catalogue; made up, like everything here."""
    if batch.chance(share):
        batch.add(
            "catalog.OutsideIdentifier",
            uuid=_uuid(batch, "catalog.OutsideIdentifier"),
            authority=authority,
            value=str(batch.rng.getrandbits(40)),
            **{f"{kind}_id": number},
        )


def measure(batch: Batch, kind: str, number: int, share: float) -> None:
    """The size of the object, as a further detail."""
    if batch.chance(share):
        batch.add(
            "catalog.Detail",
            uuid=_uuid(batch, "catalog.Detail"),
            kind_id=batch.holdings.terms["detail"].start,
            text=f"{batch.few(4, 90, 0.8)} × {batch.few(4, 90, 0.8)} cm",
            position=0,
            **{f"{kind}_id": number},
        )


def relate(batch: Batch, person: int) -> None:
    """How a person was related to persons with lower numbers."""
    if person == 1:
        return
    others = batch.pick_some(person - 1, batch.few(0, 40, 1.3))
    for position, related in enumerate(others):
        _tie(
            batch,
            "catalog.Relationship",
            position,
            person_id=person,
            related_id=related,
            kind_id=batch.term("relationship_kind"),
        )


def participate(batch: Batch, event: int) -> None:
    """Who took part: mostly two or three people, hundreds in some congresses."""
    persons = batch.pick_some(batch.holdings.count["person"], batch.few(0, 400, 0.9))
    for position, person in enumerate(persons):
        _tie(
            batch,
            "catalog.Participation",
            position,
            event_id=event,
            person_id=person,
            role_id=batch.term("participation_role"),
        )


def contribute(batch: Batch, kind: str, number: int, *, author: str) -> None:
    """Who made a document or an image. The first named is its author or photographer."""
    roles = batch.holdings.terms["contribution_role"]
    first_role = roles.start + (0 if author == "author" else 1)
    # The makers of one in ten are unknown.
    count = 0 if batch.chance(0.1) else batch.few(1, 25, 2.0)
    persons = batch.pick_some(batch.holdings.count["person"], count)
    for position, person in enumerate(persons):
        _tie(
            batch,
            "catalog.Contribution",
            position,
            person_id=person,
            role_id=batch.term("contribution_role") if position else first_role,
            **{f"{kind}_id": number},
        )


def depict(batch: Batch, image: int) -> None:
    """Who is seen in an image and, for four in ten, where in it."""
    persons = batch.pick_some(batch.holdings.count["person"], batch.few(0, 40, 1.3))
    for position, person in enumerate(persons):
        marked = batch.chance(0.4)
        _tie(
            batch,
            "catalog.Depiction",
            position,
            image_id=image,
            person_id=person,
            caption=batch.prose.line(TONGUES[0], 1, 4) if batch.chance(0.3) else "",
            left=round(80 * batch.random(), 1) if marked else None,
            top=round(60 * batch.random(), 1) if marked else None,
            width=15.0 if marked else None,
            height=35.0 if marked else None,
        )


def make_topics(batch: Batch, kind: str, number: int) -> None:
    """What a document is about, or what an image shows."""
    count = batch.holdings.count
    named: set[tuple[str, int]] = set()
    for position in range(batch.few(0, 20, 1.4)):
        roll = batch.random()
        if roll < 0.5:
            about, target = "person", batch.pick(count["person"])
        elif roll < 0.75:
            about, target = "event", batch.pick(count["event"])
        elif roll < 0.95 or number == 1:
            about, target = "place", batch.pick(count["place"])
        else:
            # A document never names itself. An image may name any document up to its own number.
            about, target = "document", batch.pick(min(number - 1, count["document"]))
        if (about, target) in named:
            continue
        named.add((about, target))
        _tie(
            batch,
            "catalog.Topic",
            position,
            **{f"{kind}_id": number, f"about_{about}_id": target},
        )


def cite(batch: Batch, document: int) -> None:
    """What a document is cited for. Sources with low numbers are cited for a great deal."""
    count = batch.holdings.count
    if not batch.chance(0.35):
        return
    source = batch.pick(document)
    for _ in range(batch.few(1, 8)):
        cited = _CITABLE[int(len(_CITABLE) * batch.random())]
        # Later documents do not exist yet.
        among = document if cited == "document" else count[cited]  # type: ignore[index]
        batch.add(
            "catalog.Citation",
            uuid=_uuid(batch, "catalog.Citation"),
            source_id=source,
            bearing=_BEARINGS[int(len(_BEARINGS) * batch.random())],
            locator=f"p. {batch.few(1, 900, 0.5)}" if batch.chance(0.6) else "",
            note=batch.prose.line(TONGUES[0], 4, 12) if batch.chance(0.2) else "",
            **{f"{cited}_id": 1 + int(among * batch.random())},
        )
