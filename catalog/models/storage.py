"""The places in which things are kept: rooms, shelves, boxes. For curators only.

The public never learns of it: not where something lies, and not that it was moved
(docs/decisions/0024-where-things-are-kept.md).
"""

from __future__ import annotations

import uuid as uuid_module
from collections import defaultdict
from collections.abc import Collection
from typing import ClassVar, Final, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.models.derived import FoldedField
from catalog.models.hierarchy import MAX_DEPTH, Hierarchical, HierarchicalQuerySet
from catalog.models.record import Reader, sees_everything
from catalog.values import fold

#: Between the names of a path; no name contains it.
BETWEEN: Final = " / "
#: Levels above a place that a query reads along, so that its path costs no further one.
LEVELS: Final = 6
#: All of them, as a relation to be joined.
LINE: Final = "__".join(["part_of"] * LEVELS)
#: Words of a search that count.
_MOST_WORDS: Final = 10
#: How many places of one name are found.
_TOLD: Final = 5


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
            for depth in range(above, LEVELS + 1):
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
        if not all(keys) or len(keys) > LEVELS:
            return []
        rule = Q()
        for depth, key in enumerate(reversed(keys)):
            rule &= Q(**{f"{'part_of__' * depth}sort_key": key})
        return list(self.with_paths().filter(rule).order_by("pk")[:_TOLD])


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
