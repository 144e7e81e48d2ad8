"""The records that were selected in a list, carried along by the pages that do something to them: at once, or
by a job if they are many.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from catalog import bulk, history
from catalog.admin.as_job import shown_as_job
from catalog.admin.in_step import REASON, who_and_why
from catalog.admin.keys import is_key
from catalog.admin.mixin import AdminMixin
from catalog.models import Job

#: Characters of the box that names the records: the form has to stay below DATA_UPLOAD_MAX_MEMORY_SIZE.
_LONGEST_KEYS: Final = 2_000_000
#: Boxes of such a page: the records, and the filters of their list.
_KEYS, _FILTERS = "keys", "filters"


def chosen_keys(model_admin: Any, request: HttpRequest, queryset: Any) -> list[int] | None:
    """The keys of the selected records; None, and the curator is told, if they are too many."""
    keys = list(queryset.order_by("pk").values_list("pk", flat=True)[: bulk.MOST + 1])
    if len(keys) <= bulk.MOST and len(keys_in_words(keys)) <= _LONGEST_KEYS:
        return keys
    model_admin.message_user(
        request,
        _(
            "Too many records are selected. Nothing was changed. Narrow the list with a filter or a search, "
            "and continue in parts."
        ),
        messages.ERROR,
    )
    return None


def keys_in_words(keys: list[int]) -> str:
    """Keys as the page carries them along: ``3,7-900``."""
    return ",".join(
        str(first) if first == last else f"{first}-{last}" for first, last in bulk.spans_of(keys)
    )


def read_keys(text: str) -> list[int]:
    """The keys of :func:`keys_in_words`; nothing for anything else, or if there are more than can be changed."""
    spans: list[tuple[int, int]] = []
    number = 0
    for part in text.split(","):
        first, dash, last = part.partition("-")
        if not is_key(first) or not is_key(last if dash else first):
            return []
        spans.append((int(first), int(last if dash else first)))
        number += spans[-1][1] - spans[-1][0] + 1
        if spans[-1][0] > spans[-1][1] or number > bulk.MOST:
            return []
    return sorted({*bulk.keys_of(spans)})


def continued_at(page: str) -> Callable[[Any, HttpRequest, Any], HttpResponseBase | None]:
    """A list action that goes on at a page: a method of the admin, which takes the request and the keys."""

    def begun(model_admin: Any, request: HttpRequest, queryset: Any) -> HttpResponseBase | None:
        keys = chosen_keys(model_admin, request, queryset)
        if keys is None:
            return None
        answer: HttpResponseBase = getattr(model_admin, page)(request, keys)
        return answer

    return begun


class DoesToChosen(AdminMixin):
    """Mixin of an admin with pages that do something to the records selected in its list."""

    def chosen_here(self, request: HttpRequest) -> list[int]:
        """The records that such a page was sent; none if they were not selected in the list."""
        return read_keys(request.POST.get(_KEYS, ""))

    def back_to_list(self, request: HttpRequest, said: str) -> HttpResponseRedirect:
        """The list, with what the curator has to do there."""
        self.message_user(request, said, messages.WARNING)
        return HttpResponseRedirect(self._list_of(request))

    def about_chosen(self, request: HttpRequest, keys: list[int]) -> dict[str, Any]:
        """What the template of such a page knows of the records."""
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "back": self._list_of(request),
            "keys": keys_in_words(keys),
            "number": len(keys),
            "filters": request.POST.get(_FILTERS, request.GET.urlencode()),
            "is_job": len(keys) > bulk.MANY,
            "reason": request.POST.get(REASON, ""),
        }

    def done_to_chosen(
        self, request: HttpRequest, deed: Any, keys: list[int], as_job: Callable[..., Job]
    ) -> HttpResponseRedirect:
        """Do a deed of ``bulk``: at once, and the list says what became of it, with a link to undo it; or
        ``as_job``.
        """
        said = who_and_why(request)
        if len(keys) > bulk.MANY:
            return shown_as_job(self, request, as_job(deed, keys, **said))
        with history.change_set(**said) as opened:
            done = bulk.do_at_once(deed, keys, by=request.user)
        level = messages.WARNING if done.refused or done.gone else messages.SUCCESS
        words: Any = bulk.told(deed, done)
        if opened.id is not None and done.changed:
            address = reverse("admin:catalog_changeset_change", args=[opened.id])
            words = format_html('{} <a href="{}">{}</a>', words, address, _("View all, or undo"))
        self.message_user(request, words, level)
        return HttpResponseRedirect(self._list_of(request))

    def _list_of(self, request: HttpRequest) -> str:
        """The list, with its previous filters."""
        address = reverse(f"admin:catalog_{self.opts.model_name}_changelist")
        filters = request.POST.get(_FILTERS, "")
        return f"{address}?{filters}" if filters else address
