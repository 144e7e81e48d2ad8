"""Statements: the rows that belong to records, such as names, relations, citations, outside identifiers.

A statement is visible to those who may see every record that it names: a participation in an
embargoed event reveals neither the event nor that there is one.
"""

from __future__ import annotations

import uuid as uuid_module
from collections.abc import Collection
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models.derived import DerivedField, DerivingModel, DerivingQuerySet
from catalog.models.fields import EarliestField, EDTFField, LatestField, bounds_in_order
from catalog.models.record import Reader, visibility

S = TypeVar("S", bound="Statement")


class Certainty(models.TextChoices):
    """How sure the catalogue is of a statement."""

    CERTAIN = "certain", _("Certain")
    PROBABLE = "probable", _("Probable")
    UNCERTAIN = "uncertain", _("Uncertain")
    DISPUTED = "disputed", _("Disputed")


class StatementQuerySet(DerivingQuerySet[S]):
    """Statements; start every read at :meth:`visible_to`."""

    def visible_to(self, user: Reader, *, seen_from: Collection[str] = ()) -> Self:
        """The statements all of whose records ``user`` may see.

        ``seen_from`` names columns whose records the caller has already read through the rule, or
        that its own condition leaves empty: the page of a person only has to check the other end of
        its relations.
        """
        rule = Q()
        for name in self.model.RECORDS:
            if name in seen_from:
                continue
            optional = self.model._meta.get_field(name).null
            seen = visibility(user, f"{name}__")
            rule &= (Q(**{f"{name}__isnull": True}) | seen) if optional and seen else seen
        return self.filter(rule)

    def get_by_natural_key(self, uuid: str) -> S:
        """Fixtures refer to a statement by its uuid; only its key is read."""
        return self.only("pk").get(uuid=uuid)


class Statement(DerivingModel):
    """A row that belongs to one or more records, named in ``RECORDS`` by their foreign keys."""

    RECORDS: ClassVar[tuple[str, ...]] = ()
    #: The columns that say what it states. Two rows that agree in them state the same, whatever
    #: their notes say; empty if the database itself refuses duplicates.
    STATES: ClassVar[tuple[str, ...]] = ()
    #: Whether it belongs to what the public reads of its records, so that a change of it is theirs.
    IS_PUBLIC: ClassVar[bool] = True

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)

    objects = StatementQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def is_seen(self) -> bool:
        """Whether the public sees it now: each of the records that it names is public."""
        named = (getattr(self, name) for name in self.RECORDS)
        return all(record is None or record.is_public for record in named)

    def natural_key(self) -> tuple[str]:
        """Fixtures refer to a statement by its uuid, so that it can be loaded before its records."""
        return (str(self.uuid),)

    def stated(self) -> tuple[Any, ...]:
        """What it states, as stored in the database, for comparing."""
        columns = map(self._meta.get_field, self.STATES)
        return tuple(one.get_prep_value(getattr(self, one.attname)) for one in columns)  # type: ignore[union-attr]

    def twins(self) -> QuerySet[Any]:
        """The other rows that state the same; none while a record that it names is not saved."""
        if not self.STATES:
            return type(self)._base_manager.none()
        alike = dict(zip(self.STATES, self.stated(), strict=True))
        return type(self)._base_manager.filter(**alike).exclude(pk=self.pk)

    def adds_to(self, twin: Self) -> bool:
        """Whether it says something that a row which states the same does not: another note,
        another certainty.

        Its position does not count.
        """
        return any(
            getattr(self, one.attname) != getattr(twin, one.attname)
            for one in self._meta.concrete_fields
            if not (one.primary_key or isinstance(one, DerivedField))
            and one.name not in {"uuid", "position", *self.STATES}
        )


class Relation(Statement):
    """A statement about two records: with a date, a note and how certain it is."""

    date = EDTFField(_("date"))
    date_earliest = EarliestField(of="date")
    date_latest = LatestField(of="date")
    note = models.CharField(_("note"), max_length=1000, blank=True)
    certainty = models.CharField(
        _("certainty"), max_length=10, choices=Certainty.choices, default=Certainty.CERTAIN
    )
    position = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "id"]
        constraints = [
            *bounds_in_order("date"),
            models.CheckConstraint(
                condition=Q(certainty__in=Certainty.values), name="%(class)s_certainty_known"
            ),
        ]


def one_of_several(model: str, related_name: str, **options: Any) -> Any:
    """A key to a record (or relation) of one sort, for statements that belong to one thing of
    several sorts.

    The model is named in lower case, as its column is. :func:`exactly_one` is the rule that goes
    with such keys.
    """
    return models.ForeignKey(
        f"catalog.{model.capitalize()}",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name=related_name,
        **options,
    )


def exactly_one(*names: str) -> Q:
    """The condition that exactly one of some nullable columns is filled."""
    condition = Q()
    for chosen in names:
        condition |= Q(**{f"{name}__isnull": name != chosen for name in names})
    return condition


def not_itself(one: str, other: str) -> Q:
    """The condition that two foreign keys of a row name different rows."""
    return ~Q(**{one: F(other)})
