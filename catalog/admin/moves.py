"""Submit, send back, publish, withdraw: as buttons of one record and as actions on many.

Each asks ``catalog.actions``; what that refuses is told record by record, in its own words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected as ask_before_deleting
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from catalog import actions
from catalog.admin.record_form import in_words, listed
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
    """A change of status: the action behind it, its words, and from which status it is offered."""

    name: str
    act: Callable[..., Any]
    permission: str
    button: str | Promise
    action: str | Promise
    done: Any
    log: str
    offered: frozenset[Status]


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
        offered=frozenset({Status.DRAFT}),
    ),
    Move(
        name="send_back",
        act=actions.send_back,
        permission="publish",
        button=gettext_lazy("Save and send back"),
        action=gettext_lazy("Send selected back to their cataloguers"),
        done=ngettext_lazy("%d record was sent back.", "%d records were sent back."),
        log="Sent back.",
        offered=frozenset({Status.IN_REVIEW}),
    ),
    Move(
        name="publish",
        act=actions.publish,
        permission="publish",
        button=gettext_lazy("Save and publish"),
        action=gettext_lazy("Publish selected"),
        done=ngettext_lazy("%d record was published.", "%d records were published."),
        log="Published.",
        offered=frozenset({Status.DRAFT, Status.IN_REVIEW, Status.WITHDRAWN}),
    ),
    Move(
        name="withdraw",
        act=actions.withdraw,
        permission="publish",
        button=gettext_lazy("Save and withdraw"),
        action=gettext_lazy("Withdraw selected from the public"),
        done=ngettext_lazy("%d record was withdrawn.", "%d records were withdrawn."),
        log="Withdrawn.",
        offered=frozenset({Status.PUBLISHED}),
    ),
)


class MovesRecords(_Base):
    """Mixin of a ModelAdmin: the moves as buttons, as list actions, and deleting through the action."""

    def has_publish_permission(self, request: HttpRequest) -> bool:
        """Whether the curator may publish and withdraw records of this kind."""
        return request.user.has_perm(f"catalog.publish_{self.opts.model_name}")

    def possible_moves(self, request: HttpRequest, record: Record | None) -> list[Move]:
        """The moves that the form offers: those that its record's status and the curator allow."""
        status = Status(record.status) if record else Status.DRAFT
        return [
            move
            for move in MOVES
            if status in move.offered
            and request.user.has_perm(f"catalog.{move.permission}_{self.opts.model_name}")
        ]

    def move_as_asked(self, request: HttpRequest, record: Record) -> None:
        """Do the move whose button was pressed, if one was; tell what came of it."""
        for move in MOVES:
            if f"_{move.name}" in request.POST:
                said = reviewed(request)
                given: dict[str, Any] = {"note": said.get("note", "")}
                if move.act is actions.publish:
                    given["on"] = said.get("publish_on")
                self._do(request, [record], partial(move.act, **given), move.done, move.log)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The list's actions: the moves that the curator may make, then deleting."""
        own: dict[str, Any] = {}
        for move in MOVES:
            if request.user.has_perm(f"catalog.{move.permission}_{self.opts.model_name}"):
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
                refusals.append(in_words(refusal))
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
