"""The forms for a change of many records: what happens to one field, or which words are replaced where."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import bulk
from catalog.actions import record_state
from catalog.bulk import FieldChange, How, Replacement
from catalog.models import Record


class ChangeForm(forms.Form):
    """What happens to the field. ``value`` is the box that the record's own form has for it."""

    how = forms.ChoiceField(label=gettext_lazy("What to do"), widget=forms.RadioSelect)
    find = forms.CharField(
        label=gettext_lazy("Words to replace"),
        required=False,
        strip=False,
        help_text=gettext_lazy(
            "Exactly as written, including capitals and accents. Only for “Replace some words”."
        ),
    )

    def __init__(self, column: Any, box: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = bulk.ways(column)
        self.column = column
        box.required = False
        box.label = capfirst(str(column.verbose_name))
        self.fields["value"] = box
        self.fields["how"].choices = [(one.value, one.label) for one in offered]  # type: ignore[attr-defined]
        self.fields["how"].initial = offered[0]
        if How.FIND not in offered:
            del self.fields["find"]

    def clean(self) -> dict[str, Any]:
        """Refuse an empty form: no words to look for, nothing to put in."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        how, value = said.get("how"), said.get("value")
        if how == How.FIND and not said.get("find"):
            self.add_error("find", _("Enter the words to replace."))
        nothing = value is None or value == "" or (self.column.many_to_many and not value)
        if how in {How.SET, How.ADD, How.REMOVE} and nothing and "value" not in self.errors:
            self.add_error(
                "value", _("Enter a value. To leave the field empty, choose “Clear it”.")
            )
        return said

    def change(self) -> FieldChange:
        """What the form says, once it is valid."""
        said = self.cleaned_data
        how = How(said["how"])
        return FieldChange(
            kind=self.column.model.KIND,
            field=self.column.name,
            how=how,
            value=None if how == How.EMPTY else _as_json(self.column, said["value"]),
            find=said.get("find", "") if how == How.FIND else "",
        )


def _as_json(column: Any, value: Any) -> Any:
    if column.many_to_many:
        return [row.pk for row in value]
    row = column.model()
    setattr(row, column.attname, value.pk if isinstance(value, models.Model) else value)
    return record_state.value_in(row, column)


class ReplaceForm(forms.Form):
    """Which words are replaced, by what, and in which texts: in all of them unless one is unticked."""

    texts = forms.MultipleChoiceField(
        label=gettext_lazy("In which fields"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Select at least one field.")},
    )
    find = forms.CharField(
        label=gettext_lazy("Words to replace"),
        strip=False,
        help_text=gettext_lazy("Exactly as they stand, capitals and accents too."),
        error_messages={"required": gettext_lazy("Enter the words to replace.")},
    )
    value = forms.CharField(
        label=gettext_lazy("Replace with"),
        required=False,
        strip=False,
        help_text=gettext_lazy("Leave empty to remove the words."),
    )

    def __init__(self, model: type[Record], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.model = model
        offered = [(one.name, capfirst(str(one.verbose_name))) for one in bulk.texts_of(model)]
        self.fields["texts"].choices = offered  # type: ignore[attr-defined]
        self.fields["texts"].initial = [name for name, _label in offered]

    def change(self) -> Replacement:
        """What the form says, once it is valid."""
        said = self.cleaned_data
        return Replacement(self.model.KIND, tuple(said["texts"]), said["find"], said["value"])
