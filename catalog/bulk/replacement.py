"""Words replaced in several texts of many records, as plain JSON, so that a job can carry it too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalog import actions
from catalog.bulk.field_change import How, changeable, ways
from catalog.bulk.writing import Differing, changed_in_words, write
from catalog.models import RECORD_MODELS, Record


def texts_of(model: type[Record]) -> list[Any]:
    """The fields of a kind in which words can be replaced, in the order of its columns."""
    return [field for field in changeable(model) if How.FIND in ways(field)]


@dataclass(frozen=True, slots=True)
class Replacement:
    """Replaces ``find`` by ``value`` in the texts ``fields`` of each record, character by character
    as written.
    """

    kind: str
    fields: tuple[str, ...]
    find: str
    value: str = ""

    @property
    def model(self) -> type[Record]:
        """The records' model."""
        return RECORD_MODELS[self.kind]  # type: ignore[index]

    @property
    def columns(self) -> list[Any]:
        """The model's fields."""
        return [self.model._meta.get_field(name) for name in self.fields]

    @property
    def subject(self) -> str:
        """What is done, for the list of jobs."""
        words = {"find": self.find[:60], "value": self.value[:60]}
        return _("“%(find)s” replaced by “%(value)s”") % words

    def rows_of(self, keys: Sequence[int]) -> QuerySet[Any]:
        """The records, in the order of their keys."""
        rows: QuerySet[Any] = self.model._base_manager.filter(pk__in=keys).order_by("pk")
        return rows

    def differences(self, record: Record) -> Differing:
        """The texts that contain the words: as they are, and as they will be."""
        texts = {name: getattr(record, name) for name in self.fields}
        return {
            name: (text, text.replace(self.find, self.value))
            for name, text in texts.items()
            if self.find in text and self.find != self.value
        }

    def act(self, record: Record, *, by: actions.Actor) -> bool:
        """Change one record; False if none of its texts contains the words."""
        differing = self.differences(record)
        if differing:
            write(record, differing, by=by)
        return bool(differing)

    def done(self, number: int) -> str:
        """A sentence that so many were changed."""
        return changed_in_words(number)
