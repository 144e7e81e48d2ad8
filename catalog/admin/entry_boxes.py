"""Which box a column gets in a form of the admin: the same in records and in their inlines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse_lazy

from catalog.admin.choices import ChoicesView, chooser
from catalog.admin.date_reading import DateBox, DateFormField, date_reading
from catalog.admin.keys import SeveralField
from catalog.models import EDTFField, Record, StoragePlace, Term

if TYPE_CHECKING:
    _Base = admin.options.BaseModelAdmin[Any]
else:
    _Base = object


class ProseField(forms.CharField):
    """Text of several lines, with the line ends that records hold.

    Browsers send CR LF whatever they were given (HTML, "constructing the form data set"): without
    this, a text that nobody touched would count as changed in every history and every comparison.
    """

    def to_python(self, value: Any) -> Any:
        """The text with single line feeds."""
        return str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")


class EntryBoxes(_Base):
    """Mixin for forms and inlines: records and terms are chosen while typing, dates say how they
    are read.
    """

    #: Buttons beside a box of records that are left out: changing or deleting the chosen one from
    #: here happens too easily.
    buttons_left_out: ClassVar[tuple[str, ...]] = ("can_change_related", "can_delete_related")

    def _address(self, of: str) -> Any:
        """Where the admin of the form's record answers (see :class:`AnswersItsForms`)."""
        owner = getattr(self, "parent_model", self.model)
        return reverse_lazy(f"admin:catalog_{owner._meta.model_name}_{of}")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The form field of a column."""
        if isinstance(db_field, EDTFField):
            return db_field.formfield(
                form_class=DateFormField, widget=DateBox(self._address("date_reading"))
            )
        if isinstance(db_field, models.URLField):
            # Django 6's own choice for an address typed without its scheme.
            kwargs["assume_scheme"] = "https"
        if isinstance(db_field, models.TextField):
            kwargs["form_class"] = ProseField
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        for button in self.buttons_left_out:
            widget = getattr(field, "widget", None)
            if hasattr(widget, button):
                setattr(widget, button, False)
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """One record or term, chosen while typing."""
        return super().formfield_for_foreignkey(db_field, request, **self._chosen(db_field, kwargs))

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Several records or terms, chosen while typing."""
        kwargs = {"form_class": SeveralField, **self._chosen(db_field, kwargs)}
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None:
            field.widget.attrs["data-pasted-into"] = f"{self.opts.model_name} {db_field.name}"
        return field

    def _chosen(self, db_field: models.Field[Any, Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        remote = db_field.remote_field.model if db_field.remote_field else None
        if isinstance(remote, type) and issubclass(remote, Record | StoragePlace | Term):
            kwargs["widget"] = chooser(db_field, self.admin_site, self._address("choices"))
        return kwargs


class AnswersItsForms(EntryBoxes):
    """Mixin of a ModelAdmin whose forms send requests while somebody types: for choices, and about
    dates.
    """

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and ``choices/`` and ``date-reading/`` before them; all for curators only."""
        name = f"catalog_{self.model._meta.model_name}"
        guarded = self.admin_site.admin_view
        own = [
            path(
                "choices/",
                guarded(ChoicesView.as_view(admin_site=self.admin_site)),
                name=f"{name}_choices",
            ),
            path("date-reading/", guarded(date_reading), name=f"{name}_date_reading"),
        ]
        return [*own, *super().get_urls()]  # type: ignore[misc]
