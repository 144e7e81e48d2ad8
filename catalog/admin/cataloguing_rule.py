"""Admin of the cataloguing rules: administrators write them, every curator reads them."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db import IntegrityError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.admin.change_list import SafeLists
from catalog.admin.house_rules import fields_in_order, label_of
from catalog.admin.in_step import KeepsInStep
from catalog.admin.list_filters import by_choice
from catalog.models import RECORD_MODELS, CataloguingRule, other_languages, own_language
from catalog.templatetags.prose import markdown

if TYPE_CHECKING:
    _FormBase = forms.ModelForm[CataloguingRule]
else:
    _FormBase = forms.ModelForm

#: A choice of the box: name and label; if there are several, under a heading.
Choices = list[tuple[str, list[tuple[str, str]]]]


class RuleForm(_FormBase):
    """A rule. Kind and field are one choice, so that a kind never comes with a field that it does
    not have.
    """

    #: Set by the admin: the fields, kind by kind.
    places: ClassVar[Choices] = []

    field = forms.ChoiceField(
        label=gettext_lazy("Field"),
        help_text=gettext_lazy("The rule is shown beside it, wherever a record is entered."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        required=False,
        help_text=gettext_lazy(
            "Curators read a rule in the language of their pages, and in the catalogue’s own where it is not written "
            "in that."
        ),
    )

    class Meta:
        model = CataloguingRule
        fields = ("field", "language", "text", "example")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        box: Any = self.fields.get("field")
        if box is None:
            return
        own = dict(settings.LANGUAGES).get(own_language(), own_language())
        self.fields["language"].choices = [("", own), *other_languages()]  # type: ignore[attr-defined]
        others: list[tuple[str, str]] = [("", "---------")]
        if self.instance.pk:
            stands = f"{self.instance.kind}.{self.instance.field}"
            self.initial["field"] = stands
            # A field that no form shows any more: the rule can still be opened, moved and deleted.
            if not any(stands in dict(choices) for _heading, choices in self.places):
                others.append((stands, str(self.instance)))
        box.choices = [*others, *self.places]

    def clean_field(self) -> str:
        """The field's name, and with it the kind."""
        place: str = self.cleaned_data["field"]
        self.instance.kind, _dot, name = place.partition(".")
        return name

    def clean(self) -> dict[str, Any] | None:
        """Refuses a field that has a rule in this language already, with a link to that one."""
        told = super().clean()
        place = {
            "field": self.cleaned_data.get("field"),
            "language": self.cleaned_data.get("language"),
        }
        others = CataloguingRule.objects.filter(kind=self.instance.kind, **place)
        other = others.exclude(pk=self.instance.pk).first()
        if other is not None:
            refusal = forms.ValidationError(
                format_html(
                    '{} <a href="{}">{}</a>',
                    _("“%(field)s” has a rule already.")
                    % {"field": f"{other.kind_in_words}: {label_of(other)}"},
                    reverse("admin:catalog_cataloguingrule_change", args=[other.pk]),
                    _("Change that one instead"),
                ),
                code="unique",
            )
            self.add_error("field", refusal)
        return told


def _kinds() -> list[tuple[str, str]]:
    return [(kind, capfirst(str(one._meta.verbose_name))) for kind, one in RECORD_MODELS.items()]


_lazy_kinds: Any = lazy(_kinds, list)


@admin.register(CataloguingRule)
class CataloguingRuleAdmin(SafeLists, KeepsInStep, admin.ModelAdmin):  # type: ignore[type-arg]
    """The cataloguing rules, field by field."""

    form = RuleForm
    list_display = ("field_words", "kind_words", "language_words", "beginning")
    list_display_links = ("field_words",)
    list_filter = (by_choice("kind", _lazy_kinds(), gettext_lazy("kind of record")),)
    list_per_page = 100
    show_full_result_count = False
    search_fields = ("text", "example", "field")
    change_list_template = "admin/catalog/cataloguing_rule_list.html"

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form, which offers the fields in the order of the records' forms."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.places = _places(request)
        return form

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The rule as it reads, for those who may not write it."""
        if obj is not None and not self.has_change_permission(request, obj):
            return ("kind_words", "field_words", "language_words", "shown_text", "shown_example")
        return ("field", "language", "text", "example")

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The form; if two administrators add the same rule at once, the form tells the second."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except IntegrityError:
            return super().changeform_view(request, *args, **kwargs)

    @admin.display(description=gettext_lazy("kind of record"), ordering="kind")
    def kind_words(self, rule: CataloguingRule) -> str:
        """Whose field it is."""
        return rule.kind_in_words

    @admin.display(description=gettext_lazy("field"), ordering="field")
    def field_words(self, rule: CataloguingRule) -> str:
        """What the form calls the field."""
        return label_of(rule)

    @admin.display(description=gettext_lazy("language"), ordering="language")
    def language_words(self, rule: CataloguingRule) -> str:
        """In which language it is written."""
        return str(dict(settings.LANGUAGES).get(rule.lang, rule.lang))

    @admin.display(description=gettext_lazy("rule"))
    def beginning(self, rule: CataloguingRule) -> str:
        """The first words."""
        return Truncator(unescape(strip_tags(markdown(rule.text)))).chars(120)

    @admin.display(description=gettext_lazy("rule"))
    def shown_text(self, rule: CataloguingRule) -> SafeString:
        """The rule as curators read it."""
        return markdown(rule.text)

    @admin.display(description=gettext_lazy("example"))
    def shown_example(self, rule: CataloguingRule) -> SafeString | str:
        """The example as curators read it."""
        return markdown(rule.example) or "–"


def _places(request: HttpRequest) -> Choices:
    """Every field that can have a rule: first those of several kinds, then kind by kind."""
    of_each = {kind: fields_in_order(kind, request) for kind in RECORD_MODELS}
    shared: dict[str, str] = {}
    for fields in of_each.values():
        for name, label in fields.items():
            if sum(name in others for others in of_each.values()) > 1:
                shared.setdefault(name, label)
    found: Choices = [
        (
            _("All kinds that have the field"),
            [(f".{name}", label) for name, label in shared.items()],
        )
    ]
    for kind, fields in of_each.items():
        heading = capfirst(str(RECORD_MODELS[kind]._meta.verbose_name))
        found.append((heading, [(f"{kind}.{name}", label) for name, label in fields.items()]))
    return found
