"""Relations between records: who made it, who took part, who is in it, how people were related,
what it is about.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.statement import Relation, exactly_one, not_itself
from catalog.models.vocabulary import Vocabulary
from catalog.values import Region, RegionError


class Contribution(Relation):
    """A person's part in a document or an image (author, photographer, signatory), or in a collection:
    its creator (ISAD(G) 3.2.1), its collector.
    """

    person = models.ForeignKey(
        "catalog.Person",
        on_delete=models.CASCADE,
        related_name="contributions",
        verbose_name=_("person"),
    )
    document = models.ForeignKey(
        "catalog.Document",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="contributions",
        verbose_name=_("document"),
    )
    image = models.ForeignKey(
        "catalog.Image",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="contributions",
        verbose_name=_("image"),
    )
    collection = models.ForeignKey(
        "catalog.Collection",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="contributions",
        verbose_name=_("collection"),
    )
    role = models.ForeignKey(
        "catalog.Term",
        on_delete=models.PROTECT,
        related_name="contributions",
        limit_choices_to={"vocabulary": Vocabulary.CONTRIBUTION_ROLE},
        verbose_name=_("role"),
    )

    #: The columns exactly one of which names what the person had a part in.
    WORKS: ClassVar[tuple[str, ...]] = ("document", "image", "collection")
    RECORDS: ClassVar[tuple[str, ...]] = ("person", *WORKS)
    STATES: ClassVar[tuple[str, ...]] = (*RECORDS, "role", "date")

    class Meta(Relation.Meta):
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        constraints = [
            *Relation.Meta.constraints,
            models.CheckConstraint(
                condition=exactly_one("document", "image", "collection"),
                name="contribution_to_one_work",
                violation_error_message=_(
                    "A contribution belongs to one document, one image or one collection."
                ),
            ),
        ]

    @property
    def work(self) -> Any:
        """What the person had a part in: a document, an image or a collection."""
        return self.document or self.image or self.collection

    def __str__(self) -> str:
        return f"{self.person}, {self.role}: {self.work}"


class Participation(Relation):
    """A person's part in an event: victim, witness, organiser."""

    person = models.ForeignKey(
        "catalog.Person",
        on_delete=models.CASCADE,
        related_name="participations",
        verbose_name=_("person"),
    )
    event = models.ForeignKey(
        "catalog.Event",
        on_delete=models.CASCADE,
        related_name="participations",
        verbose_name=_("event"),
    )
    role = models.ForeignKey(
        "catalog.Term",
        on_delete=models.PROTECT,
        related_name="participations",
        limit_choices_to={"vocabulary": Vocabulary.PARTICIPATION_ROLE},
        verbose_name=_("role"),
    )

    RECORDS: ClassVar[tuple[str, ...]] = ("person", "event")
    STATES: ClassVar[tuple[str, ...]] = (*RECORDS, "role", "date")

    class Meta(Relation.Meta):
        verbose_name = _("participation")
        verbose_name_plural = _("participations")

    def __str__(self) -> str:
        return f"{self.person}, {self.role}: {self.event}"


