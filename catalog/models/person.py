"""Persons, families and corporate bodies: authority records as in ISAAR(CPF)."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models.derived import FoldedField
from catalog.models.fields import EarliestField, EDTFField, LatestField, bounds_in_order
from catalog.models.living import INDIVIDUAL, Lifetime, VitalStatus
from catalog.models.record import Record, sees_everything, title_called
from catalog.models.statement import Statement
from catalog.models.vocabulary import Vocabulary
from catalog.uris import Kind
from catalog.values import UncertainDate

if TYPE_CHECKING:
    from catalog.models.record import Reader


class PersonKind(models.TextChoices):
    """What an authority record stands for (ISAAR(CPF) 5.1.1)."""

    INDIVIDUAL = INDIVIDUAL, _("Person")
    FAMILY = "family", _("Family")
    CORPORATE_BODY = "corporate body", _("Corporate body")

    @property
    def plain(self) -> Any:
        """The word for visitors: of these names only cataloguers know that of a body."""
        return _("Organisation") if self is PersonKind.CORPORATE_BODY else self.label


class Person(Record):
    """A person, a family or a corporate body. Its title is the name that the catalogue uses."""

    KIND: ClassVar[Kind] = "person"

    title = title_called(_("name"))
    kind = models.CharField(
        _("kind"), max_length=16, choices=PersonKind.choices, default=PersonKind.INDIVIDUAL
    )
    sort_name = models.CharField(
        _("sort name"), max_length=500, blank=True, help_text=_("As it is filed: “Trotsky, Leon”.")
    )
    born = EDTFField(_("born or founded"))
    born_earliest = EarliestField(of="born")
    born_latest = LatestField(of="born")
    born_place = models.ForeignKey(
        "catalog.Place",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="persons_born",
        verbose_name=_("place of birth or foundation"),
    )
    died = EDTFField(_("died or ended"))
    died_earliest = EarliestField(of="died")
    died_latest = LatestField(of="died")
    died_place = models.ForeignKey(
        "catalog.Place",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="persons_died",
        verbose_name=_("place of death or end"),
    )
    vital_status = models.CharField(
        _("living or dead"),
        max_length=8,
        choices=VitalStatus.choices,
        blank=True,
        help_text=_(
            "Only where no death is recorded. If empty, anyone born recently enough counts as living. The public does "
            "not see when and where living people were born. It does see what the summary and the description say."
        ),
    )
    occupations = models.ManyToManyField(
        "catalog.Term",
        verbose_name=_("occupations and functions"),
        blank=True,
        limit_choices_to={"vocabulary": Vocabulary.OCCUPATION},
        related_name="persons_engaged",
    )
    sort_key = FoldedField(
        sources=("sort_name", "title"), first_only=True, by_value=True, max_length=120
    )
    find_key = FoldedField(sources=("title", "sort_name", "identifier", "summary"), max_length=1500)

    class Meta(Record.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        permissions = [("publish_person", _("Can publish and withdraw persons"))]
        indexes = [
            *Record.Meta.indexes,
            models.Index(fields=["born_earliest", "id"], name="person_by_birth"),
            models.Index(fields=["died_latest", "id"], name="person_by_death"),
            # Lists sort persons by the sort name; tables name them by the title as well.
            models.Index(fields=["title"], name="person_by_title"),
            # Whose birth the clock makes public next (``models/living.py``). The dead, who are most, are not in it.
            models.Index(
                fields=["born_latest"],
                name="person_perhaps_living",
                condition=models.Q(died__isnull=True, died_place__isnull=True),
            ),
            # The first page of the admin says how many there are.
            models.Index(
                fields=["id"],
                name="person_without_birth",
                condition=models.Q(born__isnull=True),
            ),
        ]
        constraints = [
            *Record.Meta.constraints,
            *bounds_in_order("born", "died"),
            models.CheckConstraint(
                condition=models.Q(born_earliest__lte=models.F("died_latest")),
                name="person_born_before_death",
                violation_error_message=_(
                    "This person would have died before being born. Check both dates."
                ),
            ),
        ]

    #: Whether this is the person without the birth, as :meth:`known_to` leaves it out.
    withholds_birth = False

    @property
    def birth_is_withheld(self) -> bool:
        """Whether the public may not learn when and where this person was born (the rule for living people)."""
        return Lifetime(
            self.kind,
            self.born is not None,
            self.born_latest,
            self.died is not None or self.died_place_id is not None,
            self.vital_status,
        ).withheld(timezone.now())

    def known_to(self, reader: Reader) -> Self:
        """The person as ``reader`` may know them: this row, or a copy without the birth that cannot be saved."""
        if self.withholds_birth or sees_everything(reader) or not self.birth_is_withheld:
            return self
        known = copy.copy(self)
        known.born = known.born_earliest = known.born_latest = known.born_place = None
        known.withholds_birth = True
        return known

    def clean(self) -> None:
        """Refuse a birth or death in the future: a slip, and with a death the rule for living people would let
        the public see the birth. Bodies and families may be dissolved on a day that is known before.
        """
        super().clean()
        if self.is_founded:
            return
        # A day more, for those who are further east.
        last = timezone.now() + timedelta(days=1)
        for name in ("born", "died"):
            date = getattr(self, name)
            earliest = date.earliest if isinstance(date, UncertainDate) else None
            if earliest is not None and earliest > int(f"{last:%Y%m%d}"):
                raise ValidationError({name: _("This lies in the future. Check the year.")})

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Write the person. What :meth:`known_to` left something out of is not the whole record."""
        if self.withholds_birth:
            raise TypeError(f"Read {self} again before saving: this copy has no birth.")
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def is_corporate(self) -> bool:
        """Whether the record is of a corporate body."""
        return self.kind == PersonKind.CORPORATE_BODY

    @property
    def is_founded(self) -> bool:
        """Whether the record is of a body or a family, which is founded and dissolved; people are
        born and die.
        """
        return self.kind != PersonKind.INDIVIDUAL


class NameKind(models.TextChoices):
    """The sorts of other names that a person can have."""

    BIRTH = "birth", _("Birth name")
    FULL = "full", _("Full name")
    ALIAS = "alias", _("Alias")
    PSEUDONYM = "pseudonym", _("Pseudonym")
    NICKNAME = "nickname", _("Nickname")
    TRANSLITERATION = "transliteration", _("Transliteration or other script")
    SPELLING = "spelling", _("Other spelling")
    FORMER = "former", _("Earlier or later name")
    ABBREVIATION = "abbreviation", _("Abbreviation")
    TRANSLATION = "translation", _("Name in another language")
    OTHER = "other", _("Other name")


class PersonName(Statement):
    """Another name under which a person is known, and what sort of name it is."""

    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="names", verbose_name=_("person")
    )
    name = models.CharField(_("name"), max_length=500)
    kind = models.CharField(
        _("kind"), max_length=16, choices=NameKind.choices, default=NameKind.OTHER
    )
    language = models.CharField(
        _("language"), max_length=12, blank=True, help_text=_("Language tag, as “ru” or “sr-Latn”.")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    folded = FoldedField(sources=("name",), max_length=500, db_index=True)

    RECORDS: ClassVar[tuple[str, ...]] = ("person",)
    STATES: ClassVar[tuple[str, ...]] = (*RECORDS, "name", "kind", "language")

    class Meta:
        ordering = ["person", "id"]
        verbose_name = _("name of a person")
        verbose_name_plural = _("names of a person")

    def __str__(self) -> str:
        return self.name
