"""Identifiers of the same person, place or work in other catalogues."""

from __future__ import annotations

from typing import ClassVar, Final

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.citation import CITABLE_RECORDS
from catalog.models.statement import Statement, exactly_one, one_of_several


class Authority(models.TextChoices):
    """Catalogues that assign identifiers."""

    WIKIDATA = "wikidata", "Wikidata"
    VIAF = "viaf", "VIAF"
    ISNI = "isni", "ISNI"
    GND = "gnd", "GND"
    LCNAF = "lcnaf", "Library of Congress Names"
    ULAN = "ulan", "Getty ULAN"
    TGN = "tgn", "Getty TGN"
    GEONAMES = "geonames", "GeoNames"


#: Address of an identifier in the other catalogue.
ADDRESSES: Final[dict[str, str]] = {
    Authority.WIKIDATA: "https://www.wikidata.org/entity/{}",
    Authority.VIAF: "https://viaf.org/viaf/{}",
    Authority.ISNI: "https://isni.org/isni/{}",
    Authority.GND: "https://d-nb.info/gnd/{}",
    Authority.LCNAF: "https://id.loc.gov/authorities/names/{}",
    Authority.ULAN: "http://vocab.getty.edu/ulan/{}",
    Authority.TGN: "http://vocab.getty.edu/tgn/{}",
    Authority.GEONAMES: "https://sws.geonames.org/{}/",
}


class OutsideIdentifier(Statement):
    """The same thing in another catalogue; given only if somebody has looked it up and compared."""

    person = one_of_several("person", "outside_identifiers")
    document = one_of_several("document", "outside_identifiers")
    image = one_of_several("image", "outside_identifiers")
    event = one_of_several("event", "outside_identifiers")
    place = one_of_several("place", "outside_identifiers")
    collection = one_of_several("collection", "outside_identifiers")
    authority = models.CharField(_("catalogue"), max_length=12, choices=Authority.choices)
    value = models.CharField(
        _("identifier"),
        max_length=60,
        validators=[RegexValidator(r"^[A-Za-z0-9-]+\Z", _("Only letters, digits and hyphens."))],
    )
    verified_on = models.DateField(_("verified on"), null=True, blank=True)

    RECORDS: ClassVar[tuple[str, ...]] = CITABLE_RECORDS
    STATES: ClassVar[tuple[str, ...]] = (*RECORDS, "authority", "value")

    class Meta:
        ordering = ["authority", "id"]
        verbose_name = _("external identifier")
        verbose_name_plural = _("external identifiers")
        # Records that share one may be the same: they are found by walking along this index.
        indexes = [models.Index(fields=["authority", "value"], name="outside_identifier_shared")]
        constraints = [
            models.CheckConstraint(
                condition=exactly_one(*CITABLE_RECORDS), name="outside_identifier_of_one_record"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_authority_display()} {self.value}"

    @property
    def uri(self) -> str:
        """The address of the thing in the other catalogue."""
        return ADDRESSES[self.authority].format(self.value)

    def clean(self) -> None:
        """Refuse an identifier of Wikidata that is not one: they begin with Q."""
        super().clean()
        if self.authority == Authority.WIKIDATA and not self.value.startswith("Q"):
            raise ValidationError(
                {"value": _("Identifiers of Wikidata things begin with Q, like Q33391.")}
            )
