"""Columns for labels in other languages, and the names of terms as their readers' language has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from catalog.models.derived import FoldedField
from catalog.values import LONGEST_LABEL, NO_LABELS, Label, Labels, LabelsError, fold

#: Between the columns of a name that is read as one. No label has it.
_BETWEEN: Final = "\x1f"


def own_language() -> str:
    """The language in which the records, and the main labels of terms, are written: "en"."""
    return settings.LANGUAGE_CODE.split("-")[0]


def _read(value: Any) -> Labels:
    """Labels from a form, a file or Python code; ValidationError says how to correct them."""
    try:
        if isinstance(value, Labels):
            return value
        if isinstance(value, Mapping):
            return Labels.of(
                (language, label)
                for language, labels in value.items()
                for label in ([labels] if isinstance(labels, str) else labels)
            )
        return Labels.read(str(value or ""))
    except LabelsError as refusal:
        raise ValidationError(_refusal(refusal), code="invalid") from refusal


def _refusal(refusal: LabelsError) -> str:
    said = {
        "language": gettext(
            "“%(line)s” does not begin with a language tag such as es, fr or pt-BR."
        ),
        "length": gettext("“%(line)s” is too long: a label has at most %(most)d letters."),
    }.get(
        refusal.wrong,
        gettext("“%(line)s” is not a language and a label. Write one per line: es: autor"),
    )
    return said % {"line": refusal.line[:80], "most": LONGEST_LABEL}


class LabelsFormField(forms.CharField):
    """A box of lines, each a language and a label."""

    def to_python(self, value: Any) -> Any:
        """The labels typed."""
        return _read(value if isinstance(value, Labels) else super().to_python(value))

    def run_validators(self, value: Any) -> None:
        """Languages and lengths were checked while the labels were read."""

    def prepare_value(self, value: Any) -> Any:
        """The text for the box."""
        return str(value) if isinstance(value, Labels) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether other labels were typed; how lines are spaced does not count."""
        try:
            return bool(_read(initial) != self.to_python(data))
        except ValidationError:
            return True


class LabelsField(models.TextField):  # type: ignore[type-arg]
    """Labels in other languages, kept as lines (``es: autor``); in Python :class:`~catalog.values.Labels`.

    ``several`` allows more than one for each language, as SKOS does for alternative labels.
    """

    description = _("Labels by language")

    def __init__(self, *args: Any, several: bool = False, **kwargs: Any) -> None:
        self.several = several
        super().__init__(*args, **{**kwargs, "default": NO_LABELS, "blank": True})

    def deconstruct(self) -> Any:
        """As Django requires for migrations."""
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("default", "blank"):
            kwargs.pop(fixed, None)
        if self.several:
            kwargs["several"] = True
        return name, path, args, kwargs

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Labels | None:
        """What is in the database was checked before."""
        return None if value is None else Labels.trusted(value)

    def to_python(self, value: Any) -> Any:
        """The labels of a value from any door."""
        return _read(value)

    def get_prep_value(self, value: Any) -> str:
        """The lines for the database, checked first."""
        return str(_read(value))

    def value_to_string(self, obj: models.Model) -> str:
        """The lines for a fixture."""
        return str(self.value_from_object(obj))

    def validate(self, value: Any, model_instance: Any) -> None:
        """Refuse a second preferred label in one language, and one in the catalogue's own language."""
        super().validate(value, model_instance)
        if self.several:
            return
        for language, labels in value.by_language().items():
            if len(labels) > 1:
                said = gettext(
                    "“%(language)s” has two labels. Keep one here, and write the others as alternatives."
                )
                raise ValidationError(said % {"language": language}, code="twice")
            if language.split("-")[0] == own_language():
                said = gettext(
                    "“%(language)s” is the catalogue's language: change the label itself."
                )
                raise ValidationError(said % {"language": language}, code="own")

    def run_validators(self, value: Any) -> None:
        """Languages and lengths were checked while the labels were read."""

    def formfield(self, **kwargs: Any) -> Any:
        """A box of lines that explains what is wrong with one."""
        return super().formfield(
            **{
                "form_class": LabelsFormField,
                "widget": forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
                **kwargs,
            }
        )


class FoldedLabelsField(FoldedField):
    """The labels in some columns of labels, in the form used for comparing: one line a label."""

    def derive(self, instance: models.Model) -> str:
        """Fold the labels, without their languages."""
        texts = [text for source in self.sources for text in _read(getattr(instance, source)).texts]
        return "\n".join(dict.fromkeys(map(fold, texts)))[: self.max_length]


def term_name(label: str, others: Labels) -> Label:
    """What a term is called in the language of the page, or else by its main label."""
    own = own_language()
    return Label.chosen(label, others, get_language() or own, own)


def inverse_name(label: str, others: Labels, inverse: str, inverses: Labels) -> Label:
    """How a relation reads from its other end in the language of the page.

    If its inverse has no label in that language, it is shown in the main one, so that both ends are
    never given the same words. A relation without an inverse reads the same from both ends.
    """
    return term_name(inverse, inverses) if inverse else term_name(label, others)


def read_name(text: str | None) -> Label | None:
    """A name that SQL has read as one text (:class:`NameOf`, :func:`name_sql`); None if there is no term."""
    if text is None:
        return None
    label, *others = text.split(_BETWEEN)
    if not others:
        return Label(label)
    if len(others) == 1:
        return term_name(label, Labels.trusted(others[0]))
    return inverse_name(label, Labels.trusted(others[0]), others[1], Labels.trusted(others[2]))


def name_sql(of: str = "") -> str:
    """SQL for the name of a term, for :func:`read_name`. ``of`` is an alias with a dot, or nothing."""
    return f"""{of}"label" || '{_BETWEEN}' || {of}"labels\""""


def all_names_sql(of: str = "") -> str:
    """SQL for all that a term is called, for :func:`read_all_names`. ``of`` as in :func:`name_sql`."""
    return f"""{name_sql(of)} || '\n' || {of}"alternatives\""""


def read_all_names(text: str) -> tuple[str, Labels]:
    """The label of a term, and its labels in other languages with its alternatives."""
    label, _between, others = text.partition(_BETWEEN)
    return label, Labels.trusted(others.strip("\n"))


class NameField(models.TextField):  # type: ignore[type-arg]
    """A name that SQL has read, in the language of the page that asks."""

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Label | None:
        """The name in the language that is current now, not when the query was made."""
        return read_name(value)


class NameOf(Func):
    """The name of the term at the end of a path, as a value of a query: ``NameOf("role")``.

    The language is chosen when rows are read, so a query that is kept serves every language.
    ``inverse`` reads the relation from its other end.
    """

    template = "(%(expressions)s)"
    arg_joiner = f" || '{_BETWEEN}' || "

    def __init__(self, path: str = "", *, inverse: bool = False) -> None:
        names = ["label", "labels", *(["inverse_label", "inverse_labels"] if inverse else [])]
        columns = [F(f"{path}__{name}" if path else name) for name in names]
        super().__init__(*columns, output_field=NameField())
