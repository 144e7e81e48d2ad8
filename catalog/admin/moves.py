"""Submit, send back, publish, embargo, withdraw: as buttons of one record and as actions on many.

Each goes through ``catalog.actions``; refusals are shown record by record, in the action's own
words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.contrib import messages
from django.contrib.admin.actions import delete_selected as ask_before_deleting
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog import actions, bulk
from catalog.admin.many_moves import begun_with_many
from catalog.admin.mixin import AdminMixin
from catalog.admin.record_form import listed
from catalog.admin.review import reviewed
from catalog.models import Document, Record, Status

#: The most refusals that are shown one by one.
MOST_TOLD: Final = 10


@dataclass(frozen=True, slots=True)
class Move:
    """A step that is taken with a record: its action, its words, and when it is offered."""

    name: str
    act: Callable[..., Any]
    permission: str
    button: str | Promise
    action: str | Promise
    done: Any
    #: A sentence that it was taken with one record, which it names: ``%(title)s``.
    named: str | Promise
    log: str
    #: Whether it can be taken with a record in its current state.
    offered: Callable[[Record], bool]
    #: What the action receives besides who and why, from what the form said for the review.
    told: Callable[[dict[str, Any], Record], dict[str, Any]] = lambda _said, _record: {}
    #: Whether it can be taken with many records at once: not if each has a date of its own.
    in_lists: bool = True
    #: The step of :func:`catalog.actions.with_pages`, which a document can take with its pages.
    step: actions.PagesStep | None = None
    #: The only kind of record that can take it; empty: all.
    kind: str = ""


def _at(*statuses: Status) -> Callable[[Record], bool]:
    return lambda record: record.status in statuses


def _can_be_published(record: Record) -> bool:
    """Including what will be published, because that can be done at once or on another date."""
    return record.status != Status.PUBLISHED or _is_ahead(record.publish_from)


def _is_ahead(moment: datetime | None) -> bool:
    return moment is not None and moment > timezone.now()


def _moment(moment: datetime | None) -> str:
    """A date and its time, as messages tell them."""
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT") if moment else ""


def _has_pages_behind(step: actions.PagesStep, status: Status) -> Callable[[Record], bool]:
    """Whether a document has taken a step that pages of its own have not."""

    def is_so(record: Record) -> bool:
        if record.status != status or not isinstance(record, Document):
            return False
        return actions.pages_that_follow(record, step).exists()

    return is_so


def _published_when(said: dict[str, Any], record: Record) -> dict[str, Any]:
    """On the date in the form; an emptied box cancels the planned date."""
    planned = timezone.now() if _is_ahead(record.publish_from) else None
    return {"on": said.get("publish_on") or planned}


def _listed(name: str) -> dict[str, Any]:
    """The name of a step in lists, and how it is taken."""
    verb = bulk.VERBS[name]
    return {"name": name, "act": verb.act, "action": verb.words, "done": verb.done}


MOVES: Final = (
    Move(
        **_listed("submit_for_review"),
        permission="change",
        button=gettext_lazy("Save and submit for review"),
        named=gettext_lazy("“%(title)s” was submitted for review."),
        log="Submitted for review.",
        offered=_at(Status.DRAFT),
    ),
    Move(
        **_listed("send_back"),
        permission="publish",
        button=gettext_lazy("Save and send back"),
        named=gettext_lazy("“%(title)s” was sent back."),
        log="Sent back.",
        offered=_at(Status.IN_REVIEW),
    ),
    Move(
        **_listed("publish"),
        permission="publish",
        button=gettext_lazy("Save and publish"),
        named=gettext_lazy("“%(title)s” was published."),
        log="Published.",
        offered=_can_be_published,
        told=_published_when,
        step="publish",
    ),
    Move(
        **_listed("publish_with_pages"),
        kind="document",
        permission="publish",
        button=gettext_lazy("Save and publish its pages"),
        named=gettext_lazy("“%(title)s” was published with its pages."),
        log="Published with its pages.",
        offered=_has_pages_behind("publish", Status.PUBLISHED),
    ),
    Move(
        name="embargo",
        act=actions.embargo,
        permission="publish",
        button=gettext_lazy("Save and set the embargo"),
        action="",
        done="",
        named=gettext_lazy("“%(title)s” is under embargo until %(when)s."),
        log="Put under embargo.",
        offered=lambda record: record.status != Status.WITHDRAWN,
        told=lambda said, _record: {"until": said["hidden_until"]},
        in_lists=False,
        step="embargo",
    ),
    Move(
        **_listed("lift_embargo"),
        permission="publish",
        button=gettext_lazy("Save and lift the embargo"),
        named=gettext_lazy("The embargo of “%(title)s” was lifted."),
        log="Embargo lifted.",
        offered=lambda record: _is_ahead(record.embargo_until),
        step="lift_embargo",
    ),
    Move(
        **_listed("withdraw"),
        permission="publish",
        button=gettext_lazy("Save and withdraw"),
        named=gettext_lazy("“%(title)s” was withdrawn."),
        log="Withdrawn.",
        offered=_at(Status.PUBLISHED),
        step="withdraw",
    ),
    Move(
        **_listed("withdraw_with_pages"),
        kind="document",
        permission="publish",
        button=gettext_lazy("Save and withdraw its pages"),
        named=gettext_lazy("“%(title)s” was withdrawn with its pages."),
        log="Withdrawn with its pages.",
        offered=_has_pages_behind("withdraw", Status.WITHDRAWN),
    ),
)

#: The same step for whoever submitted the record.
_TAKE_BACK: Final = replace(
    next(move for move in MOVES if move.name == "send_back"),
    button=gettext_lazy("Save and take back from review"),
)

_WILL_BE: Final = gettext_lazy("“%(title)s” will be published on %(when)s.")


class MovesRecords(AdminMixin):
    """Mixin of a ModelAdmin: the moves as buttons, as list actions, and deleting through the action."""

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Whether the curator may publish and withdraw records of this kind."""
        return request.user.has_perm(f"catalog.publish_{self.opts.model_name}")

    def possible_moves(self, request: HttpRequest, record: Record | None) -> list[Move]:
        """The moves that the form offers: those that the record's status and the curator's rights allow."""
        standing = record or self.model(status=Status.DRAFT)
        found = [
            move
            for move in MOVES
            if self._is_for(move)
            and move.offered(standing)
            and request.user.has_perm(f"catalog.{move.permission}_{self.opts.model_name}")
        ]
        if record is None or self.has_publish_permission(request):
            return found
        return [*found, _TAKE_BACK] if actions.is_submitter(record, request.user) else found

    def _is_for(self, move: Move) -> bool:
        """Whether records of this kind can take a step."""
        return move.kind in {"", self.opts.model_name}

    def move_as_asked(self, request: HttpRequest, record: Record) -> None:
        """Do the move whose button was pressed, if any; report the result."""
        for move in MOVES:
            if f"_{move.name}" in request.POST:
                said = reviewed(request)
                given = {"note": said.get("note", ""), **move.told(said, record)}
                when = given.get("on") or given.get("until")
                named = _WILL_BE if _is_ahead(given.get("on")) else move.named
                said_of_it = named % {"title": record, "when": _moment(when)}
                act, also = partial(move.act, **given), ""
                if move.step and said.get("with_pages"):
                    act = partial(actions.with_pages, step=move.step, **given)
                    pages = actions.pages_that_follow(record, move.step).count()  # type: ignore[arg-type]
                    also = (
                        _("Pages that went with it: %(number)d.") % {"number": pages}
                        if pages
                        else ""
                    )
                self._do(request, [record], act, said_of_it, move.log, also)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The list's actions: the moves that the curator may make, then deleting."""
        own: dict[str, Any] = {}
        for move in MOVES:
            allowed = request.user.has_perm(f"catalog.{move.permission}_{self.opts.model_name}")
            if move.in_lists and allowed and self._is_for(move):
                own[move.name] = (_as_action(move), move.name, move.action)
        if self.has_delete_permission(request):
            own["delete_selected"] = (
                _delete_selected,
                "delete_selected",
                bulk.VERBS["delete_selected"].words,
            )
        return {} if "_popup" in request.GET else own

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Delete each record by the action; report refusals."""
        self._do(
            request,
            queryset,
            actions.delete,
            bulk.VERBS["delete_selected"].done,
            log="",
        )

    def _do(
        self,
        request: HttpRequest,
        records: Iterable[Record],
        act: Callable[..., Any],
        done_words: Any,
        log: str,
        also: str = "",
    ) -> None:
        """Act on each record; one that is refused does not affect the others.

        ``done_words`` and ``also`` are said when it is done; ``done_words`` is a sentence about one record, or
        takes the number of records.
        """
        done, refusals = 0, []
        for record in records:
            try:
                act(record, by=request.user)
            except (actions.Refused, ValidationError, IntegrityError) as refusal:
                refusals.append(actions.in_words(refusal))
                continue
            done += 1
            if log:
                self.log_change(request, record, log)
            else:
                self.log_deletions(request, [record])  # type: ignore[arg-type]
        if done:
            said = done_words if isinstance(done_words, str) else done_words % done
            self.message_user(request, f"{said} {also}".rstrip(), messages.SUCCESS)
        if refusals:
            told = refusals[:MOST_TOLD]
            more = len(refusals) - len(told)
            heading = ngettext(
                "%d record was left unchanged:", "%d records were left unchanged:", len(refusals)
            )
            lines = [heading % len(refusals), *told]
            if more:
                lines.append(ngettext("… and %d more.", "… and %d more.", more) % more)
            self.message_user(request, listed(lines), messages.ERROR)


def _as_action(move: Move) -> Callable[[Any, HttpRequest, Any], HttpResponseBase | None]:
    def act_on_list(model_admin: Any, request: HttpRequest, queryset: Any) -> Any:
        if queryset.count() > bulk.MANY:
            return begun_with_many(model_admin, request, queryset, move.name)
        model_admin._do(request, queryset, move.act, move.done, move.log)
        return None

    return act_on_list


def _delete_selected(
    model_admin: Any, request: HttpRequest, queryset: Any
) -> HttpResponseBase | None:
    """Ask first, naming everything that would be deleted; then delete each."""
    if queryset.count() > bulk.MANY:
        return begun_with_many(model_admin, request, queryset, "delete_selected")
    if not request.POST.get("post"):
        return ask_before_deleting(model_admin, request, queryset)
    model_admin.delete_queryset(request, queryset)
    return None
