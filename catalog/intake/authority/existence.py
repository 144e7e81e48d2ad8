"""From when to when somebody lived, or a body was there, as EDTF; and the dates of relations and names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from catalog.intake.archival.dates import Dated, dated
from catalog.intake.archival.headings import without_dates
from catalog.intake.archival.markup import Element

_RANGES: Final = ("daterange", "date")
#: Words for times of work, which are no birth and no death.
_ACTIVE: Final = re.compile(r"\b(?:fl\.|flor|flourish|activ|act\.|working|wirk)", re.IGNORECASE)
_OPEN: Final = re.compile(r"(?P<from>.+?)\s*[-–—]\s*\Z")


@dataclass(slots=True)
class Existence:
    """``born`` and ``died`` as EDTF, or founded and ended; ``wordings`` are dates that say more, or something else."""

    born: str = ""
    died: str = ""
    wordings: list[str] = field(default_factory=list)
    #: Wordings that were not understood, with their lines.
    unclear: list[tuple[str, int]] = field(default_factory=list)


def existence(element: Element) -> Existence:
    """What an ``existDates`` says."""
    found = Existence()
    is_active = bool(_ACTIVE.search(element.attributes.get("localtype", "")))
    # ArchivesSpace writes the wording as a range of its own before the days.
    for one in sorted(element.within(*_RANGES), key=lambda one: not _has_ends(one)):
        if is_active or _ACTIVE.search(one.attributes.get("localtype", "")):
            found.wordings.append(time_in_words(one))
        elif one.name == "daterange":
            _of_range(found, one)
        else:
            _of_date(found, one)
    for note in element.within("descriptivenote"):
        found.wordings.append(note.words())
    found.wordings = [one for one in dict.fromkeys(found.wordings) if one]
    return found


def time_in_words(element: Element) -> str:
    """A date, or a range with a dash between its ends."""
    ends = [one.words() for one in element.within("fromdate", "todate")]
    return " – ".join(filter(None, ends)) or element.words()


def _has_ends(element: Element) -> bool:
    return any(element.within("fromdate", "todate"))


def span(element: Element) -> tuple[str, str]:
    """The date of a relation as EDTF, and its wording where that says more, or is not understood."""
    one = next(element.within(*_RANGES), None)
    if one is None:
        return "", ""
    if not _has_ends(one):
        date = _read(one)
        return date.edtf, date.wording
    parts, wordings = [], []
    for name in ("fromdate", "todate"):
        end = next(one.within(name), None)
        # An end that is left out is open, an empty one is not known.
        said = _read(end) if end is not None else None
        parts.append(".." if said is None else said.edtf)
        wordings.append(said.wording if said else "")
    if "/" in "".join(parts) or not "".join(parts).strip("."):
        return "", time_in_words(one)
    return "/".join(parts), " – ".join(filter(None, wordings))


def _read(element: Element) -> Dated:
    """One date; what lies between two days is read from both."""
    kept = element.attributes
    between = "/".join(part for name in ("notbefore", "notafter") if (part := kept.get(name, "")))
    attributes = {
        "normal": kept.get("standarddate", "") or between,
        "certainty": kept.get("certainty", ""),
    }
    return dated(Element("unitdate", attributes, element.line, list(element.content)))


def _end(element: Element, found: Existence) -> str:
    """When it began, or ended: one moment, however little is known of it."""
    date = _read(element)
    if date.wording:
        found.wordings.append(date.wording)
    if date.wording and not date.edtf:
        found.unclear.append((date.wording, element.line))
    first, slash, last = date.edtf.partition("/")
    if slash and ".." not in {first, last}:
        return f"[{first}..{last}]"
    return date.edtf


def _of_range(found: Existence, element: Element) -> None:
    first = next(element.within("fromdate"), None)
    last = next(element.within("todate"), None)
    if first is None and last is None:
        inner = next(element.within("date"), None)
        _of_date(found, inner if inner is not None else element)
        return
    for name, end in (("born", first), ("died", last)):
        said = _end(end, found) if end is not None and (end.words() or end.attributes) else ""
        if said and not getattr(found, name):
            setattr(found, name, said)
        elif said and said != getattr(found, name):
            found.wordings.append(time_in_words(element))


def _of_date(found: Existence, element: Element) -> None:
    """A date in one piece: from one day to another, or with a word for what it is of."""
    words = element.words()
    if not words and not element.attributes:
        return
    if _ACTIVE.search(words):
        found.wordings.append(words)
        return
    if words and (found.born or found.died):
        years = {end[:4] for end in (found.born, found.died) if end}
        if not years <= set(re.findall(r"[0-9]+", words)) or re.search(r"[^\W\d_]{3}", words):
            found.wordings.append(words)
        return
    _name, born, died = without_dates(f"-, {words}")
    if not (born or died):
        date = _read(element)
        born, slash, died = date.edtf.partition("/")
        begins = _OPEN.match(words)
        if not slash and begins:
            died = ""
        elif not slash:
            # One date alone is neither a birth nor a death.
            found.wordings.append(words or date.edtf)
            found.unclear.append((words or date.edtf, element.line))
            return
        if date.wording:
            found.wordings.append(date.wording)
    found.born = found.born or ("" if born == ".." else born)
    found.died = found.died or ("" if died == ".." else died)
