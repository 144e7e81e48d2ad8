"""What cells refer to: terms by label or code; records by identifier, permanent identifier, name, or slug.

The cells of a block of rows are looked up together, and results are kept: the thousandth row with
the same author costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from django.db.models import Q

from catalog.actions import Actor
from catalog.intake.called import MOST_TOLD, records_called, records_like
from catalog.intake.named import CellFault, Named
from catalog.intake.saying import Words
from catalog.intake.saying import say as _
from catalog.intake.storing import StorageNames
from catalog.intake.targets import STORAGE, Referred
from catalog.models import (
    RECORD_MODELS,
    Term,
)
from catalog.uris import Kind
from catalog.values import fold

#: How many texts one query looks up.
_AT_ONCE: Final = 400
#: How many unknown names of terms are looked up at once among their other labels.
_OTHERS_AT_ONCE: Final = 40
#: For how many texts that name nothing similar records are searched; each is a search.
_MOST_SEARCHED: Final = 40
_LONGEST_CODE: Final = 80
#: For larger vocabularies no similar terms are suggested.
_PROPOSED_OF: Final = 20_000


@dataclass(slots=True)
class _OfKind:
    """What is known of the records of one kind: texts and what they refer to."""

    found: dict[str, list[Named]] = field(default_factory=dict)
    #: For rows of the table itself, by identifier and by title.
    own: dict[str, list[Named]] = field(default_factory=dict)
    #: Rows of the table with errors, by identifier and title: cells that refer to them cannot be resolved.
    faulty: dict[str, int] = field(default_factory=dict)


class Names:
    """Looks up what cells name, as ``by`` may see it (None: the catalogue itself).

    ``by_identifier``: records are named by their identifiers alone, never by a title. ``boxes_in``:
    the identifier of the storage place in which those that are lacking are to be made.
    """

    def __init__(
        self,
        by: Actor,
        *,
        new_terms: bool = False,
        by_identifier: bool = False,
        boxes_in: str = "",
    ) -> None:
        self.by = by
        self.storage = StorageNames(boxes_in)
        self.new_terms = new_terms
        self._by_identifier = by_identifier
        self._kinds: dict[Referred, _OfKind] = {}
        self._terms: dict[str, dict[str, list[Named]]] = {}
        self._made: dict[tuple[str, str], list[Named]] = {}
        self._neighbours: dict[tuple[Referred, str], list[str]] = {}
        self._labels: dict[str, dict[str, str]] = {}
        #: Terms that are to be made, in the order of the table.
        self.made: list[Named] = []

    # --- Records ---

    def read_records(self, kind: Referred, texts: Iterable[str]) -> None:
        """Look up texts that were not looked up yet, a few queries for all of them."""
        known = self._kinds.setdefault(kind, _OfKind())
        wanted = [text for text in dict.fromkeys(texts) if text and text not in known.found]
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            if kind == STORAGE:
                known.found |= self.storage.found(part)
            else:
                known.found |= records_called(
                    kind, part, self.by, by_identifier=self._by_identifier
                )

    def records_named(self, kind: Referred, text: str) -> list[Named]:
        """Everything that a text names, rows of the table above it included; nothing where there is none."""
        self.read_records(kind, [text])
        known = self._kinds[kind]
        return known.found.get(text, []) + [
            one for one in known.own.get(text, ()) if one.pk is None
        ]

    def record(self, kind: Referred, text: str) -> Named:
        """What a text refers to. Raises CellFault: nothing of this name, or several."""
        found = self.records_named(kind, text)
        known = self._kinds[kind]
        if len(found) == 1:
            return found[0]
        if kind == STORAGE:
            return self.storage.lacking(text, found)
        word = RECORD_MODELS[kind]._meta.verbose_name
        if found:
            named = "; ".join(one.words for one in found[:MOST_TOLD])
            raise CellFault(
                _("“%(text)s” matches several: %(named)s. Enter the identifier of the one you mean.")
                % {"text": text, "named": named + (" …" if len(found) > MOST_TOLD else "")}
            )  # fmt: skip
        if row := known.faulty.get(text):
            raise CellFault(
                _(
                    "Row %(row)d, which this refers to, has errors of its own. Correct that row first."
                )
                % {"row": row}
            )
        said: Words = _("There is no %(kind)s “%(text)s”.") % {"kind": word, "text": text}
        if near := self._near(kind, text):
            said = said + " " + _("Similar: %(terms)s.") % {"terms": "; ".join(near)}
        repair = _(
            "Enter an identifier or the exact name, or create that record first (in this table it "
            "must come earlier)."
        )
        raise CellFault(said + " " + repair)

    def _near(self, kind: Kind, text: str) -> list[str]:
        """Records whose names resemble a text that names none; for the first few such texts, each
        searched once.
        """
        if (kind, text) not in self._neighbours:
            self._neighbours[kind, text] = (
                records_like(kind, text, self.by) if len(self._neighbours) < _MOST_SEARCHED else []
            )
        return self._neighbours[kind, text]

    def learn(self, kind: Referred, one: Named) -> None:
        """Take note of a row of the table, so that rows below can refer to it."""
        known = self._kinds.setdefault(kind, _OfKind())
        for text in self._texts_of(one):
            known.own.setdefault(text, []).append(one)

    def warn(self, kind: Referred, row: int, texts: Iterable[str]) -> None:
        """Take note of a row with errors, to which no other row can refer."""
        known = self._kinds.setdefault(kind, _OfKind())
        for text in texts:
            if text:
                known.faulty.setdefault(text, row)

    def written(self, kind: Referred, one: Named, pk: int) -> None:
        """A row of the table has become a record: from now on it is found as one."""
        one.pk = pk
        known = self._kinds.setdefault(kind, _OfKind())
        for text in self._texts_of(one):
            known.found[text] = [*known.found.get(text, []), one]

    def _texts_of(self, one: Named) -> set[str]:
        """By what other rows name a row."""
        return {one.identifier, "" if self._by_identifier else one.title} - {""}

    # --- Terms ---

    def read_terms(self, vocabulary: str, texts: Iterable[str]) -> None:
        """Look up terms that were not looked up yet, in two queries, and more for those that neither a
        code nor a label names.
        """
        known = self._terms.setdefault(vocabulary, {})
        wanted = [text for text in dict.fromkeys(texts) if text and text not in known]
        terms = Term.objects.filter(vocabulary=vocabulary).order_by("pk")
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            forms = {form for text in part for form in (text, text.lower(), text.upper())}
            by_code = {term.code: [_named(term)] for term in terms.filter(code__in=forms)}
            by_label: dict[str, list[Named]] = {}
            for term in terms.filter(sort_key__in={fold(text)[:120] for text in part}):
                by_label.setdefault(fold(term.label), []).append(_named(term))
            for text in part:
                known[text] = (
                    by_code.get(text)
                    or by_label.get(fold(text))
                    or by_code.get(text.lower())
                    or by_code.get(text.upper())
                    or _merged_term(vocabulary, text)
                )
            self._read_by_other_names(vocabulary, [text for text in part if not known[text]])

    def _read_by_other_names(self, vocabulary: str, texts: list[str]) -> None:
        """Look up terms by their labels in other languages and their alternatives, for texts that name none."""
        known = self._terms[vocabulary]
        for start in range(0, len(texts), _OTHERS_AT_ONCE):
            wanted = {
                text: name for text in texts[start:][:_OTHERS_AT_ONCE] if (name := fold(text))
            }
            condition = Q()
            for name in wanted.values():
                condition |= Q(other_names__contains=name)
            if not wanted:
                continue
            terms = Term.objects.filter(condition, vocabulary=vocabulary).order_by("pk")
            by_name: dict[str, list[Named]] = {}
            for term in terms:
                for name in term.other_names.split("\n"):
                    by_name.setdefault(name, []).append(_named(term))
            known |= {text: by_name[name] for text, name in wanted.items() if name in by_name}

    def terms_named(self, vocabulary: str, text: str) -> list[Named]:
        """All terms that a text names; nothing where there is none."""
        self.read_terms(vocabulary, [text])
        return self._terms[vocabulary].get(text, [])

    def like_a_term(self, vocabulary: str, text: str) -> list[str]:
        """Labels of terms that are spelled nearly so; none of a vocabulary that is too large to compare."""
        near = get_close_matches(fold(text), self._labels_of(vocabulary), n=3, cutoff=0.6)
        return [self._labels_of(vocabulary)[one] for one in near]

    def term(self, vocabulary: str, text: str) -> Named:
        """The term that a text names, or one that is to be made. Raises CellFault with similar terms."""
        found = self.terms_named(vocabulary, text) or self._made.get((vocabulary, fold(text)), [])
        if len(found) == 1:
            return found[0]
        if found:
            codes = ", ".join(one.identifier for one in found)
            raise CellFault(
                _(
                    "“%(text)s” is the label of several terms. Enter the code of the one you mean: %(codes)s."
                )
                % {"text": text, "codes": codes}
            )
        if self.new_terms and len(text) <= 200 and fold(text):
            new = Named(None, text, vocabulary=vocabulary)
            self._made[vocabulary, fold(text)] = [new]
            self.made.append(new)
            return new
        near = self.like_a_term(vocabulary, text)
        said: Words = _("“%(text)s” is not a term of this vocabulary.") % {"text": text}
        if near:
            named = ", ".join(f"“{label}”" for label in near)
            said = said + " " + _("Similar: %(terms)s.") % {"terms": named}
        raise CellFault(said + " " + _("Use an existing term, or allow new terms to be created."))

    def _labels_of(self, vocabulary: str) -> dict[str, str]:
        """Labels by their folded form, for a vocabulary that is not too large to compare."""
        if vocabulary not in self._labels:
            terms = Term.objects.filter(vocabulary=vocabulary)
            labels = list(terms.values_list("label", flat=True)[: _PROPOSED_OF + 1])
            few = labels if len(labels) <= _PROPOSED_OF else []
            self._labels[vocabulary] = {fold(label): label for label in few}
        return self._labels[vocabulary]


def _merged_term(vocabulary: str, text: str) -> list[Named]:
    """The term that the one with this code was merged into."""
    term = Term.objects.found(vocabulary, text) if len(text) <= _LONGEST_CODE else None
    return [_named(term)] if term is not None else []


def _named(term: Term) -> Named:
    return Named(term.pk, term.label, term.code, vocabulary=term.vocabulary)
