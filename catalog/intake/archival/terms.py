"""Terms that XML uses: which of the vocabularies they are, and which are to be made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalog import actions
from catalog.actions import Actor
from catalog.intake.naming import Names
from catalog.intake.saying import Message, say
from catalog.models import Term, Vocabulary
from catalog.values import fold


def kinds_of_detail() -> dict[str, str]:
    """Kinds of further detail that finding aids need, by code, with their labels."""
    return {
        "abstract": _("Abstract"), "access": _("Conditions of access"), "accruals": _("Accruals"),
        "acquisition": _("Immediate source of acquisition"), "appraisal": _("Appraisal"),
        "archivist-note": _("Archivist’s note"), "arrangement": _("Arrangement"), "citation": _("Preferred citation"),
        "context": _("General context"), "languages-used": _("Languages used"), "legal-status": _("Legal status"),
        "activity": _("Occupation or function"), "mandate": _("Mandate"),
        "sources": _("Sources"), "structure": _("Internal structure or genealogy"),
        "condition": _("Condition"), "copies": _("Copies"), "creator": _("Creator"),
        "dates": _("Dates in the source"), "dimensions": _("Dimensions"), "extent": _("Extent"),
        "finding-aids": _("Finding aids"), "full-title": _("Full title"), "genre": _("Genre or form"),
        "history": _("Biographical or administrative history"), "language": _("Language of the material"),
        "name": _("Name"), "note": _("Note"), "originals": _("Location of originals"),
        "other-codes": _("Other reference code"), "other-titles": _("Other title"), "place": _("Place"),
        "provenance": _("Provenance"), "publications": _("Publication note"), "related": _("Related material"),
        "repository": _("Repository"), "scale": _("Scale"), "separated": _("Separated material"),
        "technique": _("Material and technique"), "use": _("Conditions of use"),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class NewTerm:
    """A term that is made before any row is written; a kind of relationship has an inverse label."""

    vocabulary: str
    code: str
    label: str
    inverse: str = ""

    def as_json(self) -> list[str]:
        """For a column of the database."""
        return [self.vocabulary, self.code, self.label, self.inverse]


class Terms:
    """The terms that a file uses, and the kinds of further detail that the museum has."""

    def __init__(self, *, by: Actor, new_terms: bool) -> None:
        self.new_terms = new_terms
        self.names = Names(by)
        details = Term.objects.filter(vocabulary=Vocabulary.DETAIL)
        #: Labels of kinds of further detail by their codes, and the other way round.
        self.details = dict(details.values_list("code", "label"))
        self._by_label = {fold(label): code for code, label in self.details.items()}

    def detail_named(self, label: str) -> str:
        """The code of the kind of further detail that has this label; empty when none has."""
        return self._by_label.get(fold(label), "") if label else ""

    def term(self, vocabulary: str, text: str) -> tuple[str, Message]:
        """What a cell says for a term, and why it is left out; one of both is empty."""
        found = self.names.terms_named(vocabulary, text)
        if len(found) == 1:
            return found[0].identifier, ""
        if found:
            return "", say(
                gettext_noop("Left out: several terms have this label. Add the right one by hand.")
            )
        if not self.new_terms:
            return "", say(
                gettext_noop(
                    "Left out: the vocabulary has no such term. It was kept in the internal note."
                )
            )
        if len(text) > 200 or not fold(text):
            return "", say(
                gettext_noop("Left out: it cannot be a term. It was kept in the internal note.")
            )
        return text, ""


def make(terms: Iterable[NewTerm], *, by: Actor) -> None:
    """Make terms that were found to be lacking, unless somebody made them since. Raises Refused."""
    for one in terms:
        if not Term.objects.filter(vocabulary=one.vocabulary, code=one.code).exists():
            new = Term(
                vocabulary=one.vocabulary, code=one.code, label=one.label, inverse_label=one.inverse
            )
            actions.keep_term(new, by=by)
