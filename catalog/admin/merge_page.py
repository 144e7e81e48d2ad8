"""The page on which records or terms that are the same are compared side by side, and merged."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog import actions, history
from catalog.actions import record_state
from catalog.admin.as_job import shown_as_job
from catalog.admin.choices import told_apart
from catalog.admin.in_step import REASON
from catalog.admin.presence import others_at
from catalog.models import Door, NameKind, Person, Place, Record, Status, Term

#: Boxes of the page: the records, the one that stays, what was seen, the kind of the other name.
IDS, INTO, _MARK, _CALLED = "ids", "into", "mark", "called"


@dataclass(frozen=True, slots=True)
class Shown:
    """A record or term as the page names it; ``mark`` is its identifier or code, ``standing`` its status.

    Only values of records have sources (``has_sources``).
    """

    pk: int
    name: str
    mark: str
    standing: str
    has_sources: bool = True

    @classmethod
    def of(cls, entry: actions.Entry) -> Shown:
        """For an entry."""
        if isinstance(entry, Term):
            return cls(
                entry.pk, told_apart(entry), entry.code, entry.get_vocabulary_display(), False
            )
        return cls(
            entry.pk, told_apart(entry), entry.identifier, entry.get_status_display().lower()
        )


@dataclass(frozen=True, slots=True)
class Side:
    """What one record says in a field, and whether it is chosen."""

    shown: Shown
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which the records differ."""

    name: str
    label: str
    sides: list[Side]


@dataclass(frozen=True, slots=True)
class Going:
    """A record that is merged: what of it moves and is dropped, and why it cannot be merged, if so.

    ``turned`` is the address at which it is the one that stays.
    """

    shown: Shown
    turned: str
    balance: actions.Balance
    reason_not: str


