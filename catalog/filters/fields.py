"""Form fields of the filters: what an address may contain, read without asking the database.

:class:`catalog.filters.form.FilterForm` then looks up terms and records, all at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from catalog.models import Record, Vocabulary, proposed_edtf
from catalog.search import MAX_CHARACTERS, MAX_WORDS
from catalog.values import DateError, Label, NoDate, fold, read_date, sentence

#: Values of one filter in one address: more than anyone selects by hand, far fewer than a database refuses.
MAX_VALUES: Final = 50
#: Characters of a search, and different words in it: what the search reads.
MAX_SEARCH: Final = MAX_CHARACTERS


@dataclass(frozen=True, slots=True)
class Given:
    """One value of a filter: as written in the address, in words, and as the query needs it."""

    code: str
    label: str
    value: Any


def _without_null(text: str) -> str:
    if "\x00" in text:
        raise ValidationError(
            _("This contains an invalid character (NUL). Type the words again."), code="null"
        )
    return text


def shortened(text: str) -> str:
    """A value as an error message quotes it."""
    return text if len(text) <= 60 else f"{text[:60]}…"


class WordsField(forms.Field):
    """Words to search for, cleaned to the form used for comparing. There is no query language to
    get wrong.
    """

    def to_python(self, value: Any) -> list[Given]:
        """The one :class:`Given` whose value is the folded words, or none if there is no word."""
        text = _without_null(str(value or "")).strip()
        if len(text) > MAX_SEARCH:
            raise ValidationError(
                _("The search has %(length)s characters; the limit is %(most)s. Use fewer words.")
                % {"length": len(text), "most": MAX_SEARCH},
                code="too_long",
            )
        words = list(dict.fromkeys(fold(text).split()))
        if len(words) > MAX_WORDS:
            raise ValidationError(
                _("The search has %(count)s different words; the limit is %(most)s. Use fewer.")
                % {"count": len(words), "most": MAX_WORDS},
                code="too_many_words",
            )
        return [Given(text, text, words)] if words else []


class ValuesField(forms.Field):
    """The values of a filter that may be repeated, cleaned to the texts themselves, each once."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[Any]:
        """The texts given, in order, without blanks and repetitions."""
        given = [value] if isinstance(value, str) else list(value or ())
        texts = list(dict.fromkeys(_without_null(str(text)).strip() for text in given))
        texts = [text for text in texts if text]
        if len(texts) > MAX_VALUES:
            raise ValidationError(
                ngettext(
                    "%(count)s value is given; at most %(most)s are accepted at once.",
                    "%(count)s values are given; at most %(most)s are accepted at once.",
                    len(texts),
                )
                % {"count": len(texts), "most": MAX_VALUES},
                code="too_many",
            )
        return texts


class TermsField(ValuesField):
    """Codes of terms of one vocabulary."""

    def __init__(self, *, vocabulary: Vocabulary, **options: Any) -> None:
        self.vocabulary = vocabulary
        super().__init__(**options)


class RecordsField(ValuesField):
    """Records of one kind, each by its slug."""

    def __init__(self, *, model: type[Record], **options: Any) -> None:
        self.model = model
        super().__init__(**options)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a closed list: its code in addresses, its label, and what is stored."""

    code: str
    label: str | Promise
    value: Any


class ChoicesField(ValuesField):
    """Values of a closed list; each may be given by its code or as it is stored."""

    def __init__(self, *, choices: Callable[[], list[Choice]], **options: Any) -> None:
        self.choices = choices
        super().__init__(**options)

    def to_python(self, value: Any) -> list[Given]:
        """The choices given; the error for an unknown one lists the possible ones."""
        known: Mapping[str, Choice] = {
            name: choice for choice in self.choices() for name in (choice.code, str(choice.value))
        }
        texts = super().to_python(value)
        unknown = [text for text in texts if text not in known]
        if unknown:
            raise ValidationError(
                _("“%(value)s” is not a value of this filter. Allowed: %(allowed)s."),
                code="unknown",
                params={
                    "value": shortened(unknown[0]),
                    "allowed": ", ".join(choice.code for choice in self.choices()),
                    "named": ", ".join(str(choice.label) for choice in self.choices()),
                },
            )
        chosen = dict.fromkeys(known[text] for text in texts)
        return [Given(choice.code, Label(choice.label), choice.value) for choice in chosen]


class DayField(forms.Field):
    """One end of a time span, typed as a year, a month, a day or any EDTF; cleaned to a day number."""

    def __init__(self, *, latest: bool, **options: Any) -> None:
        self.latest = latest
        super().__init__(**options)

    def to_python(self, value: Any) -> list[Given]:
        """The date given, from its first day or to its last."""
        text = _without_null(str(value or "")).strip()
        if not text:
            return []
        try:
            date = read_date(text)
        except DateError as refusal:
            if (proposal := proposed_edtf(text)) is None:
                said = refusal.said(_).replace("%", "%%")
                code = "no_date" if isinstance(refusal, NoDate) else "invalid"
                raise ValidationError(said, code, {"value": shortened(text)}) from refusal
            date = read_date(proposal)
        day = date.latest if self.latest else date.earliest
        if day is None:
            raise ValidationError(
                _("“%(date)s” has no end; write the last year or day.")
                if self.latest
                else _("“%(date)s” has no beginning; write the first year or day."),
                code="open",
                params={"date": text},
            )
        return [Given(date.edtf, Label(sentence(date, _ if get_language() else str)), day)]
