"""The forms by which a file is imported: the file, how it is read, what its columns hold, what becomes of its rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import actions, intake
from catalog.intake import (
    Alike,
    ArchivalPlan,
    Codes,
    Days,
    Existing,
    Faulty,
    Plan,
    Recognise,
    Several,
    Table,
)
from catalog.models import RECORD_MODELS, SHELVED, Intake, IntakeFormat
from catalog.uris import Kind

#: Values of a column that are shown beside it, and the rows in which they are looked for.
_EXAMPLES: Final = 3
_LOOKED_AT: Final = 50


def _named(choices: dict[str, Any], first: str) -> list[tuple[str, Any]]:
    return [("", first), *choices.items()]


def _leave_what_they_may(form: forms.Form, user: Any, kinds: Iterable[Kind]) -> None:
    """Take away the choices to publish records of some kinds, and to create terms and storage places,
    if ``user`` may not.
    """
    kinds = list(kinds)
    may_make = not actions.why_not_storage_place(user, "add")
    if "boxes_in" in form.fields and not (may_make and set(kinds) & set(SHELVED)):
        del form.fields["boxes_in"]
    if not all(actions.may(user, "publish", RECORD_MODELS[kind]()) for kind in kinds):
        del form.fields["publish"]
    if not user.has_perm("catalog.add_term"):
        del form.fields["new_terms"]


class _FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or several; its value is a list."""

    widget = _FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Each file is checked as a file field checks its one."""
        files = data if isinstance(data, (list, tuple)) else [data]
        return [super(FilesField, self).clean(one, initial) for one in files or [None]]


class FileForm(forms.Form):
    """The kind of record, and the file."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of record"),
        help_text=gettext_lazy(
            "What the rows of a table are. Finding aids and authority records say themselves what they hold."
        ),
    )
    file = FilesField(
        label=gettext_lazy("File (CSV table, EAD finding aid or EAC-CPF authority records)"),
        help_text=gettext_lazy(
            "A table saved as CSV: the first row names the columns, every other row is a record; at most 50,000 "
            "rows. Or a finding aid as EAD 2002 or EAD3 (XML), as AtoM and ArchivesSpace export it; at most 100,000 "
            "components. Or authority records as EAC-CPF (XML): one file, up to 100 files at once, "
            "or a zip of up to 20,000. A file may have 100 MB."
        ),
        widget=_FilesInput(
            attrs={
                "accept": ".csv,.tsv,.tab,.txt,.xml,.ead,.eac,.zip,text/csv,text/xml,application/xml,application/zip"
            }
        ),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy(
                "The file is empty. Its first row must name the columns; the records follow."
            ),
        },
    )

    def __init__(self, kinds: list[Kind], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind, capfirst(str(RECORD_MODELS[kind]._meta.verbose_name_plural))) for kind in kinds
        ]


