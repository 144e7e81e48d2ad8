"""Review in a record's form: what curators wrote to each other, a note with each step, and dates of
some steps.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import actions
from catalog.admin.mixin import AdminMixin
from catalog.models import Record, ReviewNote

if TYPE_CHECKING:
    _FormBase = forms.ModelForm[Any]
else:
    _FormBase = forms.ModelForm

#: How many of the latest notes are shown.
SHOWN: Final = 20


class MomentField(forms.SplitDateTimeField):
    """A date and a time; a date alone is the beginning of that day."""

    def clean(self, value: Any) -> Any:
        """The moment; ValidationError if it is none."""
        if isinstance(value, list | tuple) and len(value) == 2 and value[0] and not value[1]:
            value = [value[0], "00:00"]
        return super().clean(value)


class ReviewForm(_FormBase):
    """The part of a record's form that is not the record's: a note for colleagues, and the dates of steps.

    Dates are columns of the record, but only steps write them: saving a form does not publish.
    """

    note = forms.CharField(
        label=gettext_lazy("Note to colleagues"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=gettext_lazy(
            "Saved with the step you take below (submit, send back, publish …), or as a remark if "
            "you only save. Never shown to the public."
        ),
    )
    publish_on = MomentField(
        label=gettext_lazy("Publish on"),
        required=False,
        widget=AdminSplitDateTime,
        # Its original value goes along: another curator may set a date meanwhile, and that is not a
        # change by this one.
        show_hidden_initial=True,
        help_text=gettext_lazy(
            "For “Save and publish”: when the record becomes public. Empty: at once. A date without a "
            "time is the beginning of that day."
        ),
    )

    hidden_until = MomentField(
        label=gettext_lazy("Embargo until"),
        required=False,
        widget=AdminSplitDateTime,
        show_hidden_initial=True,
        help_text=gettext_lazy(
            "For “Save and set the embargo”: visitors see nothing of the record before this time, "
            "whatever its status."
        ),
    )

    with_pages = forms.BooleanField(
        label=gettext_lazy("Take its pages along"),
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "When you publish, embargo or withdraw: the pictures that are pages of this document, and of "
            "no other, take the same step."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, planned in _PLANNED.items():
            moment = getattr(self.instance, planned)
            if moment is not None and moment > timezone.now():
                self.initial[name] = moment

    def clean_publish_on(self) -> Any:
        """Refuse to publish at a time that has passed, and a date without a button that uses it."""
        moment = self.cleaned_data["publish_on"]
        if "_publish" not in self.data:
            self._refuse_without_button("publish_on", _("Save and publish"))
        elif moment is not None and moment <= timezone.now():
            raise ValidationError(
                _("This time has passed. Leave the field empty to publish at once.")
            )
        return moment

    def clean_hidden_until(self) -> Any:
        """Refuse an embargo without its end, one that has ended, and a date without its button."""
        moment = self.cleaned_data["hidden_until"]
        if "_embargo" in self.data:
            if moment is None:
                raise ValidationError(_("Enter the date and time when the embargo ends."))
            if moment <= timezone.now():
                raise ValidationError(_("This time has passed. Choose a later one."))
        elif "_lift_embargo" not in self.data:
            self._refuse_without_button("hidden_until", _("Save and set the embargo"))
        return moment

    def _refuse_without_button(self, name: str, button: str) -> None:
        """A changed date must not be ignored silently."""
        if name in self.changed_data:
            raise ValidationError(
                _(
                    "Only “%(button)s” uses this date. Press that button, or restore the previous date."
                )
                % {"button": button}
            )


#: The columns whose plans the boxes show.
_PLANNED: Final = {"publish_on": "publish_from", "hidden_until": "embargo_until"}


class ReviewsRecords(AdminMixin):
    """Mixin of a record's admin: notes are shown and kept."""

    #: From the mixin of moves: the steps that can be taken.
    possible_moves: Callable[[HttpRequest, Record | None], Any]

    def review_fields(self, request: HttpRequest, record: Record | None) -> list[str]:
        """The fields of the section "Review": only what this curator can use at this status."""
        fields = ["review_notes", "note"] if record else ["note"]
        may_publish = request.user.has_perm(f"catalog.publish_{self.opts.model_name}")
        if may_publish and IS_POPUP_VAR not in {*request.GET, *request.POST}:
            offered = {move.name for move in self.possible_moves(request, record)}
            fields += ["publish_on"] if "publish" in offered else []
            fields += ["hidden_until"] if "embargo" in offered else []
        return fields

    @admin.display(description=gettext_lazy("review so far"))
    def review_notes(self, record: Record) -> SafeString | str:
        """The latest notes, newest first."""
        return told_notes(notes_of(record)) or _("Nothing yet.")

    def keep_remark(self, request: HttpRequest, record: Record) -> None:
        """A note without a step is a remark."""
        note = reviewed(request).get("note", "").strip()
        if not note:
            return
        try:
            actions.remark(record, by=request.user, note=note)
        except actions.Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)


def reviewed(request: HttpRequest) -> dict[str, Any]:
    """What the form said for the review: ``note`` and dates; empty for a list action."""
    return getattr(request, "review", {})


def notes_of(record: Record) -> list[ReviewNote]:
    """The latest review notes of a record, newest first."""
    rows = ReviewNote.objects.filter(record_uuid=record.uuid).select_related("by")
    return list(rows[:SHOWN])


def told_notes(notes: list[ReviewNote]) -> SafeString | str:
    """Notes as a list: when, who, what, and the words."""
    if not notes:
        return ""
    lines = format_html_join("", "<li>{}</li>", ((_note_as_html(note),) for note in notes))
    return format_html('<ol class="review-notes">{}</ol>', lines)


def _note_as_html(note: ReviewNote) -> SafeString:
    who = note.by.get_username() if note.by else _("the catalogue itself")
    when = date_format(timezone.localtime(note.at), "SHORT_DATETIME_FORMAT")
    words = format_html("<q>{}</q>", note.text) if note.text else ""
    return format_html(
        '<span class="review-step">{}, {}: {}</span> {}', when, who, note.get_step_display(), words
    )
