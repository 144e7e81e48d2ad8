"""How the page of a record is answered, whatever its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views import View

from catalog.formats import context_object
from catalog.models import Person, Record, Term, sees_everything
from catalog.pages.absent import answer_without_record
from catalog.pages.citing import cited_by, creators, files_of, in_styles, ready_citation
from catalog.pages.details import below_the_dates, beyond_the_fields
from catalog.pages.facts import Fact
from catalog.pages.hierarchy import Trail, with_neighbours
from catalog.pages.kinds import KIND_NAMES, kind_of
from catalog.pages.like_this import like_this
from catalog.pages.relations import Group, Section
from catalog.pages.search_address import search_within
from catalog.pages.signposts import signposts
from catalog.pages.sources import Sources
from catalog.pages.structured import structured
from catalog.templatetags.museum import record_language
from catalog.uris import list_path, network_path

if TYPE_CHECKING:
    from catalog.models import Reader

#: Kinds whose records have a page with everything they are connected with (``pages/network.py``).
IN_NETWORKS: Final = frozenset({"person", "event"})


#: Pages with more relations than this begin with links to their parts.
LONG: Final = 20


class RecordDetail(View):
    """The page of one record. A noun says which records it points to and what is on its page."""

    model: ClassVar[type[Record]]
    #: Foreign keys that the page needs; each goes through :func:`~catalog.models.seen` before it is shown.
    linked: ClassVar[tuple[str, ...]] = ()
    #: The column by which the records follow each other, wherever they are; empty if it depends on where.
    order: ClassVar[str] = ""

    def get(self, request: HttpRequest, slug: str) -> HttpResponseBase:
        """The page; otherwise a redirect to it, 410 if it was removed, or 404."""
        user: Reader = request.user
        record = self.rows(user).filter(slug=slug).first()
        if record is None:
            return answer_without_record(request, self.model, slug)
        return self.made(request, record, user)

    def rows(self, user: Reader) -> QuerySet[Any]:
        """The records of this noun that ``user`` may see, each with what its page reads of the row
        itself.
        """
        rows: QuerySet[Any] = self.model.objects.visible_to(user)
        if self.order:
            rows = with_neighbours(rows, self.order)
        return rows.select_related(*self.linked)

    def made(self, request: HttpRequest, record: Record, user: Reader, **more: Any) -> HttpResponse:
        """The page of a record of :meth:`rows`; ``more`` goes to the template."""
        page = self.page(request, record, user)
        record = page.record
        context = page.context(request) | more
        response = render(request, f"catalog/{record.KIND}/detail.html", context)
        response["Link"] = signposts(record, request)
        # While the search index is behind, similar records are missing, and the page is not kept.
        response.is_passing = context["alike"] is None  # type: ignore[attr-defined]
        return response

    def page(self, request: HttpRequest, record: Record, user: Reader) -> Page:
        """What is on the page of a record of :meth:`rows`."""
        if isinstance(record, Person):
            record = record.known_to(user)
        page = Page(record, user, request.GET)
        self.fill(page)
        return page

    def fill(self, page: Page) -> None:
        """Fill ``page`` with what the page of this noun shows."""
        raise NotImplementedError


class Page:
    """What is on the page of a record; a noun fills it, the templates read it."""

    def __init__(self, record: Any, user: Reader, asked: QueryDict) -> None:
        self.record = record
        self.user = user
        #: The query string of the address: which page the viewer shows.
        self.asked = asked
        #: One line under the title: who, when, what.
        self.line: list[Any] = []
        #: Words above the title, after the name of the kind.
        self.type = ""
        #: The title of the work in its own language, and its language tag.
        self.original_title = ""
        self.original_language = ""
        self.facts: list[Fact] = []
        self.sections: list[Section] = []
        self.trail = Trail()
        #: The picture at the top of the page: an Image record, or None.
        self.image: Any = None
        #: Who is named first in the ready-made citation.
        self.creators: list[str] = []
        #: Who made the work, as shown on the page, and its languages; None if these were not read.
        self.makers: list[Any] | None = None
        self.languages: list[Term] | None = None
        self.extra: dict[str, Any] = {}

    def add(self, title: Any, *groups: Group, timeline: str = "") -> None:
        """Add a section with groups of relations to the page; empty ones are left out.

        ``timeline`` is the address of the same relations in order of time, offered where there are several.
        """
        filled = [group for group in groups if group.lines]
        if filled:
            several = sum(len(group.lines) for group in filled) > 1
            self.sections.append(Section(title, filled, timeline if several else ""))

    def made_by(self, makers: list[Group]) -> None:
        """Take the makers of the work from its groups of contributions."""
        self.makers = [line.statement for group in makers for line in group.lines]
        self.creators = creators(self.makers, self.record.KIND)

    @property
    def groups(self) -> list[Group]:
        """All relations on the page."""
        return [group for section in self.sections for group in section.groups]

    @property
    def is_long(self) -> bool:
        """Whether the page needs links to its parts."""
        return len(self.sections) > 1 and sum(part.number for part in self.sections) > LONG

    def fact(self, label: Any, *values: Any, field: str = "") -> None:
        """Add a fact to the page; one without values is left out."""
        fact = Fact.of(label, *values, field=field)
        if fact:
            self.facts.append(fact)

    def linked_data(self, request: HttpRequest) -> SafeString:
        """The record for search engines. It needs neither the sources nor what is like the record."""
        identifiers = beyond_the_fields(self.record, self.user).identifiers
        return structured(self.record, self, identifiers, request)

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """What the templates get."""
        record = self.record
        sources = Sources.of(record, self.user, self.groups, self.facts)
        for fact in self.facts:
            fact.marks = sources.marks_of_field(fact.field)
        many = KIND_NAMES[record.KIND][1]
        beyond = beyond_the_fields(record, self.user)
        self.facts = [*below_the_dates(self.facts, beyond.of_dates), *beyond.facts]
        work = cited_by(record, self, request)
        return {
            "section": record.KIND,
            "record": record,
            "page": self,
            "kind_name": kind_of(record),
            "trail": self.trail.steps(many, list_path(record.KIND)),
            "sources": sources,
            "outside_identifiers": beyond.identifiers,
            "exhibitions": beyond.exhibitions,
            "citation": ready_citation(record, self.creators, request),
            "reference": context_object.write(work),
            "styles": in_styles(work),
            "files": files_of(record),
            "alike": like_this(record, self.trail, self.user),
            "network": network_path(record.KIND, record.slug)
            if record.KIND in IN_NETWORKS and self.sections
            else "",
            "structured": structured(record, self, beyond.identifiers, request),
            "is_staff": sees_everything(self.user),
            "written_in": record_language(),
            "search_within": search_within(record) if self.sections else "",
            "drops_query": True,
            **self.extra,
        }
