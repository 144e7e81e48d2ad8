"""Putting what a row says into its record, unsaved, and noting what differs from before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext

from catalog import actions
from catalog.actions import Actor
from catalog.intake.hanging import same_of
from catalog.intake.judged import Given, Judged
from catalog.intake.named import Named
from catalog.intake.plan import Plan, Several
from catalog.intake.saying import InWords, Message, label, reason
from catalog.intake.targets import POSITION, Target
from catalog.values import UncertainDate, sentence


def put(one: Judged, plan: Plan, by: Actor) -> Iterator[tuple[str, Message]]:
    """Put what was read into the record, and note what that changes.

    Yields pairs of a target's name and the reason why its previous values may not be removed.
    """
    record = one.record
    assert record is not None  # noqa: S101
    for given in one.given:
        target = given.target
        if target.hanging is not None:
            yield from _hang(one, given, plan, by)
        elif target.name == POSITION:
            place: Any = record
            if (place.latitude, place.longitude) != given.value:
                one.before[target.name] = _position(place)
                one.changes.add(target.name)
                place.latitude, place.longitude = given.value
        elif target.column.many_to_many:
            _put_terms(one, given, plan)
        elif target.column.is_relation:
            _put_link(one, given)
        else:
            was = getattr(record, target.column.attname)
            if not _is_same(was, given.value):
                one.before[target.name] = in_words(target, was)
                one.changes.add(target.name)
                setattr(record, target.column.attname, given.value)


def _put_link(one: Judged, given: Given) -> None:
    column = given.target.column
    named = given.named[0] if given.named else None
    was = getattr(one.record, column.attname)
    if named is not None and (named.pk is None or named.pk != was):
        one.links[column.name] = named
    elif named is not None or was is None:
        return
    one.changes.add(given.target.name)
    one.before[given.target.name] = str(getattr(one.record, column.name) or "") if was else ""
    setattr(one.record, column.attname, named.pk if named else None)


def _put_terms(one: Judged, given: Given, plan: Plan) -> None:
    record, name = one.record, given.target.column.name
    there = list(getattr(record, name).all()) if record is not None and record.pk else []
    held = {term.pk for term in there}
    wanted = list({(named.pk, named.title): named for named in given.named}.values())
    if plan.several == Several.ADD:
        wanted = [Named(term.pk, str(term)) for term in there] + [
            named for named in wanted if named.pk is None or named.pk not in held
        ]
        given.words = "; ".join(named.words for named in wanted)
    if {named.pk for named in wanted} == held:
        return
    one.terms[name] = wanted
    one.changes.add(given.target.name)
    one.before[given.target.name] = "; ".join(map(str, there))


def _hang(one: Judged, given: Given, plan: Plan, by: Actor) -> Iterator[tuple[str, Message]]:
    hanging = given.target.hanging
    assert hanging is not None and one.record is not None  # noqa: S101
    there = one.there.get(given.target.name, [])
    kept, added = same_of(hanging, given, there)
    gone = [] if plan.several == Several.ADD else [row for row in there if row not in kept]
    if gone and (why_not := reason(actions.why_not_statement, hanging.model, by, "delete")):
        yield given.target.name, why_not
        return
    if added or gone:
        one.hung += added
        one.removed += gone
        one.changes.add(given.target.name)
        one.before[given.target.name] = "; ".join(str(getattr(row, hanging.names)) for row in there)


def _is_same(was: Any, now: Any) -> bool:
    """Whether a value is the same as before.

    So is a date with or without the brackets that EDTF requires, and a text with other line ends:
    forms send them with a carriage return.
    """
    if isinstance(was, UncertainDate) and isinstance(now, UncertainDate):
        return was.edtf == now.edtf
    if isinstance(was, str) and isinstance(now, str):
        return now in {was.replace("\r\n", "\n").strip(), " ".join(was.split())}
    return bool(was == now)


def in_words(target: Target, value: Any) -> Message:
    """A value of a column in words; a date as it is written, and in words."""
    if value is None or value == "":
        return ""
    if isinstance(value, UncertainDate):
        if sentence(value, gettext) == value.written:
            return value.written
        return value.written + (" (" + InWords(value.edtf) + ")")
    return label(dict(target.column.flatchoices).get(value, value))


def _position(place: Any) -> str:
    return "" if place.latitude is None else f"{place.latitude}, {place.longitude}"
