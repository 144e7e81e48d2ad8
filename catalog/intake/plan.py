"""What a curator wants done with a table: what each column means, and what happens to which rows. Plain JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.intake.several import ESCAPE
from catalog.intake.storing import faults_of_boxes
from catalog.intake.targets import POSITION, SELF, Target, targets_of
from catalog.uris import Kind


class Recognise(models.TextChoices):
    """How to find the record that a row is about.

    An identifier that a record has, and a permanent identifier, always mean that record, whatever
    is chosen: no second record could have it. The choice is about the other rows.
    """

    IDENTIFIER = (
        "identifier",
        gettext_lazy("By identifier (accession number); rows without one by title and dates"),
    )
    TITLE = "title", gettext_lazy("By title and dates")
    OUTSIDE = (
        "outside",
        gettext_lazy(
            "By external identifier (Wikidata, VIAF …); rows without one by title and dates"
        ),
    )
    SLUG = "slug", gettext_lazy("By URL slug; rows without one by title and dates")
    ALONE = (
        "alone",
        gettext_lazy("By identifier only; every row without one becomes a new record"),
    )


class Alike(models.TextChoices):
    """What a row is that resembles an existing record, where nothing says that it is about it."""

    NEW = "new", gettext_lazy("Make a new record")
    SAME = "same", gettext_lazy("It is that record")


class Existing(models.TextChoices):
    """What happens to a row whose record exists already."""

    LEAVE = "leave", gettext_lazy("Leave it as it is")
    UPDATE = "update", gettext_lazy("Update it from the file")


class Several(models.TextChoices):
    """What happens to terms, contributors and names that a record has already."""

    REPLACE = "replace", gettext_lazy("Replace them with what the cell says")
    ADD = "add", gettext_lazy("Add what the cell says to them")


class Faulty(models.TextChoices):
    """What happens while some rows have errors."""

    NOTHING = "nothing", gettext_lazy("Write nothing until every row is correct")
    SOUND = "sound", gettext_lazy("Write the correct rows and skip those with errors")


class Days(models.TextChoices):
    """Which day "3/4/1938" is."""

    ASK = "ask", gettext_lazy("Refuse them: each has to be written clearly")
    FIRST = "first", gettext_lazy("Day first: 3/4/1938 is 3 April")
    SECOND = "second", gettext_lazy("Month first: 3/4/1938 is 4 March")


@dataclass(frozen=True, slots=True)
class Plan:
    """``columns`` has for each column of the table the name of its target, empty for one that is left out.

    ``recognise``: how the record of a row is found; ``inside`` separates values within a cell;
    ``empties``: an empty cell clears the field of a record that is changed; ``new_terms``: terms
    that the vocabulary lacks are created; ``publish``: new records are published at once;
    ``first_identifier``: what the first row without an identifier gets, and the others continue
    from; ``days``: how dates are read that can be two days; ``boxes_in``: the identifier of the storage
    place in which those are created that cells name and that are lacking, empty for none; ``alike``: what
    rows are that resemble an existing record, and ``rows_alike`` what some of them are instead, by number;
    ``header_row``: the row that names the columns, 0 for the first that says anything.
    """

    kind: Kind
    columns: tuple[str, ...]
    recognise: Recognise = Recognise.IDENTIFIER
    existing: Existing = Existing.LEAVE
    several: Several = Several.REPLACE
    faulty: Faulty = Faulty.NOTHING
    inside: str = "|"
    empties: bool = False
    new_terms: bool = False
    publish: bool = False
    first_identifier: str = ""
    days: Days = Days.ASK
    boxes_in: str = ""
    alike: Alike = Alike.NEW
    rows_alike: tuple[tuple[int, Alike], ...] = ()
    header_row: int = 0

    def as_json(self) -> dict[str, Any]:
        """For a column of the database."""
        return json.loads(json.dumps(asdict(self)))  # type: ignore[no-any-return]

    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> Self:
        """What :meth:`as_json` stored."""
        return cls(
            **{
                **kept,
                "columns": tuple(kept["columns"]),
                "recognise": Recognise(kept.get("recognise", Recognise.IDENTIFIER)),
                "existing": Existing(kept["existing"]),
                "several": Several(kept["several"]),
                "faulty": Faulty(kept["faulty"]),
                "days": Days(kept.get("days", Days.ASK)),
                "alike": Alike(kept.get("alike", Alike.NEW)),
                "rows_alike": tuple(
                    (int(row), Alike(what)) for row, what in kept.get("rows_alike", ())
                ),
            }
        )

    @property
    def mark(self) -> str:
        """A mark of the plan, and so of what the curator has seen."""
        kept = self.as_json()
        for name, usual_value in (("alike", Alike.NEW), ("rows_alike", []), ("header_row", 0)):
            # Plans stored before there were these choices have the mark that they had.
            if kept[name] == usual_value:
                del kept[name]
        return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()

    def targets(self) -> list[Target | None]:
        """The target of each column, None for one that is left out."""
        known = targets_of(self.kind)
        return [known.get(name) for name in self.columns]

    def faults(self, header: tuple[str, ...]) -> list[str]:
        """What is wrong with the plan itself, in words; if nothing is, rows can be judged by it."""
        said = []
        known = targets_of(self.kind)
        used = [name for name in self.columns if name]
        for name in dict.fromkeys(used):
            if name not in known:
                said.append(
                    _("There is no field “%(name)s” in this kind of record.") % {"name": name}
                )
            elif used.count(name) > 1 and not known[name].several:
                columns = ", ".join(
                    f"“{header[place]}”" for place, one in enumerate(self.columns) if one == name
                )
                said.append(
                    _("%(columns)s would fill the same field, “%(field)s”. Choose one of them.")
                    % {"columns": columns, "field": known[name].label}
                )
        if POSITION in used and {"latitude", "longitude"} & set(used):
            said.append(_("Give the position in one column or in two, but not both ways."))
        if not used:
            said.append(
                _("No column is matched with a field yet. Choose what at least one of them holds.")
            )
        said += self._cannot_recognise(used)
        if (
            not self.inside
            or len(self.inside) > 3
            or self.inside.isalnum()
            or self.inside.isspace()
            or ESCAPE in self.inside
        ):
            said.append(
                _("Separate values within a cell with one to three characters that no value contains, such "
                  "as | or ;")
            )  # fmt: skip
        said += faults_of_boxes(self.boxes_in)
        if len(self.first_identifier) > 100:
            said.append(_("The first identifier is too long: the limit is 100 characters."))
        return said

    def _cannot_recognise(self, used: list[str]) -> Iterator[str]:
        """Why records cannot be recognised as chosen: the column that this needs is missing."""
        if self.recognise == Recognise.SLUG and "slug" not in used:
            yield _(
                "You chose to recognise records by URL slug, but no column holds it. Choose the column, or "
                "another way to recognise records."
            )
        if self.recognise == Recognise.OUTSIDE and not any(
            name.startswith("outside:") for name in used
        ):
            yield _(
                "You chose to recognise records by external identifier, but no column holds one. Choose the "
                "column, or another way to recognise records."
            )
        if self.recognise == Recognise.TITLE and "title" not in used:
            yield _(
                "You chose to recognise records by title and dates, but no column holds the title. Choose the "
                "column, or another way to recognise records."
            )


def usual(columns: Iterable[str]) -> Recognise:
    """How records are best recognised, depending on what the columns hold."""
    used = set(columns)
    if used & {"identifier", SELF}:
        return Recognise.IDENTIFIER
    if any(name.startswith("outside:") for name in used):
        return Recognise.OUTSIDE
    if "slug" in used:
        return Recognise.SLUG
    return Recognise.TITLE if "title" in used else Recognise.IDENTIFIER
