"""The sections of a record's form, in the order of cataloguing; also for revisions and for those
who only read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from catalog.admin.choices import years_of
from catalog.admin.mixin import AdminMixin
from catalog.admin.revisions import in_revision
from catalog.models import EDTFField, Record

#: One field, or several side by side, on each line of a form.
Lines = Sequence[Any]


class HasSections(AdminMixin):
    """Mixin of a record's admin. A kind names the fields that are its own, section by section."""

    #: From the mixin of reviews: its fields.
    review_fields: Callable[[HttpRequest, Record | None], list[str]]

    identify: ClassVar[Lines] = ()
    describe: ClassVar[Lines] = ()
    when_and_where: ClassVar[Lines] = ()
    classify: ClassVar[Lines] = ()
    placed: ClassVar[Lines] = ()

    def get_fieldsets(self, request: HttpRequest, obj: Record | None = None) -> Any:
        """The order of cataloguing: identify, describe, when and where, subjects, rights, publication."""
        editable = obj is None or self.has_change_permission(request, obj)
        sections = [
            (
                _("Identify"),
                [
                    ("identifier",),
                    ("title",),
                    *self.identify,
                    *(["seen", "seen_values"] if editable else []),
                ],
            ),
            (_("Describe"), ["summary", "description", *self.describe]),
            (_("When and where"), [*self.when_and_where, *self.placed]),
            (_("Subjects"), ["subjects", *self.classify]),
            (_("Rights"), ["rights", "credit_line"]),
            (_("Publication"), ["standing", "slug"]),
            (_("Internal note"), ["internal_note"]),
            (
                _("Review"),
                self.review_fields(request, obj) if editable else ["review_notes"] if obj else [],
            ),
        ]
        if in_revision(request):
            sections = [
                (heading, [one for one in map(_revisable, lines) if one])
                for heading, lines in sections
            ]
        if not editable:
            sections = [
                (heading, _dates_in_words(self.model, lines)) for heading, lines in sections
            ]
        return [(heading, {"fields": lines}) for heading, lines in sections if lines]


#: What a revision cannot hold: files, and what decides when the record is public.
_NOT_REVISED = {"file", "picture", "standing", "publish_on", "hidden_until", "with_pages"}


def _revisable(line: Any) -> Any:
    """A line of a form without what a revision cannot hold; empty if nothing is left of it."""
    if isinstance(line, tuple | list):
        return tuple(one for one in line if one not in _NOT_REVISED)
    return line if line not in _NOT_REVISED else ()


def _dates_in_words(model: type[Record], lines: Lines) -> list[Any]:
    """The lines of a form that can only be read: dates in words instead of EDTF; files are not links."""
    return [
        tuple(_dates_in_words(model, line))
        if isinstance(line, tuple | list)
        else _read_only_name(model, line)
        for line in lines
    ]


def _read_only_name(model: type[Record], name: str) -> str | Callable[[Any], str]:
    field = next((one for one in model._meta.concrete_fields if one.name == name), None)
    if not isinstance(field, EDTFField | models.FileField):
        return name

    @admin.display(description=field.verbose_name)
    def words(record: Any) -> str:
        value = getattr(record, name)
        return (years_of(value) if isinstance(field, EDTFField) else str(value)) or "-"

    return words
