"""What belongs to a record, as rows of its form: names, relations, citations, outside identifiers.

A relation is edited on the side of the work or the event that it describes. On the other side
(everything that a person took part in) the same rows are shown as text: a well-known person has
hundreds, and a form of hundreds of boxes is slow and easily damaged. Rows can be added and removed
on both sides.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from catalog.admin.choices import lean, tell_known
from catalog.admin.entry_boxes import EntryBoxes
from catalog.admin.row_pages import ShowsSomeRows
from catalog.admin.row_versions import RowForm, VersionedRows
from catalog.admin.stated_once import StatesOnce
from catalog.models import (
    Citation,
    Contribution,
    Depiction,
    Detail,
    OutsideIdentifier,
    Page,
    Participation,
    PersonName,
    PlaceName,
    Relationship,
    Topic,
    Transcription,
)

#: Rows of one sort that a form shows at a time.
MOST_ROWS: Final = 100
#: Rows of one sort that are only read here; a person may have hundreds of five sorts.
MOST_READ_ROWS: Final = 25
#: Rows of one sort that are read from a form that is sent; Django's own limit of two thousand would
#: take half a minute to show.
MOST_SENT: Final = 500


class StatementFormSet(StatesOnce, ShowsSomeRows, VersionedRows):
    """The rows of a record: some at a time, each giving its boxes the rows that are their values."""

    most_rows = MOST_ROWS

    @cached_property
    def empty_form(self) -> Any:
        """The row that "Add another" copies; a page of Django's admin asks for it six times."""
        return super().empty_form

    def add_fields(self, form: Any, index: int | None) -> None:
        """Django's fields; what the row's relations have loaded already is passed to their boxes."""
        super().add_fields(form, index)
        for name, field in form.fields.items():
            column = next(
                (one for one in form.instance._meta.concrete_fields if one.name == name), None
            )
            if isinstance(column, models.ForeignKey) and column.is_cached(form.instance):
                tell_known(field, getattr(form.instance, name))


class StatementInline(EntryBoxes, admin.TabularInline):  # type: ignore[type-arg]
    """Base of the rows that belong to a record."""

    form = RowForm
    formset = StatementFormSet
    template = "admin/catalog/statement_rows.html"
    shown_at_once = MOST_ROWS
    #: The last of its rows, which are too few for a part of their own.
    shown_besides = 0
    extra = 0
    max_num = MOST_SENT
    buttons_left_out = (*EntryBoxes.buttons_left_out, "can_view_related")
    #: The boxes into which a list can be pasted, to have a row for each of its values.
    pasted_into: ClassVar[tuple[str, ...]] = ()

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The rows as a form; if there are more than can have been typed, the first are read and
        the rest refused.
        """
        made: Any = super().get_formset(request, obj, **{"absolute_max": MOST_SENT, **kwargs})
        return made.for_page(request.GET, self.shown_at_once, self.shown_besides)

    def get_queryset(self, request: HttpRequest) -> Any:
        """The rows with the records and terms that they name, without their long texts."""
        rows = super().get_queryset(request)
        keys = [
            one.name
            for one in self.model._meta.concrete_fields
            if isinstance(one, models.ForeignKey)
        ]
        return lean(rows, *keys)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Boxes as in the record's form; a position may be left empty."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "position" and field is not None:
            field.required = False
            field.widget.attrs["class"] = "narrow"
        if db_field.name in self.pasted_into and field is not None:
            field.widget.attrs["data-pasted-into"] = f"{self.opts.model_name} {db_field.name}"
        return field


class StatementForm(RowForm):
    """A row; an empty position is the first."""

    def clean_position(self) -> int:
        """Zero if nothing was given."""
        return self.cleaned_data.get("position") or 0


class FromOtherSide(StatementInline):
    """Rows that are edited on another record; here they are read, added and removed."""

    shown_at_once = MOST_READ_ROWS
    shown_besides = MOST_READ_ROWS

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: the row is edited where it belongs."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the rows may be read."""
        codename = f"{self.model._meta.app_label}.view_{self.model._meta.model_name}"
        return request.user.has_perm(codename) or super().has_change_permission(request, obj)


# --- Names ---------------------------------------------------------------------------------------


class PersonNameInline(StatementInline):
    """Other names of a person."""

    model = PersonName
    pasted_into = ("name",)
    fields = ("name", "kind", "language", "note")
    verbose_name_plural = _("other names")


class PlaceNameInline(StatementInline):
    """Other names of a place."""

    model = PlaceName
    pasted_into = ("name",)
    fields = ("name", "period")
    verbose_name_plural = _("other names")


# --- Relations, where they are edited ------------------------------------------------------------

RELATION_TAIL: Final = ("date", "certainty", "note", "position")


class RelationInline(StatementInline):
    """Base of the relations, edited where they belong."""

    form = StatementForm


class ContributionInline(RelationInline):
    """Who made the work, or created the collection."""

    model = Contribution
    pasted_into = ("person",)
    fields = ("person", "role", *RELATION_TAIL)


class ParticipationInline(RelationInline):
    """Who took part in the event."""

    model = Participation
    pasted_into = ("person",)
    fields = ("person", "role", *RELATION_TAIL)


