"""Living people: of whom the public does not learn when and where they were born, and until when.

The rule compares the date of birth with today wherever it is asked, so nothing stored goes out of date. It is written
three times, because it is asked of queries (:func:`birth_withheld`), in triggers (:func:`withheld_in_sql`) and of
values that were read already (:class:`Lifetime`); a test compares the three. Decision 17 has the reasons.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import models
from django.db.models import F, Func, Min, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.conf import catalogue_settings
from catalog.models.record import sees_everything

if TYPE_CHECKING:
    from catalog.models.record import Reader

#: Columns of a person about their birth.
BIRTH: Final = frozenset({"born", "born_earliest", "born_latest", "born_place_id"})
#: How far two years lie apart in day numbers (``catalog.values.dates``).
YEAR: Final = 10_000
#: The value of ``Person.kind`` for individuals: families and bodies have no private life.
INDIVIDUAL: Final = "individual"


class VitalStatus(models.TextChoices):
    """What a curator says where the rule cannot know."""

    LIVING = "living", _("Treat as living")
    DEAD = "dead", _("Treat as dead")


#: Today's day number in UTC as each database writes it. Not a percent sign in it, which parameters are marked with.
TODAY: Final = {
    "sqlite": "CAST(replace(date('now'), '-', '') AS integer)",
    "postgresql": "CAST(to_char(CURRENT_TIMESTAMP AT TIME ZONE 'UTC', 'YYYYMMDD') AS bigint)",
}


class Today(Func):
    """Today's day number in UTC, by the clock of the database."""

    arity = 0
    output_field = models.BigIntegerField()

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **kwargs: Any) -> Any:
        """As :data:`TODAY` has it."""
        return TODAY[connection.vendor], []


def withheld_in_sql(row: str, vendor: str) -> str:
    """:func:`birth_withheld` for the public as a condition on the columns of ``row`` ("NEW"), for triggers."""
    years = catalogue_settings().LIVING_YEARS
    living = f"{row}.vital_status = '{VitalStatus.LIVING}'"
    if years:
        recent = f"{row}.born_latest > {TODAY[vendor]} - {years * YEAR}"
        living += (
            f" OR ({row}.vital_status = '' AND {row}.born IS NOT NULL"
            f" AND ({row}.born_latest IS NULL OR {recent}))"
        )
    no_death = f"{row}.died IS NULL AND {row}.died_place_id IS NULL"
    return f"({row}.kind = '{INDIVIDUAL}' AND {no_death} AND ({living}))"


def birth_withheld(reader: Reader) -> Q:
    """The persons of whom ``reader`` may not learn when and where they were born. Curators learn it of everybody."""
    if sees_everything(reader):
        return Q(pk__in=[])
    years = catalogue_settings().LIVING_YEARS
    living = Q(vital_status=VitalStatus.LIVING)
    if years:
        recent = Q(born_latest__isnull=True) | Q(born_latest__gt=Today() - years * YEAR)
        living |= Q(vital_status="", born__isnull=False) & recent
    return Q(kind=INDIVIDUAL, died__isnull=True, died_place__isnull=True) & living


def known_birth(reader: Reader, column: str) -> Any:
    """A column about the birth of a person, as an expression that is NULL where ``reader`` may not know it."""
    if sees_everything(reader):
        return F(column)
    hidden = models.When(birth_withheld(reader), then=models.Value(None))
    return models.Case(hidden, default=F(column))


@dataclass(frozen=True, slots=True)
class Lifetime:
    """What the rule asks of one person: see the columns of the same names; ``died`` says that a death is recorded."""

    kind: str
    is_dated: bool
    born_latest: int | None
    died: bool
    vital_status: str

    def withheld(self, now: datetime) -> bool:
        """Whether the public may not learn of the birth."""
        if self.kind != INDIVIDUAL or self.died or self.vital_status == VitalStatus.DEAD:
            return False
        if self.vital_status == VitalStatus.LIVING:
            return True
        years = catalogue_settings().LIVING_YEARS
        if not years or not self.is_dated:
            return False
        return self.born_latest is None or self.born_latest > _day_number(now) - years * YEAR

    def shown_from(self, now: datetime) -> datetime | None:
        """The moment from which the rule no longer withholds the birth; None where no clock changes that."""
        if not self.withheld(now) or self.vital_status or self.born_latest is None:
            return None
        return _midnight(self.born_latest + catalogue_settings().LIVING_YEARS * YEAR)


def lapsed(since: datetime, now: datetime) -> Q:
    """The persons whose birth the clock alone has made public between two moments."""
    span = catalogue_settings().LIVING_YEARS * YEAR
    first, last = _day_number(since) - span, _day_number(now) - span
    return Q(born_latest__gt=first, born_latest__lte=last, **_NO_DEATH) if span else Q(pk__in=[])


def next_lapse(persons: QuerySet[Any], now: datetime) -> datetime | None:
    """The next moment at which the clock alone makes the birth of somebody public. One query."""
    span = catalogue_settings().LIVING_YEARS * YEAR
    if not span:
        return None
    later = persons.filter(born_latest__gt=_day_number(now) - span, **_NO_DEATH)
    born: int | None = later.order_by().aggregate(first=Min("born_latest"))["first"]
    return _midnight(born + span) if born is not None else None


#: As the index of these persons has it.
_NO_DEATH: Final = {"died__isnull": True, "died_place__isnull": True}


def _day_number(moment: datetime) -> int:
    day = moment.astimezone(UTC)
    return day.year * YEAR + day.month * 100 + day.day


def _midnight(day: int) -> datetime | None:
    """When a day begins; a 29 February of a common year is the first of March. None beyond the calendar."""
    year, rest = divmod(day, YEAR)
    month, of_month = divmod(rest, 100)
    try:
        return datetime(year, month, of_month, tzinfo=UTC)
    except ValueError:
        leap_day = (month, of_month) == (2, 29) and 1 <= year <= 9999
        return datetime(year, 3, 1, tzinfo=UTC) if leap_day else None
