"""The rows of a form when two curators have it open: nothing of either is lost without a word.

Marks of all rows travel in the formset's management form. A row that only another curator changed or removed
follows them; one that both touched comes back with what the other saved.
"""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog.admin.choices import told_apart
from catalog.admin.versions import mark_of_row, read_marks, row_fields

if TYPE_CHECKING:
    _FormBase = forms.ModelForm[Any]
    _FormSetBase = BaseInlineFormSet[Any, Any, Any]
else:
    _FormBase = forms.ModelForm
    _FormSetBase = BaseInlineFormSet

#: The name of the marks in the management form.
SEEN: Final = "SEEN"


class RowForm(_FormBase):
    """A row. ``opened`` is the mark of what it said when the form was opened; empty for a new one."""

    opened: str = ""
    #: Whether another curator's version stands, and this one writes nothing.
    _follows: bool = False
    #: Whether it is not removed before the curator has read what another saved in it.
    refuses_removal: bool = False

    @property
    def changed_data(self) -> list[str]:
        """The fields that saving changes: none when the row follows what another saved."""
        return [] if self._follows else list(super().changed_data)

    def clean(self) -> dict[str, Any]:
        """Follow what only another changed; refuse once, with what they saved, where both did."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.opened:
            return cleaned
        untouched = mark_of_row(cleaned, self) == self.opened and not self.errors.keys() - {"id"}
        removes = bool(cleaned.get("DELETE"))
        if self.instance.pk is None:
            if untouched or removes:
                cleaned["DELETE"] = True
                return cleaned
            self.errors.pop("id", None)
            raise ValidationError(
                _(
                    "Somebody else removed this row after you opened the form. Your entries stand here: add them "
                    "as a new row if it is still needed, and mark this one for removal."
                ),
                code="conflict",
            )
        stored = mark_of_row(self.initial, self)
        if stored == self.opened or mark_of_row(cleaned, self) == stored:
            return cleaned
        if untouched and not removes:
            self._follows = True
            return cleaned
        self.refuses_removal = removes
        raise ValidationError(
            _(
                "Somebody else changed this row after you opened the form: %(saved)s. Save again to keep what "
                "stands here, or enter theirs."
            )
            % {"saved": self._saved_in_words()},
            code="conflict",
        )

    def _saved_in_words(self) -> str:
        said = []
        for name, field in row_fields(self).items():
            value: Any = getattr(self.instance, name, None) if name in self.initial else None
            if name in self.initial and isinstance(field, forms.ModelChoiceField):
                rows: Any = field.queryset
                value = rows.filter(pk=self.initial[name]).first() if self.initial[name] else None
                words = told_apart(value) if value is not None else ""
            else:
                words = str(self.initial.get(name) or "")
            if words:
                said.append(f"{capfirst(str(field.label))}: {words}")
        return "; ".join(said)


class VersionedRows(_FormSetBase):
    """Mixin of a formset that carries the marks of its rows."""

    @cached_property
    def management_form(self) -> Any:
        """Django's, with one more hidden box for the marks as they are now."""
        made = super().management_form
        made.fields[SEEN] = forms.CharField(required=False, widget=forms.HiddenInput)
        return made

    def add_fields(self, form: Any, index: int | None) -> None:
        """Django's fields; a row that was there when the form was opened gets its mark."""
        super().add_fields(form, index)
        if self.is_bound and index is not None and isinstance(form, RowForm):
            key = self.data.get(form.add_prefix("id"), "")
            form.opened = self._opened.get(str(key), "")

    def _should_delete_form(self, form: Any) -> bool:
        removes = super()._should_delete_form(form)  # type: ignore[misc]
        return bool(removes) and not getattr(form, "refuses_removal", False)

    @cached_property
    def _opened(self) -> dict[str, str]:
        return read_marks(self.data.get(f"{self.prefix}-{SEEN}"))

    def renew_marks(self) -> None:
        """Put the marks of the rows as they are now into the page, before it is shown.

        Django shows as many rows as are stored; one that another removed meanwhile has to be shown as well.
        """
        marks = {}
        for form in self.initial_forms:
            if form.instance.pk:
                marks[str(form.instance.pk)] = mark_of_row(form.initial, form)
            elif self.is_bound and isinstance(form, RowForm) and form.opened:
                marks[str(self.data.get(form.add_prefix("id")))] = form.opened
        if self.is_bound:
            setattr(self, "_queryset", [form.instance for form in self.initial_forms])  # noqa: B010
        management = self.management_form
        if self.is_bound:
            management.data = management.data.copy()
            management.data[f"{self.prefix}-{SEEN}"] = json.dumps(marks)
        else:
            management.initial[SEEN] = json.dumps(marks)
