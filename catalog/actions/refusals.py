"""What was refused, in words for people."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from catalog import models as catalogue


def in_words(refusal: Exception) -> str:
    """What a refused write says to a curator, who should not see the database's own words."""
    if isinstance(refusal, ValidationError):
        return " ".join(refusal.messages)
    if isinstance(refusal, IntegrityError):
        for model in vars(catalogue).values():
            for constraint in getattr(getattr(model, "_meta", None), "constraints", ()):
                if constraint.name in str(refusal):
                    return str(constraint.get_violation_error_message())
        return _(
            "The database refused this: another record has taken the same identifier or URL slug, or "
            "something you chose no longer exists. Check these and save again."
        )
    return str(refusal)
