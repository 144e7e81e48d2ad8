"""What the filters of all kinds share: the visitor's rights, words, dates, subjects, rights statements.

A filter set takes the parameters of an address and gives the records that fit them. Repeated values
of one filter are "or", different filters are "and". It never joins tables that could repeat a row:
relations are subqueries, read through their own ``visible_to``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from django import forms
from django.core.exceptions import EmptyResultSet
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _
from django_filters import Filter
from django_filters.filterset import FilterSet
from pyroaring import BitMap

from catalog.filters.facets import Facet
from catalog.filters.fields import (
    Choice,
    ChoicesField,
    DayField,
    Given,
    RecordsField,
    TermsField,
    WordsField,
)
from catalog.filters.form import FilterForm
from catalog.filters.hierarchy import below, compiled
from catalog.filters.orders import undated
from catalog.filters.reckoning import Reckoning
from catalog.models import (
    Record,
    RecordQuerySet,
    Statement,
    Term,
    Topic,
    Vocabulary,
)
from catalog.search import Holdings, as_it_stands
from catalog.values import RIGHTS_STATEMENTS

if TYPE_CHECKING:
    from catalog.models import Reader

R = TypeVar("R", bound=Record)


class AddressFilter(Filter):
    """A filter whose values come from an address; the field reads them into a list of :class:`Given`."""

    field_class: type[forms.Field]

    def __init__(self, field_name: str | None = None, **options: Any) -> None:
        super().__init__(field_name, **options)  # type: ignore[no-untyped-call]


class TermFilter(AddressFilter):
    """Records that have one of several terms, or a narrower one, in the column ``field_name``."""

    field_class = TermsField

    def __init__(self, field_name: str, vocabulary: Vocabulary, **options: Any) -> None:
        super().__init__(field_name, vocabulary=vocabulary, **options)

    def filter(self, qs: QuerySet[R], value: list[Given]) -> QuerySet[R]:
        """The records of ``qs`` that fit; all of them if no term is given."""
        if not value:
            return qs
        terms = below(Term.objects.all(), [given.value.pk for given in value])
        column: Any = qs.model._meta.get_field(self.field_name)
        if not column.many_to_many:
            return qs.filter(**{f"{self.field_name}__in": terms})
        rows = column.remote_field.through._base_manager.filter(
            **{f"{column.m2m_reverse_field_name()}__in": terms}
        )
        return qs.filter(pk__in=rows.values(column.m2m_field_name()))


class RecordsFilter(AddressFilter):
    """Records that are related to others; the filter set's method named says how."""

    field_class = RecordsField

    def __init__(self, model: type[Record], method: str, **options: Any) -> None:
        super().__init__(method=method, model=model, **options)


class RoleFilter(AddressFilter):
    """Records in which somebody had one of several roles."""

    field_class = TermsField

    def __init__(self, vocabulary: Vocabulary, method: str, **options: Any) -> None:
        super().__init__(method=method, vocabulary=vocabulary, **options)


class ChoiceFilter(AddressFilter):
    """Records that have one of several values of a closed list in a column, or as a method says."""

    field_class = ChoicesField

    def filter(self, qs: QuerySet[R], value: list[Given]) -> QuerySet[R]:
        """The records of ``qs`` that fit; all of them if no value is given."""
        if not value:
            return qs
        return qs.filter(**{f"{self.field_name}__in": [given.value for given in value]})


class WordsFilter(AddressFilter):
    """Records that contain every word."""

    field_class = WordsField


class DayFilter(AddressFilter):
    """Records whose time span reaches a day."""

    field_class = DayField


@dataclass(frozen=True, slots=True)
class Span:
    """The columns that bound a record in time: of one date, or of a first and a last one."""

    start: str
    end: str

    def dated(self) -> Q:
        """Whether the record has this span at all."""
        return Q(**{f"{self.start}__isnull": False}) | Q(**{f"{self.end}__isnull": False})

    def not_over_before(self, day: int) -> Q:
        """Whether it may extend to ``day`` or later. An end that is open or unknown has no bound."""
        return Q(**{f"{self.end}_latest__gte": day}) | Q(**{f"{self.end}_latest__isnull": True})

    def begun_by(self, day: int) -> Q:
        """Whether it may begin on ``day`` or earlier."""
        return Q(**{f"{self.start}_earliest__lte": day}) | Q(
            **{f"{self.start}_earliest__isnull": True}
        )


def choices_of(members: Any) -> list[Choice]:
    """The values of an enumeration; in addresses a blank becomes a hyphen."""
    return [Choice(one.value.replace(" ", "-"), one.label, one.value) for one in members]


