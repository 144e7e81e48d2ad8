"""Filters beside the lists of the admin."""

from __future__ import annotations

from array import array
from collections import defaultdict
from typing import Any, ClassVar, Final

from django.contrib import admin
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap64

from catalog.admin.desk import BY_NAME, PILES
from catalog.admin.facet_counts import Entries, entries_of
from catalog.admin.gaps import facet_of, is_empty, missed_in, without_picture
from catalog.admin.keys import is_key
from catalog.models import (
    MAX_DEPTH,
    Citation,
    Collection,
    Level,
    Shelving,
    Status,
    StoragePlace,
    Term,
    Vocabulary,
)
from catalog.values import RIGHTS_STATEMENTS

#: Longer lists of choices are useless beside a list; the search box finds the rest.
MOST_CHOICES: Final = 150


class _Counted(admin.SimpleListFilter):
    """A filter whose counts come from the search index, or are one grouped query, however many choices it has.

    Django runs a subquery for each choice, which takes seconds with a hundred thousand records.
    """

    column: ClassVar[str]
    #: The facet of the search index that says exactly the same as the column, if there is one.
    facet: ClassVar[str] = ""

    def counted(self, rows: QuerySet[Any]) -> dict[Any, int]:
        """How many of the rows have each value of the column."""
        return dict(rows.order_by().values_list(self.column).annotate(number=Count("pk")))

    def counted_on_index(self, entries: Entries) -> dict[Any, int]:
        """The same of some entries."""
        return entries.counts(self.facet, self.values())

    def values(self) -> dict[str, str]:
        """What the index calls each choice."""
        return {choice: choice for choice, _label in self.lookup_choices}

    def number(self, counts: dict[Any, int], choice: Any) -> int:
        """The count of one choice."""
        return counts.get(choice, 0)

    def get_facet_queryset(self, changelist: Any) -> dict[str, int]:
        """Counts of all choices among the rows that the other filters leave."""
        rows = changelist.get_queryset(self.request, exclude_parameters=self.expected_parameters())
        entries = entries_of(self.request, rows) if self.facet else None
        counts = self.counted(rows) if entries is None else self.counted_on_index(entries)
        return {
            f"{index}__c": self.number(counts, choice)
            for index, (choice, _label) in enumerate(self.lookup_choices)
        }


class _OfRows(_Counted):
    """A filter whose choices are rows of a hierarchy, by primary key; each also finds what is below."""

    tree: ClassVar[type[Term] | type[Collection] | type[StoragePlace]]

    def rows_to_choose(self) -> QuerySet[Any]:
        """The rows offered, in order; if there are more than :data:`MOST_CHOICES`, the first."""
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Keys and names, read once per request: Django rebuilds every filter to count the values
        of each.
        """
        kept: dict[type, list[Any]] = vars(request).setdefault("_rows_to_choose", {})
        if type(self) not in kept:
            kept[type(self)] = list(self.rows_to_choose()[:MOST_CHOICES])
        self._rows = kept[type(self)]
        return [(str(row.pk), str(row)) for row in self._rows]

    def values(self) -> dict[str, str]:
        """The index knows terms by their code and records by their key."""
        return {
            str(row.pk): row.code if isinstance(row, Term) else str(row.pk) for row in self._rows
        }

    def chosen(self) -> int | None:
        """The key chosen; None if nothing was given, or nothing that can be one."""
        text = self.value() or ""
        return int(text) if is_key(text) else None

    def matching(self, rows: QuerySet[Any], keys: list[int]) -> QuerySet[Any]:
        """The rows that belong to one of the keys."""
        field = rows.model._meta.get_field(self.column)
        if not field.many_to_many:
            return rows.filter(**{f"{self.column}__in": keys})
        # Not a join: a record with two of the terms would be listed twice.
        own, other = field.m2m_field_name(), field.m2m_reverse_field_name()
        through = field.remote_field.through.objects
        return rows.filter(pk__in=through.filter(**{f"{other}__in": keys}).values(own))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows that belong to the one chosen or are below it."""
        if not self.value():
            return queryset
        key = self.chosen()
        if key is None:
            return queryset.none()
        return self.matching(queryset, [key, *self.tree.objects.all().descendant_ids(key)])

    def pairs(self, rows: QuerySet[Any]) -> Any:
        """The keys of a row of the hierarchy and of a record that belongs to it directly."""
        field = rows.model._meta.get_field(self.column)
        if not field.many_to_many:
            return rows.order_by().values_list(f"{self.column}_id", "pk")
        own, other = field.m2m_field_name(), field.m2m_reverse_field_name()
        linking = field.remote_field.through.objects.filter(
            **{f"{own}__in": rows.order_by().values("pk")}
        )
        return linking.values_list(f"{other}_id", f"{own}_id")

    def counted(self, rows: QuerySet[Any]) -> dict[Any, int]:
        """How many records each row of the hierarchy finds: each record once, here or below."""
        found: defaultdict[int | None, array[int]] = defaultdict(lambda: array("Q"))
        for key, record in self.pairs(rows).iterator():
            found[key].append(record)
        found.pop(None, None)
        above = dict(self.tree.objects.order_by().values_list("pk", f"{self.tree.PARENT}_id"))
        below: defaultdict[int, BitMap64] = defaultdict(BitMap64)
        for key, belonging in found.items():
            records = BitMap64(belonging)
            place: int | None = key
            steps = 0
            while place is not None and steps < MAX_DEPTH:
                below[place] |= records
                place, steps = above.get(place), steps + 1
        return {str(key): len(records) for key, records in below.items()}


