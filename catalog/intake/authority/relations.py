"""How the persons of authority records are related: with whom, by which words, since when."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from catalog.intake.archival.headings import Heading
from catalog.intake.archival.markup import Element
from catalog.intake.authority.existence import span
from catalog.intake.authority.names import heading_in, sort_of
from catalog.intake.called import uuid_in
from catalog.models import PersonKind

#: Sorts of relation by what EAC-CPF, and the programs that write it, call them: from the record to the other.
_SORTS: Final = {
    "identity": "identity", "hierarchical": "hierarchical", "hierarchicalparent": "below", "hierarchicalchild": "above",
    "temporal": "temporal", "temporalearlier": "after", "temporallater": "before", "family": "family",
    "associative": "associative", "isparentof": "parent", "ischildof": "child", "isassociativewith": "associative",
    "isearlierformof": "before", "islaterformof": "after", "issubordinateto": "below", "issuperiorof": "above",
    "issiblingof": "family", "isrelatedwith": "family", "isidentitywith": "identity",
    "ishierarchicalwith": "hierarchical", "istemporalwith": "temporal", "isrelatedto": "family",
}  # fmt: skip
#: Sorts that hold between bodies, most often.
_OF_BODIES: Final = frozenset({"hierarchical", "below", "above", "temporal", "before", "after"})


@dataclass(frozen=True, slots=True)
class Related:
    """A relation. ``words`` say what the other is to the record, ``sort`` does so roughly; ``guess`` is the kind of
    person that the other most likely is. ``reference`` leads to it. ``date`` is EDTF, ``wording`` what it says beyond.
    """

    heading: Heading
    reference: str
    sort: str
    words: str
    date: str
    wording: str
    guess: str
    line: int

    @property
    def is_elsewhere(self) -> bool:
        """Whether it leads to an address that is none of this catalogue's."""
        return self.reference.startswith(("http://", "https://")) and not uuid_in(self.reference)


def related(element: Element) -> Related | None:
    """What a ``cpfRelation`` says, or a ``relation`` of EAC-CPF 2.0; None where it names nobody."""
    attributes = element.attributes
    if element.name == "relation":
        target = next(element.all("targetentity"), None)
        if target is None:
            return None
        kind = sort_of(target.attributes.get("targettype", ""))
        reference = target.attributes.get("valueuri", "")
        entry = target
        said = " ".join(one.words() for one in element.all("relationtype"))
        words = [one.words() for one in element.all("targetrole")]
        if _squeezed(said) not in _SORTS:
            words.append(said)
    else:
        found = next(element.within("relationentry"), None)
        if found is None:
            return None
        kind = sort_of(attributes.get("role", ""))
        reference, entry, said = (
            attributes.get("href", ""),
            found,
            attributes.get("cpfrelationtype", ""),
        )
        words = []
    words += [one.words() for one in element.within("descriptivenote")]
    heading = heading_in(entry, kind)
    if heading is None:
        return None
    sort = _SORTS.get(_squeezed(said), "associative")
    guess = kind or heading.sort
    if not guess:
        guess = PersonKind.CORPORATE_BODY if sort in _OF_BODIES else PersonKind.INDIVIDUAL
    if uuid_in(reference):
        heading = replace(heading, itself=reference)
    said_of_it = [part.rstrip(".") for part in words[:-1] if part] + words[-1:]
    date, wording = span(element)
    return Related(
        heading, reference, sort, ". ".join(filter(None, said_of_it)), date, wording, str(guess), element.line,
    )  # fmt: skip


def _squeezed(said: str) -> str:
    return re.sub(r"[^a-z]", "", said.casefold())
