"""Submit, send back, publish, embargo, withdraw: as buttons of one record and as actions on many.

Each asks ``catalog.actions``; what that refuses is told record by record, in its own words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected as ask_before_deleting
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from catalog import actions
from catalog.admin.record_form import listed
from catalog.admin.review import reviewed
from catalog.models import Record, Status

if TYPE_CHECKING:
    _Base = admin.ModelAdmin[Any]
else:
    _Base = object

#: So many records are taken at once; each is a transaction of its own.
MOST_AT_ONCE: Final = 500
#: So many refusals are told one by one.
MOST_TOLD: Final = 10


@dataclass(frozen=True, slots=True)
class Move:
    """A step that is taken with a record: the action behind it, its words, and when it is offered."""

    name: str
    act: Callable[..., Any]
    permission: str
    button: str | Promise
    action: str | Promise
    done: Any
    log: str
    #: Whether it can be taken with a record as it stands.
    offered: Callable[[Record], bool]
    #: What the action is told beside who and why, of what the form said for the review.
    told: Callable[[dict[str, Any], Record], dict[str, Any]] = lambda _said, _record: {}
    #: Whether it can be taken with many records at once: not where each has a date of its own.
    in_lists: bool = True


def _at(*statuses: Status) -> Callable[[Record], bool]:
    return lambda record: record.status in statuses


def _can_be_published(record: Record) -> bool:
    """Also what will be published: at once, or on another date."""
    return record.status != Status.PUBLISHED or _is_ahead(record.publish_from)


def _is_ahead(moment: datetime | None) -> bool:
    return moment is not None and moment > timezone.now()


def _published_when(said: dict[str, Any], record: Record) -> dict[str, Any]:
    """On the date in the form; a box that was emptied takes back the date that was planned."""
    planned = timezone.now() if _is_ahead(record.publish_from) else None
    return {"on": said.get("publish_on") or planned}


MOVES: Final = (
    Move(
        name="submit_for_review",
        act=actions.submit,
        permission="change",
        button=gettext_lazy("Save and submit for review"),
        action=gettext_lazy("Submit selected for review"),
        done=ngettext_lazy(
            "%d record was submitted for review.", "%d records were submitted for review."
        ),
        log="Submitted for review.",
        offered=_at(Status.DRAFT),
    ),
    Move(
        name="send_back",
        act=actions.send_back,
        permission="publish",
        button=gettext_lazy("Save and send back"),
        action=gettext_lazy("Send selected back to their cataloguers"),
        done=ngettext_lazy("%d record was sent back.", "%d records were sent back."),
        log="Sent back.",
        offered=_at(Status.IN_REVIEW),
    ),
    Move(
        name="publish",
        act=actions.publish,
        permission="publish",
        button=gettext_lazy("Save and publish"),
        action=gettext_lazy("Publish selected"),
        done=ngettext_lazy("%d record was published.", "%d records were published."),
        log="Published.",
        offered=_can_be_published,
        told=_published_when,
    ),
    Move(
        name="embargo",
        act=actions.embargo,
        permission="publish",
        button=gettext_lazy("Save and set the embargo"),
        action="",
        done=ngettext_lazy("%d record is under embargo.", "%d records are under embargo."),
        log="Put under embargo.",
        offered=lambda record: record.status != Status.WITHDRAWN,
        told=lambda said, _record: {"until": said["hidden_until"]},
        in_lists=False,
    ),
    Move(
        name="lift_embargo",
        act=partial(actions.embargo, until=None),
        permission="publish",
        button=gettext_lazy("Save and lift the embargo"),
        action=gettext_lazy("Lift the embargo of selected"),
        done=ngettext_lazy(
            "The embargo of %d record was lifted.", "The embargo of %d records was lifted."
        ),
        log="Embargo lifted.",
        offered=lambda record: _is_ahead(record.embargo_until),
    ),
    Move(
        name="withdraw",
        act=actions.withdraw,
        permission="publish",
        button=gettext_lazy("Save and withdraw"),
        action=gettext_lazy("Withdraw selected from the public"),
        done=ngettext_lazy("%d record was withdrawn.", "%d records were withdrawn."),
        log="Withdrawn.",
        offered=_at(Status.PUBLISHED),
    ),
)

_WILL_BE: Final = ngettext_lazy(
    "%d record will be published on its date.", "%d records will be published on their dates."
)


class MovesRecords(_Base):
    """Mixin of a ModelAdmin: the moves as buttons, as list actions, and deleting through the action."""

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Whether the curator may publish and withdraw records of this kind."""
        return request.user.has_perm(f"catalog.publish_{self.opts.model_name}")

    def possible_moves(self, request: HttpRequest, record: Record | None) -> list[Move]:
        """The moves that the form offers: those that its record's status and the curator allow."""
        standing = record or self.model(status=Status.DRAFT)
        return [
            move
            for move in MOVES
            if move.offered(standing)
            and request.user.has_perm(f"catalog.{move.permission}_{self.opts.model_name}")
        ]

    def move_as_asked(self, request: HttpRequest, record: Record) -> None:
        """Do the move whose button was pressed, if one was; tell what came of it."""
        for move in MOVES:
            if f"_{move.name}" in request.POST:
                said = reviewed(request)
                given = {"note": said.get("note", ""), **move.told(said, record)}
                done = _WILL_BE if _is_ahead(given.get("on")) else move.done
                self._do(request, [record], partial(move.act, **given), done, move.log)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The list's actions: the moves that the curator may make, then deleting."""
        own: dict[str, Any] = {}
        for move in MOVES:
            allowed = request.user.has_perm(f"catalog.{move.permission}_{self.opts.model_name}")
            if move.in_lists and allowed:
                own[move.name] = (_as_action(move), move.name, move.action)
        if self.has_delete_permission(request):
            own["delete_selected"] = (
                _delete_selected,
                "delete_selected",
                gettext_lazy("Delete selected for good"),
            )
        return {} if "_popup" in request.GET else own

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Delete each record by the action; what is refused is told."""
        self._do(
            request,
            queryset,
            actions.delete,
            ngettext_lazy("%d record was deleted.", "%d records were deleted."),
            log="",
        )

    def _do(
        self,
        request: HttpRequest,
        records: Iterable[Record],
        act: Callable[..., Any],
        done_words: Any,
        log: str,
    ) -> None:
        """Act on each record; one that is refused keeps none of the others."""
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
            self.message_user(request, done_words % done, messages.SUCCESS)
        if refusals:
            told = refusals[:MOST_TOLD]
            more = len(refusals) - len(told)
            heading = ngettext(
                "%d record was left as it is:", "%d records were left as they are:", len(refusals)
            )
            lines = [heading % len(refusals), *told]
            if more:
                lines.append(ngettext("… and %d more.", "… and %d more.", more) % more)
            self.message_user(request, listed(lines), messages.ERROR)

    def refused_as_too_many(self, request: HttpRequest, number: int) -> bool:
        """Whether so many records cannot be taken at once; the curator is told."""
        if number <= MOST_AT_ONCE:
            return False
        self.message_user(
            request,
            _(
                "%(number)d records are chosen; at most %(most)d are taken at once. Nothing was changed. "
                "Narrow the list with a filter or a search, and go on in parts."
            )
            % {"number": number, "most": MOST_AT_ONCE},
            messages.ERROR,
        )
        return True


def _as_action(move: Move) -> Callable[[Any, HttpRequest, Any], None]:
    def act_on_list(model_admin: Any, request: HttpRequest, queryset: Any) -> None:
        if not model_admin.refused_as_too_many(request, queryset.count()):
            model_admin._do(request, queryset, move.act, move.done, move.log)

    return act_on_list


def _delete_selected(
    model_admin: Any, request: HttpRequest, queryset: Any
) -> HttpResponseBase | None:
    """Ask first, naming all that would go; then delete each."""
    if model_admin.refused_as_too_many(request, queryset.count()):
        return None
    if not request.POST.get("post"):
        return ask_before_deleting(model_admin, request, queryset)
    model_admin.delete_queryset(request, queryset)
    return None