def by_term(
    column: str, vocabulary: Vocabulary, heading: str | Promise, *, facet: str
) -> type[admin.SimpleListFilter]:
    """A filter by a column of terms; a broader term finds its narrower ones too. ``facet`` is that of the
    search index with the same terms.
    """

    class TermFilter(_OfRows):
        title = heading  # type: ignore[assignment]
        parameter_name = column
        tree = Term

        def rows_to_choose(self) -> QuerySet[Any]:
            return Term.objects.filter(vocabulary=vocabulary).only("pk", "label", "labels", "code")

    TermFilter.column, TermFilter.facet = column, facet
    return TermFilter


class CollectionFilter(_OfRows):
    """By fonds or series, including what is below them. Files are too many for a list of choices."""

    title = _("collection")
    parameter_name = "collection"
    column = facet = "collection"
    tree = Collection

    def rows_to_choose(self) -> QuerySet[Any]:
        """The levels down to sub-series."""
        return Collection.objects.exclude(level=Level.FILE).only("pk", "title")


class ParentFilter(CollectionFilter):
    """The same for the list of collections themselves."""

    title = _("part of")
    parameter_name = "parent"
    column = "parent"


class StorageFilter(_OfRows):
    """By storage place, including what is below it. Boxes are too many for a list of choices; their
    pages lead here.
    """

    title = _("storage place")
    parameter_name = "storage"
    tree = StoragePlace

    def rows_to_choose(self) -> QuerySet[Any]:
        """Rooms and shelves: what has something in it, or stands in nothing."""
        holding = StoragePlace.objects.exclude(part_of=None).values("part_of")
        rows = StoragePlace.objects.filter(Q(pk__in=holding) | Q(part_of=None))
        return rows.with_paths()

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Keys and paths, and the place that is chosen whichever it is; nothing for those who may not see them."""
        if not request.user.has_perm("catalog.view_storageplace"):
            return []
        found = sorted(super().lookups(request, model_admin), key=lambda one: one[1])
        chosen = request.GET.get(self.parameter_name, "")
        if is_key(chosen) and chosen not in dict(found):
            places = StoragePlace.objects.with_paths().filter(pk=chosen)
            found += [(chosen, str(place)) for place in places]
        return found

    def matching(self, rows: QuerySet[Any], keys: list[int]) -> QuerySet[Any]:
        """The records that are kept, whole or in part, in one of the places."""
        kind = rows.model.KIND
        kept = Shelving.objects.filter(place__in=keys, **{f"{kind}__isnull": False})
        return rows.filter(pk__in=kept.values(kind))

    def pairs(self, rows: QuerySet[Any]) -> Any:
        """The keys of a storage place and of a record that is kept there."""
        kind = rows.model.KIND
        kept = Shelving.objects.filter(**{f"{kind}__in": rows.order_by().values("pk")})
        return kept.order_by().values_list("place_id", f"{kind}_id")


def by_choice(
    column: str, choices: Any, heading: str | Promise, *, facet: str = ""
) -> type[admin.SimpleListFilter]:
    """A filter by a column of fixed choices; an unknown word finds nothing. ``facet`` is that of the search index
    with the same words, if there is one.
    """

    class ChoiceFilter(_Counted):
        title = heading  # type: ignore[assignment]
        parameter_name = column

        def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
            return choices

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            return queryset.filter(**{column: self.value()}) if self.value() else queryset

    ChoiceFilter.column, ChoiceFilter.facet = column, facet
    return ChoiceFilter


StatusFilter = by_choice("status", Status.choices, _("status"))


class RightsFilter(_Counted):
    """By rights statement, and those that have none."""

    column = facet = "rights"
    title = _("rights")
    parameter_name = "rights"
    _NONE: ClassVar[str] = "none"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """The statements in their words."""
        stated = [(statement.uri, _(statement.label)) for statement in RIGHTS_STATEMENTS.values()]
        return [(self._NONE, _("not stated")), *stated]

    def values(self) -> dict[str, str]:
        """The statements."""
        return {uri: uri for uri in super().values() if uri != self._NONE}

    def counted_on_index(self, entries: Entries) -> dict[Any, int]:
        """Whoever has no statement is in the facet with no value."""
        lacking = entries.lacking(self.facet)
        return {**super().counted_on_index(entries), "": lacking}

    def number(self, counts: dict[Any, int], choice: Any) -> int:
        """The count of one statement; "none" stands for the empty one."""
        return counts.get("" if choice == self._NONE else choice, 0)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The records under the statement."""
        if not self.value():
            return queryset
        return queryset.filter(rights="" if self.value() == self._NONE else self.value())


