"""Everything that the entry of a record is made from.

An entry is made from :class:`Inputs` without any means of reading more. So equal inputs give equal entries,
and a digest of the inputs, which costs a fraction of an entry, tells whether to remake one.
"""

from __future__ import annotations

import marshal
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import blake2b
from typing import Any, Final, NamedTuple

import Stemmer
from django.conf import settings

from catalog.search.ties import BIRTHPLACE, PART, Tie
from catalog.search.words import Name, read_name
from catalog.uris import Kind

#: Raised when entries are made in another way from the same inputs.
MADE: Final = 2
#: The libraries that fold and stem words, because another release may do it differently; and how
#: entries are made of what they read.
READ_BY: Final = (unicodedata.unidata_version, Stemmer.version(), MADE)


#: Precedes each further name of a term among the titles that an entry names. No title has it.
OTHER: Final = "\x1f"

#: A record in a line of its hierarchy: primary key, whether it is public, and the moment from which
#: it will be.
Above = tuple[int, bool, str]


def partial_digest(*values: Any) -> bytes:
    """A digest of plain values. What ``marshal`` writes without references is the same for equal values."""
    return blake2b(marshal.dumps(values, 2), digest_size=12).digest()


@cache
def _written(tie: Tie) -> str:
    """A tie as text. There are few ties, and each is needed for all of its mentions."""
    return repr(tie)


@dataclass(slots=True)
class Named:
    """A record or term that entries name: its title, whether the public may read it, and when it will.

    ``others`` has what a term is called beside its label, each with its language.
    """

    title: str
    public: bool
    due: datetime | None
    picture: bool
    code: str
    others: tuple[tuple[str, str], ...] = ()
    _read: list[tuple[str, Name]] | None = None

    def names(self) -> list[tuple[str, Name]]:
        """The title and the others as they are read, each with its language, the title with none: once,
        however many records name it, and in whatever way.
        """
        if self._read is None:
            others = [(language, read_name(other)) for language, other in self.others]
            self._read = [("", read_name(self.title)), *others]
        return self._read

    @property
    def said(self) -> str:
        """The title, and after it what else a term is called, each behind :data:`OTHER`."""
        others = dict.fromkeys(other for _language, other in self.others if other != self.title)
        return OTHER.join((self.title, *others))


@dataclass(slots=True)
class Mention:
    """What an entry takes from one target through one tie: the same for every record with this tie to it.

    ``title`` is what the target is called, and empty where the tie does not name it.
    ``values`` are the facet values ("facet:value") of the target and everything above it,
    ``hidden`` those of them that do not count for the public, and ``dues`` the moments at which the
    clock changes that. ``language`` is the code of a language, if the target is one.
    """

    tie: Tie
    target: Named
    title: str
    public: bool
    picture: bool
    language: str
    values: tuple[str, ...]
    hidden: tuple[str, ...]
    dues: tuple[datetime, ...]
    digest: bytes = b""

    def __post_init__(self) -> None:
        self.digest = partial_digest(
            _written(self.tie), self.title, self.public, self.picture, self.language, self.values, self.hidden,
            *map(str, self.dues),
        )  # fmt: skip


class Role(NamedTuple):
    """What the role in a relation counts as."""

    values: tuple[str, ...]
    digest: bytes

    @classmethod
    def of(cls, values: tuple[str, ...]) -> Role:
        """The role with these facet values."""
        return cls(values, partial_digest("role", *values))

    def parts(self, mention: Mention) -> list[str]:
        """The values by which whoever is mentioned in this role, or one above it, is found in it; none for
        what is no person.
        """
        if mention.tie.target != "person":
            return []
        persons = [value.partition(":")[2] for value in mention.values]
        roles = [value.partition(":")[2] for value in self.values]
        return [f"{PART}{role}:{person}" for role in roles for person in persons]


class Inputs(NamedTuple):
    """Everything that the entry of one record is made from.

    ``row`` has the record's own columns by name. ``public`` and ``visible_from`` are what its status and
    dates amount to. ``lineage`` is the record and everything above it, if its kind has a hierarchy.
    ``written`` has the texts on the image, or on the document's pages, each with the code of its language;
    ``unread`` those of pages that are not public; ``details`` what is said beyond the fields. ``birth_withheld``
    says of a person that the public may not learn of the birth, ``birth_shown_from`` when the clock changes that.
    """

    kind: Kind
    pk: int
    row: dict[str, Any]
    public: bool
    visible_from: datetime | None
    lineage: tuple[Above, ...]
    names: list[str]
    identifiers: list[str]
    mentions: list[tuple[Mention, Role | None]]
    written: list[tuple[str, str]]
    unread: list[str]
    details: list[str]
    birth_withheld: bool = False
    birth_shown_from: datetime | None = None

    def is_public(self, mention: Mention) -> bool:
        """Whether the public may know of a mention: of its target, and that this record names it."""
        return mention.public and not (self.birth_withheld and mention.tie == BIRTHPLACE)

    def hidden(self, mention: Mention) -> tuple[str, ...]:
        """The facet values of a mention that do not count for the public."""
        return mention.hidden if self.is_public(mention) else mention.values

    def digest(self) -> str:
        """A digest of all inputs, and of the libraries that read them."""
        own = marshal.dumps(
            (
                READ_BY, settings.LANGUAGE_CODE, self.kind, self.pk, *self.row.values(), self.public,
                str(self.visible_from), self.lineage, self.names, self.identifiers, self.written, self.unread,
                # Unpacked: a record without details has the digest that it had before there were any.
                *self.details,
                # The same for records whose birth is nobody's secret.
                *((f"birth withheld until {self.birth_shown_from}",) if self.birth_withheld else ()),
            ),
            2,
        )  # fmt: skip
        return blake2b(own + b"".join(_digests(self.mentions)), digest_size=12).hexdigest()


def _digests(mentions: Iterable[tuple[Mention, Role | None]]) -> Iterable[bytes]:
    for mention, role in mentions:
        yield mention.digest
        if role is not None:
            yield role.digest
