"""The rows of a form if two curators have it open: nothing of either is lost silently.

Marks of all rows travel in the formset's management form. A row that only another curator changed
or removed follows them; where both touched it, both values are shown field by field and the curator
chooses.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog.admin.two_versions import MINE, SAVED, ComparesVersions, Conflict
from catalog.admin.versions import mark_of_row, marks_of, read_marks, row_fields

if TYPE_CHECKING:
    _FormBase = forms.ModelForm[Any]
    _FormSetBase = BaseInlineFormSet[Any, Any, Any]
else:
    _FormBase = forms.ModelForm
    _FormSetBase = BaseInlineFormSet

#: The name of the marks in the management form.
SEEN: Final = "SEEN"
#: The name of the choice about a whole row.
ROW: Final = "row"


class RowForm(ComparesVersions, _FormBase):
    """A row. ``opened`` are the marks of what it said when the form was opened; empty for a new one."""

    opened: str = ""
    #: Whether another curator's version is kept, and this one writes nothing.
    _follows: bool = False
    #: Whether it must not be removed before the curator has read what another saved in it.
    refuses_removal: bool = False
    #: Whether another removed it, and this curator wants it all the same.
    adds_again: bool = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: What this curator has to choose, once the row was validated.
        self.conflicts: list[Conflict] = []

    @property
    def changed_data(self) -> list[str]:
        """The fields that saving changes: none if the row follows what another saved."""
        return [] if self._follows else list(super().changed_data)

    def leave_out(self) -> None:
        """Write nothing of the row, because what it says exists already."""
        self._follows = True

    def follow_choices(self) -> None:
        """Replace what was typed by what was chosen, before anything is validated."""
        if self.chosen(ROW) == SAVED:
            if self.instance.pk is None:
                self.say("DELETE", "on")
                return
            self.say("DELETE", "")
        for name in row_fields(self):
            if SAVED in {self.chosen(name), self.chosen(ROW)}:
                self.say_saved(name)

    def clean(self) -> dict[str, Any]:
        """Follow what only another changed; let the curator choose where both did."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.opened:
            return cleaned
        removes = bool(cleaned.get("DELETE"))
        if self.instance.pk is None:
            return self._removed_by_another(cleaned, removes=removes)
        stored = mark_of_row(self.initial, self)
        if stored == self.opened:
            return cleaned
        if removes:
            self.refuses_removal = True
            about = self._about()
            self.conflicts.append(
                Conflict(self.add_prefix(ROW), about, _("removed"), self._in_words(self.initial))
            )
            raise ValidationError(
                _(
                    "Someone else changed this row after you opened the form: %(saved)s. Save again to "
                    "remove it anyway, or choose above to keep it."
                )
                % {"saved": self._in_words(self.initial)},
                code="conflict",
            )
        self._reconcile(cleaned)
        return cleaned

    def _is_untouched(self, cleaned: dict[str, Any]) -> bool:
        return mark_of_row(cleaned, self) == self.opened and not self.errors.keys() - {"id"}

    def _removed_by_another(self, cleaned: dict[str, Any], *, removes: bool) -> dict[str, Any]:
        if removes or self._is_untouched(cleaned):
            cleaned["DELETE"] = True
            return cleaned
        self.errors.pop("id", None)
        if self.chosen(ROW) == MINE:
            self.adds_again = True
            return cleaned
        label = capfirst(str(self._meta.model._meta.verbose_name))
        self.conflicts.append(
            Conflict(self.add_prefix(ROW), label, self._in_words(cleaned), _("removed"))
        )
        raise ValidationError(
            _(
                "Someone else removed this row after you opened the form. Your entries are still here: "
                "save again to add it back, or choose above to leave it removed."
            ),
            code="conflict",
        )

    def _reconcile(self, cleaned: dict[str, Any]) -> None:
        """Field by field: take what only another changed; refuse once where both did."""
        if self._is_untouched(cleaned):
            self._follows = True
            return
        fields = row_fields(self)
        stored, mine = marks_of(self.initial, fields), marks_of(cleaned, fields)
        told = self.opened.split()
        opened = dict(zip(fields, told, strict=True)) if len(told) == len(fields) else {}
        for name in fields:
            if stored[name] in (opened.get(name), mine[name]):
                continue
            if name in cleaned and mine[name] == opened.get(name):
                self.take_saved(name)
            else:
                self.conflicts.append(self.conflict(name, self._about()))
        if self.conflicts:
            raise ValidationError(
                _(
                    "Someone else changed this row after you opened the form: %(saved)s. Save again to keep "
                    "what you entered, or choose above."
                )
                % {"saved": self._in_words(self.initial)},
                code="conflict",
            )

    def _about(self) -> str:
        """The row that a choice is about, as another saved it."""
        sort = capfirst(str(self._meta.model._meta.verbose_name))
        first = next(iter(row_fields(self)))
        named = self.words(self.fields[first], self.initial.get(first))
        return f"{sort} “{named}”" if named else sort

    def _in_words(self, values: Mapping[str, Any]) -> str:
        said = []
        for name, field in row_fields(self).items():
            if words := self.words(field, values.get(name)):
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
        """Django's fields; a row that existed when the form was opened gets its mark."""
        super().add_fields(form, index)
        if self.is_bound and index is not None and isinstance(form, RowForm):
            key = self.data.get(form.add_prefix("id"), "")
            form.opened = self._opened.get(str(key), "")
            form.follow_choices()

    def _should_delete_form(self, form: Any) -> bool:
        removes = super()._should_delete_form(form)  # type: ignore[misc]
        return bool(removes) and not getattr(form, "refuses_removal", False)

    def save_existing_objects(self, commit: bool = True) -> list[Any]:
        """Django's; a row that another removed is added again if this curator chose so."""
        saved = list(super().save_existing_objects(commit))
        self._added_again = [
            self.save_new(form, commit=commit)
            for form in self.initial_forms
            if getattr(form, "adds_again", False)
        ]
        return saved

    def save_new_objects(self, commit: bool = True) -> list[Any]:
        """Django's, and the rows that are added again."""
        super().save_new_objects(commit)
        self.new_objects += self._added_again
        return self.new_objects

    @cached_property
    def _opened(self) -> dict[str, str]:
        return read_marks(self.data.get(f"{self.prefix}-{SEEN}"))

    def renew_marks(self) -> None:
        """Put the marks of the current rows into the page, before it is shown.

        Django shows as many rows as are stored; one that another removed meanwhile has to be shown
        as well.
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