class DeskFilter(admin.SimpleListFilter):
    """The piles of the curator's desk."""

    title = _("desk")
    parameter_name = "desk"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """The headings of the piles."""
        return [(pile.name, pile.heading) for pile in PILES]

    def get_facet_queryset(self, changelist: Any) -> dict[str, int]:
        """The number of each pile among the rows that the other filters leave."""
        rows = changelist.get_queryset(self.request, exclude_parameters=self.expected_parameters())
        return {
            f"{index}__c": pile.choose(rows.order_by(), self.request.user).count()
            for index, pile in enumerate(PILES)
        }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The records on the pile; none for an unknown one."""
        if not self.value():
            return queryset
        pile = BY_NAME.get(str(self.value()))
        return pile.choose(queryset, request.user) if pile else queryset.none()


class HasFileFilter(_Counted):
    """Images by whether the archive holds a file."""

    column, facet = "file", "has_image"
    title = _("file")
    parameter_name = "file"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Held or not."""
        return [("held", _("held")), ("none", _("only described"))]

    def counted(self, rows: QuerySet[Any]) -> dict[Any, int]:
        """Both numbers."""
        number, none = rows.count(), rows.filter(file="").count()
        return {"held": number - none, "none": none}

    def counted_on_index(self, entries: Entries) -> dict[Any, int]:
        """An image has a picture if the archive holds its file."""
        none = entries.lacking(self.facet)
        return {"held": len(entries.ids) - none, "none": none}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The images with a file, or without."""
        if self.value() == "held":
            return queryset.exclude(file="")
        return queryset.filter(file="") if self.value() == "none" else queryset


class MissingFilter(admin.SimpleListFilter):
    """Records that lack something that visitors look for."""

    title = _("what is missing")
    parameter_name = "missing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """The columns that records of this kind have, and what belongs to them."""
        columns = list(missed_in(model_admin.model).items())
        if without_picture(model_admin.model._default_manager.none()) is not None:
            columns.append(("picture", _("picture")))
        return [*columns, ("subjects", _("subjects")), ("citations", _("sources"))]

    def get_facet_queryset(self, changelist: Any) -> dict[str, int]:
        """What the rows lack that the other filters leave: all their columns are counted in one pass."""
        rows = changelist.get_queryset(self.request, exclude_parameters=self.expected_parameters())
        counts: dict[str, int] = {}
        names = [name for name, _words in self.lookup_choices]
        if (entries := entries_of(self.request, rows)) is not None:
            counts = {
                name: entries.lacking(facet)
                for name in names
                if (facet := facet_of(rows.model, name))
            }
        columns = [name for name in missed_in(rows.model) if name not in counts]
        counts |= rows.order_by().aggregate(
            **{name: Count("pk", filter=is_empty(rows.model, name)) for name in columns}
        )
        for name in names:
            if name not in counts:
                counts[name] = self.lacking(rows, name).count()
        return {f"{index}__c": counts[name] for index, name in enumerate(names)}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The records without it; all of them if the word is unknown."""
        return self.lacking(queryset, self.value())

    @staticmethod
    def lacking(queryset: QuerySet[Any], wanted: str | None) -> QuerySet[Any]:
        """The rows without something; all of them if the word is unknown."""
        model = queryset.model
        if wanted == "picture":
            lacking = without_picture(queryset)
            return queryset if lacking is None else lacking
        of_record = {model._meta.model_name: OuterRef("pk")}
        if wanted == "subjects":
            # PostgreSQL cannot turn NOT IN into a join: it would read the links again for every record.
            links = model.subjects.through.objects.filter(**of_record)
            return queryset.filter(~Exists(links))
        if wanted == "citations":
            return queryset.filter(~Exists(Citation.objects.filter(**of_record)))
        return queryset.filter(is_empty(model, wanted)) if wanted in missed_in(model) else queryset
