"""Cataloguing rules: how this museum fills in a field, beyond its general meaning."""

from __future__ import annotations

from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from catalog.models.citation import CITABLE_RECORDS
from catalog.models.exhibition import ExhibitionPart
from catalog.models.labels import own_language
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


def other_languages() -> list[tuple[str, str]]:
    """The languages of the interface except the catalogue's own: code and name."""
    return [(code, str(name)) for code, name in settings.LANGUAGES if code != own_language()]


class CataloguingRuleManager(models.Manager["CataloguingRule"]):
    """Rules, found by their field."""

    def get_by_natural_key(self, kind: str, field: str, language: str = "") -> CataloguingRule:
        """The rule for a field of a kind in a language; an empty kind means all kinds, an empty language the own."""
        return self.get(kind=kind, field=field, language=language)

    def as_read(self, *kinds: str) -> list[CataloguingRule]:
        """The rules for some kinds, or for all, each in the language of the page: in the catalogue's own where nobody
        wrote it in that, and in another one if there is no other. One query.
        """
        rows = self.filter(kind__in=kinds) if kinds else self.all()
        read = get_language() or ""
        found: dict[tuple[str, str], CataloguingRule] = {}
        for rule in sorted(rows, key=lambda one: (one.language != read, one.language)):
            found.setdefault((rule.kind, rule.field), rule)
        return sorted(found.values(), key=lambda one: (one.kind, one.field))


class CataloguingRule(models.Model):
    """How this museum fills in one field: "Titles of letters: sender to recipient, date".

    A rule without a kind applies to every kind of record that has the field; a kind may add its
    own. Each may be said in every language of the interface, once in each; the ``language`` of a rule is empty if it
    is the catalogue's own. Curators read rules, the public never does.
    """

    kind = models.CharField(
        _("kind of record"), max_length=12, blank=True, help_text=_("Empty: all kinds.")
    )
    #: A name among :func:`ruled_fields`.
    field = models.CharField(_("field"), max_length=40)
    language = models.CharField(
        _("language"),
        max_length=10,
        blank=True,
        default="",
        help_text=_("Empty: the catalogue’s own."),
    )
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
        ordering = ["kind", "field", "language"]
        verbose_name = _("cataloguing rule")
        verbose_name_plural = _("cataloguing rules")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "field", "language"],
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

    @property
    def lang(self) -> str:
        """The tag of the language in which it is written."""
        return self.language or own_language()

    def clean(self) -> None:
        """Refuse a field that the kind does not have, without a kind one that no kind has; and a language that the
        interface does not have.
        """
        super().clean()
        if self.language and self.language not in dict(other_languages()):
            refusal = gettext("Choose a language of the interface.")
            raise ValidationError({"language": refusal})
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

    def natural_key(self) -> tuple[str, str, str]:
        """Fixtures refer to a rule by kind, field and language."""
        return (self.kind, self.field, self.language)
