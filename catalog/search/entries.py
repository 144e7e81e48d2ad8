"""What each record offers the index: texts by weight, values of facets, and its place in every order."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from math import log2
from typing import Any, Final

from django.conf import settings

from catalog.search.gathering import LISTED, SPANS, TEXTS, Gathered, Reader, moment
from catalog.search.ties import HIDDEN, NUMBERS, PARENTS
from catalog.search.words import END, read_name, split, stems_in
from catalog.uris import Kind

#: The columns of text, heaviest first, with the weight of a word found there.
WEIGHTS: Final[dict[str, float]] = {
    "title": 10.0,
    "names": 8.0,
    "identifiers": 8.0,
    "summary": 4.0,
    "related": 2.5,
    "description": 1.0,
    "transcription": 0.7,
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
    ``values`` are the facet values, each "name:value", in lines; of those that the entry has only through something
    hidden, each stands a second time as "hidden.name:value". ``state`` is 1 for what the public may read, else 0;
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


def times_of(earliest: int | None, latest: int | None) -> Iterator[str]:
    """Facet values of a span of day numbers: the years of both its ends, and the decades that it touches.

    "begins:" and "ends:" without a year are an end that is open; a span that is long counts only in the decades of
    its ends.
    """
    begins = None if earliest is None else earliest // 10000
    ends = None if latest is None else latest // 10000
    first, last = (ends, ends) if begins is None else (begins, begins if ends is None else ends)
    if first is None or last is None:
        return
    yield "begins:" if begins is None else f"begins:{begins}"
    yield "ends:" if ends is None else f"ends:{ends}"
    if last - first > LONGEST_SPAN:
        yield from (f"decade:{first // 10 * 10}", f"decade:{last // 10 * 10}")
    else:
        for decade in range(first // 10 * 10, last + 1, 10):
            yield f"decade:{decade}"


@dataclass(slots=True)
class _Tied:
    """What a record is tied to: names in the order of the ties, and what they count as."""

    values: set[str] = field(default_factory=set)
    related: dict[str, None] = field(default_factory=dict)
    hidden: dict[str, None] = field(default_factory=dict)
    languages: list[str] = field(default_factory=list)
    dues: list[datetime] = field(default_factory=list)
    picture: bool = False
    number: int = 0


def entries(reader: Reader, kind: Kind, ids: list[int]) -> dict[int, Entry]:
    """The entries of the records of a kind with these primary keys; those that are gone are left out."""
    found = reader.gather(kind, ids)
    tied = _tied(reader, found)
    return {pk: _entry(reader, found, pk, row, tied[pk]) for pk, row in found.rows.items()}


def _tied(reader: Reader, found: Gathered) -> dict[int, _Tied]:
    """What each record is tied to. Table by table: what is looked up for a table is looked up once."""
    owners: dict[int, _Tied] = defaultdict(_Tied)
    #: What each record counts as through something hidden, be it that something public says the same.
    shut: dict[int, set[str]] = defaultdict(set)
    roles = reader.values("role", "term")
    for tie, rows in found.ties:
        known = reader.named[tie.target]
        values = reader.values(tie.facet, tie.target) if tie.facet else None
        for owner, target, role in rows:
            named = known.get(target)
            if named is None:
                continue
            one = owners[owner]
            one.number += 1
            one.dues += reader.dues(tie.target, target)
            if values is not None:
                one.values.update(values[target])
                if hidden := values.hidden.get(target):
                    shut[owner].update(hidden)
                if tie.facet == "language":
                    one.languages.append(named.code)
            if tie.named:
                (one.related if named.public else one.hidden)[named.title] = None
            elif tie.picture and named.picture:
                if named.public:
                    one.picture = True
                else:
                    shut[owner].add("has_image:yes")
            if role is not None:
                one.values.update(roles[role])
                if not named.public:
                    shut[owner].update(roles[role])
    if shut:
        _mark_hidden(reader, found, owners, shut)
    return owners


def _mark_hidden(
    reader: Reader, found: Gathered, owners: dict[int, _Tied], shut: dict[int, set[str]]
) -> None:
    """Mark the values that records have only through something hidden: for the public they do not count."""
    seen: dict[int, set[str]] = defaultdict(set)
    roles = reader.values("role", "term")
    for tie, rows in found.ties:
        known = reader.named[tie.target]
        values = reader.values(tie.facet, tie.target) if tie.facet else None
        for owner, target, role in rows:
            if owner not in shut or target not in known:
                continue
            if values is not None:
                hidden = values.hidden.get(target, ())
                seen[owner].update(value for value in values[target] if value not in hidden)
            if role is not None and known[target].public:
                seen[owner].update(roles[role])
    for owner, through_hidden in shut.items():
        one = owners[owner]
        if one.picture:
            seen[owner].add("has_image:yes")
        one.values |= through_hidden
        one.values.update(HIDDEN + value for value in through_hidden - seen[owner])


def _entry(reader: Reader, found: Gathered, pk: int, row: dict[str, Any], tied: _Tied) -> Entry:
    kind = found.kind
    public, visible_from = reader.standing(row["status"], row["publish_from"], row["embargo_until"])
    if visible_from:
        tied.dues.append(visible_from)
    has_picture = tied.picture or bool(row.get("file"))
    earliest, latest = _span(kind, row)
    values = tied.values
    values.add(f"kind:{NUMBERS[kind]}")
    values.update(times_of(earliest, latest))
    if row["rights"]:
        values.add(f"rights:{row['rights']}")
    if has_picture:
        values.add("has_image:yes")
    values.update(f"{facet}:{row[column]}" for column, facet in LISTED.get(kind, ()))
    further = [name for column in TEXTS[kind][0] if (name := row[column])]
    names = list(dict.fromkeys([*further, *found.texts["names"].get(pk, ())]))
    written, unread = _transcriptions(reader, found, pk)
    columns = _texts(found, pk, row, names, tied, written)
    # Who is tied to a record counts for what stands above it, as far as the public may know of that.
    lineage = reader.lineage(kind, pk) if kind in PARENTS else ()
    # A document has the words of its pages: it follows when an image is transcribed.
    words_there = found.written.get(pk, "") if kind == "image" else ""
    handle = (
        f"{row['title']}\x1f{public}{visible_from}{lineage}{bool(row.get('file'))}{words_there}"
    )
    return Entry(
        kind=NUMBERS[kind],
        record=pk,
        title=row["title"],
        names=" · ".join(names),
        related=" · ".join(tied.related),
        staff_related=" · ".join(tied.hidden),
        texts=columns,
        staff=_for_staff(columns, tied.hidden, " ".join([row["internal_note"], *unread]).strip()),
        values="\n".join(sorted(values)),
        state=int(public),
        visible_from=visible_from,
        due=min(tied.dues) if tied.dues else None,
        earliest=earliest,
        latest=latest,
        sort_key=row["sort_key"],
        modified=int((moment(row["modified"]) or reader.now).timestamp() * 1000),
        quality=_quality(kind, row, has_picture, tied.number),
        handle=hashlib.blake2b(handle.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest(),
    ).sealed()


#: Texts with the code of the language in which each is written, where it is known.
Written = list[tuple[str, str]]


def _transcriptions(reader: Reader, found: Gathered, pk: int) -> tuple[Written, list[str]]:
    """What is written on an image, or on a document's pages; and the texts of pages that are not public."""
    if not found.written:
        return [], []
    terms, images = reader.named["term"], reader.named["image"]
    written: Written = []
    unread: list[str] = []
    is_image = found.kind == "image"
    for image in [pk] if is_image else found.pages.get(pk, ()):
        for text, language in found.written.get(image, ()):
            if is_image or (image in images and images[image].public):
                spoken = terms.get(language) if language else None
                written.append((text, spoken.code if spoken else ""))
            else:
                unread.append(text)
    return written, unread


