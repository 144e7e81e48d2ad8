"""What ties a record to others, and those to each other: every sort of relation as rows of one shape.

A :class:`Bond` is a way in which two records are connected: two foreign keys of a relation, or a
foreign key of a record. However many bonds there are, one query reads all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import CharField, F, QuerySet, Value

from catalog.models import (
    Contribution,
    Depiction,
    Document,
    Event,
    Image,
    NameField,
    NameOf,
    Participation,
    Person,
    Relation,
    Relationship,
    Topic,
    birth_withheld,
    visibility,
)
from catalog.uris import Kind

if TYPE_CHECKING:
    from catalog.models import Reader, Record

#: How many ties of each bond are read, in the order that curators gave them.
TOLD: Final = 500


@dataclass(frozen=True, slots=True)
class End:
    """One end of a bond: a kind of record, the column that leads to it (the row itself if that is
    empty), and the term (:class:`~catalog.models.NameOf`) shown beside the other end when the bond is
    read from this one.

    Between two persons they say what the other is to this one ("child of"); if only one of the ends
    has a role, they name that ("author").
    """

    kind: Kind
    column: str = ""
    words: NameOf | None = None

    @property
    def key(self) -> str:
        """Path to its primary key."""
        return f"{self.column}_id" if self.column else "pk"

    def of(self, name: str) -> str:
        """Path to a column of its record."""
        return f"{self.column}__{name}" if self.column else name


@dataclass(frozen=True, slots=True)
class Bond:
    """A way in which two records are connected; ``closeness`` weighs it against the others."""

    name: str
    model: Any
    ends: tuple[End, End]
    closeness: int

    def rows(self, user: Reader, *, seen_from: str = "") -> QuerySet[Any]:
        """Those of which the reader may see both ends. ``seen_from``: the column that was read
        through the rule.
        """
        rows = self.model.objects
        if issubclass(self.model, Relation):
            found: QuerySet[Any] = rows.visible_to(user, seen_from=[seen_from])
        else:
            found = rows.visible_to(user)
            if self.name == "birth":
                found = found.exclude(birth_withheld(user))
            for end in self.ends:
                if end.column and end.column != seen_from:
                    found = found.filter(visibility(user, f"{end.column}__"))
        return found.filter(**{f"{end.column}__isnull": False for end in self.ends if end.column})


_ROLE: Final = NameOf("role")


def _bonds() -> Iterator[Bond]:
    relationship = (
        End("person", "person", NameOf("kind", inverse=True)),
        End("person", "related", NameOf("kind")),
    )
    yield Bond("relationship", Relationship, relationship, 4)
    participation = (End("person", "person", _ROLE), End("event", "event", _ROLE))
    yield Bond("participation", Participation, participation, 3)
    works: tuple[Kind, ...] = ("document", "image")
    made: tuple[Kind, ...] = (*works, "collection")
    for work in made:
        ends = (End("person", "person", _ROLE), End(work, work, _ROLE))
        yield Bond("contribution", Contribution, ends, 2)
    yield Bond("depiction", Depiction, (End("person", "person"), End("image", "image")), 2)
    for work in works:
        for about in Topic.ABOUT:
            subject: Any = about.removeprefix("about_")
            yield Bond("topic", Topic, (End(work, work), End(subject, about)), 2)
    yield Bond("whole", Event, (End("event"), End("event", "part_of")), 2)
    for model in (Event, Document, Image):
        yield Bond("place", model, (End(model.KIND), End("place", "place")), 1)
    yield Bond("birth", Person, (End("person"), End("place", "born_place")), 1)
    yield Bond("death", Person, (End("person"), End("place", "died_place")), 1)


#: Every bond there is.
BONDS: Final = tuple(_bonds())

#: A record by kind and primary key.
Key = tuple[Kind, int]


@dataclass(frozen=True, slots=True)
class Tie:
    """What another record is to a given one: the name of the bond, and the cataloguer's word for
    it, empty if there is none. ``reads_back``: the bond leads from the other record to this one.
    """

    kind: Kind
    pk: int
    title: str
    slug: str
    bond: str
    words: str
    closeness: int
    reads_back: bool

    @property
    def key(self) -> Key:
        """The other record."""
        return self.kind, self.pk


_COLUMNS: Final = (
    "of_kind", "of_pk", "of_title", "of_slug", "bond", "words", "reads_back",
)  # fmt: skip


def ties_of(record: Record, user: Reader) -> list[Tie]:
    """The ties of a record that ``user`` may see, to others that they may see: of each bond
    :data:`TOLD`, and one more if there are more. One query.
    """
    found = []
    for number, bond in enumerate(BONDS):
        for near, far in (bond.ends, bond.ends[::-1]):
            if near.kind == record.KIND:
                found.append(_ties(number, bond, near, far, record, user))
    first, *others = found
    return [
        Tie(kind, pk, title, slug, BONDS[number].name, words, BONDS[number].closeness, bool(back))
        for kind, pk, title, slug, number, words, back in first.union(*others, all=True)
    ]


def _ties(number: int, bond: Bond, near: End, far: End, record: Record, user: Reader) -> Any:
    rows = bond.rows(user, seen_from=near.column).filter(**{near.key: record.pk})
    order = ("position", "id") if issubclass(bond.model, Relation) else ("id",)
    # Each part of a union has its own limit, which SQLite allows only in a subquery.
    return (
        bond.model.objects.filter(pk__in=rows.order_by(*order).values("pk")[: TOLD + 1])
        .order_by()
        .annotate(
            of_kind=Value(far.kind, CharField()),
            of_pk=F(far.key),
            of_title=F(far.of("title")),
            of_slug=F(far.of("slug")),
            bond=Value(number),
            words=near.words or Value("", NameField()),
            reads_back=Value(int(near is bond.ends[1])),
        )
        .values_list(*_COLUMNS)
    )


def ties_among(records: Mapping[Kind, Collection[int]]) -> set[tuple[Key, Key]]:
    """Which of some records are connected, each pair once, the smaller first. One query, or none.

    The caller has read the records through the rule of visibility: a bond hides nothing but its
    ends.
    """
    found = []
    for bond in BONDS:
        one, other = bond.ends
        if records.get(one.kind) and records.get(other.kind):
            rows = bond.model.objects.filter(
                **{f"{one.key}__in": records[one.kind], f"{other.key}__in": records[other.kind]}
            )
            found.append(
                rows.order_by()
                .annotate(
                    one=Value(one.kind, CharField()),
                    one_pk=F(one.key),
                    other=Value(other.kind, CharField()),
                    other_pk=F(other.key),
                )
                .values_list("one", "one_pk", "other", "other_pk")
            )
    if not found:
        return set()
    first, *others = found
    pairs: set[tuple[Key, Key]] = set()
    for one_kind, one_pk, other_kind, other_pk in first.union(*others):
        low, high = sorted(((one_kind, one_pk), (other_kind, other_pk)))
        if low != high:
            pairs.add((low, high))
    return pairs
