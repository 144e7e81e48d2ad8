"""Primary keys as browsers send them: text that databases must not see before it was judged."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

#: Longer numbers are no key of anything; SQLite fails on those beyond 64 bits.
_MOST_DIGITS: Final = 15


def is_key(text: Any) -> bool:
    """Whether a text can be the primary key of a row."""
    written = str(text)
    return written.isascii() and written.isdecimal() and len(written) <= _MOST_DIGITS


class SeveralField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several rows; refuses in words what cannot be a key, where Django would ask the database for it."""

    def _check_values(self, value: Any) -> Any:
        for one in value:
            if not is_key(one):
                raise ValidationError(
                    self.error_messages["invalid_choice"],
                    code="invalid_choice",
                    params={"value": one},
                )
        return super()._check_values(value)  # type: ignore[misc]
