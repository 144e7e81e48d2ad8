"""What the index says of a record: its texts by weight, its facet values, and its place in every order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from math import log2
from typing import Any, Final

from catalog.models import own_language
from catalog.search.days import words_of_days, years_of_life
from catalog.search.gathering import LISTED, SPANS, TEXTS
from catalog.search.inputs import Inputs, Mention
from catalog.search.ties import HIDDEN, NUMBERS
from catalog.search.words import END, STEMMERS, read_name, split, stems_of
from catalog.uris import Kind

#: The text columns, heaviest first, with the weight of a word found in each.
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
#: The columns with what a record is called. They come first.
HEADS: Final = ("title", "names")

#: Prepares a text for the full text that takes it.
Read = Callable[[str], str]
#: Languages whose stems are stored beside the words. Not Russian: Cyrillic words are read as
#: Russian everywhere.
_FOREIGN: Final = frozenset(STEMMERS) - {"ru"}

#: The part of a record's quality that depends on its kind alone.
KIND_WORTH: Final[dict[Kind, int]] = {
    "person": 60, "event": 45, "document": 40, "image": 40, "place": 45, "collection": 50,
}  # fmt: skip
#: A span of more years than this counts only in the decades of its two ends.
LONGEST_SPAN: Final = 150


@dataclass(slots=True)
class Entry:
    """One record as the index has it.

    ``texts`` are the words of :data:`FIELDS`; ``staff`` the same with what only curators may find, or None.
    ``values`` are the facet values, one "name:value" per line; a value that the entry has only through
    something hidden has a second line "hidden.name:value" as well. ``state`` is 1 if the public may read
    the record, else 0. ``visible_from`` is when a published record will become public, ``due`` the first
    moment at which the entry has to be remade. ``earliest`` and ``latest`` are day numbers. ``handle``
    changes when the entries that name the record have to be remade too.
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


