"""How much a generated museum holds, and the batches in which its rows are made.

Every batch has its own random numbers, seeded by museum, kind and first number, so its rows depend
neither on the order of the batches nor on the process that makes them. Rows refer to others by
number, and the records of a kind are numbered from 1, so a batch needs memory only for its own
rows, however large the museum is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any, Final

from catalog.uris import Kind
from tests.benchmarks.prose import Prose
from tests.benchmarks.rows import Rows, shape
from tests.benchmarks.words import TERMS

#: How many records of a hundred are of each kind, in the order in which they are made: a record only names
#: earlier ones, except in statements, which are written with the later of their two records.
SHARES: Final[dict[Kind, int]] = {
    "place": 4,
    "person": 30,
    "collection": 1,
    "event": 10,
    "document": 30,
    "image": 25,
}
BATCH: Final = 2_000

#: Terms of all vocabularies are numbered in one sequence: small vocabularies first, then
#: occupations, then subjects.
OCCUPATIONS: Final = 150


@dataclass(frozen=True)
class Holdings:
    """How much there is of everything in a museum of ``records`` records made from ``seed``."""

    records: int
    seed: int

    @cached_property
    def count(self) -> dict[Kind, int]:
        """How many records of each kind; at least one. Persons make up for rounding."""
        counts = {kind: max(1, self.records * share // 100) for kind, share in SHARES.items()}
        counts["person"] += max(0, self.records - sum(counts.values()))
        return counts

    @cached_property
    def subjects(self) -> int:
        """How many subjects: thousands, and tens of thousands in a large museum."""
        return min(50_000, max(3_000, self.records // 50))

    @cached_property
    def terms(self) -> dict[str, range]:
        """The numbers of each vocabulary's terms."""
        ranges: dict[str, range] = {}
        start = 1
        sizes = {code: len(entries) for code, entries in TERMS.items()}
        for vocabulary, size in {
            **sizes,
            "occupation": OCCUPATIONS,
            "subject": self.subjects,
        }.items():
            ranges[vocabulary] = range(start, start + size)
            start += size
        return ranges

    def ordinal(self, kind: Kind, number: int) -> int:
        """The number of a record among all records."""
        before = list(SHARES)[: list(SHARES).index(kind)]
        return sum(self.count[one] for one in before) + number

    def jobs(self) -> Iterator[Job]:
        """The batches, in the order in which they are written."""
        for kind in SHARES:
            for first in range(1, self.count[kind] + 1, BATCH):
                yield Job(self, kind, first, min(first + BATCH, self.count[kind] + 1))


@dataclass(frozen=True)
class Job:
    """A batch to be made: the records of a kind from ``first`` up to, but not including, ``end``."""

    holdings: Holdings
    kind: Kind
    first: int
    end: int


@dataclass
class Batch:
    """A batch in the making: its random numbers, its texts, and its rows so far."""

    job: Job
    rows: Rows = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        """Seed the random numbers and draw the words."""
        holdings = self.job.holdings
        self.holdings = holdings
        self.rng = Random(f"{holdings.seed}/{self.job.kind}/{self.job.first}")
        self.random = self.rng.random
        #: The place of the batch among all records.
        self.start = holdings.ordinal(self.job.kind, self.job.first)
        self.prose = Prose(self.rng, holdings.records, self.job.end - self.job.first)

    def add(self, label: str, /, **values: Any) -> None:
        """Add a row that gets its primary key from the database."""
        self.rows[label].append(shape(label).row(**values))

    def add_numbered(self, label: str, /, **values: Any) -> None:
        """Add a row that brings its primary key as ``id``."""
        self.rows[label].append(shape(label, numbered=True).row(**values))

    def chance(self, share: float) -> bool:
        """True with a probability of ``share``."""
        return self.random() < share

    def pick(self, many: int) -> int:
        """A number from 1 to ``many``. Low ones are favoured, so that a few records have much and
        most have little.

        The probability of number 1 is the cube root of 1/many: 7 % of 3,000, 1.5 % of 300,000.
        """
        return 1 + int(many * self.random() ** 3)

    def pick_some(self, many: int, count: int) -> set[int]:
        """Up to ``count`` different numbers from 1 to ``many``."""
        return {self.pick(many) for _ in range(count)}

    def term(self, vocabulary: str) -> int:
        """A term of a vocabulary, most often one of its first."""
        numbers = self.holdings.terms[vocabulary]
        return numbers.start - 1 + self.pick(len(numbers))

    def few(self, least: int, most: int, steepness: float = 1.5) -> int:
        """A number that is mostly near ``least`` and rarely near ``most`` (Pareto)."""
        return min(most, least - 1 + int(self.rng.paretovariate(steepness)))

    def tie_terms(self, label: str, number: int, vocabulary: str, count: int) -> None:
        """Give a record up to ``count`` terms, through the table between the two."""
        terms = {self.term(vocabulary) for _ in range(count)}
        self.rows[label].extend((number, term) for term in terms)
