"""The cataloguing rules beside the fields of a record's form."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from typing import TYPE_CHECKING, Any, Final

from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.db import models
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from catalog.models import RECORD_MODELS, CataloguingRule, ruled_fields

if TYPE_CHECKING:
    _Base = admin.ModelAdmin[Any]
else:
    _Base = object

#: Characters of a rule that is shown as a line; longer ones are folded.
_A_LINE: Final = 160


def rules_of(kind: str) -> dict[str, list[CataloguingRule]]:
    """The rules for records of a kind, by field: first the one for all kinds, then the kind's own. One query."""
    found: dict[str, list[CataloguingRule]] = {}
    for rule in CataloguingRule.objects.as_read("", kind):
        found.setdefault(rule.field, []).append(rule)
    return found


def fields_in_order(kind: Any, request: HttpRequest) -> dict[str, str]:
    """The labels of the fields that can have a rule, in the order of the form, rows last."""
    model = RECORD_MODELS[kind]
    its_admin = admin.site.get_model_admin(model)
    known = ruled_fields(kind)
    names = flatten_fieldsets(its_admin.get_fieldsets(request))
    found = {name: capfirst(known[name]) for name in names if name in known}
    return found | {name: label for name, label in _rows_of(kind).items() if name in known}


def label_of(rule: CataloguingRule) -> str:
    """The label of a rule's field in the forms."""
    rows = (_rows_of(kind).get(rule.field) for kind in rule.kinds)
    return next(filter(None, rows), "") or capfirst(rule.field_in_words)


def _rows_of(kind: Any) -> dict[str, str]:
    """The labels of the tables of rows in the form of a kind, by their names on the record."""
    model = RECORD_MODELS[kind]
    return {
        _rows_name(inline, model): capfirst(
            str(inline.verbose_name_plural or inline.model._meta.verbose_name_plural)
        )
        for inline in admin.site.get_model_admin(model).inlines
    }


def _rows_name(inline: Any, model: type[models.Model]) -> str:
    """The name of an inline's rows on the record."""
    for column in inline.model._meta.concrete_fields:
        ties = isinstance(column, models.ForeignKey) and column.related_model is model
        if ties and inline.fk_name in (None, column.name):
            return str(column.remote_field.get_accessor_name())
    return ""


def told(rules: Iterable[CataloguingRule]) -> SafeString:
    """The rules for one field as shown in a form: a short one as a line, others folded."""
    rules = list(rules)
    short = len(rules) == 1 and all(
        len(text) <= _A_LINE and "\n" not in text.strip()
        for text in (rules[0].text, rules[0].example)
    )
    context = {"rules": rules, "is_short": short}
    # The template escapes, and its Markdown is cleaned.
    return mark_safe(render_to_string("admin/catalog/house_rule.html", context))  # noqa: S308


class ShowsHouseRules(_Base):
    """Mixin of a record's admin: each field, and each table of rows, comes with its cataloguing rule."""

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form, whose help texts end with the cataloguing rule."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        for name, said in self._house_rules(request).items():
            if name in form.base_fields:
                # A field that the form's class declares is the same object in every request.
                field = copy(form.base_fields[name])
                field.help_text = format_html("{}{}", SafeString(field.help_text), said)
                form.base_fields[name] = field
        return form

    def get_inline_instances(self, request: HttpRequest, obj: Any = None) -> Any:
        """The tables of rows, each followed by its cataloguing rule."""
        found = super().get_inline_instances(request, obj)
        if obj is not None and not self.has_change_permission(request, obj):
            return found
        rules = self._house_rules(request)
        for inline in found:
            said = rules.get(_rows_name(inline, self.model))
            if said:
                inline.house_rule = said  # type: ignore[attr-defined]
                inline.rows_template = inline.template  # type: ignore[attr-defined]
                inline.template = "admin/catalog/ruled_rows.html"
        return found

    def _house_rules(self, request: HttpRequest) -> dict[str, SafeString]:
        """What is shown beside the fields, by their names; read once per request."""
        found: dict[str, SafeString] | None = getattr(request, "house_rules", None)
        if found is None:
            found = {}
            if request.user.has_perm("catalog.view_cataloguingrule"):
                rules = rules_of(str(self.opts.model_name))
                found = {name: told(some) for name, some in rules.items()}
            request.house_rules = found  # type: ignore[attr-defined]
        return found
