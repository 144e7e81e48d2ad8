"""What a fixture leaves out: rows that another database makes for itself, or that soon expire."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import models

from catalog.models import (
    ApiCounter,
    Change,
    ChangedRecord,
    ChangeSet,
    FeedMark,
    FeedState,
    Intake,
    IntakePiece,
    Job,
    MovedHolding,
    OpenForm,
    PublicRecord,
    Touched,
)

#: Models whose rows ``dumpdata`` does not write and ``loaddata`` does not read, whatever the file holds.
STAYING: Final[tuple[type[models.Model], ...]] = (
    # The history numbers the rows of its own database; the loading is the first change set of the new one.
    ChangeSet,
    Change,
    ChangedRecord,
    # Derived from the records by triggers, which run while they are loaded.
    Touched,
    PublicRecord,
    MovedHolding,
    FeedMark,
    FeedState,
    # Made by every ``migrate``, with numbers of its own; groups refer to permissions by name.
    ContentType,
    Permission,
    # Short-lived.
    Session,
    OpenForm,
    ApiCounter,
    Job,
    Intake,
    IntakePiece,
)