def times_of(earliest: int | None, latest: int | None) -> Iterator[str]:
    """The facet values of a span of day numbers: the years of its two ends, and the decades it touches.

    "begins:" and "ends:" without a year stand for an open end. A long span counts only in the decades of
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
    """What an entry takes from all that its record is tied to, with titles in the order of the ties."""

    values: set[str] = field(default_factory=set)
    related: dict[str, Mention] = field(default_factory=dict)
    hidden: dict[str, None] = field(default_factory=dict)
    languages: list[str] = field(default_factory=list)
    dues: list[datetime] = field(default_factory=list)
    picture: bool = False


def entry_of(inputs: Inputs, read: Read) -> Entry:
    """Make the entry of some inputs. Equal inputs always give equal entries.

    ``read`` prepares long texts for the full text that takes them.
    """
    kind, row = inputs.kind, inputs.row
    tied = _tied(inputs)
    if inputs.visible_from:
        tied.dues.append(inputs.visible_from)
    if inputs.birth_shown_from:
        tied.dues.append(inputs.birth_shown_from)
    has_picture = tied.picture or bool(row.get("file"))
    earliest, latest = _span(kind, row)
    values = tied.values
    values.add(f"kind:{NUMBERS[kind]}")
    times = list(times_of(earliest, latest))
    values.update(times)
    if inputs.birth_withheld:
        # Orders are the same for everybody, so living people have no place in time there.
        values.update(HIDDEN + time for time in times)
        earliest = latest = None
    if row["rights"]:
        values.add(f"rights:{row['rights']}")
    if has_picture:
        values.add("has_image:yes")
    values.update(f"{facet}:{row[column]}" for column, facet in LISTED.get(kind, ()))
    further = [name for column in TEXTS[kind][0] if (name := row[column])]
    names = list(dict.fromkeys([*further, *inputs.names]))
    columns = _texts(inputs, names, tied, read)
    return Entry(
        kind=NUMBERS[kind],
        record=inputs.pk,
        title=row["title"],
        names=" · ".join(names),
        related=" · ".join(tied.related),
        staff_related=" · ".join(tied.hidden),
        texts=columns,
        staff=_for_staff(
            columns, tied.hidden, read(" ".join([row["internal_note"], *inputs.unread]).strip())
        ),
        values="\n".join(sorted(values)),
        state=int(inputs.public),
        visible_from=inputs.visible_from,
        due=min(tied.dues) if tied.dues else None,
        earliest=earliest,
        latest=latest,
        sort_key=row["sort_key"],
        modified=row["modified"],
        quality=_quality(kind, row, has_picture, _ties(inputs)),
        handle=_handle(inputs),
    )


def _handle(inputs: Inputs) -> str:
    """A digest of what the entries that name the record take from it.

    An entry also counts for what stands above a record it is tied to, as far as the public may know
    of that; hence the lineage. A document has the words of its pages, so it follows when an image
    is transcribed.
    """
    words_there = inputs.written if inputs.kind == "image" else ""
    handle = (
        f"{inputs.row['title']}\x1f{inputs.public}{inputs.visible_from}{inputs.lineage}"
        f"{bool(inputs.row.get('file'))}{words_there}"
    )
    return hashlib.blake2b(handle.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _tied(inputs: Inputs) -> _Tied:
    """Collect what the record is tied to."""
    found = _Tied()
    values = found.values
    #: The values that it has through something hidden, even where something public gives it the same.
    hidden: set[str] = set()
    for mention, role in inputs.mentions:
        public = inputs.is_public(mention) if inputs.birth_withheld else mention.public
        if mention.dues:
            found.dues += mention.dues
        if mention.values:
            values.update(mention.values)
            hidden.update(mention.hidden if public else mention.values)
            if mention.language:
                found.languages.append(mention.language)
        if mention.title:
            if public:
                found.related[mention.title] = mention
            else:
                found.hidden[mention.title] = None
        elif mention.picture:
            if mention.public:
                found.picture = True
            else:
                hidden.add("has_image:yes")
        if role is not None:
            parts = (*role.values, *role.parts(mention))
            values.update(parts)
            if not mention.public:
                hidden.update(parts)
    if hidden:
        # What it has only through something hidden does not count for the public.
        values |= hidden
        values.update(HIDDEN + value for value in hidden - _seen(inputs, found.picture))
    return found


def _seen(inputs: Inputs, picture: bool) -> set[str]:
    """The facet values that a record has through something public."""
    seen = {"has_image:yes"} if picture else set()
    for mention, role in inputs.mentions:
        seen.update([value for value in mention.values if value not in inputs.hidden(mention)])
        if role is not None and mention.public:
            seen.update(role.values, role.parts(mention))
    return seen


def _texts(inputs: Inputs, names: list[str], tied: _Tied, read: Read) -> tuple[str, ...]:
    """The words of an entry in the order of :data:`FIELDS`."""
    row = inputs.row
    _further, summaries, texts = TEXTS[inputs.kind]
    title = read_name(row["title"])
    #: Languages whose stems the vocabulary does not know, so that they are stored with names and
    #: transcriptions.
    foreign = _FOREIGN - {own_language()}
    spoken = [code for code in tied.languages if code in foreign]
    #: The words of the record's date, these stems, and the sounds of what is named. Sounds of the
    #: record's own names stand with the names.
    dated = _dated(inputs)
    extra = [*dated, *(stem for code in sorted(foreign) for stem in stems_of(dated, code))]
    heard = [*title.sounds]
    name_words: list[str] = []
    for name in names:
        known = read_name(name)
        name_words += (known.words, END)
        heard += known.sounds
        for code in spoken:
            extra += stems_of(known.words.split(), code)
    related_words: list[str] = []
    for mention in tied.related.values():
        for language, known in mention.target.names():
            related_words += (known.words, END)
            extra += known.sounds
            if (spoken_by := language.split("-")[0]) in foreign:
                extra += stems_of(known.words.split(), spoken_by)
    codes = split(row["slug"].replace("-", " "))
    for identifier in (row["identifier"], *inputs.identifiers):
        parts = split(identifier)
        codes += ("".join(parts)[:60], *parts)
    transcribed: list[str] = []
    for text, code in inputs.written:
        transcribed += (read(text), END)
        if code in foreign:
            extra += stems_of(split(text), code)
    marked = dict.fromkeys(extra)
    marked.pop("", None)
    return (
        title.words,
        # Sounds stand with the names, so that a name found by its sound counts as a name.
        " ".join([*name_words, *dict.fromkeys(heard)]),
        " ".join(dict.fromkeys(codes)),
        read(" ".join([row["summary"], *[row[c] for c in summaries]])),
        " ".join(related_words),
        read("\n".join([row["description"], *[row[c] for c in texts], *inputs.details])),
        " ".join(transcribed),
        " ".join(marked),
    )


def _dated(inputs: Inputs) -> tuple[str, ...]:
    """The words of the record's date; of people the years of their lives, unless they are withheld."""
    span = _span(inputs.kind, inputs.row)
    if inputs.kind != "person":
        return words_of_days(*span)
    return () if inputs.birth_withheld else years_of_life(*span)


def _span(kind: Kind, row: dict[str, Any]) -> tuple[int | None, int | None]:
    """The record's first and last day number, from the first of its dates that is known."""
    for first, last in SPANS[kind]:
        if row[first] is not None or row[last] is not None:
            return row[first], row[last]
    return None, None


def _for_staff(
    columns: tuple[str, ...], hidden: dict[str, None], note: str
) -> tuple[str, ...] | None:
    """The texts with the names that the public may not read and the prepared note; None without either."""
    if not hidden and not note:
        return None
    texts = dict(zip(FIELDS, columns, strict=True))
    names = (word for name in hidden for word in (read_name(name).words, END))
    texts["related"] = " ".join([texts["related"], *names]).strip()
    texts["description"] = f"{texts['description']} {note}".strip()
    return tuple(texts.values())


def _ties(inputs: Inputs) -> int:
    """How many ties make a record worth seeing: those that the public may know of, because orders
    are the same for everybody.
    """
    return sum(inputs.is_public(mention) for mention, _role in inputs.mentions)


def _quality(kind: Kind, row: dict[str, Any], has_picture: bool, ties: int) -> int:
    """How much there is to see, about 40 to 170. Orders what the words alone do not tell apart."""
    return (
        KIND_WORTH[kind]
        + (10 if row["summary"] else 0)
        + min(20, len(row["description"]) // 40)
        + (20 if has_picture else 0)
        + min(60, int(10 * log2(1 + ties)))
    )
