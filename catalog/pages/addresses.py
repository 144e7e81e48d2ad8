"""What an address of a record may look like."""

from __future__ import annotations

from typing import Final

from django.urls.converters import StringConverter

#: The longest slug that a record can have.
LONGEST: Final = 100


class SlugConverter(StringConverter):
    """Letters of any script, digits and single hyphens; everything else is no record's name (404)."""

    regex = r"[^\W_]+(?:-[^\W_]+)*"

    def to_python(self, value: str) -> str:
        """The slug; ValueError (no match) when it is longer than any record's."""
        if len(value) > LONGEST:
            raise ValueError("longer than any slug")
        return value
