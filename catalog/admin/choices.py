"""Choosing a record or a term while typing: how the choices are labelled, so that namesakes differ."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db import models
from django.forms import ModelChoiceField
from django.utils.translation import gettext as _

from catalog.admin.keys import is_key
from catalog.models import (
    LINE,
    Collection,
    Document,
    Event,
    Image,
    Person,
    Place,
    Record,
    Status,
    StoragePlace,
    Term,
)
from catalog.values import UncertainDate, from_to, sentence


def years_of(date: UncertainDate | None) -> str:
    """A date in words; empty if there is none."""
    return sentence(date, _) if date else ""


def life_dates(person: Person) -> str:
    """``1879–1940``, with only the years; ``born 1879`` or ``died 1940`` if one end is not known."""
    born, died = _year(person.born), _year(person.died)
    if born and died:
        return born if born == died else from_to(born, died)
    if born:
        return (_("founded %(year)s") if person.is_founded else _("born %(year)s")) % {"year": born}
    if died:
        return (_("ended %(year)s") if person.is_founded else _("died %(year)s")) % {"year": died}
    return ""


def _year(date: UncertainDate | None) -> str:
    """The year alone if the date has one year; otherwise the date in words."""
    if date is None:
        return ""
    if date.shape == "single" and date.spans[0].start and not date.is_approximate:
        return sentence(UncertainDate(date.spans[0].start.year), _)
    return sentence(date, _)


#: The foreign keys that :func:`told_apart` follows, kind by kind.
JOINED: Final[dict[type[models.Model], tuple[str, ...]]] = {
    Place: ("part_of",),
    StoragePlace: (LINE,),
    Term: ("broader",),
}


def told_apart(thing: models.Model) -> str:
    """The label of a record or term in a list of choices: with what distinguishes it from its namesakes.

    Person: life dates. Document, image, event: date and identifier. Place and collection: what it
    is part of. Storage place: its code; its path is its name. A record that is not published says so.
    """
    said = str(thing)
    for more in _marks(thing):
        if more:
            said += f" ({more})"
            break
    if isinstance(thing, Record) and thing.status != Status.PUBLISHED:
        said += f" – {thing.get_status_display().lower()}"
    return said


def _marks(thing: models.Model) -> list[str]:
    match thing:
        case Person():
            return [life_dates(thing), thing.identifier]
        case Document():
            return [
                ", ".join(
                    filter(None, (years_of(thing.written or thing.published), thing.identifier))
                )
            ]
        case Image() | Event():
            return [", ".join(filter(None, (years_of(thing.date), thing.identifier)))]
        case Place():
            return [str(thing.part_of or ""), thing.situation, thing.identifier]
        case Collection():
            return [", ".join(filter(None, (thing.get_level_display(), thing.identifier)))]
        case StoragePlace():
            return [thing.code or ""]
        case Term():
            return [str(thing.broader or "")]
    return []


class ChoicesView(AutocompleteJsonView):
    """Django's own answer to what is typed, with names that :func:`told_apart` makes."""

    def get_queryset(self) -> Any:
        """The choices, with what their labels need; long texts are not read."""
        rows = super().get_queryset()
        return lean(rows)

    def serialize_result(self, obj: models.Model, to_field_name: str) -> dict[str, str]:
        """One choice for Select2."""
        return {"id": str(getattr(obj, to_field_name)), "text": told_apart(obj)}


#: Columns that no list shows and that may hold a hundred thousand characters each.
LONG: Final = frozenset(
    {"description", "internal_note", "custodial_history", "arrangement", "access_conditions"}
)


def lean(rows: Any, *joined: str) -> Any:
    """The rows with the ``joined`` ones and what their names need, and without the long texts of all."""
    paths: list[str] = []
    left_out: list[str] = []
    for path in ("", *(f"{name}__" for name in joined)):
        model = rows.model._meta.get_field(path[:-2]).related_model if path else rows.model
        further = () if not path and joined else JOINED.get(model, ())
        paths.extend([path[:-2]] if path else [])
        paths.extend(path + name for name in further)
        for place in (path, *(f"{path}{name}__" for name in further)):
            # A place is part of a place, and likewise for terms.
            left_out.extend(
                place + field.name for field in model._meta.concrete_fields if field.name in LONG
            )
    rows = rows.select_related(*paths) if paths else rows
    return rows.defer(*left_out) if left_out else rows


class _Choosing:
    """Mixin of both select boxes: own address for the choices, own labels, and no query per box.

    ``known`` are rows that the form has loaded already (an inline's ``select_related``): a form
    with a hundred relations must not query each name again.
    """

    known: Mapping[str, models.Model] = MappingProxyType({})
    address: Any = ""
    field: Any
    choices: Any
    is_required: bool
    allow_multiple_selected: bool

    def get_url(self) -> str:
        """Where Select2 asks for choices."""
        return str(self.address)

    def optgroups(self, name: str, value: list[str], attr: Any = None) -> list[Any]:
        """Only the chosen options; the others are requested while typing."""
        chosen = {str(one) for one in value if str(one) not in self.choices.field.empty_values}
        options: list[Any] = []
        if not self.is_required and not self.allow_multiple_selected:
            options.append(self._option(name, "", "", False, 0))
        rows = [self.known[key] for key in chosen if key in self.known]
        asked = {key for key in chosen if key not in self.known}
        if asked:
            rows.extend(self._asked(asked))
        for row in sorted(rows, key=lambda row: row.pk):
            options.append(self._option(name, row.pk, told_apart(row), True, len(options)))
        return [(None, options, 0)]

    def _asked(self, keys: set[str]) -> Any:
        # A key that is not a number was typed by hand; the field's error will say so.
        numbers = [int(key) for key in keys if is_key(key)]
        return lean(self.choices.queryset.filter(pk__in=numbers))

    def _option(
        self, name: str, value: Any, label: str, selected: bool, index: int
    ) -> dict[str, Any]:
        option: dict[str, Any] = self.create_option(name, value, label, selected, index)  # type: ignore[attr-defined]
        return option


class ChooseOne(_Choosing, AutocompleteSelect):  # type: ignore[misc]
    """A box that chooses one record or term by typing."""


class ChooseSeveral(_Choosing, AutocompleteSelectMultiple):  # type: ignore[misc]
    """A box that chooses several records or terms by typing."""

    def build_attrs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Django's, without the button that empties the whole box: each choice has its own."""
        attrs: dict[str, Any] = super().build_attrs(*args, **kwargs)
        return {**attrs, "data-allow-clear": "false"}


def chooser(db_field: Any, admin_site: Any, address: Any) -> ChooseOne | ChooseSeveral:
    """The box for a relation column: one choice for a foreign key, several for many-to-many.

    ``address`` is where :class:`ChoicesView` answers.
    """
    box = (ChooseSeveral if db_field.many_to_many else ChooseOne)(db_field, admin_site)
    box.address = address
    return box


def tell_known(field: Any, row: models.Model | None) -> None:
    """Give a form field's box the row that is its value, so that its name costs no query."""
    box = getattr(field.widget, "widget", field.widget)
    if isinstance(field, ModelChoiceField) and isinstance(box, _Choosing):
        box.known = {str(row.pk): row} if row is not None else {}


__all__ = [
    "ChoicesView",
    "ChooseOne",
    "ChooseSeveral",
    "chooser",
    "lean",
    "life_dates",
    "tell_known",
    "told_apart",
    "years_of",
]
