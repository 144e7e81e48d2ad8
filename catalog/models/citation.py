"""Citations: which source supports a statement, and what exactly it says."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from catalog.models.record import sees_everything
from catalog.models.statement import (
    Certainty,
    Statement,
    StatementQuerySet,
    exactly_one,
    one_of_several,
)

if TYPE_CHECKING:
    from catalog.models.record import Reader

#: What a citation can be attached to: a record, or one of its relations.
CITABLE_RECORDS = ("person", "document", "image", "event", "place", "collection")
CITABLE_RELATIONS = ("contribution", "participation", "depiction", "relationship", "topic")


class Bearing(models.TextChoices):
    """What the source does for the statement."""

    STATES = "states", _("states it")
    PARTLY = "partly", _("states it in part")
    SILENT = "silent", _("does not state it")
    DIFFERS = "differs", _("says otherwise")
    CONTEXT = "context", _("is the occasion of the record")


def _cited(model: str) -> Any:
    """A column for one thing that a source can be cited for; its index leaves empty rows out (see Meta)."""
    return one_of_several(model, "citations", db_index=False, verbose_name=_(model))


class CitationQuerySet(StatementQuerySet["Citation"]):
    """Citations; one of a relation is as hidden as the relation."""

    def visible_to(self, user: Reader, *, seen_from: Collection[str] = ()) -> Self:
        """The citations whose source ``user`` may see, and also the record or relation that they
        are for.
        """
        seen = super().visible_to(user, seen_from=seen_from)
        if sees_everything(user):
            return seen
        for name in CITABLE_RELATIONS:
            if name in seen_from:
                continue
            relation = self.model._meta.get_field(name).related_model
            its_own = relation.objects.visible_to(user).filter(pk=OuterRef(name))  # type: ignore[union-attr]
            seen = seen.filter(Q(**{f"{name}__isnull": True}) | Exists(its_own))
        return seen


class Citation(Statement):
    """Links a record, one of its fields, or a relation to a source of the catalogue.

    ``silent`` says openly that a statement does not come from the source (it is general reference
    knowledge); ``differs`` keeps the other reading, and ``followed`` tells which one the catalogue
    took; ``context`` only says that the record was made while this source was described.
    """

    source = models.ForeignKey(
        "catalog.Document",
        on_delete=models.PROTECT,
        related_name="cited_in",
        verbose_name=_("source"),
    )
    person = _cited("person")
    document = _cited("document")
    image = _cited("image")
    event = _cited("event")
    place = _cited("place")
    collection = _cited("collection")
    contribution = _cited("contribution")
    participation = _cited("participation")
    depiction = _cited("depiction")
    relationship = _cited("relationship")
    topic = _cited("topic")
    field = models.CharField(
        _("field"), max_length=40, blank=True, help_text=_("The field meant; empty for the whole.")
    )
    bearing = models.CharField(
        _("the source"), max_length=8, choices=Bearing.choices, default=Bearing.STATES
    )
    followed = models.BooleanField(
        _("followed"), default=True, help_text=_("The catalogue says what this source says.")
    )
    locator = models.CharField(_("page or passage"), max_length=100, blank=True)
    note = models.CharField(_("note"), max_length=1000, blank=True)
    certainty = models.CharField(
        _("certainty"), max_length=10, choices=Certainty.choices, default=Certainty.CERTAIN
    )

    RECORDS: ClassVar[tuple[str, ...]] = ("source", *CITABLE_RECORDS)
    #: A note tells one passage from another if no page is given.
    STATES: ClassVar[tuple[str, ...]] = (
        *RECORDS,
        *CITABLE_RELATIONS,
        "field",
        "bearing",
        "locator",
        "note",
    )

    objects = CitationQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["id"]
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        indexes = [
            models.Index(
                fields=[name],
                name=f"citation_of_{name}",
                condition=models.Q(**{f"{name}__isnull": False}),
            )
            for name in (*CITABLE_RECORDS, *CITABLE_RELATIONS)
        ]
        constraints = [
            models.CheckConstraint(
                condition=exactly_one(*CITABLE_RECORDS, *CITABLE_RELATIONS),
                name="citation_for_one_thing",
                violation_error_message=_("A citation belongs to one record or to one relation."),
            ),
            models.CheckConstraint(
                condition=models.Q(certainty__in=Certainty.values), name="citation_certainty_known"
            ),
        ]

    @property
    def is_seen(self) -> bool:
        """Whether the public sees it now: one of a relation is as hidden as the relation."""
        cited = (getattr(self, name) for name in CITABLE_RELATIONS)
        return super().is_seen and all(relation is None or relation.is_seen for relation in cited)

    def __str__(self) -> str:
        return f"{self.source}, {self.locator}" if self.locator else str(self.source)
