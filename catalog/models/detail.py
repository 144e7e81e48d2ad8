"""Further details: what a museum says of a record beyond its fields, each under a heading of its
own vocabulary.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.citation import CITABLE_RECORDS
from catalog.models.statement import Statement, exactly_one, one_of_several
from catalog.models.vocabulary import Vocabulary


class Detail(Statement):
    """A line "technique: gelatin silver print". The museum decides which sorts there are: they are terms.

    No two museums describe the same: what one measures, another reads from the back of the print.
    What most need has a field of its own; this is for the rest (ISAD(G) 3.6.1 and LIDO leave room
    for it in the same way).
    """

    person = one_of_several("person", "details")
    document = one_of_several("document", "details")
    image = one_of_several("image", "details")
    event = one_of_several("event", "details")
    place = one_of_several("place", "details")
    collection = one_of_several("collection", "details")
    kind = models.ForeignKey(
        "catalog.Term",
        on_delete=models.PROTECT,
        related_name="details",
        limit_choices_to={"vocabulary": Vocabulary.DETAIL},
        verbose_name=_("kind of detail"),
    )
    text = models.CharField(
        _("text"), max_length=2000, help_text=_("Like “18 × 24 cm” or “gelatin silver print”.")
    )
    position = models.PositiveIntegerField(_("order"), default=0)

    RECORDS: ClassVar[tuple[str, ...]] = CITABLE_RECORDS
    STATES: ClassVar[tuple[str, ...]] = (*RECORDS, "kind", "text")

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("further detail")
        verbose_name_plural = _("further details")
        constraints = [
            models.CheckConstraint(
                condition=exactly_one(*CITABLE_RECORDS), name="detail_of_one_record"
            ),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="detail_has_text",
                violation_error_message=_("A detail needs its text."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"
