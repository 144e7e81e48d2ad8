"""A form of which two curators have each saved a version: both in words, and the one that is chosen.

For the form of a record and that of a row alike: ``initial`` is what another saved, the data are
what was typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.forms.widgets import MultiWidget
from django.utils.text import capfirst

from catalog.admin.choices import told_apart
from catalog.admin.keys import is_key

if TYPE_CHECKING:
    _FormBase = forms.ModelForm[Any]
else:
    _FormBase = object

#: The values of a choice: what another saved, or what was typed.
SAVED: Final = "saved"
MINE: Final = "mine"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something that two curators changed: both values in words, and the name of the choice between them."""

    name: str
    label: str
    mine: str
    saved: str


class ComparesVersions(_FormBase):
    """Mixin of a form: its fields as this curator and as another has them."""

    def conflict(self, name: str, about: str = "") -> Conflict:
        """A field that both changed; ``about`` names the row that it belongs to."""
        field = self.fields[name]
        mine = self.cleaned_data.get(name, self[name].value())
        label = f"{about}: {field.label}" if about else capfirst(str(field.label))
        saved = self.initial.get(name)
        return Conflict(
            self.add_prefix(name), label, self.words(field, mine), self.words(field, saved)
        )

    def chosen(self, name: str) -> str:
        """What was chosen for a field: MINE, SAVED, or nothing yet."""
        return str(self.data.get(f"choose-{self.add_prefix(name)}", ""))

    def words(self, field: forms.Field, value: Any) -> str:
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
        return list(rows.filter(pk__in=[key for key in keys if is_key(key)]))

    def take_saved(self, name: str) -> None:
        """Make what another saved the field's value."""
        value = self.initial.get(name)
        field = self.fields[name]
        if isinstance(field, forms.ModelMultipleChoiceField):
            self.cleaned_data[name] = self._rows(field, value or [])
        elif isinstance(field, forms.ModelChoiceField):
            self.cleaned_data[name] = next(iter(self._rows(field, [value] if value else [])), None)
        else:
            self.cleaned_data[name] = field.to_python(value)
        self.say_saved(name)

    def say_saved(self, name: str) -> None:
        """The saved value as a browser would have sent it."""
        field, widget = self.fields[name], self.fields[name].widget
        value = field.prepare_value(self.initial.get(name))
        if isinstance(widget, MultiWidget):
            for number, part in enumerate(widget.decompress(value) or ()):
                self.say(f"{name}_{number}", "" if part is None else str(part))
        elif isinstance(field, forms.ModelMultipleChoiceField):
            self.say(name, [str(one) for one in value or []])
        elif isinstance(field, forms.BooleanField):
            self.say(name, "on" if value else "")
        elif not isinstance(field, forms.FileField):
            self.say(name, "" if value is None else str(value))

    def say(self, name: str, value: Any) -> None:
        """Replace what was typed by a value."""
        answer: Any = self.data
        if not getattr(answer, "_mutable", False):
            self.data = answer = answer.copy()
        if isinstance(value, list):
            answer.setlist(self.add_prefix(name), value)
        else:
            answer[self.add_prefix(name)] = value
