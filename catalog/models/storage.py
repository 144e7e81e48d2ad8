"""Where things are kept: in which room, on which shelf, in which box. For curators only.

The public never learns of it: not where something lies, and not that it was moved
(docs/decisions/0024-where-things-are-kept.md).
"""

from __future__ import annotations

import uuid as uuid_module
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Self

from django.core.exceptions import ValidationError
from django.db import connections, models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.models.derived import FoldedField
from catalog.models.hierarchy import MAX_DEPTH, Hierarchical, HierarchicalQuerySet
from catalog.models.record import Reader, sees_everything
from catalog.models.statement import Statement, StatementQuerySet, exactly_one, one_of_several
from catalog.values import fold

#: Between the names of a path; no name contains it.
BETWEEN: Final = " / "
#: Levels above a place that a query reads along, so that its path costs no further one.
_LEVELS: Final = 6
#: All of them, as a relation to be joined.
LINE: Final = "__".join(["part_of"] * _LEVELS)
#: More shelvings than any archive has.
MAX_ROWS: Final = 2**31
#: Words of a search that count.
_MOST_WORDS: Final = 10
#: How many places of one name are found.
_TOLD: Final = 5
#: The kinds of record that lie somewhere.
SHELVED: Final = ("document", "image", "collection")


@dataclass(frozen=True, slots=True)
class Held:
    """How many units lie in a storage place and below; one that lies in two boxes counts once."""

    documents: int = 0
    images: int = 0
    collections: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.documents + self.images + self.collections


class StoragePlaceQuerySet(HierarchicalQuerySet["StoragePlace"]):
    """Storage places; start every read at :meth:`visible_to`."""

    def visible_to(self, user: Reader) -> Self:
        """All of them for curators, and none for everyone else."""
        return self.all() if sees_everything(user) else self.none()

    def get_by_natural_key(self, uuid: str) -> StoragePlace:
        """Fixtures refer to a storage place by its uuid."""
        return self.get(uuid=uuid)

    def with_paths(self) -> Self:
        """The places with those above them, whose names their paths need."""
        return self.select_related(LINE)

    def named(self, typed: str) -> Self:
        """The places that have every word typed, in any order, in the names and codes on their path.

        A number is meant as a whole, and belongs to the word before it if any place has them together:
        “room 2 box 1” finds neither box 10 nor the second shelf of room 1.
        """
        return self._with_all(self._meant(typed))

    def closest(self, typed: str) -> Self:
        """As :meth:`named`; a place that is meant itself comes before all that stands in it."""
        words = self._meant(typed)
        if not words:
            return self.none()
        is_inside = Case(When(self._along(words, above=1), then=1), default=0)
        return self._with_all(words).order_by(is_inside, "sort_key", "id")

    def _meant(self, typed: str) -> list[str]:
        """The words typed, with numbers behind the words that they belong to."""
        words = fold(typed).split()[:_MOST_WORDS]
        phrases: list[str] = []
        for word in words:
            if phrases and word.isdecimal() and not phrases[-1][-1].isdecimal():
                phrases[-1] += f" {word}"
            else:
                phrases.append(word)
        return phrases if phrases == words or self._with_all(phrases).exists() else words

    def _with_all(self, words: list[str]) -> Self:
        """The places that have each of some words, or words together, in a name or a code on their path."""
        return self.filter(self._along(words)) if words else self.none()

    def _along(self, words: list[str], above: int = 0) -> Q:
        """The condition for this; ``above`` leaves out so many places at the end of the path."""
        rule = Q()
        for word in words:
            key = self.model._meta.get_field("find_key").derive(StoragePlace(name=word)).strip()
            found = Q()
            for depth in range(above, _LEVELS + 1):
                found |= Q(**{f"{'part_of__' * depth}find_key__contains": key})
            rule &= found
        return rule

    def called(self, text: str) -> list[StoragePlace]:
        """The places that a text names: by code or barcode, otherwise by path (“Room 2 / Box 12”),
        whose beginning may be left out. Capitals and accents do not matter.
        """
        text = " ".join(text.split())
        if not text:
            return []
        found = list(self.with_paths().filter(code__iexact=text).order_by("pk")[:_TOLD])
        return found or self._on_path(text.split(BETWEEN)) or self._on_path(text.split("/"))

    def called_each(self, texts: Collection[str]) -> dict[str, list[StoragePlace]]:
        """:meth:`called` for each of some texts: one query for those that are codes, the others one by one."""
        coded = self.coded(texts)
        return {text: coded[text] or self.called(text) for text in texts}

    def coded(self, texts: Collection[str]) -> dict[str, list[StoragePlace]]:
        """The places whose code each of some texts is, capitals apart; one query for all."""
        forms = {form for text in texts for form in (text, text.lower(), text.upper())}
        found: defaultdict[str, list[StoragePlace]] = defaultdict(list)
        for one in self.with_paths().filter(code__in=forms).order_by("pk"):
            found[str(one.code).casefold()].append(one)
        return {text: found.get(text.casefold(), []) for text in texts}

    def _on_path(self, names: list[str]) -> list[StoragePlace]:
        field = self.model._meta.get_field("sort_key")
        keys = [field.derive(StoragePlace(name=name.strip())) for name in names]
        if not all(keys) or len(keys) > _LEVELS:
            return []
        rule = Q()
        for depth, key in enumerate(reversed(keys)):
            rule &= Q(**{f"{'part_of__' * depth}sort_key": key})
        return list(self.with_paths().filter(rule).order_by("pk")[:_TOLD])

    def held_in(self, keys: Collection[int]) -> dict[int, Held]:
        """What lies in each of some places and below it; one query for all."""
        if not keys:
            return {}
        marks = ", ".join(["%s"] * len(keys))
        place, shelving = (one._meta.db_table for one in (StoragePlace, Shelving))
        with connections[self.db].cursor() as cursor:
            cursor.execute(
                "WITH RECURSIVE line(top, id, depth) AS ("  # noqa: S608 - our own names
                f" SELECT id, id, 0 FROM {place} WHERE id IN ({marks})"
                f" UNION SELECT line.top, {place}.id, line.depth + 1 FROM {place}"
                f" JOIN line ON {place}.part_of_id = line.id WHERE line.depth < {MAX_DEPTH})"
                " SELECT line.top, COUNT(DISTINCT document_id), COUNT(DISTINCT image_id),"
                f" COUNT(DISTINCT collection_id) FROM line JOIN {shelving} ON place_id = line.id"
                " GROUP BY line.top",
                list(keys),
            )
            found = {top: Held(*numbers) for top, *numbers in cursor.fetchall()}
        return {key: found.get(key, Held()) for key in keys}


