"""What a curator wants done with a finding aid. Plain JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy

from catalog.intake.plan import Existing, Faulty, Plan, Recognise, Several
from catalog.uris import Kind


class Codes(models.TextChoices):
    """What the reference codes of components are."""

    WHOLE = "whole", gettext_lazy("Complete as they stand (“MSS.1/2/14”)")
    JOINED = "joined", gettext_lazy("Parts, to be put behind the code of the level above (“14”)")


@dataclass(frozen=True, slots=True)
class AidPlan:
    """``codes``: whether reference codes are complete; ``whole``: the code of the whole where the file has none.

    ``existing``: what happens to records that are there already (persons and places are never changed);
    ``new_names``: persons, bodies and places that the catalogue lacks are created; ``new_terms``: so are terms;
    ``publish``: new records are published at once.
    """

    codes: Codes = Codes.WHOLE
    whole: str = ""
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
        for name, choices in (("codes", Codes), ("existing", Existing), ("faulty", Faulty)):
            if name in said:
                said[name] = choices(said[name])
        return cls(**said)

    @property
    def mark(self) -> str:
        """A mark of the plan: whoever made up his mind saw this one."""
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()

    def of_kind(self, kind: Kind, columns: Iterable[str]) -> Plan:
        """The plan of the rows that become records of one kind."""
        is_named = kind in {"person", "place"}
        return Plan(
            kind,
            tuple(columns),
            recognise=Recognise.IDENTIFIER,
            existing=Existing.LEAVE if is_named else self.existing,
            several=Several.ADD,
            faulty=self.faulty,
            new_terms=self.new_terms,
            publish=self.publish,
        )
