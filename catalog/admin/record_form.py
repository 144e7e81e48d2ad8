"""The form of a record: what a curator typed is never lost, and never overwrites what others saved.

The form carries marks of what it showed when it was opened (``versions``). If somebody else saved
meanwhile, a field that only they changed is taken over, one that only this curator changed stays,
and where both did, both values are shown side by side and the curator chooses.
"""

from __future__ import annotations

import json
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.admin.review import ReviewForm
from catalog.admin.two_versions import SAVED, ComparesVersions, Conflict
from catalog.admin.versions import marks_of, read_marks
from catalog.models import SLUG_RULE, next_identifier

#: Fields that are not columns of the record.
_NOT_THE_RECORDS: Final = {"seen", "seen_values", *ReviewForm.base_fields}


class RecordForm(ComparesVersions, ReviewForm):
    """What forms of all kinds of record share.

    ``refusal`` is a sentence with which saving was refused (see ``RecordAdmin.changeform_view``):
    the form comes back with it and with everything typed. ``conflicts`` are the fields to be
    chosen, ``taken_over`` the labels of those that only others changed.
    """

    refusal: str = ""
    why_not: str = ""

    #: When the record was last changed, at the time the form was opened.
    seen = forms.CharField(required=False, widget=forms.HiddenInput, label=gettext_lazy("version"))
    #: Marks of the values that the form showed then.
    seen_values = forms.CharField(
        required=False, widget=forms.HiddenInput, label=gettext_lazy("version")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflicts: list[Conflict] = []
        self.taken_over: list[str] = []
        for field in self.fields.values():
            # A browser cuts what is pasted at this length without a word; the field itself says that it is too long.
            field.widget.attrs.pop("maxlength", None)
        if "slug" in self.fields:
            # Django's own sentence speaks of Unicode.
            self.fields["slug"].error_messages["invalid"] = SLUG_RULE.message
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
        """The fields that saving changes, without the marks."""
        return [name for name in super().changed_data if name not in {"seen", "seen_values"}]

    @property
    def changes_record(self) -> bool:
        """Whether saving changes the record itself, and not only what is said in its review."""
        return bool({*self.changed_data} - _NOT_THE_RECORDS)

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
                    "“%(record)s” already has the identifier %(identifier)s. The next free one is %(free)s."
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
        """Refuse with a reason given from outside, and where two curators changed the same field."""
        cleaned = super().clean() or self.cleaned_data
        for reason in (self.why_not, self.refusal):
            if reason:
                raise ValidationError(reason)
        self._reconcile()
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        """An empty slug is not an error: saving makes it from the title."""
        exclude: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return exclude if self.cleaned_data.get("slug") else {*exclude, "slug"}

    def _update_errors(self, errors: ValidationError) -> None:
        """Leave out what the record as a whole says of a field that was refused by itself: it was
        judged without what was typed there.
        """
        refused = self.errors.keys() & self.fields.keys()
        if hasattr(errors, "error_dict"):
            left = {name: said for name, said in errors.error_dict.items() if name not in refused}
            if not left:
                return
            errors = ValidationError(left)
        super()._update_errors(errors)  # type: ignore[misc]

    # --- Two curators at once ---

    def _reconcile(self) -> None:
        """Take over what only others changed; refuse while a field that both changed is not chosen."""
        seen, now = self.data.get(self.add_prefix("seen")), self.initial.get("seen")
        opened = read_marks(self.data.get(self.add_prefix("seen_values")))
        # Writes past the actions leave the time as it was; the marks show them all the same.
        if not seen or not now or (seen == now and not opened):
            return
        mine = marks_of(self.cleaned_data, self._columns())
        for name, field in self._columns().items():
            stored = self._marks[name]
            if opened.get(name) == stored or mine[name] == stored:
                continue
            if name in self.cleaned_data and mine[name] == opened.get(name):
                self.take_saved(name)
                self.taken_over.append(str(field.label))
                continue
            self.conflicts.append(self.conflict(name))
        # Sent back with the answer, so that saving once more is a decision and not an accident.
        self.say("seen", now)
        self.say("seen_values", json.dumps(self._marks))
        if self.conflicts:
            raise ValidationError(
                _(
                    "Someone else saved this record after you opened it. Nothing of yours has been saved "
                    "yet, and nothing is lost: your entries are below. Where you both changed the same "
                    "field, choose which value to keep, then save again."
                ),
                code="conflict",
            )

    def _follow_choices(self) -> None:
        """Put the saved value into each field for which the curator chose it, before anything is
        validated.
        """
        for name in self._columns():
            if self.chosen(name) == SAVED:
                self.say_saved(name)


def listed(lines: list[str]) -> SafeString:
    """Sentences as lines of one message."""
    return format_html_join(SafeString("<br>"), "{}", ((line,) for line in lines))
