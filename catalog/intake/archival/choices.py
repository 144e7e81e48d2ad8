"""What a curator wants done with a file of XML. Plain JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from catalog.intake.plan import Existing, Faulty, Plan, Recognise, Several
from catalog.uris import Kind


@dataclass(frozen=True, slots=True)
class ArchivalPlan:
    """``existing``: what happens to records that the file describes and the catalogue has already.

    ``new_names``: what is only named, and lacking, is created; ``new_terms``: so are terms; ``publish``: new records
    are published at once. What is only named and exists is never changed.
    """

    existing: Existing = Existing.LEAVE
    faulty: Faulty = Faulty.NOTHING
    new_names: bool = True
    new_terms: bool = False
    publish: bool = False

    def as_json(self) -> dict[str, Any]:
        """For a column of the database."""
        return json.loads(json.dumps(asdict(self)))  # type: ignore[no-any-return]

    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> Self:
        """What :meth:`as_json` kept; what else stands beside it is not the plan's."""
        said = {one.name: kept[one.name] for one in fields(cls) if one.name in kept}
        return cls(**{name: cls.read(name, value) for name, value in said.items()})

    @classmethod
    def read(cls, name: str, value: Any) -> Any:
        """The value of a choice as the plan has it."""
        choices = {"existing": Existing, "faulty": Faulty}.get(name)
        return choices(value) if choices else value

    @property
    def mark(self) -> str:
        """A mark of the plan: whoever made up his mind saw this one."""
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()

    def of_kind(
        self, kind: Kind, columns: Iterable[str], *, is_named: bool, sort: type[Plan] = Plan
    ) -> Plan:
        """The plan of the rows that become records of one kind; ``is_named``: the file only names them."""
        return sort(
            kind,
            tuple(columns),
            recognise=Recognise.IDENTIFIER,
            existing=Existing.LEAVE if is_named else self.existing,
            several=Several.ADD,
            faulty=self.faulty,
            new_terms=self.new_terms,
            publish=self.publish,
        )
