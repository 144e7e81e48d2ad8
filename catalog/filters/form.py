"""The form behind every filter set: it looks up the terms and records that an address names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, Value
from django.utils.translation import gettext as _

from catalog.filters.fields import Given, RecordsField, TermsField, shortened
from catalog.models import MergedRecord, PastSlug, Record, Term, sees_everything

if TYPE_CHECKING:
    from catalog.models import Reader

#: Codes that an error lists; a longer vocabulary is left to the list of terms.
MAX_LISTED: Final = 20
#: What is read of a record that is asked for, in the order of its columns.
_NAMED: Final = ("id", "slug", "title")


class FilterForm(forms.Form):
    """Reads the filters of an address for one visitor.

    A record that the visitor may not see gets exactly the answer of a record that does not exist.
    """

    user: Reader = None

    def clean(self) -> dict[str, Any]:
        """Replace codes by terms and records: one query for all terms, one for all records."""
        super().clean()
        self._find_terms()
        self._find_records()
        self._refuse_reversed_dates()
        return self.cleaned_data

    def _find_terms(self) -> None:
        asked = {
            name: (field.vocabulary, self.cleaned_data[name])
            for name, field in self.fields.items()
            if isinstance(field, TermsField) and self.cleaned_data.get(name)
        }
        if not asked:
            return
        wanted = Q()
        for vocabulary, codes in asked.values():
            wanted |= Q(vocabulary=vocabulary, code__in=codes)
        found = {(term.vocabulary, term.code): term for term in Term.objects.filter(wanted)}
        for name, (vocabulary, codes) in asked.items():
            terms: dict[str, Term] = {}
            for code in codes:
                # Links made before the term was merged into another keep working.
                term = found.get((vocabulary, code)) or Term.objects.found(vocabulary, code)
                if term is None:
                    # The others are not looked up one by one: only the first is named.
                    self.add_error(name, self._no_such_term(vocabulary, code))
                    break
                terms[term.code] = term
            else:
                self.cleaned_data[name] = [
                    Given(term.code, term.name, term) for term in terms.values()
                ]

    @staticmethod
    def _no_such_term(vocabulary: str, code: str) -> ValidationError:
        known = list(Term.objects.filter(vocabulary=vocabulary).order_by("code")[: MAX_LISTED + 1])
        words = {
            "value": shortened(code),
            "allowed": ", ".join(term.code for term in known),
            "named": ", ".join(str(term.name) for term in known),
        }
        if 0 < len(known) <= MAX_LISTED:
            return ValidationError(
                _("“%(value)s” is not in this vocabulary. Allowed: %(allowed)s."), "unknown", words
            )
        return ValidationError(
            _("“%(value)s” is not in this vocabulary. Choose one from the list."),
            "unknown",
            {"value": words["value"]},
        )

    def _find_records(self) -> None:
        asked = {
            name: (field.model, self.cleaned_data[name])
            for name, field in self.fields.items()
            if isinstance(field, RecordsField) and self.cleaned_data.get(name)
        }
        if not asked:
            return
        first, *others = (
            model.objects.visible_to(self.user)
            .filter(slug__in=slugs)
            .order_by()
            .values_list(Value(name), *_NAMED)
            for name, (model, slugs) in asked.items()
        )
        found: dict[str, dict[str, Any]] = {name: {} for name in asked}
        for name, *row in first.union(*others, all=True):
            record = asked[name][0].from_db(first.db, _NAMED, row)
            found[name][record.slug] = record
        for name, (model, slugs) in asked.items():
            self._take(name, model, slugs, found[name])

    def _take(
        self, name: str, model: type[Record], slugs: list[str], found: dict[str, Any]
    ) -> None:
        """Replace slugs by the records ``found``, or say which do not exist."""
        missing = [slug for slug in slugs if slug not in found]
        if missing:
            # Links made before the record was renamed, or merged into another, keep working.
            renamed = list(PastSlug.objects.filter(kind=model.KIND, slug__in=missing))
            if renamed:
                merged = MergedRecord.successors_of(past.record_uuid for past in renamed)
                now = {past: merged.get(past.record_uuid, past.record_uuid) for past in renamed}
                rows = model.objects.visible_to(self.user).filter(uuid__in=list(now.values()))
                there = {
                    row.uuid: row
                    for row in rows.only("pk", "slug", "title", "uuid", "first_published")
                }
                found |= {
                    past.slug: there[uuid]
                    for past, uuid in now.items()
                    if uuid in there and (sees_everything(self.user) or past.was_shown(there[uuid]))
                }
            missing = [slug for slug in missing if slug not in found]
        if missing:
            self.add_error(
                name,
                ValidationError(
                    _(
                        "There is no record “%(value)s” here. Take the name from the address of its page."
                    ),
                    "unknown",
                    {"value": shortened(missing[0])},
                ),
            )
        else:
            records = dict.fromkeys(found[slug] for slug in slugs)
            self.cleaned_data[name] = [Given(one.slug, one.title, one) for one in records]

    def _refuse_reversed_dates(self) -> None:
        first, last = self.cleaned_data.get("date_from"), self.cleaned_data.get("date_to")
        if first and last and first[0].value > last[0].value:
            self.add_error(
                "date_to",
                ValidationError(
                    _("“%(last)s” ends before “%(first)s” begins. Swap the two dates."),
                    "reversed",
                    {"first": first[0].code, "last": last[0].code},
                ),
            )
