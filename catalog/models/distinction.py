"""Two entries that look alike and are not the same: recorded by a curator, so that nobody has to
compare them again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Distinction(models.Model):
    """Two records of one kind, or two terms, that are known to be different ("different from", in
    Wikidata's words).

    ``one`` and ``other`` are their primary keys, the smaller first. They are not foreign keys,
    since there are seven kinds of entries; a row whose entry is gone means nothing and is ignored.
    """

    #: Columns that hold keys of entries of the kind in ``kind``: the history shows it with theirs.
    ENTRIES: ClassVar[tuple[str, ...]] = ("one", "other")

    kind = models.CharField(_("kind"), max_length=12)
    one = models.BigIntegerField(_("record"))
    other = models.BigIntegerField(_("other record"))
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

    def beside(self, key: int) -> int:
        """The key of the entry other than ``key``."""
        return self.other if key == self.one else self.one

    @classmethod
    def naming(cls, kind: str, key: int) -> models.QuerySet[Distinction]:
        """All that name an entry."""
        return cls.objects.filter(Q(one=key) | Q(other=key), kind=kind)

    @classmethod
    def among(cls, kind: str, keys: Iterable[int]) -> models.QuerySet[Distinction]:
        """Those whose entries are both among some."""
        named = list(keys)
        return cls.objects.filter(kind=kind, one__in=named, other__in=named)