def rights_choices() -> list[Choice]:
    """The rights statements, in addresses by their short name: ``inc``, ``by-sa``, ``zero``."""
    return [
        Choice(uri.rstrip("/").rsplit("/", 2)[-2].lower(), _(statement.label), uri)
        for uri, statement in RIGHTS_STATEMENTS.items()
    ]


def yes_or_no() -> list[Choice]:
    """Whether a record has something."""
    return [Choice("yes", _("Yes"), True), Choice("no", _("No"), False)]


class RecordFilter(FilterSet):
    """Filters of one kind of record, as one visitor may use them.

    ``data`` are the parameters of the address (a ``QueryDict``; names that are not a filter are
    ignored), ``user`` the visitor. ``qs`` holds the visible records that fit; a filter whose value
    is refused is ignored there and listed in ``errors``.
    """

    # django-filter has no type annotations; its metaclass sets these two.
    _meta: ClassVar[Any]
    base_filters: ClassVar[dict[str, AddressFilter]]

    #: The time spans by which a record is found; the first that a record has counts.
    SPANS: ClassVar[tuple[Span, ...]] = ()
    #: Filters whose values are counted, in the order in which visitors see them.
    FACETS: ClassVar[tuple[Facet, ...]] = ()
    #: Filters that mean exactly the same as a facet of the search index, which then answers them.
    #: Every facet without ``pairs`` has to be one.
    INDEXED: ClassVar[dict[str, str]] = {"subject": "subject", "rights": "rights"}
    #: Filters that can be used alone, but mean both at once if both are given.
    TOGETHER: ClassVar[tuple[str, ...]] = ("person", "role")

    q = WordsFilter(method="with_words", label=_("Words"))
    subject = TermFilter("subjects", Vocabulary.SUBJECT, label=_("Subject"))
    rights = ChoiceFilter("rights", choices=rights_choices, label=_("Rights"))

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        user: Reader,
        queryset: QuerySet[Any] | None = None,
    ) -> None:
        self.user = user
        if queryset is None:
            queryset = self._meta.model.objects.all()
        readable = cast(RecordQuerySet[Any], queryset).visible_to(user)
        super().__init__(data if data is not None else {}, readable)  # type: ignore[no-untyped-call]
        self._applied: dict[str, list[Given]] = {}
        self._found: dict[str, BitMap] = {}

    @classmethod
    def names(cls) -> list[str]:
        """The parameters that are filters of this kind."""
        return list(cls.base_filters)

    def get_form_class(self) -> type[FilterForm]:
        """The form that reads the filters with the rights of this visitor."""
        fields = {name: one.field for name, one in self.filters.items()}
        return type(f"{type(self).__name__}Form", (FilterForm,), {**fields, "user": self.user})

    @property
    def given(self) -> dict[str, list[Given]]:
        """The values of the address that were understood, by filter; filters without one are left out."""
        self.form.is_valid()
        return {name: values for name, values in self.form.cleaned_data.items() if values}

    def filter_queryset(self, queryset: QuerySet[R], leaving_out: str = "") -> QuerySet[R]:
        """The records of ``queryset`` that fit every filter but ``leaving_out``."""
        return self._with(
            queryset, {name: values for name, values in self.given.items() if name != leaving_out}
        )

    @cached_property
    def reckoning(self) -> Reckoning | None:
        """The same on the search index; None while that is behind the records."""
        return Reckoning.of(self)

    def number(self) -> int:
        """How many records fit."""
        if self.reckoning is not None:
            return len(self.reckoning.fitting())
        return int(self.qs.order_by().count())

    def best_first(self, first: int, size: int, among: QuerySet[Any] | None = None) -> list[int]:
        """Primary keys of the records that fit, from place ``first`` (0 is the best), at most
        ``size``, in the order in which the search ranks the words given. ``among`` limits them to
        some records.
        """
        kind, text = self._meta.model.KIND, self.given["q"][0].code
        if self.reckoning is not None and among is None:
            held, ids = self.reckoning.held, self.reckoning.fitting()
        else:
            held = as_it_stands(self.user, using=self.queryset.db)
            try:
                ids = held.of(kind, *compiled((self.qs if among is None else among).values("pk")))
            except EmptyResultSet:
                return []
        return held.best_first(kind, text, ids, first, size)

    def number_undated(self) -> int:
        """How many of those that fit have no date to sort by."""
        kind = self._meta.model.KIND
        without = undated(kind, self.user)
        if without is None:
            return 0
        # Persons are sorted by birth; the index also knows deaths.
        if self.reckoning is not None and kind != "person":
            return len(self.reckoning.fitting() - self.reckoning.held.between(None, None))
        return int(self.qs.order_by().filter(without).count())

    def fitting(self, given: dict[str, list[Given]]) -> QuerySet[Any]:
        """The visible records that fit only these filters."""
        return self._with(self.queryset.all(), given)

    def _with(self, queryset: QuerySet[R], given: dict[str, list[Given]]) -> QuerySet[R]:
        self._applied = given
        for name, values in given.items():
            queryset = self.filters[name].filter(queryset, values)
        return queryset

    def but_for(self, name: str) -> QuerySet[Any]:
        """The visible records that fit all filters except one: what its other values would find."""
        return self.filter_queryset(self.queryset.all(), leaving_out=name)

    def label_of(self, name: str) -> str:
        """The label of a filter."""
        return str(self.filters[name].label)

    # --- For the methods of the nouns ---------------------------------------------------------------

    def seen(self, model: type[Statement]) -> QuerySet[Any]:
        """The statements of one sort that the visitor may see."""
        return model.objects.visible_to(self.user)

    def within(self, given: Iterable[Given]) -> RawSQL:
        """The records given and everything below them, as the visitor sees the hierarchy."""
        records = [one.value for one in given]
        nodes = type(records[0]).objects.visible_to(self.user)
        return below(nodes, [record.pk for record in records])

    def only_below(self, queryset: QuerySet[R], given: list[Given]) -> QuerySet[R]:
        """The records of ``queryset`` below those given, without these themselves."""
        found = queryset.filter(pk__in=self.within(given))
        return found.exclude(pk__in=[one.value.pk for one in given])

    def roles(self) -> Any:
        """The roles given, with narrower ones; None if no role is given."""
        given = self._applied.get("role")
        return below(Term.objects.all(), [one.value.pk for one in given]) if given else None

    def shown_in(self, model: type[Statement], to: str) -> Q:
        """The records that statements of one sort tie to a picture that can be viewed; ``to`` is their column there.

        Asked of each record: a page of a list then looks no further than it reaches.
        """
        rows = self.seen(model).filter(**{to: OuterRef("pk"), "image__file__gt": ""})
        return Q(Exists(rows.order_by()))

    @staticmethod
    def yes_and_no(queryset: QuerySet[R], given: list[Given], condition: Q) -> QuerySet[R]:
        """Records that meet a condition ("yes"), that do not ("no"), or all if both are given."""
        wanted = {one.value for one in given}
        if len(wanted) > 1:
            return queryset
        return queryset.filter(condition if wanted == {True} else ~condition)

    def topic_of(self, queryset: QuerySet[R], name: str, given: list[Given]) -> QuerySet[R]:
        """Records that a document or an image (depending on ``name``) is about."""
        about = f"about_{queryset.model.KIND}"
        works = [one.value for one in given]
        rows = self.seen(Topic).filter(**{f"{name}__in": works, f"{about}__isnull": False})
        return queryset.filter(pk__in=rows.order_by().values(about))

    # --- Words and dates -------------------------------------------------------------------------------

    def with_words(self, queryset: QuerySet[R], name: str, given: list[Given]) -> QuerySet[R]:
        """Records in which the search finds every word; the last may be incomplete."""
        found = self._entries_with(given[0].code)
        if not found:
            return queryset.none()
        return queryset.filter(self._index.records(found))

    def _entries_with(self, text: str) -> BitMap:
        """What the search finds; asked once, however many facets leave other filters out."""
        if text not in self._found:
            self._found[text] = self._index.matching(self._meta.model.KIND, text)
        return self._found[text]

    @cached_property
    def _index(self) -> Holdings:
        """The index, even if it is not in step."""
        if self.reckoning is not None:
            return self.reckoning.held
        return as_it_stands(self.user, using=self.queryset.db)

    def from_day(self, queryset: QuerySet[R], name: str, given: list[Given]) -> QuerySet[R]:
        """Records that may extend to a day or later; undated ones are left out."""
        return queryset.filter(self._in_time(lambda span: span.not_over_before(given[0].value)))

    def to_day(self, queryset: QuerySet[R], name: str, given: list[Given]) -> QuerySet[R]:
        """Records that may have begun by a day; undated ones are left out."""
        return queryset.filter(self._in_time(lambda span: span.begun_by(given[0].value)))

    def _in_time(self, condition: Any) -> Q:
        found, earlier = Q(), Q()
        for span in self.SPANS:
            found |= earlier & span.dated() & condition(span)
            earlier &= ~span.dated()
        return found


class DatedFilter(RecordFilter):
    """The filters of records that have dates."""

    date_from = DayFilter(method="from_day", latest=False, label=_("From"))
    date_to = DayFilter(method="to_day", latest=True, label=_("To"))
