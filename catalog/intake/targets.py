"""What a column of a table can fill: columns of the record, its terms, and rows that belong to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from catalog.actions import record_state
from catalog.intake.several import parted, squeezed
from catalog.models import (
    RECORD_MODELS,
    Authority,
    Contribution,
    Depiction,
    Detail,
    NameKind,
    OutsideIdentifier,
    Participation,
    PersonName,
    PlaceName,
    Record,
    Relationship,
    Shelving,
    Statement,
    Term,
    Topic,
    Vocabulary,
)
from catalog.uris import Kind

#: Columns that no table fills: the rotation of a picture goes with its file.
_LEFT_OUT: Final = frozenset({"rotation"})
#: What identifies the record itself, besides its identifier: its permanent identifier or address.
SELF: Final = "@uuid"
#: The kind of record of a row, in tables of several kinds.
KIND: Final = "@kind"
#: Storage places, which cells name as they name records.
STORAGE: Final = "storageplace"
#: What cells can refer to by name.
Referred = Kind | Literal["storageplace"]
#: Latitude and longitude in one cell.
POSITION: Final = "@position"


@dataclass(frozen=True, slots=True)
class Hanging:
    """Statements that belong to a record: the ``model``, its column for the record, and what its
    rows have in common.

    ``names`` is the column for the other record, or for the text if ``kind`` is empty.
    """

    model: type[Statement]
    own: str
    names: str
    kind: Referred | None = None
    common: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Target:
    """Something that a column can fill. ``name`` is used in plans and commands, ``label`` is what
    people read.

    Exactly one of ``column`` (a field of the record) and ``hanging`` is set, except for what
    identifies the record.
    """

    name: str
    label: str | Promise
    group: str | Promise
    column: Any = None
    hanging: Hanging | None = None
    #: Other headers for it.
    also: tuple[str, ...] = ()

    @property
    def several(self) -> bool:
        """Whether a cell can hold several values."""
        return self.hanging is not None or bool(
            self.column is not None and self.column.many_to_many
        )

    def values_in(self, cell: str, inside: str) -> list[str]:
        """What a cell says, each once: several values with ``inside`` between them, if it can hold several.

        A line break separates names and terms too, which have none themselves.
        """
        if not self.several:
            return [text] if (text := squeezed(cell)) else []
        is_text = self.hanging is not None and self.hanging.model in {Detail, OutsideIdentifier}
        lines = [cell] if is_text else cell.splitlines()
        return list(dict.fromkeys(part for line in lines for part in parted(line, inside)))

    @property
    def vocabulary(self) -> str:
        """The vocabulary whose terms it takes; empty if it takes none."""
        remote = getattr(self.column, "remote_field", None)
        if remote is None or remote.model is not Term:
            return ""
        return str(remote.limit_choices_to["vocabulary"])

    @property
    def of_kind(self) -> Referred | None:
        """The kind of record that it refers to, or storage places; None if it refers to none."""
        if self.hanging is not None:
            return self.hanging.kind
        remote = getattr(self.column, "remote_field", None)
        model = getattr(remote, "model", None)
        return model.KIND if isinstance(model, type) and issubclass(model, Record) else None


def targets_of(kind: Kind) -> dict[str, Target]:
    """Everything that a column can fill in records of a kind, by name, in the order of cataloguing.
    One query.
    """
    model = RECORD_MODELS[kind]
    found = [*_columns(model), *_itself(kind), *_hanging(kind)]
    return {target.name: target for target in found}


def _columns(model: type[Record]) -> Iterator[Target]:
    group = gettext_lazy("The record")
    fields = [one for one in record_state.fields_of(model) if one.name not in _LEFT_OUT]
    for one in [*fields, *model._meta.many_to_many]:
        label = capfirst(str(one.verbose_name))
        yield Target(one.name, label, group, column=one, also=_ALSO.get((model.KIND, one.name), ()))
    if model.KIND == "place":
        yield Target(POSITION, _("Latitude and longitude"), group, also=("coordinates",))


def _itself(kind: Kind) -> Iterator[Target]:
    group = gettext_lazy("What the row is about")
    yield Target(
        SELF,
        _("Permanent identifier or address"),
        group,
        also=("uuid", "id", "permanent_url", "permanent identifier"),
    )
    yield Target(KIND, _("Kind of record (rows of other kinds are left out)"), group)


def _hanging(kind: Kind) -> Iterator[Target]:
    if kind in Contribution.WORKS:
        yield from _by_role(Contribution, kind, Vocabulary.CONTRIBUTION_ROLE, _("Contributors"))
    if kind == "event":
        yield from _by_role(Participation, kind, Vocabulary.PARTICIPATION_ROLE, _("Participants"))
    if kind == "image":
        seen = Hanging(Depiction, "image", "person", "person")
        also = ("depicted", "depictions")
        yield Target("depiction", _("Person depicted"), _("Contributors"), hanging=seen, also=also)
    if kind in {"document", "image"}:
        for other in ("person", "event", "place", *(["document"] if kind == "image" else [])):
            label = capfirst(str(Topic._meta.get_field(f"about_{other}").verbose_name))  # type: ignore[union-attr]
            about = Hanging(Topic, kind, f"about_{other}", other)  # type: ignore[arg-type]
            yield Target(f"topic:{other}", label, _("What it is about"), hanging=about)
    if kind == "person":
        for sort in NameKind:
            names = Hanging(PersonName, "person", "name", common={"kind": sort.value})
            yield Target(f"name:{sort.value}", sort.label, _("Other names"), hanging=names)
    if kind == "place":
        label = capfirst(str(PlaceName._meta.verbose_name))
        yield Target("name", label, _("Other names"), hanging=Hanging(PlaceName, "place", "name"))
    for sort_of_detail in Term.objects.filter(vocabulary=Vocabulary.DETAIL):
        told = Hanging(Detail, kind, "text", common={"kind_id": sort_of_detail.pk})
        label = capfirst(sort_of_detail.name)
        code = sort_of_detail.code
        group = capfirst(str(Detail._meta.verbose_name_plural))
        yield Target(f"detail:{code}", label, group, hanging=told, also=(code,))
    if kind in Shelving.RECORDS:
        label = capfirst(str(Shelving._meta.verbose_name))
        kept = Hanging(Shelving, kind, "place", STORAGE)
        yield Target("storage", label, label, hanging=kept, also=("kept_in",))
    for authority in Authority:
        outside = Hanging(OutsideIdentifier, kind, "value", common={"authority": authority.value})
        if hasattr(OutsideIdentifier, kind):
            yield Target(
                f"outside:{authority.value}",
                authority.label,
                _("Other catalogues"),
                hanging=outside,
            )


def relations_of_persons() -> dict[str, Target]:
    """How the person of a row is related to others, by name. One query.

    ``relationship:parent`` names those whose parent the person is, ``inverse:parent`` the parents. Tables cannot fill
    them: both ends may be rows of one table, and a cell has no place for the dates.
    """
    found, group = [], str(Relationship._meta.verbose_name_plural)
    for kind in Term.objects.filter(vocabulary=Vocabulary.RELATIONSHIP_KIND):
        common = {"kind_id": kind.pk}
        to = Hanging(Relationship, "person", "related", "person", common)
        back = Hanging(Relationship, "related", "person", "person", common)
        inverse = kind.inverse_name
        found.append(Target(f"relationship:{kind.code}", capfirst(kind.name), group, hanging=to))
        found.append(Target(f"inverse:{kind.code}", capfirst(inverse), group, hanging=back))
    return {target.name: target for target in found}


def works_of_persons() -> dict[str, Target]:
    """What the person of a row had a part in, by kind of work and role: ``work:document:author``. One query.

    Tables cannot fill them: there a work names its contributors, in their order.
    """
    found = []
    for role in Term.objects.filter(vocabulary=Vocabulary.CONTRIBUTION_ROLE):
        for kind in Contribution.WORKS:
            had = Hanging(Contribution, "person", kind, kind, {"role_id": role.pk})  # type: ignore[arg-type]
            label = capfirst(role.name)
            found.append(Target(f"work:{kind}:{role.code}", label, _("Contributors"), hanging=had))
    return {target.name: target for target in found}


def _by_role(
    model: type[Statement], kind: Kind, vocabulary: Vocabulary, group: str
) -> Iterator[Target]:
    """A column for each role."""
    prefix = str(model._meta.model_name)
    for role in Term.objects.filter(vocabulary=vocabulary):
        with_role = Hanging(model, kind, "person", "person", {"role_id": role.pk})
        yield Target(
            f"{prefix}:{role.code}",
            capfirst(role.name),
            group,
            hanging=with_role,
            also=(role.code,),
        )


#: What other programs and people call a column, besides its own names.
_ALSO: Final[dict[tuple[Kind, str], tuple[str, ...]]] = {
    ("person", "kind"): ("person_kind",),
    ("document", "written"): ("date",),
    ("image", "date"): ("date_edtf",),
    ("event", "date"): ("date_edtf",),
    ("collection", "date"): ("date_edtf",),
}


def said_elsewhere(target: Target) -> list[str]:
    """Further headers for a target in the active language, as its message file lists them."""
    words = {
        "identifier": pgettext(
            "headers of a table",
            "accession number|accession no|acc no|inventory number|inventory no|inv no|object number|object no|"
            "object id|item number|item no|catalogue number|catalogue no|reference code|reference no|reference|"
            "call number|shelfmark|ref|code",
        ),
        "title": pgettext("headers of a table", "name|heading|object name|caption"),
        "description": pgettext("headers of a table", "scope and content|abstract|text|biography"),
        "summary": pgettext("headers of a table", "short description|one line"),
        "sort_name": pgettext("headers of a table", "filed as|inverted name"),
        "born": pgettext("headers of a table", "birth|date of birth|birth date|founded"),
        "died": pgettext("headers of a table", "death|date of death|death date|ended"),
        "born_place": pgettext("headers of a table", "place of birth|birthplace|birth place"),
        "died_place": pgettext("headers of a table", "place of death|death place"),
        "occupations": pgettext("headers of a table", "occupation|profession|function"),
        "subjects": pgettext("headers of a table", "subject|keywords|keyword|tags"),
        "languages": pgettext("headers of a table", "language"),
        "written": pgettext("headers of a table", "date written|date of writing|creation date|date created"),
        "published": pgettext("headers of a table", "date published|publication date"),
        "date": pgettext("headers of a table", "dates|when|creation date|date created"),
        "type": pgettext("headers of a table", "object type|document type|genre|event type"),
        "rights": pgettext("headers of a table", "copyright|licence|license"),
        "credit_line": pgettext("headers of a table", "credit|credits"),
        "collection": pgettext("headers of a table", "series|fonds|part of"),
        "parent": pgettext("headers of a table", "parent|above"),
        "part_of": pgettext("headers of a table", "parent|within"),
        "place": pgettext("headers of a table", "location|where"),
        "countries": pgettext("headers of a table", "country"),
        "extent": pgettext("headers of a table", "physical description|number of pages|quantity"),
        "storage": pgettext(
            "headers of a table", "kept in|storage place|storage location|location|container|box|shelf"
        ),
        "internal_note": pgettext("headers of a table", "note|notes|remarks|comment"),
        "alternative_text": pgettext("headers of a table", "alt text|alt"),
        "holding_institution": pgettext("headers of a table", "repository|held by|institution"),
        "link": pgettext("headers of a table", "web address"),
        "latitude": pgettext("headers of a table", "lat"),
        "longitude": pgettext("headers of a table", "lon|long|lng"),
    }  # fmt: skip
    return words.get(target.name, "").split("|") if target.name in words else []


def is_column(target: Target, *sorts: type[models.Field[Any, Any]]) -> bool:
    """Whether a target is a column of one of several sorts."""
    return target.column is not None and isinstance(target.column, sorts)