def _texts(
    found: Gathered,
    pk: int,
    row: dict[str, Any],
    names: list[str],
    tied: _Tied,
    written: Written,
) -> tuple[str, ...]:
    """The words of an entry in the order of :data:`FIELDS`."""
    language = catalogue_language()
    _further, summaries, texts = TEXTS[found.kind]
    title = read_name(row["title"], language)
    extra = title.stems.copy()
    heard = title.sounds.copy()
    name_words: list[str] = []
    for name in names:
        read = read_name(name, language)
        name_words += (read.words, END)
        extra |= read.stems
        heard |= read.sounds
        for code in tied.languages:
            extra |= stems_in(read.words.split(), code)
    related_words: list[str] = []
    for name in tied.related:
        read = read_name(name, language)
        related_words += (read.words, END)
        extra |= read.stems
        extra |= read.sounds
    summary = split(" ".join([row["summary"], *[row[c] for c in summaries]]))
    description = split("\n".join([row["description"], *[row[c] for c in texts]]))
    codes = split(row["slug"].replace("-", " "))
    extra |= stems_in([*summary, *description, *codes], language)
    transcribed: list[str] = []
    for text, spoken in written:
        words = split(text)
        transcribed += (*words, END)
        extra |= stems_in(words, language)
        if spoken:
            extra |= stems_in(words, spoken)
    for one in (row["identifier"], *found.texts["identifiers"].get(pk, ())):
        parts = split(one)
        codes += ("".join(parts)[:60], *parts)
    return (
        title.words,
        # Sounds stand with the names, so that a name found by its sound counts as a name.
        " ".join([*name_words, *heard]),
        " ".join(dict.fromkeys(codes)),
        " ".join(summary),
        " ".join(related_words),
        " ".join(description),
        " ".join(transcribed),
        " ".join(extra),
    )


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