class MergePage:
    """The page of some records: what it shows, and what is done when it is sent."""

    def __init__(
        self, model_admin: Any, request: HttpRequest, records: Sequence[actions.Entry], into: str
    ) -> None:
        self.admin, self.request, self.records = model_admin, request, records
        named = next((one for one in records if str(one.pk) == into), None)
        self.into = named or _likeliest(records)
        self.goers = [one for one in records if one is not self.into]
        self.refusal = ""

    def answer(self) -> HttpResponseBase:
        """The page itself."""
        going = [
            Going(
                Shown.of(one),
                f"{self.admin.merge_address(*(each.pk for each in self.records))}&{INTO}={one.pk}",
                actions.weigh_rows(type(one), one.pk, self.into.pk),
                actions.why_not_be_one(one, self.into, self.request.user),
            )
            for one in self.goers
        ]
        differences = self.differences()
        context = {
            **self.admin.admin_site.each_context(self.request),
            "opts": self.admin.opts,
            "title": _("Merge %(kind)s") % {"kind": self.admin.opts.verbose_name_plural},
            "media": self.admin.media,
            "ids": ",".join(str(one.pk) for one in self.records),
            "into": Shown.of(self.into),
            "going": going,
            "differences": differences,
            "name_kinds": NameKind.choices if isinstance(self.into, Person) else (),
            "called": self.request.POST.get(_CALLED, "") or self._likely_kind(),
            "has_names": isinstance(self.into, Person | Place),
            "others_at_it": [
                (one, other.words)
                for one in self.records
                if isinstance(one, Record)
                for other in others_at(one, self.request.user)
            ],
            "titles_differ": any(one.name in {"title", "label"} for one in differences),
            "mark": mark_of(self.records),
            "distinct_address": self.admin.distinct_address(*(one.pk for one in self.records)),
            "refusal": self.refusal,
            "can": not any(one.reason_not for one in going),
            "is_job": sum(one.balance.total for one in going) > actions.MANY,
            "reason": self.request.POST.get(REASON, ""),
        }
        return TemplateResponse(self.request, "admin/catalog/merge.html", context)

    def differences(self) -> list[Difference]:
        """The fields in which a record that is merged differs from the one that stays."""
        fields = actions.choosable(type(self.into))
        names = {
            name
            for one in self.goers
            for name in actions.differing(one, self.into)
            if not actions.is_empty(one, fields[name])
        }
        found = []
        for name, columns in fields.items():
            if name not in names:
                continue
            chosen = self._chosen(name)
            sides = [
                Side(Shown.of(one), actions.field_in_words(one, columns), one.pk == chosen)
                for one in (self.into, *self.goers)
            ]
            found.append(Difference(name, capfirst(str(columns[0].verbose_name)), sides))
        return found

    def _chosen(self, name: str) -> int:
        """The key of the record whose value is chosen: by the curator, otherwise the first that is
        not empty.
        """
        said = self.request.POST.get(f"take-{name}", "")
        if any(str(one.pk) == said for one in self.records):
            return int(said)
        for one in self.goers:
            if name in actions.filled(one, self.into):
                return int(one.pk)
        return int(self.into.pk)

    def _likely_kind(self) -> str:
        return str(actions.name_kind(str(self.into), str(self.goers[0])))

    def done(self) -> HttpResponseBase | None:
        """Merge, and go to the record that stays; None if the page has to be shown again."""
        post = self.request.POST
        if post.get(_MARK) != mark_of(self.records):
            self.refusal = _(
                "Nothing has been merged yet: someone changed one of these records after you looked at "
                "them. Check again."
            )
            return None
        takes = {
            one.pk: [
                name
                for name in actions.choosable(type(one))
                if post.get(f"take-{name}") == str(one.pk)
            ]
            for one in self.goers
        }
        called = post.get(_CALLED, "")
        said: dict[str, Any] = {
            "by": self.request.user,
            "door": Door.ADMIN,
            "reason": post.get(REASON, "").strip(),
        }
        total = sum(actions.weigh_rows(type(one), one.pk, self.into.pk).total for one in self.goers)
        try:
            if called and called not in NameKind.values:
                raise actions.Refused(_("There is no such kind of name. Choose one from the list."))
            if total > actions.MANY:
                job = actions.merge_as_job(
                    self.goers, into=self.into, takes=takes, called=called, **said
                )
                return shown_as_job(self.admin, self.request, job)
            with history.change_set(**said) as opened:
                merged = actions.merge_all(
                    self.goers, into=self.into, takes=takes, called=called, by=self.request.user
                )
        except (actions.Refused, ValidationError, IntegrityError) as refusal:
            self.refusal = actions.in_words(refusal)
            return None
        self._report(merged, opened.id)
        return HttpResponseRedirect(
            reverse(f"admin:catalog_{self.admin.opts.model_name}_change", args=[self.into.pk])
        )

    def _report(self, merged: actions.Merged, change_set: int | None) -> None:
        words: Any = actions.told_of_merging(merged, self.goers)
        self.admin.message_user(
            self.request,
            format_html(
                '{} <a href="{}">{}</a> <a href="{}">{}</a>',
                words,
                reverse("admin:catalog_changeset_change", args=[change_set]),
                _("See all"),
                reverse("admin:catalog_changeset_undo", args=[change_set]),
                _("Undo"),
            ),
            messages.SUCCESS,
        )


def mark_of(records: Sequence[actions.Entry]) -> str:
    """A mark of what the records say, and so of what the curator has seen."""
    found = hashlib.sha256()
    for one in sorted(records, key=lambda one: one.pk):
        values = [record_state.value_in(one, column) for column in one._meta.concrete_fields]
        found.update(repr((one.pk, values)).encode())
    return found.hexdigest()[:32]


def _likeliest(records: Sequence[actions.Entry]) -> actions.Entry:
    """The record that probably stays: a public one, then the one that was created first."""
    return min(
        records,
        key=lambda one: (isinstance(one, Record) and one.status != Status.PUBLISHED, one.pk),
    )
