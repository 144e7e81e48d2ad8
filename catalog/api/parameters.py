"""The parameters of the address of a list or a record. All errors are collected and sent together.

An unknown or malformed parameter is refused by name, with what is allowed: a mistyped filter must
never return everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from difflib import get_close_matches
from typing import Any, Final
from uuid import UUID

from django.http import QueryDict
from django.utils.dateparse import parse_date, parse_datetime

from catalog.api.problem import refused_parameters
from catalog.documents import RELATIONS
from catalog.uris import LONGEST_SLUG, SLUG, Kind

#: Records on a page by default, and at most.
PAGE_SIZE: Final = 25
MOST: Final = 100
#: The largest number that is accepted as a page.
MOST_PAGE: Final = 999_999_999
#: Relations that a list expands at once.
MOST_INCLUDED: Final = 5
#: Parameters that one address may have, counting repeated ones.
MOST_PARAMETERS: Final = 200
_NUMBER: Final = re.compile(r"[0-9]{1,9}\Z", re.ASCII)

#: What every list understands besides its filters.
LIST_PARAMETERS: Final = (
    "updated_since", "deleted", "ids", "fields", "include", "facets", "sort", "page_size", "page", "cursor",
)  # fmt: skip


@dataclass(slots=True)
class Reading:
    """The parameters of one request while they are read; :meth:`finish` raises if anything was wrong."""

    given: QueryDict
    errors: list[dict[str, Any]] = field(default_factory=list)

    def refuse(self, name: str, detail: str, allowed: Iterable[str] = ()) -> None:
        """Note why a parameter cannot be used."""
        listed = list(allowed)
        self.errors.append({"parameter": name, "detail": detail, "allowed": listed or None})

    def only(self, allowed: Iterable[str]) -> None:
        """Refuse every name that is not among ``allowed``."""
        known = sorted(allowed)
        for name in self.given:
            if name in known:
                continue
            near = get_close_matches(name, known, 1)
            hint = f" Did you mean {near[0]}?" if near else ""
            self.refuse(_short(name), f"There is no such parameter here.{hint}", known)
        if sum(len(values) for _, values in self.given.lists()) > MOST_PARAMETERS:
            self.refuse("*", f"At most {MOST_PARAMETERS} values are accepted in one request.")

    def one(self, name: str) -> str | None:
        """The value of a parameter that may be given once; None if it is absent."""
        values = self.given.getlist(name)
        if len(values) > 1:
            self.refuse(name, "Give this once.")
        if any("\x00" in value for value in values):
            self.refuse(name, "This contains an invalid character (NUL).")
            return None
        return values[0] if values else None

    def several(self, name: str) -> list[str]:
        """The values of a parameter that may be repeated or separated by commas, each once."""
        parts = ",".join(self.given.getlist(name)).split(",") if name in self.given else []
        if any("\x00" in part for part in parts):
            self.refuse(name, "This contains an invalid character (NUL).")
            return []
        return list(dict.fromkeys(part.strip() for part in parts if part.strip()))

    def number(self, name: str, default: int, most: int, *, least: int = 1) -> int:
        """A whole number from ``least`` to ``most``."""
        text = self.one(name)
        if text is None:
            return default
        if not _NUMBER.match(text) or not least <= int(text) <= most:
            self.refuse(name, f"Send a whole number from {least} to {most}.")
            return default
        return int(text)

    def names(self, name: str, allowed: Iterable[str]) -> list[str]:
        """Values that are names of a closed list."""
        known = list(allowed)
        values = self.several(name)
        if name in self.given and not values:
            self.refuse(name, "This is empty. Give a value, or omit the parameter.", known)
        for value in values:
            if value not in known:
                self.refuse(name, f"“{_short(value)}” is not recognised here.", known)
        return [value for value in values if value in known]

    def choice(self, name: str, allowed: Iterable[str]) -> str | None:
        """One name of a closed list."""
        known = list(allowed)
        value = self.one(name)
        if value is not None and value not in known:
            self.refuse(name, f"“{_short(value)}” is not recognised here.", known)
            return None
        return value

    def moment(self, name: str) -> datetime | None:
        """A time, or a day, which begins at midnight UTC."""
        text = self.one(name)
        if text is None:
            return None
        try:
            found = parse_datetime(text.replace(" ", "+")) or _midnight(text)
            if found is not None:
                found = found if found.tzinfo else found.replace(tzinfo=UTC)
                # Beyond the years that are possible in UTC.
                return found.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        self.refuse(
            name,
            "Send an ISO 8601 date, with or without a time: 2026-11-23T06:30:00Z or 2026-11-23.",
        )
        return None

    def finish(self) -> None:
        """Raise the 400 that names everything that was refused."""
        if self.errors:
            raise refused_parameters(self.errors)


def no_parameters(given: QueryDict) -> None:
    """Raise the 400 that names every parameter of an address that takes none."""
    reading = Reading(given)
    reading.only(())
    reading.finish()


def _midnight(text: str) -> datetime | None:
    day = parse_date(text)
    return datetime.combine(day, time(), UTC) if day else None


def _short(text: str) -> str:
    clean = text.replace("\x00", "")
    return clean if len(clean) <= 60 else f"{clean[:60]}…"


@dataclass(frozen=True, slots=True)
class Identifiers:
    """The records of ``ids``: by permanent identifier, or by slug."""

    uuids: list[UUID]
    slugs: list[str]

    def __bool__(self) -> bool:
        return bool(self.uuids or self.slugs)


def read_ids(reading: Reading) -> Identifiers | None:
    """``ids``: UUIDs, permanent addresses or slugs, up to 100; None if it is absent."""
    values = reading.several("ids")
    if "ids" not in reading.given:
        return None
    if len(values) > MOST:
        reading.refuse("ids", f"{len(values)} are given; at most {MOST} are accepted at once.")
    uuids, slugs = [], []
    for value in values:
        try:
            uuids.append(UUID(value.rsplit("/id/", 1)[-1]))
        except ValueError:
            if len(value) <= LONGEST_SLUG and re.fullmatch(SLUG, value):
                slugs.append(value)
            else:
                reading.refuse(
                    "ids",
                    f"“{_short(value)}” is neither a UUID, nor a permanent address, nor a slug.",
                )
    return Identifiers(uuids, slugs)


@dataclass(frozen=True, slots=True)
class Shape:
    """The parts of documents that are requested. ``relations`` None: all; ``fields`` None: all."""

    fields: list[str] | None
    relations: list[str] | None

    @property
    def is_whole(self) -> bool:
        """Whether a stored half can be sent as it is."""
        return self.fields is None


def read_shape(reading: Reading, kind: Kind, base: Iterable[str], *, in_list: bool) -> Shape:
    """``fields`` and ``include``. A record comes with all relations, a list with those of ``include``."""
    related = [spec.name for spec in RELATIONS[kind]]
    wanted = reading.names("fields", [*base, *related])
    included = reading.names("include", related)
    if in_list and len(set(included) | (set(wanted) & set(related))) > MOST_INCLUDED:
        reading.refuse("include", f"A list can expand at most {MOST_INCLUDED} relations at once.")
    if wanted:
        named = [name for name in related if name in wanted or name in included]
        return Shape([*wanted, *included], named)
    if in_list or "include" in reading.given:
        return Shape(None, [name for name in related if name in included])
    return Shape(None, None)
