"""Cataloguing rules: how this museum fills in a field, beyond its general meaning."""

from __future__ import annotations

from typing import Any, Final

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.models.citation import CITABLE_RECORDS
from catalog.models.exhibition import ExhibitionPart
from catalog.models.statement import Statement

#: Columns of a record that curators do not fill in, because the steps of publication write them.
_WRITTEN_BY_STEPS: Final = frozenset({"publish_from", "embargo_until"})


def ruled_fields(kind: str) -> dict[str, str]:
    """The fields of a kind of record that can have a rule, by name, each with its label.

    These are the columns and terms that a curator fills in, and the rows of a form (names,
    contributions, sources …) by their name on the record.
    """
    model: Any = apps.get_model("catalog", kind)
    columns = {
        one.name: str(one.verbose_name)
        for one in (*model._meta.concrete_fields, *model._meta.many_to_many)
        if one.editable and not one.primary_key and one.name not in _WRITTEN_BY_STEPS
    }
    rows = {
        str(one.get_accessor_name()): str(one.related_model._meta.verbose_name_plural)
        for one in model._meta.related_objects
        if issubclass(one.related_model, Statement) and one.related_model is not ExhibitionPart
    }
    return columns | rows


class CataloguingRuleManager(models.Manager["CataloguingRule"]):
    """Rules, found by their field."""

    def get_by_natural_key(self, kind: str, field: str) -> CataloguingRule:
        """The rule for a field of a kind; an empty kind means all kinds."""
        return self.get(kind=kind, field=field)


class CataloguingRule(models.Model):
    """How this museum fills in one field: "Titles of letters: sender to recipient, date".

    A rule without a kind applies to every kind of record that has the field; a kind may add its
    own. Curators read rules, the public never does.
    """

    kind = models.CharField(
        _("kind of record"), max_length=12, blank=True, help_text=_("Empty: all kinds.")
    )
    #: A name among :func:`ruled_fields`.
    field = models.CharField(_("field"), max_length=40)
    text = models.TextField(
        _("rule"),
        max_length=4000,
        help_text=_("What to write, and how. Markdown: *emphasis*, lists, links."),
    )
    example = models.TextField(
        _("example"),
        max_length=1000,
        blank=True,
        help_text=_("An entry as it should look, such as “Leon Trotsky to Natalia Sedova, 1937”."),
    )

    objects = CataloguingRuleManager()

    class Meta:
        ordering = ["kind", "field"]
        verbose_name = _("cataloguing rule")
        verbose_name_plural = _("cataloguing rules")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "field"],
                name="cataloguing_rule_once_a_field",
                violation_error_message=_("This field has a rule already. Change that one."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["", *CITABLE_RECORDS]),
                name="cataloguing_rule_kind_known",
                violation_error_message=_("There is no such kind of record."),
            ),
            models.CheckConstraint(
                condition=~Q(field="") & ~Q(text=""),
                name="cataloguing_rule_has_field_and_text",
                violation_error_message=_("A rule needs its field and its text."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind_in_words}: {self.field_in_words}"

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of record that the rule can be about."""
        return (self.kind,) if self.kind in CITABLE_RECORDS else CITABLE_RECORDS

    @property
    def kind_in_words(self) -> str:
        """The kind's name; "All kinds" if it has none."""
        if self.kind not in CITABLE_RECORDS:
            return self.kind or gettext("All kinds")
        return capfirst(str(apps.get_model("catalog", self.kind)._meta.verbose_name))

    @property
    def field_in_words(self) -> str:
        """The label of the field; its bare name if no kind has it any more."""
        for kind in self.kinds:
            label = ruled_fields(kind).get(self.field)
            if label:
                return label
        return self.field

    def clean(self) -> None:
        """Refuse a field that the kind does not have; without a kind, one that no kind has."""
        super().clean()
        if self.field and not any(self.field in ruled_fields(kind) for kind in self.kinds):
            refusal = gettext(
                "“%(kind)s” has no field “%(field)s”. The fields are: %(fields)s."
            ) % {
                "kind": self.kind_in_words,
                "field": self.field,
                "fields": ", ".join(
                    dict.fromkeys(name for kind in self.kinds for name in ruled_fields(kind))
                ),
            }
            raise ValidationError({"field": refusal})

    def natural_key(self) -> tuple[str, str]:
        """Fixtures refer to a rule by kind and field."""
        return (self.kind, self.field)
