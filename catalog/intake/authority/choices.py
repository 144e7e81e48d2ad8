"""What a curator wants done with authority records. Plain JSON."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.intake.archival.choices import ArchivalPlan
from catalog.intake.plan import Plan
from catalog.intake.targets import Target, relations_of_persons, targets_of, works_of_persons


@dataclass(frozen=True, slots=True)
class AuthorityPlan(ArchivalPlan):
    """The choices are those of every file of XML."""


@dataclass(frozen=True, slots=True)
class DescribedPlan(Plan):
    """The plan of the rows of persons that a file describes: they can fill relations, too."""

    def targets(self) -> list[Target | None]:
        """The target of each column."""
        known = targets_of(self.kind) | relations_of_persons() | works_of_persons()
        return [known.get(name) for name in self.columns]
