"""Terms that authority records use: occupations, and kinds of relationship by the words for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from catalog.actions import Actor
from catalog.intake.archival.terms import NewTerm, Terms
from catalog.intake.authority.records import AuthorityRecords
from catalog.intake.authority.relations import Related
from catalog.intake.saying import Message
from catalog.models import Term, Vocabulary
from catalog.values import fold

#: Codes of kinds of relationship by the sort of a relation, those that museums have first, and whether the record is
#: the person of "person is KIND of related".
_BY_SORT: Final[dict[str, tuple[tuple[str, ...], bool]]] = {
    "family": (("kinship",), True),
    "associative": (("association", "associate"), True),
    "hierarchical": (("association", "associate"), True),
    "temporal": (("association", "associate"), True),
    "identity": (("identity",), True),
    "parent": (("parent",), True),
    "child": (("parent",), False),
    "below": (("subordinate",), True),
    "above": (("subordinate",), False),
    "after": (("successor",), True),
    "before": (("successor",), False),
}


def _made(code: str) -> NewTerm:
    """A kind of relationship that the museum lacks."""
    label, inverse = {
        "kinship": (_("Kinship"), _("Kinship")),
        "association": (_("Association"), _("Association")),
        "identity": (_("the same as"), _("the same as")),
        "parent": (_("parent of"), _("child of")),
        "subordinate": (_("subordinate of"), _("superior of")),
        "successor": (_("successor of"), _("predecessor of")),
    }[code]
    return NewTerm(Vocabulary.RELATIONSHIP_KIND.value, code, label, inverse)


@dataclass(frozen=True, slots=True)
class KindOfRelation:
    """A kind of relationship; ``is_outward``: the record is the person of "person is KIND of related".

    ``is_mutual``: it reads the same from both ends. ``note`` is what the words say besides, ``new`` the term where the
    museum lacks it.
    """

    code: str
    is_outward: bool
    is_mutual: bool
    note: str
    new: NewTerm | None = None


class AuthorityTerms(Terms):
    """The terms that authority records use, looked up together."""

    def __init__(self, records: AuthorityRecords, *, by: Actor, new_terms: bool) -> None:
        super().__init__(by=by, new_terms=new_terms)
        said = {term for one in records.known for term, _line in one.occupations}
        self.names.read_terms(Vocabulary.OCCUPATION, sorted(said))
        kinds = list(Term.objects.filter(vocabulary=Vocabulary.RELATIONSHIP_KIND).order_by("pk"))
        self.relations = {one.code: one for one in kinds}
        self._labels: dict[str, str] = {}
        self._inverses: dict[str, str] = {}
        for one in kinds:
            self._labels.setdefault(fold(one.label), one.code)
            self._inverses.setdefault(fold(one.inverse_label or one.label), one.code)

    def occupation(self, text: str) -> tuple[str, Message]:
        """What a cell says for an occupation, and why it is left out; one of both is empty."""
        return self.term(Vocabulary.OCCUPATION, text)

    def relation(self, said: Related) -> KindOfRelation | None:
        """The kind of relationship that a relation is of, by its words, else by its sort; None where there is none."""
        words, rest = said.words, ""
        while words:
            # "child of" says what the other is to the person of the record.
            plain = fold(words)
            if code := self._inverses.get(plain):
                return KindOfRelation(code, True, self._is_mutual(code), rest)
            if code := self._labels.get(plain):
                return KindOfRelation(code, False, self._is_mutual(code), rest)
            words, dot, last = words.rpartition(". ")
            rest = f"{last}. {rest}" if dot and rest else last
        codes, is_outward = _BY_SORT[said.sort]
        note = said.words
        for code in codes:
            if code in self.relations:
                return KindOfRelation(code, is_outward, self._is_mutual(code), note)
        if not self.new_terms:
            return None
        new = _made(codes[0])
        return KindOfRelation(new.code, is_outward, new.label == new.inverse, note, new)

    def _is_mutual(self, code: str) -> bool:
        kind = self.relations[code]
        return (kind.inverse_label or kind.label) == kind.label
