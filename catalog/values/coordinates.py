"""Positions on the earth, as precise as they are known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CoordinatesError(ValueError):
    """Numbers that are not a position on the earth."""


class Precision(StrEnum):
    """What a position stands for: from a door to the middle of a country."""

    BUILDING = "building"
    ESTATE = "estate"
    FEATURE = "feature"
    BOROUGH = "borough"
    TOWN = "town"
    CITY = "city"
    ISLAND = "island"
    REGION = "region"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class Coordinates:
    """Latitude and longitude in degrees of WGS 84; north and east are positive."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not -90 <= self.latitude <= 90:
            raise CoordinatesError(
                f"Latitude {self.latitude} is outside −90 to 90. Have latitude and longitude been swapped?"
            )
        if not -180 <= self.longitude <= 180:
            raise CoordinatesError(
                f"Longitude {self.longitude} is outside −180 to 180. Subtract or add 360."
            )

    def __str__(self) -> str:
        north = "N" if self.latitude >= 0 else "S"
        east = "E" if self.longitude >= 0 else "W"
        return f"{abs(self.latitude):.3f}° {north}, {abs(self.longitude):.3f}° {east}"