class StoragePlace(Hierarchical):
    """A place in which units are kept: a building, a room, a shelf, a box, a folder."""

    PARENT: ClassVar[str] = "part_of"

    uuid = models.UUIDField(default=uuid_module.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=200, help_text=_("Like “Room 2” or “Box 12”."))
    part_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("stands in"),
        help_text=_(
            "The shelf of a box, the room of a shelf. Empty: a building, or whatever is the outermost."
        ),
    )
    code = models.CharField(
        _("code or barcode"),
        max_length=100,
        null=True,
        blank=True,
        unique=True,
        help_text=_("As it is printed on the label. No two storage places share one."),
        error_messages={"unique": _("Another storage place has this code already.")},
    )
    note = models.CharField(_("note"), max_length=1000, blank=True)
    sort_key = FoldedField(sources=("name",), by_value=True, max_length=120)
    find_key = FoldedField(sources=("name", "code"), by_value=True, max_length=300)

    objects = StoragePlaceQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "id"]
        verbose_name = _("storage place")
        verbose_name_plural = _("storage places")
        indexes = [models.Index(fields=["part_of", "sort_key", "id"], name="storage_place_filed")]
        constraints = [
            models.UniqueConstraint(
                fields=["part_of", "name"],
                name="storage_place_once_in_another",
                violation_error_message=_("There is a storage place of this name there already."),
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(part_of__isnull=True),
                name="storage_place_once_outermost",
                violation_error_message=_("There is a storage place of this name there already."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="storage_place_has_name"),
            models.CheckConstraint(
                condition=Q(code__isnull=True) | ~Q(code=""), name="storage_place_code_or_none"
            ),
            models.CheckConstraint(
                condition=Q(part_of__isnull=True) | ~Q(part_of=F("id")),
                name="storage_place_not_in_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.path

    @property
    def line(self) -> list[StoragePlace]:
        """The places from the outermost down to this one."""
        found: list[StoragePlace] = []
        place: StoragePlace | None = self
        while place is not None and len(found) <= MAX_DEPTH:
            found.insert(0, place)
            place = place.part_of
        return found

    @property
    def path(self) -> str:
        """Where it is: “Building / Room 2 / Box 12”."""
        return BETWEEN.join(place.name for place in self.line)

    def clean(self) -> None:
        """Refuse a name that would read as two in a path."""
        super().clean()
        self.name = " ".join(self.name.split())
        self.code = " ".join((self.code or "").split()) or None
        if BETWEEN in self.name:
            refusal = gettext(
                "“ / ” stands between the names of a path. Write the name without it."
            )
            raise ValidationError({"name": refusal})

    def natural_key(self) -> tuple[str]:
        """Fixtures refer to a storage place by its uuid."""
        return (str(self.uuid),)


class Inside:
    """The keys of the shelvings in a storage place and below it, in the order of the shelves; sliced
    and counted by the database.
    """

    def __init__(self, place: int, using: str) -> None:
        self._place, self._using = place, using

    def count(self) -> int:
        """How many there are."""
        return int(self._asked("COUNT(*)", "")[0])

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, some: slice) -> list[int]:
        start = some.start or 0
        most = MAX_ROWS if some.stop is None else max(0, some.stop - start)
        order = "ORDER BY line.path, shelving.place_id, shelving.part, shelving.id"
        return self._asked("shelving.id", f"{order} LIMIT {most} OFFSET {start}")

    def _asked(self, what: str, order: str) -> list[int]:
        place, shelving = (one._meta.db_table for one in (StoragePlace, Shelving))
        with connections[self._using].cursor() as cursor:
            cursor.execute(
                "WITH RECURSIVE line(id, path, depth) AS ("  # noqa: S608 - our own names
                f" SELECT id, CAST('' AS text), 0 FROM {place} WHERE id = %s"
                f" UNION ALL SELECT {place}.id, line.path || '/' || {place}.sort_key, line.depth + 1"
                f" FROM {place} JOIN line ON {place}.part_of_id = line.id WHERE line.depth < {MAX_DEPTH})"
                f" SELECT {what} FROM {shelving} AS shelving JOIN line ON shelving.place_id = line.id {order}",
                [self._place],
            )
            return [row[0] for row in cursor.fetchall()]


class ShelvingQuerySet(StatementQuerySet["Shelving"]):
    """Shelvings; start every read at :meth:`visible_to`."""

    def visible_to(self, user: Reader, *, seen_from: Collection[str] = ()) -> Self:
        """All of them for curators, and none for everyone else, whatever they may see of the records."""
        return self.all() if sees_everything(user) else self.none()

    def inside(self, place: int) -> Inside:
        """What lies in a storage place and below it."""
        return Inside(place, self.db)

    def read(self, keys: Sequence[int]) -> list[Shelving]:
        """Some shelvings in the order of the keys given, with the records and the paths that they name.

        The long texts of the records are not read.
        """
        above = ["place", *(f"place__{'part_of__' * depth}part_of" for depth in range(_LEVELS + 1))]
        read = [f"{place}__name" for place in above[:-1]]
        read += [
            f"{kind}__{name}" for kind in SHELVED for name in ("title", "identifier", "status")
        ]
        rows = self.select_related(*SHELVED, *above[:-1])
        found = rows.only("part", *SHELVED, *above, "place__code", *read).in_bulk(keys)
        return [found[key] for key in keys if key in found]


class Shelving(Statement):
    """That a document, an image or a collection, or a part of it, is kept in a storage place."""

    document = one_of_several("document", "shelvings")
    image = one_of_several("image", "shelvings")
    collection = one_of_several("collection", "shelvings")
    place = models.ForeignKey(
        StoragePlace,
        on_delete=models.PROTECT,
        related_name="shelvings",
        verbose_name=_("kept in"),
    )
    part = models.CharField(
        _("which part"),
        max_length=200,
        blank=True,
        help_text=_("If not all of it is there: “leaves 1–40”, “boxes 1–12”."),
    )

    RECORDS: ClassVar[tuple[str, ...]] = SHELVED
    STATES: ClassVar[tuple[str, ...]] = (*RECORDS, "place", "part")
    IS_PUBLIC: ClassVar[bool] = False

    objects = ShelvingQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["id"]
        verbose_name = _("where it is kept")
        verbose_name_plural = _("where it is kept")
        constraints = [
            models.CheckConstraint(condition=exactly_one(*SHELVED), name="shelving_of_one_record"),
        ]

    def __str__(self) -> str:
        return f"{self.place} ({self.part})" if self.part else str(self.place)

    @property
    def record(self) -> Any:
        """The record that is kept there."""
        return next(filter(None, (getattr(self, name) for name in SHELVED)))
