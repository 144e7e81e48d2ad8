"""What a curator wants done with a finding aid. Plain JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy

from catalog.intake.archival.choices import ArchivalPlan


class Codes(models.TextChoices):
    """What the reference codes of components are."""

    WHOLE = "whole", gettext_lazy("Complete as they stand (“MSS.1/2/14”)")
    JOINED = "joined", gettext_lazy("Parts, to be put behind the code of the level above (“14”)")


@dataclass(frozen=True, slots=True)
class AidPlan(ArchivalPlan):
    """``codes``: whether reference codes are complete; ``whole``: the code of the whole where the file has none.

    ``boxes_in``: the identifier of the storage place in which containers and locations are looked for, and those
    that are lacking made; without one they are not filed as storage places.
    """

    codes: Codes = Codes.WHOLE
    whole: str = ""
    boxes_in: str = ""

    @classmethod
    def read(cls, name: str, value: Any) -> Any:
        """The value of a choice as the plan has it."""
        return Codes(value) if name == "codes" else ArchivalPlan.read(name, value)
