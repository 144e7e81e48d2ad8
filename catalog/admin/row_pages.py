"""A part of the rows of a record: a well-known person has thousands, and a form shows some at a time.

The address says from which row on (``?rows-contributions=25``). A form that is sent is read by the
rows that it names, so that saving it never touches those of other parts, wherever they are by then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.forms.models import BaseInlineFormSet
from django.http import QueryDict

from catalog.admin.keys import is_key

if TYPE_CHECKING:
    _Base = BaseInlineFormSet[Any, Any, Any]
else:
    _Base = object


@dataclass(frozen=True, slots=True)
class ShownRows:
    """Which rows are shown, counted from 1, of how many; and the addresses of the parts before and after, if any."""

    first: int
    last: int
    total: int
    before: str
    after: str


class ShowsSomeRows(_Base):
    """Mixin of a formset that shows at most ``most_rows`` at a time, and ``spare_rows`` more if those are the last."""

    most_rows: ClassVar[int]
    spare_rows: ClassVar[int] = 0
    #: The parameters of the page.
    asked: ClassVar[QueryDict] = QueryDict()

    @classmethod
    def for_page(cls, asked: QueryDict, most: int, spare: int) -> type[ShowsSomeRows]:
        """The formset for a page with these parameters."""
        return type(cls.__name__, (cls,), {"asked": asked, "most_rows": most, "spare_rows": spare})

    def get_queryset(self) -> Any:
        """The rows that were sent, or else those of the part that is asked for."""
        if not hasattr(self, "_queryset"):
            rows = super().get_queryset()
            self._queryset: Any
            if self.is_bound:
                # A record has more than a dozen tables of rows: those without any are not asked for them.
                sent = self._sent()
                self._queryset = rows.filter(pk__in=sent) if sent else []
            elif self.instance.pk is None:
                self._queryset = []
            else:
                first = self._first
                part = self._part(rows, first)
                if first and not part:
                    # Rows have been removed since the address was made.
                    first, part = 0, self._part(rows, 0)
                is_last = len(part) <= self.most_rows + self.spare_rows
                self._queryset = part if is_last else part[: self.most_rows]
                if first or not is_last:
                    self._count(first, first + len(self._queryset), rows.count())
        return self._queryset

    def _part(self, rows: Any, first: int) -> list[Any]:
        """The rows of a part, and one more than it can show if there is one."""
        return list(rows[first : first + self.most_rows + self.spare_rows + 1])

    @property
    def shown_rows(self) -> ShownRows | None:
        """What part is shown; None where it is all of them."""
        return getattr(self, "_shown", None)

    @property
    def _parameter(self) -> str:
        return f"rows-{self.get_default_prefix()}"

    @property
    def _first(self) -> int:
        asked = self.asked.get(self._parameter, "")
        return int(asked) if is_key(asked) else 0

    def _sent(self) -> list[int]:
        names = (f"{self.prefix}-{number}-id" for number in range(self.initial_form_count()))
        return [int(key) for name in names if is_key(key := self.data.get(name, ""))]

    def _count(self, first: int, last: int, total: int) -> None:
        before = self._address(max(0, first - self.most_rows)) if first else ""
        after = self._address(last) if last < total else ""
        self._shown = ShownRows(first + 1, last, total, before, after)

    def _address(self, first: int) -> str:
        query = self.asked.copy()
        query[self._parameter] = str(first)
        return f"?{query.urlencode()}#{self.prefix}-group"
