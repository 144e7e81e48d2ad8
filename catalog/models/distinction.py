"""Two entries that look alike and are not the same: recorded by a curator, so that nobody has to
compare them again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.apps import apps
from django.core.exceptions import FieldError, ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class EntryNumber(models.BigIntegerField):  # type: ignore[type-arg]
    """The number of an entry of the row's ``kind``.

    Fixtures hold its name instead, because another database may give the entry another number: the
    uuid of a record, ``vocabulary/code`` of a term.
    """

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """A number for migrations."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.BigIntegerField", args, kwargs

    def value_from_object(self, obj: models.Model) -> Any:
        """The name, as serializers ask for it; the number if the entry is gone."""
        number = getattr(obj, self.attname)
        rows = _entries(getattr(obj, "kind", ""))
        entry = rows.filter(pk=number).first() if rows is not None and number else None
        if entry is None:
            return number
        if hasattr(entry, "uuid"):
            return str(entry.uuid)
        return f"{entry.vocabulary}/{entry.code}"

    def to_python(self, value: Any) -> Any:
        """A number. A name stays for :meth:`Distinction.find_entries`."""
        if isinstance(value, str) and not value.lstrip("-").isdecimal():
            return value
        return super().to_python(value)


def _entries(kind: str) -> Any:
    """All entries of a kind; None if there is no such kind."""
    try:
        return apps.get_model("catalog", kind)._base_manager.all()
    except (LookupError, ValueError):
        return None


class Distinction(models.Model):
    """Two records of one kind, or two terms, that are known to be different ("different from", in
    Wikidata's words).

    ``one`` and ``other`` are their primary keys, the smaller first. They are not foreign keys,
    since there are seven kinds of entries; a row whose entry is gone means nothing and is ignored.
    """

    #: Columns that hold keys of entries of the kind in ``kind``: the history shows it with theirs.
    ENTRIES: ClassVar[tuple[str, ...]] = ("one", "other")

    kind = models.CharField(_("kind"), max_length=12)
    one = EntryNumber(_("record"))
    other = EntryNumber(_("other record"))
    note = models.CharField(_("reason"), max_length=1000, blank=True)
    said_by = models.CharField(_("said by"), max_length=150, blank=True)
    said_at = models.DateTimeField(_("said at"), default=timezone.now)

    class Meta:
        verbose_name = _("statement that two are not the same")
        verbose_name_plural = _("statements that two are not the same")
        constraints = [
            models.UniqueConstraint(fields=["kind", "one", "other"], name="distinction_said_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="distinction_in_order"),
        ]
        indexes = [models.Index(fields=["kind", "other"], name="distinction_other")]

    def __str__(self) -> str:
        return f"{self.kind} {self.one} ≠ {self.other}"

    def natural_key(self) -> tuple[Any, ...]:
        """Fixtures that give no numbers know a distinction by its kind and the names of its entries."""
        fields = self._meta.get_field("one"), self._meta.get_field("other")
        return self.kind, *(field.value_from_object(self) for field in fields)  # type: ignore[union-attr]

    def find_entries(self) -> bool:
        """Replace the names that a fixture gave by the numbers that the entries have here; False if
        one of them is not here.
        """
        numbers: list[Any] = []
        given: tuple[Any, Any] = (self.one, self.other)
        for value in given:
            number = value
            rows = _entries(self.kind)
            if isinstance(value, str) and rows is not None:
                vocabulary, slash, code = value.rpartition("/")
                named = {"vocabulary": vocabulary, "code": code} if slash else {"uuid": value}
                try:
                    number = rows.filter(**named).values_list("pk", flat=True).first()
                except (ValidationError, FieldError):
                    number = None
            numbers.append(number)
        if not all(isinstance(number, int) for number in numbers) or numbers[0] == numbers[1]:
            return False
        self.one, self.other = sorted(numbers)
        if not self.pk:
            same = Distinction.among(self.kind, numbers).values_list("pk", flat=True)
            self.pk = same.first()
        return True

    def beside(self, key: int) -> int:
        """The key of the entry other than ``key``."""
        return int(self.other if key == self.one else self.one)

    @classmethod
    def naming(cls, kind: str, key: int) -> models.QuerySet[Distinction]:
        """All that name an entry."""
        return cls.objects.filter(Q(one=key) | Q(other=key), kind=kind)

    @classmethod
    def among(cls, kind: str, keys: Iterable[int]) -> models.QuerySet[Distinction]:
        """Those whose entries are both among some."""
        named = list(keys)
        return cls.objects.filter(kind=kind, one__in=named, other__in=named)
