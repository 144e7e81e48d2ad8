"""Draft revisions in the admin: the record's own form, filled in and saved in a transaction that is
rolled back.

So a revision can hold whatever the form can, rows included, and what is kept of it is the
difference that saving would have made (``catalog.actions.record_state``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog import actions
from catalog.actions import record_state
from catalog.admin.keys import record_with
from catalog.admin.mixin import AdminMixin
from catalog.admin.review import reviewed
from catalog.models import RECORD_MODELS, Door, DraftRevision, Record, RevisionState

#: What a button of the form does after the revision was kept.
_STEPS: Final[dict[str, Callable[..., Any]]] = {
    "_revision_submit": actions.submit_revision,
    "_revision_send_back": actions.send_back_revision,
    "_revision_publish": actions.publish_revision,
}


@dataclass(frozen=True, slots=True)
class Change:
    """One line of what a revision changes, in words."""

    label: str
    before: str
    after: str
    #: Whether the published record has changed there since the revision was prepared.
    crossed: bool


def in_revision(request: HttpRequest) -> bool:
    """Whether the form is that of a revision."""
    return bool(getattr(request, "in_revision", False))


class RevisesRecords(AdminMixin):
    """Mixin of a record's admin: the form of its draft revision at ``<key>/revision/``."""

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and ``<key>/revision/`` before them."""
        name = f"catalog_{self.model._meta.model_name}_revision"
        own = path("<str:key>/revision/", self.admin_site.admin_view(self.revision), name=name)
        return [own, *super().get_urls()]

    def revision(self, request: HttpRequest, key: str) -> HttpResponseBase:
        """The form. A refusal leads back to the record with its reason."""
        record = record_with(key, self.model, request.user)
        back = HttpResponseRedirect(
            reverse(f"admin:catalog_{self.opts.model_name}_change", args=[record.pk])
        )
        try:
            if reason := actions.why_not_revisable(record, request.user):
                raise actions.Refused(reason)
            if "_revision_discard" in request.POST:
                if "sure" not in request.POST:
                    return self._confirm_discarding(request, record)
                actions.discard_revision(record, by=request.user)
                self.message_user(request, _("The draft revision was discarded."), messages.SUCCESS)
                return back
            request.in_revision = True  # type: ignore[attr-defined]
            response, changes = self._tried(request, record)
            if changes is None:
                return response
            return self._kept(request, record, changes) or back
        except actions.Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return back

    def _confirm_discarding(self, request: HttpRequest, record: Record) -> HttpResponseBase:
        """What would be lost, line by line, because nothing else keeps a revision."""
        revision = actions.revision_of(record)
        if revision is None:
            raise actions.Refused(_("There is no draft revision, or it no longer exists."))
        lines = told(record, revision.changes, record_state.state_of(record))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": record,
            "title": _("Discard the draft revision of “%(record)s”?") % {"record": record},
            "revision": revision,
            "revised": lines,
        }
        return render(request, "admin/catalog/discard.html", context)

    def _tried(
        self, request: HttpRequest, record: Record
    ) -> tuple[HttpResponseBase, record_state.State | None]:
        """The answer of the form over the revised record; if it was saved, what that changed."""
        revision = actions.revision_of(record)
        changes = None
        with actions.tried():
            before = record_state.state_of(record)
            shown: list[Change] = []
            if revision is not None:
                left, lost = record_state.without_gone(revision.changes, record)
                shown = told(record, revision.changes, before)
                if lost:
                    self.message_user(
                        request,
                        _(
                            "What the revision chose for %(fields)s has since been deleted. Choose again."
                        )
                        % {"fields": ", ".join(lost)},
                        messages.WARNING,
                    )
                actions.carry_out(record, left, by=None, trial=True)
            response = self.changeform_view(
                request,
                str(record.pk),
                extra_context={
                    "title": _("Draft revision"),
                    "revision": revision,
                    "is_revision": True,
                    "revised": shown,
                },
            )
            if isinstance(response, HttpResponseRedirect) and request.method == "POST":
                changes = record_state.difference(
                    before, record_state.state_of(type(record)._base_manager.get(pk=record.pk))
                )
            elif hasattr(response, "render"):
                # While the revised rows exist.
                response.render()
        return response, changes

    def _kept(
        self, request: HttpRequest, record: Record, changes: record_state.State
    ) -> HttpResponseBase | None:
        """Keep the revision and take the step whose button was pressed; returns where to go, None
        for the record.
        """
        here = HttpResponseRedirect(request.path)
        note = reviewed(request).get("note", "")
        if actions.revise(record, changes, by=request.user) is None:
            self.message_user(
                request,
                _("Nothing differs from the published record, so no revision was saved."),
                messages.WARNING,
            )
            return None
        step = next((name for name in _STEPS if name in request.POST), None)
        if step is None:
            self.message_user(
                request,
                _("The draft revision was saved. The public still sees the published record."),
                messages.SUCCESS,
            )
            if note.strip():
                actions.remark(record, by=request.user, note=note)
            return here
        revision = actions.revision_of(record)
        who = revision.by.get_username() if revision and revision.by else ""
        reason = _("Draft revision prepared by %(who)s.") % {"who": who} if who else ""
        with actions.in_step(by=request.user, door=Door.ADMIN, reason=reason):
            _STEPS[step](record, by=request.user, note=note)
        said = {
            "_revision_submit": _("The draft revision was submitted for review."),
            "_revision_send_back": _("The draft revision was sent back."),
            "_revision_publish": _("The draft revision was published."),
        }
        self.message_user(request, said[step], messages.SUCCESS)
        return None


def told(record: Record, changes: record_state.State, now: record_state.State) -> list[Change]:
    """What a revision changes, line by line, in words."""
    crossed = set(record_state.conflicts(changes, now))
    model = type(record)
    lines = [
        Change(
            record_state.label_of(record, name),
            record_state.words_of(model, name, one["before"]),
            record_state.words_of(model, name, one["after"]),
            name in crossed,
        )
        for part in ("fields", "many")
        for name, one in changes.get(part, {}).items()
    ]
    for uuid, one in changes.get("rows", {}).items():
        row_model = apps.get_model("catalog", one["model"])
        label = capfirst(str(row_model._meta.verbose_name))
        lines.append(
            Change(
                label,
                _row_in_words(row_model, one["before"], record),
                _row_in_words(row_model, one["after"], record),
                uuid in crossed,
            )
        )
    return lines


def _row_in_words(model: Any, values: dict[str, Any] | None, record: Record) -> str:
    if values is None:
        return ""
    said = []
    for name, value in values.items():
        field = model._meta.get_field(name)
        its_own = field.related_model is type(record) and value == record.pk
        words = "" if its_own or name == "position" else record_state.words_of(model, name, value)
        if words:
            said.append(f"{capfirst(str(field.verbose_name))}: {words}")
    return "; ".join(said)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft revision on a desk."""

    title: str
    state: str
    by: str
    address: str
    at: Any


def revisions_for(user: Any) -> list[Waiting]:
    """The revisions that this curator prepares or has to review, the longest waiting first."""
    kinds = [kind for kind in RECORD_MODELS if user.has_perm(f"catalog.publish_{kind}")]
    rows = DraftRevision.objects.filter(
        Q(by=user.pk) | Q(state=RevisionState.IN_REVIEW, kind__in=kinds)
    ).select_related("by")[:20]
    keys: dict[Any, int] = {}
    for kind in {row.kind for row in rows}:
        model = RECORD_MODELS[kind]  # type: ignore[index]
        uuids = [row.record_uuid for row in rows if row.kind == kind]
        keys |= dict(model._default_manager.filter(uuid__in=uuids).values_list("uuid", "pk"))
    return [
        Waiting(
            row.title,
            str(row.get_state_display()),
            row.by.get_username() if row.by else "",
            reverse(f"admin:catalog_{row.kind}_revision", args=[keys[row.record_uuid]]),
            row.modified,
        )
        for row in rows
        if row.record_uuid in keys
    ]