class ReadingForm(forms.Form):
    """How to read the file, if that was not detected correctly."""

    encoding = forms.ChoiceField(label=gettext_lazy("Encoding"))
    separator = forms.ChoiceField(label=gettext_lazy("Column separator"), required=False)
    header_row = forms.IntegerField(
        label=gettext_lazy("Row that names the columns"),
        required=False,
        min_value=1,
        max_value=intake.MOST_HEADER_ROW,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["encoding"].choices = list(intake.ENCODINGS.items())  # type: ignore[attr-defined]
        self.fields["separator"].choices = _named(intake.SEPARATORS, _("detect automatically"))  # type: ignore[attr-defined]
        # A tab is a character too, and not a blank to be stripped.
        self.fields["separator"].strip = False  # type: ignore[attr-defined]


class StoragePlaceBox(forms.CharField):
    """A storage place, typed as its code or its path; its value is its identifier."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Make missing storage places in"),
            max_length=1000,
            required=False,
            help_text=gettext_lazy(
                "The code or the path of a room or shelf, such as “Room 2”. Boxes that the file names and the "
                "catalogue lacks are then made in it. Empty: none are made."
            ),
        )

    def prepare_value(self, value: Any) -> Any:
        """The path of the place that was chosen."""
        return intake.path_of_boxes(value) if value else value

    def clean(self, value: Any) -> str:
        """The identifier of the place that was typed; empty for none."""
        text = super().clean(value)
        try:
            return str(intake.place_meant(text).uuid) if text else ""
        except intake.CellFault as fault:
            raise forms.ValidationError(str(fault)) from fault


class PlanForm(forms.Form):
    """What happens to rows; what each column means is in boxes of its own."""

    recognise = forms.ChoiceField(
        label=gettext_lazy("How existing records are recognised"),
        choices=Recognise.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "An identifier that a record already has always means that record. Titles are compared without regard "
            "to capitals and accents, and dates only where a column holds them. A row that matches several records "
            "is refused."
        ),
    )
    existing = forms.ChoiceField(
        label=gettext_lazy("The record already exists"),
        choices=Existing.choices,
        widget=forms.RadioSelect,
    )
    alike = forms.ChoiceField(
        label=gettext_lazy("A row only resembles an existing record"),
        choices=Alike.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "It has the same name, and dates that agree as far as they are known, but an identifier of its own or "
            "none. The preview lists these rows; what is right for one of them can be chosen there."
        ),
    )
    several = forms.ChoiceField(
        label=gettext_lazy("If it already has terms, contributors or names"),
        choices=Several.choices,
        widget=forms.RadioSelect,
    )
    faulty = forms.ChoiceField(
        label=gettext_lazy("If some rows have errors"),
        choices=Faulty.choices,
        widget=forms.RadioSelect,
    )
    days = forms.ChoiceField(
        label=gettext_lazy("Dates like 3/4/1938 or 3.4.1938"),
        choices=Days.choices,
        widget=forms.RadioSelect,
    )
    inside = forms.CharField(
        label=gettext_lazy("Separator between values in a cell"),
        max_length=3,
        strip=False,
        widget=forms.TextInput(attrs={"size": 3}),
    )
    first_identifier = forms.CharField(
        label=gettext_lazy("First identifier for rows without one"),
        max_length=100,
        required=False,
        help_text=gettext_lazy(
            "The rest are numbered from there. Empty: continues from the record added last."
        ),
    )
    empties = forms.BooleanField(
        label=gettext_lazy("An empty cell clears the field of an existing record"),
        required=False,
    )
    new_terms = forms.BooleanField(
        label=gettext_lazy("Create terms that a vocabulary lacks"), required=False
    )
    boxes_in = StoragePlaceBox()
    publish = forms.BooleanField(
        label=gettext_lazy("Publish new records at once instead of saving them as drafts"),
        required=False,
    )

    def __init__(self, kind: Kind, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _leave_what_they_may(self, user, [kind])


class ArchivalForm(forms.Form):
    """What happens to what a file of XML says."""

    existing = forms.ChoiceField(
        label=gettext_lazy("The record already exists"),
        choices=Existing.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Persons are recognised by identifiers (of this catalogue, VIAF, Wikidata …), then by name and dates. "
            "Persons and places that a record only names are linked and never changed."
        ),
    )
    faulty = forms.ChoiceField(
        label=gettext_lazy("If some records have errors"),
        choices=Faulty.choices,
        widget=forms.RadioSelect,
    )
    new_names = forms.BooleanField(
        label=gettext_lazy(
            "Create persons, bodies and places that are named and that the catalogue lacks"
        ),
        required=False,
    )
    new_terms = forms.BooleanField(
        label=gettext_lazy(
            "Create occupations, kinds of relationship and kinds of detail that the catalogue lacks"
        ),
        required=False,
    )
    publish = forms.BooleanField(
        label=gettext_lazy("Publish new records at once instead of saving them as drafts"),
        required=False,
    )

    def __init__(self, found: Intake, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _leave_what_they_may(self, user, intake.kinds_of_format(found.format, found.kind))  # type: ignore[arg-type]


class AidForm(ArchivalForm):
    """What happens to the components of a finding aid."""

    field_order = ("codes", "whole", "existing", "faulty", "new_names", "new_terms", "boxes_in")
    codes = forms.ChoiceField(
        label=gettext_lazy("Reference codes of the components"),
        choices=Codes.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "A component without a code gets its place behind the code of the level above, such as “MSS.1/3”."
        ),
    )
    whole = forms.CharField(
        label=gettext_lazy("Reference code of the whole"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("The file gives none."),
    )
    existing = forms.ChoiceField(
        label=gettext_lazy("The record already exists"),
        choices=Existing.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Collections and documents are recognised by their reference codes. Persons and places that exist are "
            "linked and never changed."
        ),
    )
    faulty = forms.ChoiceField(
        label=gettext_lazy("If some components have errors"),
        choices=Faulty.choices,
        widget=forms.RadioSelect,
    )
    new_names = forms.BooleanField(
        label=gettext_lazy("Create persons, bodies and places that the catalogue lacks"),
        required=False,
    )
    new_terms = forms.BooleanField(
        label=gettext_lazy(
            "Create subjects, languages and kinds of detail that the catalogue lacks"
        ),
        required=False,
    )
    boxes_in = StoragePlaceBox()

    def __init__(self, found: Intake, user: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(found, user, *args, **kwargs)
        if found.plan["aid"]["code"]:
            del self.fields["whole"]


def form_of(found: Intake) -> type[ArchivalForm]:
    """The form of the choices for a file of XML."""
    return AidForm if found.format == IntakeFormat.FINDING_AID else ArchivalForm


def archival_plan(found: Intake, **choices: Any) -> ArchivalPlan:
    """The plan of a file of XML, with some of its choices changed."""
    plan = intake.plan_of(found)
    assert isinstance(plan, ArchivalPlan)  # noqa: S101 - a table has another page
    return type(plan).of_json({**found.plan, **choices})


def columns_of(table: Table, plan: Plan) -> list[dict[str, Any]]:
    """The columns with some of their values, and with what each can fill, in groups."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for target in intake.targets_of(plan.kind).values():
        groups.setdefault(str(target.group), []).append((target.name, str(target.label)))
    examples: list[dict[str, None]] = [{} for _column in table.header]
    for number, row in enumerate(table.rows()):
        if number >= _LOOKED_AT:
            break
        for place, cell in enumerate(row.cells):
            if cell.strip() and len(examples[place]) < _EXAMPLES:
                examples[place].setdefault(cell.strip()[:60])
    return [
        {
            "place": place,
            "number": place + 1,
            "head": head,
            "examples": list(examples[place]),
            "chosen": plan.columns[place],
            "groups": list(groups.items()),
        }
        for place, head in enumerate(table.header)
    ]


def left_out_of(columns: Iterable[dict[str, Any]]) -> list[str]:
    """The columns of :func:`columns_of` that say something and fill nothing, by heading or number."""
    return [
        column["head"] or str(column["number"])
        for column in columns
        if column["examples"] and not column["chosen"]
    ]
