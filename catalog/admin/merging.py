"""Records or terms that are one: found in a list or from a form, looked at side by side, merged, with the way back.

The page has an address of its own (``merge/?ids=5,7&into=7``) and works without script.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import actions, history
from catalog.actions import record_state
from catalog.admin.choices import chooser, told_apart
from catalog.admin.in_step import REASON
from catalog.admin.keys import is_key
from catalog.admin.presence import others_at
from catalog.admin.revisions import in_revision
from catalog.models import (
    Door,
    MergedRecord,
    NameKind,
    PastCode,
    Person,
    Place,
    Record,
    Status,
    Term,
)

if TYPE_CHECKING:
    _Base = admin.ModelAdmin[Any]
else:
    _Base = object

#: So many records are looked at side by side.
MOST: Final = 6
#: So many of those that were merged into a record are named on its form.
_TOLD: Final = 10
#: Boxes of the page: the records, the one that stays, what was looked at, the kind of the further name.
_IDS, _INTO, _MARK, _CALLED = "ids", "into", "mark", "called"


@dataclass(frozen=True, slots=True)
class Shown:
    """A record or term as the page names it; ``mark`` is its identifier or code, ``standing`` its status.

    Sources are cited for values of records only (``has_sources``).
    """

    pk: int
    name: str
    mark: str
    standing: str
    has_sources: bool = True

    @classmethod
    def of(cls, entry: actions.Entry) -> Shown:
        """How it is named."""
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
    """A record that goes: what of it moves and is dropped, and why it cannot go, if it cannot.

    ``turned`` is the address where it is the one that stays.
    """

    shown: Shown
    turned: str
    balance: actions.Balance
    reason_not: str


class OtherForm(forms.Form):
    """Which record is the same: chosen while typing, or by its identifier."""

    other = forms.ModelChoiceField(
        queryset=Person.objects.none(), required=False, label=gettext_lazy("The other record")
    )
    identifier = forms.CharField(
        required=False, max_length=100, label=gettext_lazy("or its identifier")
    )

    def __init__(self, *args: Any, rows: Any, box: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        other: Any = self.fields["other"]
        other.queryset = rows
        other.widget = box
        box.choices = other.choices
        box.is_required = False

    def clean(self) -> dict[str, Any]:
        """Find the record by its identifier where nothing was chosen."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return said
        if not said.get("other"):
            rows: Any = self.fields["other"].queryset  # type: ignore[attr-defined]
            mark = "code" if rows.model is Term else "identifier"
            said["other"] = rows.filter(**{mark: said.get("identifier", "")}).first()
            if said["other"] is None:
                name = "identifier" if said.get("identifier") else "other"
                self.add_error(name, _("There is no such record. Choose one that is there."))
        return said


class MergesRecords(_Base):
    """Mixin of an admin of records or terms: a list action, and ``merge/``, where it goes on."""

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and ``merge/`` before them."""
        own = path(
            "merge/",
            self.admin_site.admin_view(self.merge_view),
            name=f"catalog_{self.opts.model_name}_merge",
        )
        return [own, *super().get_urls()]

    def has_merge_permission(self, request: HttpRequest) -> bool:
        """Whether the curator may merge any records of this kind at all."""
        return self.has_change_permission(request) and self.has_delete_permission(request)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The list's actions, and merging."""
        others: dict[str, Any] = super().get_actions(request)
        if "_popup" not in request.GET and self.has_merge_permission(request):
            others["merge_selected"] = (_begun, "merge_selected", _ACTION)
        return others

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        """The form, with what was merged into its record, and the way to merging for those who may."""
        original = context.get("original")
        if original is not None:
            context["merged_here"] = _merged_into(original)
        if original is not None and not in_revision(request) and self.has_merge_permission(request):
            context["merge_address"] = self.merge_address(original.pk)
        return super().render_change_form(request, context, *args, **kwargs)

    def merge_address(self, *keys: Any) -> str:
        """Where these records are looked at side by side."""
        address = reverse(f"admin:catalog_{self.opts.model_name}_merge")
        return f"{address}?{_IDS}={','.join(map(str, keys))}"

    def merge_view(self, request: HttpRequest) -> HttpResponseBase:
        """Choose the other record; look at both; merge."""
        if not self.has_merge_permission(request):
            raise PermissionDenied
        asked = request.POST if request.method == "POST" else request.GET
        keys = list(dict.fromkeys(asked.get(_IDS, "").split(",")))
        if not all(is_key(key) for key in keys) or len(keys) > MOST:
            return self._to_list(request, _("Mark the records in the list that are the same."))
        found = self.get_queryset(request).in_bulk([int(k) for k in keys])
        records = [found[int(key)] for key in keys if int(key) in found]
        if len(records) < len(keys):
            return self._to_list(
                request, _("One of these records is not there any more. Look for it anew.")
            )
        if len(records) == 1:
            return self._other_asked(request, records[0])
        page = _Page(self, request, records, asked.get(_INTO, ""))
        if request.method == "POST":
            return page.done() or page.answer()
        return page.answer()

    def _to_list(self, request: HttpRequest, words: str) -> HttpResponseBase:
        self.message_user(request, words, messages.WARNING)
        return HttpResponseRedirect(reverse(f"admin:catalog_{self.opts.model_name}_changelist"))

    def _other_asked(self, request: HttpRequest, record: Any) -> HttpResponseBase:
        """The page that asks with which other record."""
        rows = self.get_queryset(request).exclude(pk=record.pk)
        if isinstance(record, Term):
            rows = rows.filter(vocabulary=record.vocabulary)
        address = reverse(f"admin:catalog_{self.opts.model_name}_choices")
        model: Any = self.model
        names_it = next(
            one.field
            for one in actions.references_to(model)
            if not one.field.get_limit_choices_to() and not one.is_list
        )
        box = chooser(names_it, self.admin_site, address)
        typed = request.GET if {"other", "identifier"} & request.GET.keys() else None
        form = OtherForm(typed, rows=rows, box=box)
        if typed is not None and form.is_valid():
            return HttpResponseRedirect(
                self.merge_address(record.pk, form.cleaned_data["other"].pk)
            )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": record,
            "title": _("Merge “%(record)s” with …") % {"record": record},
            "form": form,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/catalog/merge_other.html", context)


