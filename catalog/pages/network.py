"""The records connected with a person or an event: a figure that needs no script, and the same as a
list.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from catalog.explore import (
    TOLD,
    Column,
    Key,
    Neighbour,
    Ring,
    Rung,
    Spot,
    Tie,
    in_order,
    nearest,
    neighbours,
    ties_among,
    ties_of,
)
from catalog.models import Event, Person
from catalog.pages.absent import answer_without_record
from catalog.pages.hierarchy import Step
from catalog.pages.kinds import KIND_NAMES
from catalog.pages.relations import listed
from catalog.templatetags.museum import record_language
from catalog.uris import KINDS, Kind, list_path, network_path, record_path

if TYPE_CHECKING:
    from catalog.models import Reader

#: How many records are drawn, the closest first. Nobody could read a figure with more.
MOST: Final = 36
#: Width of a letter of a name in units of the figure, an overestimate rather than an underestimate.
LETTER: Final = 8.4
#: Letters of a line in the column for narrow screens: of a name, of the smaller words below it, of the
#: larger name at the head.
_COLUMN_NAME: Final = 28
_COLUMN_WORDS: Final = 32
_COLUMN_HEAD: Final = 24
#: A longer name is cut after so many lines.
_COLUMN_LINES: Final = 3
#: Width available for the name in the middle, in the same units.
_MIDDLE: Final = 320
#: The mark of each kind, drawn around the point 0, 0. They differ in shape, so that nobody has to
#: rely on colour.
MARKS: Final[dict[Kind, str]] = {
    "person": "M-7 0a7 7 0 1 0 14 0a7 7 0 1 0-14 0Z",
    "event": "M0-9 9 0 0 9-9 0Z",
    "document": "M-5.5-7.5h11v15h-11Z",
    "image": "M-8.5-6h17v12h-17Z",
    "place": "M0 8-7.5-6h15Z",
    "collection": "M-8-7h6v3h10v11h-16Z",
}
#: The name of a tie for which the cataloguer gave no word: by bond, and by whether it is read from
#: its other end.
_SAID: Final[dict[tuple[str, bool], Any]] = {
    ("depiction", False): _("depicted"),
    ("topic", True): _("subject"),
    ("whole", False): _("the whole"),
    ("whole", True): _("a part"),
    ("place", False): _("where it happened"),
    ("birth", False): _("place of birth"),
    ("death", False): _("place of death"),
}
#: Kinds whose lists can be filtered by a person or an event.
_LISTED: Final = ("person", "document", "image", "event", "collection")


@dataclass(slots=True)
class Node:
    """A record in the figure: where its mark is, and which of the others it is tied to."""

    neighbour: Neighbour
    spot: Spot
    #: Its place in the column for narrow screens.
    rung: Rung
    others: list[Node] = field(default_factory=list)

    @property
    def kind(self) -> Kind:
        """The kind of the record."""
        return self.neighbour.key[0]

    @property
    def title(self) -> str:
        """The name of the record."""
        return self.neighbour.ties[0].title

    @property
    def url(self) -> str:
        """Address of its page."""
        return record_path(self.kind, self.neighbour.ties[0].slug)

    @property
    def mark(self) -> str:
        """The shape of its kind."""
        return MARKS[self.kind]

    @property
    def kind_name(self) -> Any:
        """The name of its kind."""
        return KIND_NAMES[self.kind][0]

    @property
    def short(self) -> str:
        """The name, cut to the available space."""
        return Truncator(self.title).chars(int(self.spot.room / LETTER))

    @property
    def told(self) -> list[tuple[str, bool]]:
        """What it is to the record in the middle, in words, each with whether they are the
        cataloguer's own.
        """
        return list(dict.fromkeys(map(_words_of_tie, self.neighbour.ties)))

    @property
    def words(self) -> str:
        """The same in one line."""
        return ", ".join(capfirst(words) for words, _own in self.told)

    @property
    def under(self) -> str:
        """The same, cut to the space below the name."""
        return Truncator(self.words).chars(int(self.spot.room / LETTER))

    @property
    def name_lines(self) -> list[str]:
        """The name in lines that fit the column."""
        return _name_lines(self.neighbour)

    @property
    def column_words(self) -> str:
        """What it is to the record, cut to the column."""
        return Truncator(self.words).chars(_COLUMN_WORDS)


def _name_lines(one: Neighbour) -> list[str]:
    return textwrap.wrap(
        one.ties[0].title, _COLUMN_NAME, max_lines=_COLUMN_LINES, placeholder="…"
    )  # fmt: skip


def _words_of_tie(tie: Tie) -> tuple[str, bool]:
    if tie.words:
        return tie.words, True
    return str(_SAID[tie.bond, tie.reads_back]), False


@dataclass(frozen=True, slots=True)
class Rest:
    """How many more records of a kind are tied but not drawn, and the address of a list that has them, if any."""

    kind_name: Any
    number: int
    url: str


class Network:
    """A record in the middle and its nearest neighbours. Two queries."""

    def __init__(self, record: Any, user: Reader) -> None:
        ties = ties_of(record, user)
        tied = neighbours(ties)
        near = nearest(tied, MOST)
        drawn = in_order(near)
        self.record = record
        self.ring = Ring(len(drawn))
        self.column = Column([len(_name_lines(one)) for one in drawn])
        places = zip(drawn, self.ring.spots, self.column.rungs, strict=True)
        self.nodes = [Node(one, spot, rung) for one, spot, rung in places]
        #: Whether there are more ties than are read.
        self.is_cut = (
            max(Counter((tie.bond, tie.reads_back) for tie in ties).values(), default=0) > TOLD
        )
        self.rest = self._rest(tied, near)
        #: Lines between neighbours, as SVG draws them: those of the ring, those of the column.
        self.lines, self.bows = self._tied_among()

    @property
    def view_box(self) -> str:
        """The attribute of the SVG."""
        return f"0 0 {self.ring.width} {self.ring.height}"

    @property
    def mark(self) -> str:
        """The shape in the middle."""
        return MARKS[self.record.KIND]

    @property
    def short(self) -> str:
        """The name in the middle, cut to the available space."""
        return Truncator(self.record.title).chars(int(_MIDDLE / LETTER))

    @property
    def head(self) -> str:
        """The name at the head of the column, cut to the available space."""
        return Truncator(self.record.title).chars(_COLUMN_HEAD)

    @property
    def spokes(self) -> list[tuple[Node, int]]:
        """Each node with the width of its line to the middle: one for a single tie, three for many."""
        return [(node, min(len(node.neighbour.ties), 3)) for node in self.nodes]

    @property
    def legend(self) -> list[tuple[str, Any]]:
        """Mark and name of each kind that is drawn."""
        kinds = {node.kind for node in self.nodes} | {self.record.KIND}
        return [(MARKS[kind], KIND_NAMES[kind][0]) for kind in KINDS if kind in kinds]

    @property
    def groups(self) -> list[tuple[Any, list[Node]]]:
        """The nodes by kind, each kind with the name of its list."""
        by_kind = groupby(self.nodes, lambda node: node.kind)
        return [(KIND_NAMES[kind][1], list(nodes)) for kind, nodes in by_kind]

    def _rest(self, tied: list[Neighbour], near: list[Neighbour]) -> list[Rest]:
        drawn = {one.key for one in near}
        kinds = [one.key[0] for one in tied if one.key not in drawn]
        filters = {self.record.KIND: self.record.slug}
        return [
            Rest(KIND_NAMES[kind][1], kinds.count(kind), listed(kind, **filters) if kind in _LISTED else "")
            for kind in KINDS
            if kind in kinds
        ]  # fmt: skip

    def _tied_among(self) -> tuple[list[str], list[str]]:
        by_key: dict[Key, Node] = {node.neighbour.key: node for node in self.nodes}
        keys: dict[Kind, list[int]] = {}
        for kind, pk in by_key:
            keys.setdefault(kind, []).append(pk)
        lines, bows = [], []
        for low, high in sorted(ties_among(keys)):
            one, other = by_key[low], by_key[high]
            one.others.append(other)
            other.others.append(one)
            lines.append(self.ring.line(one.spot, other.spot))
            bows.append(self.column.bow(one.rung, other.rung))
        return lines, bows


@require_safe
def network(request: HttpRequest, slug: str, model: type[Person | Event]) -> HttpResponseBase:
    """``/people/<slug>/network/``: the figure and its list. Two queries besides that for the record."""
    record = model.objects.visible_to(request.user).filter(slug=slug).first()
    if record is None:
        return answer_without_record(request, model, slug, "network/")
    many = KIND_NAMES[model.KIND][1]
    context = {
        "section": model.KIND,
        "record": record,
        "network": Network(record, request.user),
        "written_in": record_language(),
        "canonical": network_path(model.KIND, slug),
        "trail": [
            Step(many, list_path(model.KIND), ours=True),
            Step(record.title, record.get_absolute_url()),
        ],
    }
    return render(request, "catalog/network.html", context)
