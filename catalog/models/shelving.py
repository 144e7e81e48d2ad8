"""What lies in which storage place: a document, an image, a collection, or a part of one. For curators only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Self

from django.db import connections, models
from django.utils.translation import gettext_lazy as _

from catalog.models.hierarchy import MAX_DEPTH
from catalog.models.record import Reader, sees_everything
from catalog.models.statement import Statement, StatementQuerySet, exactly_one, one_of_several
from catalog.models.storage import LEVELS, StoragePlace

#: More shelvings than any archive has.
MAX_ROWS: Final = 2**31
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

    def held_in(self, keys: Collection[int]) -> dict[int, Held]:
        """What lies in each of some places and below it; one query for all."""
        if not keys:
            return {}
        marks = ", ".join(["%s"] * len(keys))
        place, shelving = (one._meta.db_table for one in (StoragePlace, self.model))
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

    def read(self, keys: Sequence[int]) -> list[Shelving]:
        """Some shelvings in the order of the keys given, with the records and the paths that they name.

        The long texts of the records are not read.
        """
        above = ["place", *(f"place__{'part_of__' * depth}part_of" for depth in range(LEVELS + 1))]
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
