"""What each record offers the index: texts by weight, values of facets, and its place in every order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from math import log2
from typing import Any, Final

from django.conf import settings

from catalog.search.gathering import SPANS, TEXTS, Gathered, Reader, moment
from catalog.search.ties import NUMBERS, PAGES, PARENTS
from catalog.search.words import END, read, sounds_of, split, stems_of
from catalog.uris import Kind

#: The columns of text, heaviest first, with the weight of a word found there.
WEIGHTS: Final[dict[str, float]] = {
    "title": 10.0,
    "names": 8.0,
    "identifiers": 8.0,
    "summary": 4.0,
    "related": 2.5,
    "description": 1.0,
    "extra": 0.5,
}
FIELDS: Final = tuple(WEIGHTS)

#: What a record of a kind is worth when nothing else tells two apart.
KIND_WORTH: Final[dict[Kind, int]] = {
    "person": 60, "event": 45, "document": 40, "image": 40, "place": 45, "collection": 50,
}  # fmt: skip
#: A span of more years than this counts only at both of its ends.
LONGEST_SPAN: Final = 150


@dataclass(slots=True)
class Entry:
    """One record as the index has it.

    ``texts`` are words of :data:`FIELDS`; ``staff`` the same with what only curators may find, or None.
    ``values`` are the facet values, each "name:value", in lines. ``state`` is 1 for what the public may read, else 0;
    ``visible_from`` the moment at which a published record will be, ``due`` the first moment at which the
    entry has to be made anew. ``handle`` changes when others that name the record have to follow.
    """

    kind: int
    record: int
    title: str
    names: str
    related: str
    staff_related: str
    texts: tuple[str, ...]
    staff: tuple[str, ...] | None
    values: str
    state: int
    visible_from: datetime | None
    due: datetime | None
    earliest: int | None
    latest: int | None
    sort_key: str
    modified: int
    quality: int
    handle: str
    digest: str = ""

    def sealed(self) -> Entry:
        """The entry with the digest of everything that it says."""
        rest = (
            self.state, self.visible_from, self.due, self.earliest, self.latest, self.modified,
            self.quality, self.handle,
        )  # fmt: skip
        said = (
            self.title, self.names, self.related, self.staff_related, self.sort_key, self.values,
            *self.texts, *(self.staff or ()), repr(rest),
        )  # fmt: skip
        content = "\x1f".join(said).encode("utf-8", "surrogatepass")
        self.digest = hashlib.blake2b(content, digest_size=12).hexdigest()
        return self


def catalogue_language() -> str:
    """The language in which the records are described."""
    return settings.LANGUAGE_CODE[:2]


@lru_cache(maxsize=32_768)
def _named(name: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Words of a title or name that many entries repeat, with their stems and their sounds."""
    words, stems = read(name, catalogue_language())
    return words, tuple(stems), tuple(sorted(sounds_of(words.split())))


def years_of(earliest: int | None, latest: int | None) -> Iterator[str]:
    """Values of the facet "year" for a span of day numbers; "1962+" and "1940-" are open ends."""
    if earliest is None and latest is None:
        return
    if earliest is None or latest is None:
        year = (earliest if earliest is not None else latest or 0) // 10000
        yield str(year)
        yield f"{year}+" if latest is None else f"{year}-"
        return
    first, last = earliest // 10000, latest // 10000
    if last - first > LONGEST_SPAN:
        # Everything between is told from the open ends: begun by then, and not over before.
        yield f"{first}..{last}"
        yield from (str(first), str(last))
        return
    yield from map(str, range(first, last + 1))


def entries(reader: Reader, kind: Kind, ids: list[int]) -> dict[int, Entry]:
    """The entries of the records of a kind with these primary keys; those that are gone are left out."""
    found = reader.gather(kind, ids)
    return {pk: _entry(reader, found, pk, row) for pk, row in found.rows.items()}


