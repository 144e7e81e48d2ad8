"""Columns for uncertain dates: the date as written, and its two bounds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.models.derived import DerivedField
from catalog.values import MAX_DATE_LENGTH, DateError, UncertainDate, read_date


def _read(value: Any) -> UncertainDate | None:
    """The date in a value from a form, a file or Python code; ValidationError says how to correct it."""
    if value is None or isinstance(value, UncertainDate):
        return value
    text = str(value).strip()
    if not text:
        return None
    try:
        return read_date(text)
    except DateError as refusal:
        raise ValidationError(refusal.said(gettext), code="invalid") from refusal


class EDTFFormField(forms.CharField):
    """A text box for an uncertain date; the error for a wrong one says why and how to correct it."""

    def to_python(self, value: Any) -> Any:
        """The date typed, or None."""
        return _read(value if isinstance(value, UncertainDate) else super().to_python(value))

    def run_validators(self, value: Any) -> None:
        """Length and characters were checked while the date was read."""

    def prepare_value(self, value: Any) -> Any:
        """The text for the box."""
        return str(value) if isinstance(value, UncertainDate) else value


class EDTFField(models.CharField):  # type: ignore[type-arg]
    """An uncertain date, kept as written (EDTF, ISO 8601-2); in Python an ``UncertainDate`` or None.

    Its bounds are in columns of their own: :class:`EarliestField` and :class:`LatestField`.
    """

    description = _("Uncertain date (EDTF)")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault(
            "help_text",
            _(
                "In words: 23 August 1939, about 1890, the 1930s, 1936–1938, before 1940. Or in EDTF: "
                "1939-08-23, 1890~, 193X, 1936/1938, ..1940."
            ),
        )
        super().__init__(
            *args, **{**kwargs, "max_length": MAX_DATE_LENGTH, "null": True, "blank": True}
        )

    def deconstruct(self) -> Any:
        """As Django requires for migrations."""
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("max_length", "null", "blank", "help_text"):
            kwargs.pop(fixed, None)
        return name, path, args, kwargs

    def from_db_value(
        self, value: str | None, expression: Any, connection: Any
    ) -> UncertainDate | None:
        """What is in the database was checked before: it is trusted, not parsed again."""
        return UncertainDate(value) if value else None

    def to_python(self, value: Any) -> Any:
        """The date of a value from any door."""
        return _read(value)

    def get_prep_value(self, value: Any) -> str | None:
        """The text for the database. Text is parsed first, so that no door writes something that is
        not a date.
        """
        date = _read(value)
        return date.written if date else None

    def value_to_string(self, obj: models.Model) -> str:
        """The text for a fixture."""
        return str(self.value_from_object(obj) or "")

    def run_validators(self, value: Any) -> None:
        """Length and characters were checked while the date was read."""

    def formfield(self, **kwargs: Any) -> Any:
        """A box that explains what is wrong with a date."""
        return super().formfield(**{"form_class": EDTFFormField, **kwargs})


class _BoundField(DerivedField, models.BigIntegerField):  # type: ignore[type-arg]
    """One bound of the uncertain date in ``of``, as a day number (see ``catalog.values.dates``)."""

    def __init__(self, *args: Any, of: str, **kwargs: Any) -> None:
        self.of = of
        self.sources = (of,)
        super().__init__(*args, **{**kwargs, "null": True, "blank": True, "editable": False})

    def deconstruct(self) -> Any:
        """As Django requires for migrations."""
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("null", "blank", "editable"):
            kwargs.pop(fixed, None)
        return name, path, args, {**kwargs, "of": self.of}


class EarliestField(_BoundField):
    """Day number of the earliest day that the date can be; NULL if open or unknown."""

    def derive(self, instance: models.Model) -> int | None:
        """The lower bound of the row's date."""
        date = _read(getattr(instance, self.of))
        return date.earliest if date else None


class LatestField(_BoundField):
    """Day number of the latest day that the date can be; NULL if open or unknown."""

    def derive(self, instance: models.Model) -> int | None:
        """The upper bound of the row's date."""
        date = _read(getattr(instance, self.of))
        return date.latest if date else None


def bounds_in_order(*names: str) -> list[models.CheckConstraint]:
    """Database constraints: no date of a row may end before it starts."""
    return [
        models.CheckConstraint(
            condition=models.Q(**{f"{name}_earliest__lte": models.F(f"{name}_latest")}),
            name=f"%(class)s_{name}_bounds_in_order",
            violation_error_message=_("A date cannot end before it starts."),
        )
        for name in names
    ]
