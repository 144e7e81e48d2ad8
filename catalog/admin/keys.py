"""Primary keys as browsers send them: text that must be checked before a database sees it."""

from __future__ import annotations

from typing import Any, Final, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404

from catalog.models import Record

#: Longer numbers cannot be keys; SQLite fails on those beyond 64 bits.
_MOST_DIGITS: Final = 15

R = TypeVar("R", bound=Record)


def is_key(text: Any) -> bool:
    """Whether a text can be the primary key of a row."""
    written = str(text)
    return written.isascii() and written.isdecimal() and len(written) <= _MOST_DIGITS


def record_with(key: str, model: type[R], user: Any) -> R:
    """The record that an address of the admin names, among those that ``user`` may see; otherwise
    Http404.
    """
    found = model._default_manager.visible_to(user).filter(pk=key).first() if is_key(key) else None
    if not isinstance(found, model):
        raise Http404
    return found


class SeveralField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several rows; reports what cannot be a key, where Django would query the database for it."""

    def _check_values(self, value: Any) -> Any:
        for one in value:
            if not is_key(one):
                raise ValidationError(
                    self.error_messages["invalid_choice"],
                    code="invalid_choice",
                    params={"value": one},
                )
        return super()._check_values(value)  # type: ignore[misc]
