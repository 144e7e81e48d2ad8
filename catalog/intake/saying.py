"""What is said of a row: a sentence with its values, put into words for whoever reads it.

A preview is stored and read later, perhaps in another language of the interface. So the judges say nothing in words:
a message holds the sentence that translators know (its message id) and the values in it, is stored as JSON, and
is translated by ``str()``. In a file of this room ``_`` is :func:`say` where messages are stored, and Django's
``gettext`` where they are told at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, override

from catalog.values import DateError, read_date, sentence


class Words:
    """Something that ``str()`` puts into the reader's language. Two of them side by side (``+``) are one again."""

    __slots__ = ()

    def __add__(self, other: Words | str) -> Together:
        return Together((*_parts(self), *_parts(other)))

    def __radd__(self, other: str) -> Together:
        return Together((*_parts(other), *_parts(self)))

    def as_json(self) -> Any:
        """For storing; :func:`of_json` reads it."""
        raise NotImplementedError


#: A text as it stands, or one that is still to be translated.
Message = str | Words


@dataclass(frozen=True, slots=True)
class Said(Words):
    """A sentence and its values. ``plural`` is its form for several; ``number`` names the value that decides."""

    message: str
    values: tuple[tuple[str, Any], ...] = ()
    plural: str = ""
    number: str = ""

    def __mod__(self, values: Mapping[str, Any]) -> Self:
        kept = tuple((name, _value(one)) for name, one in values.items())
        return type(self)(self.message, kept, self.plural, self.number)

    def __str__(self) -> str:
        values = {name: str(one) if isinstance(one, Words) else one for name, one in self.values}
        if self.plural:
            words = ngettext(self.message, self.plural, int(values[self.number]))
        else:
            words = gettext(self.message)
        return words % values if values else words

    def as_json(self) -> Any:
        """``say`` is the sentence, ``of`` its values, ``many`` and ``by`` its plural and what decides."""
        kept: dict[str, Any] = {"say": self.message}
        if self.values:
            kept["of"] = {name: as_json(one) for name, one in self.values}
        if self.plural:
            kept |= {"many": self.plural, "by": self.number}
        return kept


@dataclass(frozen=True, slots=True)
class Together(Words):
    """Several things said one after the other."""

    parts: tuple[Message, ...]

    def __str__(self) -> str:
        return "".join(map(str, self.parts))

    def as_json(self) -> Any:
        """``all`` are the parts."""
        return {"all": [as_json(one) for one in self.parts]}


@dataclass(frozen=True, slots=True)
class InWords(Words):
    """A date (EDTF) in words."""

    edtf: str

    def __str__(self) -> str:
        return sentence(read_date(self.edtf), gettext)

    def as_json(self) -> Any:
        """``date`` is the date."""
        return {"date": self.edtf}


def say(message: str) -> Said:
    """A sentence that translators know; ``%`` gives it its values."""
    return Said(message)


def joined(parts: Iterable[Message], between: str) -> Message:
    """Several messages with a text between them; what is text alone stays one."""
    kept: list[Message] = []
    for one in parts:
        kept += [between, one] if kept else [one]
    if all(isinstance(one, str) for one in kept):
        return "".join(map(str, kept))
    return Together(tuple(kept))


def cut(said: Message, most: int) -> Message:
    """A message of which a text is cut; what is still to be translated is short."""
    return said[:most] if isinstance(said, str) else said


# --- What other rooms say ---------------------------------------------------------------------------------------


def label(said: Any) -> Message:
    """A label of the model, which Django translates lazily: as a message, so that it can be stored."""
    if not isinstance(said, Promise):
        return str(said)
    given: Any = said.__reduce__()[1]
    # What Django needs to make a lazy text again: its function, and what that is called with.
    if given[0] is gettext and len(given[1]) == 1:
        return Said(str(given[1][0]))
    if given[0] is ngettext and isinstance(given[2], str):
        forms = given[3]
        return Said(forms["singular"], plural=forms["plural"], number=given[2])
    return str(said)


def of_date(refusal: DateError) -> Said:
    """Why a text is no date."""
    return Said(refusal.message) % refusal.values


def of_refusal(refusal: ValidationError) -> Message:
    """What the model refuses, without the names of fields."""
    return joined(map(_of_one, _each(refusal)), " ")


def by_field(refusal: ValidationError) -> list[tuple[str, Message]]:
    """What the model refuses, by the name of the field."""
    if not hasattr(refusal, "error_dict"):
        return [("", of_refusal(refusal))]
    return [
        (name, joined((_of_one(one) for part in parts for one in _each(part)), " "))
        for name, parts in refusal.error_dict.items()
    ]


def reason(why: Any, *given: Any) -> Said | None:
    """What an action answers to why something may not be done; None if it may. It is asked in the language of the
    message ids, so that its sentence can be translated when it is read.
    """
    with override(None):
        told = why(*given)
    return Said(told) if told else None


def _each(refusal: ValidationError) -> Iterable[Any]:
    if hasattr(refusal, "error_dict"):
        return [
            one for parts in refusal.error_dict.values() for part in parts for one in _each(part)
        ]
    return refusal.error_list


def _of_one(refusal: Any) -> Message:
    said = label(refusal.message)
    return said % refusal.params if isinstance(said, Said) and refusal.params else (
        str(said) % refusal.params if refusal.params else said
    )  # fmt: skip


# --- Storing ----------------------------------------------------------------------------------------------------


def as_json(said: Any) -> Any:
    """A message or a value for storing: a text stays as it is."""
    return said.as_json() if isinstance(said, Words) else said


def of_json(kept: Any) -> Any:
    """What :func:`as_json` stored. Earlier previews hold text."""
    if not isinstance(kept, dict):
        return kept
    if "all" in kept:
        return Together(tuple(map(of_json, kept["all"])))
    if "date" in kept:
        return InWords(kept["date"])
    values = tuple((name, of_json(one)) for name, one in kept.get("of", {}).items())
    return Said(kept["say"], values, kept.get("many", ""), kept.get("by", ""))


def _value(one: Any) -> Any:
    """A value that can be stored: a number, a text, a message."""
    if isinstance(one, int | Words) and not isinstance(one, bool):
        return int(one) if isinstance(one, int) else one
    return label(one)


def _parts(said: Message) -> tuple[Message, ...]:
    return said.parts if isinstance(said, Together) else (said,)