def _entry(reader: Reader, found: Gathered, pk: int, row: dict[str, Any]) -> Entry:
    kind = found.kind
    further, summaries, texts = TEXTS[kind]
    public, visible_from = reader.standing(row["status"], row["publish_from"], row["embargo_until"])
    language = catalogue_language()
    dues = [visible_from] if visible_from else []

    values = {f"kind:{NUMBERS[kind]}"}
    if row["rights"]:
        values.add(f"rights:{row['rights']}")
    related: dict[str, None] = {}
    hidden: dict[str, None] = {}
    has_picture = bool(row.get("file"))
    languages = []
    for tie, target, role in found.ties.get(pk, ()):
        named = reader.named[tie.target].get(target)
        if named is None:
            continue
        if named.due:
            dues.append(named.due)
        if tie.picture:
            has_picture = has_picture or (named.picture and named.public)
        if tie.facet:
            values.update(reader.values(tie.facet, tie.target, target))
            if tie.facet == "language":
                languages.append(named.code)
        if tie.named:
            (related if named.public else hidden)[named.title] = None
        if role is not None:
            values.update(reader.values("role", "term", role))
    if has_picture:
        values.add("has_image:yes")

    earliest, latest = _span(kind, row)
    years = list(years_of(earliest, latest))
    values.update(f"year:{year}" for year in years)
    values.update(f"decade:{int(year) // 10 * 10}" for year in years if year.lstrip("-").isdigit())

    names = list(dict.fromkeys([*(row[c] for c in further if row[c]), *found.names.get(pk, ())]))
    title_words, title_stems, sounds = _named(row["title"])
    extra: dict[str, None] = dict.fromkeys(title_stems)
    heard = dict.fromkeys(sounds)
    name_words: list[str] = []
    for name in names:
        words, stems, sounds = _named(name)
        name_words += (words, END)
        extra.update(dict.fromkeys(stems))
        heard.update(dict.fromkeys(sounds))
        for code in languages:
            extra.update(dict.fromkeys(sorted(stems_of(words.split(), code))))
    related_words: list[str] = []
    for name in related:
        words, stems, sounds = _named(name)
        related_words += (words, END)
        extra.update(dict.fromkeys(stems))
        extra.update(dict.fromkeys(sounds))
    summary, stems_there = read(" ".join([row["summary"], *[row[c] for c in summaries]]), language)
    extra.update(stems_there)
    long_texts = [row["description"], *[row[column] for column in texts]]
    description, stems_there = read("\n".join(long_texts), language)
    extra.update(stems_there)
    identifiers = [row["identifier"], *found.identifiers.get(pk, ())]
    slug, stems_there = read(row["slug"].replace("-", " "), language)
    extra.update(stems_there)
    unread = _transcriptions(reader, found, pk, extra)
    codes = slug.split()
    for one in identifiers:
        parts = split(one)
        codes += ("".join(parts)[:60], *parts)
    columns = (
        title_words,
        # Sounds stand with the names, so that a name found by its sound counts as a name.
        " ".join([*name_words, *heard]),
        " ".join(dict.fromkeys(codes)),
        summary,
        " ".join(related_words),
        description,
        " ".join(extra),
    )
    ties = len(found.ties.get(pk, ()))
    lineage = reader.line(kind, pk) if kind in PARENTS else ()
    # A document has the words of its pages: it follows when an image is transcribed.
    words_there = found.written.get(pk, ()) if kind == "image" else ()
    handle = repr(
        (row["title"], public, visible_from, lineage, bool(row.get("file")), *words_there)
    )
    return Entry(
        kind=NUMBERS[kind],
        record=pk,
        title=row["title"],
        names=" · ".join(names),
        related=" · ".join(related),
        staff_related=" · ".join(hidden),
        texts=columns,
        staff=_for_staff(columns, hidden, " ".join([row["internal_note"], *unread]).strip()),
        values="\n".join(sorted(values)),
        state=int(public),
        visible_from=visible_from,
        due=min(dues) if dues else None,
        earliest=earliest,
        latest=latest,
        sort_key=row["sort_key"],
        modified=int((moment(row["modified"]) or reader.now).timestamp() * 1000),
        quality=_quality(kind, row, has_picture, ties),
        handle=hashlib.blake2b(handle.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest(),
    ).sealed()


def _transcriptions(reader: Reader, found: Gathered, pk: int, extra: dict[str, None]) -> list[str]:
    """Add the words written on an image, or on a document's pages, to the lightest column.

    Answers the texts that only curators may read, because the page's image is not public.
    """
    unread = []
    pages = [target for tie, target, _ in found.ties.get(pk, ()) if tie.table == PAGES]
    for image in [pk] if found.kind == "image" else pages:
        named = reader.named["image"].get(image)
        for text, spoken in found.written.get(image, ()):
            if found.kind != "image" and not (named and named.public):
                unread.append(text)
                continue
            words, stems = read(text, catalogue_language())
            extra.update(dict.fromkeys(words.split()))
            extra.update(stems)
            if spoken and (language := reader.named["term"].get(spoken)):
                extra.update(dict.fromkeys(sorted(stems_of(words.split(), language.code))))
    return unread


def _span(kind: Kind, row: dict[str, Any]) -> tuple[int | None, int | None]:
    """The bounds by which the record lies in time: the first of its dates that is known."""
    for first, last in SPANS[kind]:
        if row[first] is not None or row[last] is not None:
            return row[first], row[last]
    return None, None


def _for_staff(
    columns: tuple[str, ...], hidden: dict[str, None], note: str
) -> tuple[str, ...] | None:
    """The texts with names that the public may not read, and the internal note; None without any."""
    if not hidden and not note:
        return None
    texts = dict(zip(FIELDS, columns, strict=True))
    names = (word for name in hidden for word in (*split(name), END))
    texts["related"] = " ".join([texts["related"], *names]).strip()
    texts["description"] = " ".join([texts["description"], *split(note)]).strip()
    return tuple(texts.values())


def _quality(kind: Kind, row: dict[str, Any], has_picture: bool, ties: int) -> int:
    """How much there is to see, 0 to about 200: the order of what words alone do not tell apart."""
    return (
        KIND_WORTH[kind]
        + (10 if row["summary"] else 0)
        + min(20, len(row["description"]) // 40)
        + (20 if has_picture else 0)
        + min(60, int(10 * log2(1 + ties)))
    )