class Depiction(Relation):
    """A person shown in an image; where in the picture, in per cent of it, if that is known."""

    image = models.ForeignKey(
        "catalog.Image",
        on_delete=models.CASCADE,
        related_name="depictions",
        verbose_name=_("image"),
    )
    person = models.ForeignKey(
        "catalog.Person",
        on_delete=models.CASCADE,
        related_name="depictions",
        verbose_name=_("person"),
    )
    caption = models.CharField(
        _("how the person is shown"),
        max_length=200,
        blank=True,
        help_text=_("“Standing”, “seated”."),
    )
    left = models.FloatField(_("left %"), null=True, blank=True)
    top = models.FloatField(_("top %"), null=True, blank=True)
    width = models.FloatField(_("width %"), null=True, blank=True)
    height = models.FloatField(_("height %"), null=True, blank=True)

    RECORDS: ClassVar[tuple[str, ...]] = ("image", "person")
    #: A picture may show somebody twice.
    STATES: ClassVar[tuple[str, ...]] = (*RECORDS, "caption", "left", "top", "width", "height")

    class Meta(Relation.Meta):
        verbose_name = _("depiction")
        verbose_name_plural = _("depictions")
        constraints = [
            *Relation.Meta.constraints,
            models.CheckConstraint(
                condition=Q(
                    left__isnull=True, top__isnull=True, width__isnull=True, height__isnull=True
                )
                | Q(
                    # A comparison with NULL violates nothing, so half a region has to be excluded explicitly.
                    left__isnull=False,
                    top__isnull=False,
                    width__isnull=False,
                    height__isnull=False,
                    left__range=(0, 100),
                    top__range=(0, 100),
                    width__gt=0,
                    width__lte=100.000001,
                    height__gt=0,
                    height__lte=100.000001,
                ),
                name="depiction_region_inside",
                violation_error_message=_("A region is four percentages, within the picture."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.image}"

    @property
    def region(self) -> Region | None:
        """Where the person is in the picture, or None if that is not recorded."""
        if self.left is None or self.top is None or self.width is None or self.height is None:
            return None
        return Region(self.left, self.top, self.width, self.height)

    def clean(self) -> None:
        """Refuse a region that is incomplete or outside the picture."""
        super().clean()
        numbers = [self.left, self.top, self.width, self.height]
        if any(number is None for number in numbers) and any(
            number is not None for number in numbers
        ):
            raise ValidationError(
                _("A region needs all of left, top, width and height; give four or none.")
            )
        try:
            self.region  # noqa: B018 - building it is the check
        except RegionError as refusal:
            raise ValidationError(str(refusal)) from refusal


class Relationship(Relation):
    """How two persons or bodies were related, read as "person is KIND of related"."""

    person = models.ForeignKey(
        "catalog.Person",
        on_delete=models.CASCADE,
        related_name="relationships",
        verbose_name=_("person"),
    )
    kind = models.ForeignKey(
        "catalog.Term",
        on_delete=models.PROTECT,
        related_name="relationships",
        limit_choices_to={"vocabulary": Vocabulary.RELATIONSHIP_KIND},
        verbose_name=_("is … of"),
    )
    related = models.ForeignKey(
        "catalog.Person",
        on_delete=models.CASCADE,
        related_name="inverse_relationships",
        verbose_name=_("person related"),
    )

    RECORDS: ClassVar[tuple[str, ...]] = ("person", "related")
    STATES: ClassVar[tuple[str, ...]] = (*RECORDS, "kind", "date")

    class Meta(Relation.Meta):
        verbose_name = _("relationship")
        verbose_name_plural = _("relationships")
        constraints = [
            *Relation.Meta.constraints,
            models.CheckConstraint(
                condition=not_itself("person", "related"),
                name="relationship_between_two",
                violation_error_message=_(
                    "A person cannot be related to itself. Choose another person."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.kind}: {self.related}"


class Topic(Relation):
    """What a document is about, or an image shows: a person, an event, or (an image) a document."""

    document = models.ForeignKey(
        "catalog.Document",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="topics",
        verbose_name=_("document"),
    )
    image = models.ForeignKey(
        "catalog.Image",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="topics",
        verbose_name=_("image"),
    )
    about_person = models.ForeignKey(
        "catalog.Person",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="topics",
        verbose_name=_("about the person"),
    )
    about_event = models.ForeignKey(
        "catalog.Event",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="topics",
        verbose_name=_("about the event"),
    )
    about_place = models.ForeignKey(
        "catalog.Place",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="topics",
        verbose_name=_("about the place"),
    )
    about_document = models.ForeignKey(
        "catalog.Document",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="mentions",
        verbose_name=_("about the document"),
    )

    #: The columns exactly one of which names the thing that the work is about.
    ABOUT: ClassVar[tuple[str, ...]] = (
        "about_person",
        "about_event",
        "about_place",
        "about_document",
    )
    RECORDS: ClassVar[tuple[str, ...]] = ("document", "image", *ABOUT)
    STATES: ClassVar[tuple[str, ...]] = (*RECORDS, "date")

    class Meta(Relation.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        constraints = [
            *Relation.Meta.constraints,
            models.CheckConstraint(
                condition=exactly_one("document", "image"),
                name="topic_of_one_work",
                violation_error_message=_("A topic belongs to one document or to one image."),
            ),
            models.CheckConstraint(
                condition=exactly_one(
                    "about_person", "about_event", "about_place", "about_document"
                ),
                name="topic_about_one",
                violation_error_message=_(
                    "Name one person, event, place or document; add another row for each further one."
                ),
            ),
            models.CheckConstraint(
                condition=Q(document__isnull=True)
                | Q(about_document__isnull=True)
                | not_itself("document", "about_document"),
                name="topic_not_itself",
                violation_error_message=_("A document cannot be its own topic. Choose another."),
            ),
        ]

    @property
    def about(self) -> object:
        """The record that the document or image is about."""
        return self.about_person or self.about_event or self.about_place or self.about_document

    def __str__(self) -> str:
        return f"{self.document or self.image}: {self.about}"
