"""Controlled vocabularies: types, roles, subjects, occupations, relationship kinds, languages, countries."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.models.derived import FoldedField
from catalog.models.hierarchy import Hierarchical, HierarchicalQuerySet
from catalog.models.labels import FoldedLabelsField, LabelsField, inverse_name, term_name
from catalog.models.past_address import PastCode
from catalog.values import Label, slug_of


class Vocabulary(models.TextChoices):
    """The vocabularies that a term can belong to."""

    DOCUMENT_TYPE = "document_type", _("Document types")
    IMAGE_TYPE = "image_type", _("Image types")
    EVENT_TYPE = "event_type", _("Event types")
    CONTRIBUTION_ROLE = "contribution_role", _("Roles of contributors")
    PARTICIPATION_ROLE = "participation_role", _("Roles in events")
    RELATIONSHIP_KIND = "relationship_kind", _("Kinds of relationship")
    OCCUPATION = "occupation", _("Occupations and functions")
    SUBJECT = "subject", _("Subjects")
    LANGUAGE = "language", _("Languages")
    COUNTRY = "country", _("Countries")
    DETAIL = "detail", _("Kinds of further detail")


class TermQuerySet(HierarchicalQuerySet["Term"]):
    """Terms, found by their vocabulary and code."""

    def found(self, vocabulary: str, code: str) -> Term | None:
        """The term with this code, or the one that it was merged into; None if there is none."""
        term = self.filter(vocabulary=vocabulary, code=code).first()
        if term is None:
            for other in PastCode.leads_to(vocabulary, code):
                term = self.filter(vocabulary=vocabulary, code=other).first()
                if term is not None:
                    break
        return term

    def free_code(self, vocabulary: str, label: str) -> str:
        """A code made from a label, which no term of its vocabulary has."""
        wanted = slug_of(label).encode("ascii", "ignore").decode().strip("-")[:70] or "term"
        like = self.filter(vocabulary=vocabulary, code__startswith=wanted)
        held = set(like.values_list("code", flat=True))
        number, code = 1, wanted
        while code in held:
            number += 1
            code = f"{wanted}-{number}"
        return code

    def get_by_natural_key(self, vocabulary: str, code: str) -> Term:
        """The term of a vocabulary that has this code; only its key is read."""
        return self.only("pk").get(vocabulary=vocabulary, code=code)


class Term(Hierarchical):
    """One entry of a controlled vocabulary. Curators edit them; programs rely on the code only.

    ``label`` is in the catalogue's language, and stands in for every language that has no label of its own.
    """

    PARENT: ClassVar[str] = "broader"

    vocabulary = models.CharField(_("vocabulary"), max_length=24, choices=Vocabulary.choices)
    code = models.SlugField(
        _("code"),
        max_length=80,
        db_index=False,
        help_text=_(
            "Short name for addresses and files. Languages: ISO 639-1. Countries: ISO 3166-1."
        ),
    )
    label = models.CharField(_("label"), max_length=200)
    inverse_label = models.CharField(
        _("inverse label"),
        max_length=200,
        blank=True,
        help_text=_("How the relation reads from the other end: “parent of” is “child of”."),
    )
    labels = LabelsField(
        _("labels in other languages"),
        help_text=_(
            "One per line, the language first: es: autor. Readers of that language see it."
        ),
    )
    inverse_labels = LabelsField(
        _("inverse labels in other languages"),
        help_text=_(
            "How the relation reads from the other end, in the same way: es: hijo o hija de."
        ),
    )
    alternatives = LabelsField(
        _("alternative labels"),
        several=True,
        help_text=_(
            "Other words for the same thing, which the search finds and no page shows. One per line, in "
            "any language: en: writer."
        ),
    )
    broader = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="narrower",
        verbose_name=_("broader term"),
    )
    scope_note = models.TextField(_("scope note"), blank=True, max_length=2000)
    uri = models.URLField(
        _("external identifier"),
        blank=True,
        max_length=300,
        help_text=_("Only once verified."),
    )
    sort_key = FoldedField(sources=("label",), max_length=120)
    other_names = FoldedLabelsField(sources=("labels", "alternatives"), max_length=4000)

    objects = TermQuerySet.as_manager()

    class Meta:
        ordering = ["vocabulary", "sort_key", "id"]
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        indexes = [models.Index(fields=["vocabulary", "sort_key", "id"], name="term_filed")]
        constraints = [
            models.UniqueConstraint(
                fields=["vocabulary", "code"],
                name="term_code_once_a_vocabulary",
                violation_error_message=_("This vocabulary already has a term with this code."),
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(label=""), name="term_has_code_and_label"
            ),
            models.CheckConstraint(
                condition=~Q(broader=models.F("id")), name="term_not_broader_than_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> Label:
        """What it is called in the language of the page."""
        return term_name(self.label, self.labels)

    @property
    def inverse_name(self) -> Label:
        """How a relation reads from its other end in the language of the page."""
        return inverse_name(self.label, self.labels, self.inverse_label, self.inverse_labels)

    def clean(self) -> None:
        """Refuse a broader term of another vocabulary, and inverse labels of what has no inverse."""
        super().clean()
        if self.inverse_labels and not self.inverse_label:
            refusal = gettext("Give the inverse label in the catalogue's own language as well.")
            raise ValidationError({"inverse_labels": refusal})
        if self.broader is not None and self.broader.vocabulary != self.vocabulary:
            refusal = gettext(
                "“%(term)s” belongs to %(vocabulary)s. Choose a term of the same vocabulary."
            ) % {"term": self.broader, "vocabulary": self.broader.get_vocabulary_display()}
            raise ValidationError({"broader": refusal})

    def natural_key(self) -> tuple[str, str]:
        """Fixtures refer to a term by vocabulary and code."""
        return (self.vocabulary, self.code)
