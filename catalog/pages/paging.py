"""Pages of a list, and links to them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

#: Records that can be reached page by page. To find one thing among more, a filter is better.
REACHABLE: Final = 10_000
#: Longer page numbers are not read.
_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page number with its address; a gap has no number."""

    number: int | None
    url: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Paging:
    """The position of a page of ``size`` in a list of ``total`` records.

    ``number`` is 0 if the page that was asked for does not exist.
    """

    total: int
    size: int
    number: int
    url: Callable[[int], str]

    @classmethod
    def read(cls, text: str | None, total: int, size: int, url: Callable[[int], str]) -> Paging:
        """The page that an address asks for, as a text or None; the first page always exists.

        An empty text means the first, too: browsers send one when they fill in the address of
        ``pages/opensearch.py``.
        """
        number = _whole_number(text) if text else 1
        page = cls(total, size, number, url)
        return page if 1 <= number <= page.last else cls(total, size, 0, url)

    @property
    def last(self) -> int:
        """The last page that can be reached; at least 1."""
        reachable = min(self.total, REACHABLE)
        return max((reachable + self.size - 1) // self.size, 1)

    @property
    def goes_on(self) -> bool:
        """Whether there are records beyond the last page that can be reached."""
        return self.total > self.last * self.size

    @property
    def exists(self) -> bool:
        """Whether there is such a page."""
        return self.number > 0

    @property
    def rows(self) -> slice:
        """The rows of the list that are on the page."""
        start = max(self.number - 1, 0) * self.size
        return slice(start, start + self.size if self.exists else start)

    @property
    def previous_url(self) -> str:
        """Address of the page before, or empty."""
        return self.url(self.number - 1) if self.number > 1 else ""

    @property
    def next_url(self) -> str:
        """Address of the page after, or empty."""
        return self.url(self.number + 1) if 0 < self.number < self.last else ""

    @property
    def last_url(self) -> str:
        """Address of the last page."""
        return self.url(self.last)

    def links(self) -> list[PageLink]:
        """The first, the last, and the pages around this one; gaps of one page are filled."""
        wanted = {1, self.last, *range(self.number - 1, self.number + 2)}
        found: list[PageLink] = []
        before = 0
        for number in sorted(number for number in wanted if 1 <= number <= self.last):
            if number == before + 2:
                found.append(PageLink(before + 1, self.url(before + 1)))
            elif number > before + 2:
                found.append(PageLink(None))
            found.append(PageLink(number, self.url(number), number == self.number))
            before = number
        return found


def _whole_number(text: str) -> int:
    """A page number, or 0 for anything else."""
    fits = len(text) <= _DIGITS and text.isascii() and text.isdigit()
    return int(text) if fits else 0