class DepictionInline(RelationInline):
    """Who appears in the picture, and where in it."""

    model = Depiction
    pasted_into = ("person",)
    fields = (
        "person",
        "caption",
        "left",
        "top",
        "width",
        "height",
        "certainty",
        "note",
        "position",
    )
    verbose_name_plural = _("people in the picture")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Narrow boxes for the four numbers of a region."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(db_field, models.FloatField) and field is not None:
            field.widget.attrs.update({"class": "narrow", "min": "0", "max": "100", "step": "any"})
        return field


class RelationshipInline(RelationInline):
    """How the person was related to others, read as "this person is … of"."""

    model = Relationship
    pasted_into = ("related",)
    fk_name = "person"
    fields = ("kind", "related", *RELATION_TAIL)
    verbose_name_plural = _("relationships: this person is … of")


class TopicInline(RelationInline):
    """What a document or image is about."""

    model = Topic
    pasted_into = Topic.ABOUT
    fields = (
        "about_person",
        "about_event",
        "about_place",
        "about_document",
        "certainty",
        "note",
        "position",
    )
    verbose_name_plural = _("what it is about (one per row)")


class TopicOfDocumentInline(TopicInline):
    """What a document is about."""

    fk_name = "document"


# --- Pages and transcriptions --------------------------------------------------------------------


class PageInline(StatementInline):
    """The pages of a document, in their order."""

    model = Page
    pasted_into = ("image",)
    form = StatementForm
    fields = ("image", "position", "label")


class DocumentsOfImageInline(FromOtherSide):
    """The documents of which the image is a page."""

    model = Page
    pasted_into = ("document",)
    fields = ("document", "position", "label")
    verbose_name_plural = _("page of a document")


class TranscriptionInline(StatementInline):
    """The text in the picture."""

    model = Transcription
    fields = ("text", "language", "transcribed_by")


# --- Relations, seen from the other side ---------------------------------------------------------


class WorksOfPersonInline(FromOtherSide):
    """What the person made."""

    model = Contribution
    pasted_into = Contribution.WORKS
    fields = ("role", *Contribution.WORKS, "date", "certainty", "note")
    verbose_name_plural = _("contributions to documents, images and collections")


class EventsOfPersonInline(FromOtherSide):
    """What the person took part in."""

    model = Participation
    pasted_into = ("event",)
    fields = ("role", "event", "date", "certainty", "note")
    verbose_name_plural = _("participations in events")


class PicturesOfPersonInline(FromOtherSide):
    """Where the person appears."""

    model = Depiction
    pasted_into = ("image",)
    fields = ("image", "caption", "certainty", "note")
    verbose_name_plural = _("appears in images")


class InverseRelationshipInline(FromOtherSide):
    """How others were related to the person."""

    model = Relationship
    pasted_into = ("person",)
    fk_name = "related"
    fields = ("person", "kind", "date", "certainty", "note")
    verbose_name_plural = _("relationships: others are … of this person")


class _WorksAbout(FromOtherSide):
    """Documents and images about the record."""

    model = Topic
    pasted_into = ("document", "image")
    fields: ClassVar[tuple[str, ...]] = ("document", "image", "certainty", "note")
    verbose_name_plural = _("subject of documents and images")


class WorksAboutPersonInline(_WorksAbout):
    """Documents and images about a person."""

    fk_name = "about_person"


class WorksAboutEventInline(_WorksAbout):
    """Documents and images about an event."""

    fk_name = "about_event"


class WorksAboutPlaceInline(_WorksAbout):
    """Documents and images about a place."""

    fk_name = "about_place"


class WorksAboutDocumentInline(_WorksAbout):
    """Documents and images about a document."""

    fk_name = "about_document"


# --- Sources and identifiers ---------------------------------------------------------------------


class CitationForm(StatementForm):
    """A citation; the field that it supports is chosen by its name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields.get("field")
        stored = self.instance.field
        if field is not None and stored and stored not in dict(field.choices):
            field.choices = [*field.choices, (stored, stored)]


class CitationInline(StatementInline):
    """The sources of the record itself; those of its relations are with the relations."""

    model = Citation
    pasted_into = ("source",)
    form = CitationForm
    fields = ("source", "bearing", "followed", "field", "locator", "certainty", "note")
    verbose_name_plural = _("sources")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The columns of the record as choices for the field meant."""
        if db_field.name != "field":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        columns = [
            (one.name, capfirst(str(one.verbose_name)))
            for one in self.parent_model._meta.concrete_fields
            if one.editable and not one.primary_key and one.name not in {"slug", "internal_note"}
        ]
        return forms.ChoiceField(
            label=capfirst(str(db_field.verbose_name)),
            choices=[("", _("the whole record")), *columns],
            required=False,
            help_text=db_field.help_text,
        )


class CitationOfDocumentInline(CitationInline):
    """The sources of a document's record; what the document itself is the source of is another column."""

    fk_name = "document"


class DetailInline(StatementInline):
    """What the museum says beyond the fields."""

    model = Detail
    form = StatementForm
    fields = ("kind", "text", "position")


class OutsideIdentifierInline(StatementInline):
    """The same thing in other catalogues."""

    model = OutsideIdentifier
    pasted_into = ("value",)
    fields = ("authority", "value", "verified_on")