class _Page:
    """The page of some records."""

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
                f"{self.admin.merge_address(*(each.pk for each in self.records))}&{_INTO}={one.pk}",
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
            "refusal": self.refusal,
            "can": not any(one.reason_not for one in going),
            "is_job": sum(one.balance.total for one in going) > actions.MANY,
            "reason": self.request.POST.get(REASON, ""),
        }
        return TemplateResponse(self.request, "admin/catalog/merge.html", context)

    def differences(self) -> list[Difference]:
        """The fields in which a record that goes says something else than the one that stays."""
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
        """The key of the record whose value is chosen: as the curator said, else the first that says anything."""
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
        """Merge, and go to the record that stays; None when the page has to be looked at again."""
        post = self.request.POST
        if post.get(_MARK) != mark_of(self.records):
            self.refusal = _(
                "Nothing was merged yet: somebody changed one of these records since you looked. Look again."
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
                raise actions.Refused(_("There is no such kind of name. Choose one of the list."))
            if total > actions.MANY:
                job = actions.merge_as_job(
                    self.goers, into=self.into, takes=takes, called=called, **said
                )
                self.admin.message_user(
                    self.request, _("This is much: it is done as a job. Here is how far it is.")
                )
                return HttpResponseRedirect(reverse("admin:catalog_job_change", args=[job.pk]))
            with history.change_set(**said) as opened:
                merged = actions.merge_all(
                    self.goers, into=self.into, takes=takes, called=called, by=self.request.user
                )
        except (actions.Refused, ValidationError, IntegrityError) as refusal:
            self.refusal = actions.in_words(refusal)
            return None
        self._told(merged, opened.id)
        return HttpResponseRedirect(
            reverse(f"admin:catalog_{self.admin.opts.model_name}_change", args=[self.into.pk])
        )

    def _told(self, merged: actions.Merged, change_set: int | None) -> None:
        words: Any = actions.told_of_merging(merged, self.goers)
        self.admin.message_user(
            self.request,
            format_html(
                '{} <a href="{}">{}</a> <a href="{}">{}</a>',
                words,
                reverse("admin:catalog_changeset_change", args=[change_set]),
                _("See all"),
                reverse("admin:catalog_changeset_undo", args=[change_set]),
                _("Take it back"),
            ),
            messages.SUCCESS,
        )


def _merged_into(entry: Any) -> list[str]:
    """What was merged into a record or a term, the last first: how it was called, and when."""
    if isinstance(entry, Term):
        codes = PastCode.objects.filter(vocabulary=entry.vocabulary, into_code=entry.code)
        rows: Any = codes.order_by("-since").values_list("label", "code", "since")
    else:
        found = MergedRecord.objects.filter(into_uuid=entry.uuid).order_by("-merged_at")
        rows = found.values_list("title", "identifier", "merged_at")
    return [
        f"{name} ({mark}), {date_format(timezone.localtime(at), 'SHORT_DATE_FORMAT')}"
        for name, mark, at in rows[:_TOLD]
    ]


def mark_of(records: Sequence[actions.Entry]) -> str:
    """A mark of what the records say: whoever made up his mind saw this."""
    found = hashlib.sha256()
    for one in sorted(records, key=lambda one: one.pk):
        values = [record_state.value_in(one, column) for column in one._meta.concrete_fields]
        found.update(repr((one.pk, values)).encode())
    return found.hexdigest()[:32]


def _likeliest(records: Sequence[actions.Entry]) -> actions.Entry:
    """The record that probably stays: one that is public, then the one that was made first."""
    return min(
        records,
        key=lambda one: (isinstance(one, Record) and one.status != Status.PUBLISHED, one.pk),
    )


_ACTION: Final = gettext_lazy("Merge selected …")


def _begun(model_admin: Any, request: HttpRequest, queryset: Any) -> HttpResponseBase | None:
    """The list action: the page for the records chosen."""
    keys = list(queryset.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    if 2 <= len(keys) <= MOST:
        return HttpResponseRedirect(model_admin.merge_address(*keys))
    model_admin.message_user(
        request,
        _("Mark two records that are the same, or more, up to %(most)d.") % {"most": MOST},
        messages.WARNING,
    )
    return None
