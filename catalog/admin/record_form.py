"""The form of a record: what a curator typed is never lost, and never overwrites what another saved.

The form carries marks of what it showed when it was opened (``versions``). When somebody else saved meanwhile,
a field that only they changed is taken over, one that only this curator changed stays, and where both did, both
values are shown side by side and the curator chooses.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.forms.widgets import MultiWidget
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import models as catalogue
from catalog.admin.choices import told_apart
from catalog.admin.next_identifier import next_identifier
from catalog.admin.review import ReviewForm
from catalog.admin.versions import marks_of, read_marks

#: Fields that are no columns of the record.
_NOT_THE_RECORDS: Final = {"seen", "seen_values", *ReviewForm.base_fields}
#: The value of a choice that takes what another saved.
SAVED: Final = "saved"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that two curators changed: both values in words, and the name of the choice between them."""

    name: str
    label: str
    mine: str
    saved: str


class RecordForm(ReviewForm):
    """What forms of all kinds of record share.

    ``refusal`` is a sentence that saving was answered with (see ``RecordAdmin.changeform_view``): the
    form comes back with it and with everything typed. ``conflicts`` are the fields to be chosen,
    ``taken_over`` the labels of those that only others changed.
    """

    refusal: str = ""
    why_not: str = ""

    #: When the record was last changed, as it stood when the form was opened.
    seen = forms.CharField(required=False, widget=forms.HiddenInput, label=gettext_lazy("version"))
    #: Marks of the values that the form showed then.
    seen_values = forms.CharField(
        required=False, widget=forms.HiddenInput, label=gettext_lazy("version")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflicts: list[Conflict] = []
        self.taken_over: list[str] = []
        if self.instance.pk and "seen" in self.fields:
            self.initial["seen"] = self.instance.modified.isoformat()
            self._marks = marks_of(self.initial, self._columns())
            self.initial["seen_values"] = json.dumps(self._marks)
            if self.is_bound:
                self._follow_choices()

    def _columns(self) -> dict[str, forms.Field]:
        return {name: one for name, one in self.fields.items() if name not in _NOT_THE_RECORDS}

    @property
    def changed_data(self) -> list[str]:
        """The fields that saving changes; the marks are none."""
        return [name for name in super().changed_data if name not in {"seen", "seen_values"}]

    def clean_identifier(self) -> str:
        """Refuse an identifier that another record has; name that record and the next free one."""
        identifier: str = self.cleaned_data["identifier"]
        model = type(self.instance)
        other = (
            model._base_manager.filter(identifier=identifier).exclude(pk=self.instance.pk).first()
        )
        if other is not None:
            raise ValidationError(
                _(
                    "“%(record)s” has the identifier %(identifier)s already. The next free one is %(free)s."
                )
                % {
                    "record": other,
                    "identifier": identifier,
                    "free": next_identifier(model) or "?",
                },
                code="unique",
            )
        return identifier

    def clean(self) -> dict[str, Any]:
        """Refuse with the reason given from outside, and where two curators changed the same field."""
        cleaned = super().clean() or self.cleaned_data
        for reason in (self.why_not, self.refusal):
            if reason:
                raise ValidationError(reason)
        self._bring_together()
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        """An empty name in addresses is no fault: saving makes it from the title."""
        exclude: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return exclude if self.cleaned_data.get("slug") else {*exclude, "slug"}

    # --- Two curators at once ---

    def _bring_together(self) -> None:
        """Take over what only others changed; refuse while a field that both changed is not chosen."""
        seen, now = self.data.get(self.add_prefix("seen")), self.initial.get("seen")
        if not seen or not now or seen == now:
            return
        opened = read_marks(self.data.get(self.add_prefix("seen_values")))
        mine = marks_of(self.cleaned_data, self._columns())
        for name, field in self._columns().items():
            stored = self._marks[name]
            if opened.get(name) == stored or mine[name] == stored:
                continue
            if name in self.cleaned_data and mine[name] == opened.get(name):
                self._take_saved(name)
                self.taken_over.append(str(field.label))
                continue
            self.conflicts.append(self._conflict(name, field))
        # Shown with the answer, so that saving once more is a decision and not an accident.
        self._say("seen", now)
        self._say("seen_values", json.dumps(self._marks))
        if self.conflicts:
            raise ValidationError(
                _(
                    "Somebody else saved this record after you opened it. Nothing of yours was saved yet, and "
                    "nothing is lost: your entries stand below. Choose which value to keep where you both "
                    "changed the same field, and save again."
                ),
                code="conflict",
            )

    def _conflict(self, name: str, field: forms.Field) -> Conflict:
        mine = self.cleaned_data.get(name, self[name].value())
        label = capfirst(str(field.label))
        return Conflict(
            name, label, self._words(field, mine), self._words(field, self.initial.get(name))
        )

    def _words(self, field: forms.Field, value: Any) -> str:
        """A value as a curator reads it."""
        if isinstance(field, forms.ModelMultipleChoiceField):
            return ", ".join(told_apart(row) for row in self._rows(field, value or []))
        if isinstance(field, forms.ModelChoiceField):
            return ", ".join(told_apart(row) for row in self._rows(field, [value] if value else []))
        if isinstance(field, forms.ChoiceField):
            choices: Any = field.choices
            labels = {str(key): str(words) for key, words in choices}
            return labels.get(str(value), str(value or ""))
        return str(value if value is not None else "")

    @staticmethod
    def _rows(field: forms.ModelChoiceField[Any], value: Any) -> list[Any]:
        keys = [getattr(one, "pk", one) for one in value]
        rows: Any = field.queryset
        return list(rows.filter(pk__in=[key for key in keys if str(key).isdecimal()]))

    def _follow_choices(self) -> None:
        """Put the saved value into each field for which the curator chose it, before anything is judged."""
        for name in self._columns():
            if self.data.get(f"choose-{name}") == SAVED:
                self._say_value(name)

    def _take_saved(self, name: str) -> None:
        """What another saved becomes the field's value."""
        value = self.initial.get(name)
        field = self.fields[name]
        if isinstance(field, forms.ModelMultipleChoiceField):
            self.cleaned_data[name] = self._rows(field, value or [])
        elif isinstance(field, forms.ModelChoiceField):
            self.cleaned_data[name] = next(iter(self._rows(field, [value] if value else [])), None)
        else:
            self.cleaned_data[name] = field.to_python(value)
        self._say_value(name)

    def _say_value(self, name: str) -> None:
        """The saved value as a browser would have sent it."""
        field, widget = self.fields[name], self.fields[name].widget
        value = field.prepare_value(self.initial.get(name))
        if isinstance(widget, MultiWidget):
            for number, part in enumerate(widget.decompress(value) or ()):
                self._say(f"{name}_{number}", "" if part is None else str(part))
        elif isinstance(field, forms.ModelMultipleChoiceField):
            self._say(name, [str(one) for one in value or []])
        elif isinstance(field, forms.BooleanField):
            self._say(name, "on" if value else "")
        elif not isinstance(field, forms.FileField):
            self._say(name, "" if value is None else str(value))

    def _say(self, name: str, value: Any) -> None:
        answer: Any = self.data
        if not getattr(answer, "_mutable", False):
            self.data = answer = answer.copy()
        if isinstance(value, list):
            answer.setlist(self.add_prefix(name), value)
        else:
            answer[self.add_prefix(name)] = value


def in_words(refusal: Exception) -> str:
    """What a refused write says to a curator; the database's own words are not for them."""
    if isinstance(refusal, ValidationError):
        return " ".join(refusal.messages)
    if isinstance(refusal, IntegrityError):
        for model in vars(catalogue).values():
            for constraint in getattr(getattr(model, "_meta", None), "constraints", ()):
                if constraint.name in str(refusal):
                    return str(constraint.get_violation_error_message())
        return _(
            "The database refused this: another record took the same identifier or name in addresses, "
            "or something that was chosen is gone. Check these and save again."
        )
    return str(refusal)


def listed(lines: list[str]) -> SafeString:
    """Sentences as lines of one message."""
    return format_html_join(SafeString("<br>"), "{}", ((line,) for line in lines))
