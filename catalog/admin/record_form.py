"""The form of a record: what a curator typed is never lost, and never overwrites what another saved."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import models as catalogue
from catalog.admin.choices import told_apart
from catalog.admin.next_identifier import next_identifier
from catalog.admin.review import ReviewForm

#: Letters shown of a long text that somebody else saved.
_SHOWN: Final = 300


class RecordForm(ReviewForm):
    """What forms of all kinds of record share.

    ``refusal`` is a sentence that saving was answered with (see ``RecordAdmin.changeform_view``): the
    form comes back with it and with everything typed.
    """

    refusal: str = ""
    why_not: str = ""

    #: When the record was last changed, as it stood when the form was opened.
    seen = forms.CharField(required=False, widget=forms.HiddenInput, label=gettext_lazy("version"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "seen" in self.fields:
            self.initial["seen"] = self.instance.modified.isoformat()

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
        """Refuse with the reason given from outside, and when somebody else saved the record meanwhile."""
        cleaned = super().clean() or self.cleaned_data
        for reason in (self.why_not, self.refusal):
            if reason:
                raise ValidationError(reason)
        self._refuse_to_overwrite()
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        """An empty name in addresses is no fault: saving makes it from the title."""
        exclude: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return exclude if self.cleaned_data.get("slug") else {*exclude, "slug"}

    def _refuse_to_overwrite(self) -> None:
        seen, now = self.data.get(self.add_prefix("seen")), self.initial.get("seen")
        if not seen or not now or seen == now:
            return
        # Shown with the answer, so that saving once more is a decision and not an accident.
        answer: Any = self.data
        self.data = answer = answer.copy()
        answer[self.add_prefix("seen")] = now
        for name in self.changed_data:
            if name != "seen" and name in self.fields:
                self.add_error(name, self._as_saved(name))
        raise ValidationError(
            _(
                "Somebody else saved this record after you opened it. Nothing of yours was saved yet, and "
                "nothing is lost: your entries stand below. Where they differ, the saved one is named. "
                "Take over what you need, and save again to keep what the form then shows."
            ),
            code="conflict",
        )

    def _as_saved(self, name: str) -> str:
        value = self.initial.get(name)
        field = self.fields[name]
        if isinstance(field, forms.ModelMultipleChoiceField):
            said = ", ".join(told_apart(row) for row in value or [])
        elif isinstance(field, forms.ModelChoiceField):
            rows: Any = field.queryset
            row = rows.filter(pk=value).first() if value else None
            said = told_apart(row) if row else ""
        else:
            said = str(value if value is not None else "")
        if not said:
            return _("Saved meanwhile: empty.")
        return _("Saved meanwhile: “%(value)s”.") % {"value": Truncator(said).chars(_SHOWN)}


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
