"""Existing records that a title being typed may mean: shown before a duplicate is made."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path, reverse

from catalog import search
from catalog.admin.choices import lean, told_apart
from catalog.admin.keys import is_key
from catalog.admin.mixin import AdminMixin
from catalog.models import Distinction, Record
from catalog.search import SearchQuery
from catalog.values import fold

#: Shorter titles are the beginning of very many.
SHORTEST: Final = 4
#: The most namesakes that are shown.
MOST: Final = 5
#: How many of the best search results are examined.
_LOOKED_AT: Final = 20
#: From this similarity on two words are spellings of one: trotsky and trotskij.
_CLOSE: Final = 0.8


def namesakes(model: type[Record], title: str, user: Any, than: int = 0) -> list[Record]:
    """Records whose title, or one of whose names, says what was typed, or all of whose words were typed.

    Found by the search, which tolerates spelling, script and accents; records that contain the
    words only in their text do not count. The best come first. ``than`` is the record that is being
    edited: it is left out, and so are those that somebody distinguished from it.
    """
    if len(fold(title)) < SHORTEST:
        return []
    asked = SearchQuery(
        text=title, kinds=(model.KIND,), page_size=_LOOKED_AT, facets=(), typing=True
    )
    keys = [hit.pk for hit in search.search(asked, user).hits]
    known = (
        {than, *(row.beside(than) for row in Distinction.naming(model.KIND, than))} if than else {}
    )
    rows = lean(model._default_manager.visible_to(user).filter(pk__in={*keys} - {*known}))
    if hasattr(model, "names"):
        rows = rows.prefetch_related("names")
    found = {row.pk: row for row in rows}
    typed = fold(title)
    alike = [
        found[key]
        for key in keys
        if key in found and any(_is_alike(name, typed) for name in _names(found[key]))
    ]
    return alike[:MOST]


def _names(record: Any) -> list[str]:
    """All names of a record, folded."""
    called = [record.title, getattr(record, "sort_name", ""), getattr(record, "original_title", "")]
    called += [row.name for row in record.names.all()] if hasattr(record, "names") else []
    return [fold(name) for name in called if name]


def _is_alike(name: str, typed: str) -> bool:
    """Whether one contains all the words of the other, give or take a letter; the last typed may be
    incomplete.
    """
    words, said = name.split(), typed.split()
    *whole, last = said
    finished = all(_is_among(words, word) for word in whole)
    if finished and (_is_among(words, last) or any(word.startswith(last) for word in words)):
        return True
    return len(words) > 1 and all(_is_among(said, word) for word in words)


def _is_among(words: list[str], sought: str) -> bool:
    return any(
        word == sought
        or (word[0] == sought[0] and SequenceMatcher(None, word, sought).ratio() >= _CLOSE)
        for word in words
    )


class TellsNamesakes(AdminMixin):
    """Mixin of a record's admin: ``namesakes/`` answers while the title of a record is typed.

    For an existing record (``than``) each has a link to merging, for those who may.
    """

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and ``namesakes/`` before them."""
        name = f"catalog_{self.opts.model_name}_namesakes"
        own = path("namesakes/", self.admin_site.admin_view(self.namesakes), name=name)
        return [own, *super().get_urls()]

    def namesakes(self, request: HttpRequest) -> JsonResponse:
        """Answer ``?title=`` with names and addresses of records that may be meant."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        than = request.GET.get("than", "")
        own = int(than) if is_key(than) else 0
        found = namesakes(self.model, request.GET.get("title", "")[:500], request.user, own)
        change = f"admin:catalog_{self.opts.model_name}_change"
        may_merge = own and self.has_merge_permission(request)  # type: ignore[attr-defined]
        rows = [
            {
                "name": told_apart(one),
                "address": reverse(change, args=[one.pk]),
                "merge": self.merge_address(own, one.pk) if may_merge else "",  # type: ignore[attr-defined]
            }
            for one in found
        ]
        return JsonResponse({"namesakes": rows}, headers={"Cache-Control": "no-store"})
