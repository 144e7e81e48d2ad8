"""What a term is called in other languages, as SKOS has it: one preferred label a language, alternatives beside it.

It is written as lines, each a language and a label::

    es: autor
    pt-BR: autor

Languages are tags of BCP 47. The label in the catalogue's own language is not among these lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

#: Letters that one label may have.
LONGEST_LABEL: Final = 200
#: A tag of BCP 47 without extensions and private use: "es", "pt-BR", "zh-Hant", "es-419".
_LANGUAGE: Final = re.compile(r"([A-Za-z]{2,3})((?:-[A-Za-z0-9]{2,8}){0,3})", re.ASCII)
_NOT_TEXT: Final = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\ud800-\\udfff]")
_LINE: Final = re.compile(r"\s*([^\s:]+)\s*:\s*(.*?)\s*")


class LabelsError(ValueError):
    """A line that is no label with its language: the ``line``, and what is ``wrong`` with it."""

    def __init__(self, line: str, wrong: str) -> None:
        super().__init__(f"{line}: {wrong}")
        self.line = line
        self.wrong = wrong


def language_tag(text: str) -> str:
    """A language tag as it is usually written ("es", "pt-BR", "zh-Hant"); empty if it is none."""
    if (found := _LANGUAGE.fullmatch(text)) is None:
        return ""
    further = found[2].split("-")[1:]
    sizes = {2: str.upper, 4: str.capitalize}
    return "-".join([found[1].lower(), *(sizes.get(len(one), str.lower)(one) for one in further)])


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels with their languages, in the order in which they were written. False if there is none."""

    pairs: tuple[tuple[str, str], ...] = ()

    @classmethod
    def read(cls, text: str) -> Labels:
        """The labels in some lines. Raises :class:`LabelsError` for the first line that is wrong."""
        found: dict[tuple[str, str], None] = {}
        for line in filter(str.strip, text.splitlines()):
            parts = _LINE.fullmatch(line)
            if parts is None:
                raise LabelsError(line, "form")
            found[_pair(parts[1], parts[2], line)] = None
        return cls(tuple(found))

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Labels:
        """Labels from pairs of a language and a label. Raises :class:`LabelsError`."""
        return cls(
            tuple(dict.fromkeys(_pair(*pair, f"{pair[0]}: {pair[1]}".strip()) for pair in pairs))
        )

    @classmethod
    def trusted(cls, text: str) -> Labels:
        """The labels in lines that were read before they were kept."""
        return _kept(text) if text else NO_LABELS

    def __bool__(self) -> bool:
        return bool(self.pairs)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.pairs)

    def __str__(self) -> str:
        return "\n".join(f"{language}: {label}" for language, label in self.pairs)

    @property
    def texts(self) -> list[str]:
        """The labels without their languages, each once."""
        return list(dict.fromkeys(label for _language, label in self.pairs))

    def by_language(self) -> dict[str, list[str]]:
        """The labels of each language."""
        found: dict[str, list[str]] = {}
        for language, label in self.pairs:
            found.setdefault(language, []).append(label)
        return found

    def in_language(self, language: str) -> str:
        """The label for readers of a language; empty if there is none.

        A region's readers get the label of their language ("es" for "es-MX"), and the other way round.
        """
        wanted = language.lower()
        main, near = wanted.split("-")[0], ""
        for tag, label in self.pairs:
            known = tag.lower()
            if known == wanted:
                return label
            if known == main or (not near and known.split("-")[0] == main):
                near = label
        return near


def _pair(language: str, label: str, line: str) -> tuple[str, str]:
    tag, label = language_tag(language), " ".join(label.split())
    if not tag:
        raise LabelsError(line, "language")
    if not label or _NOT_TEXT.search(label):
        raise LabelsError(line, "form")
    if len(label) > LONGEST_LABEL:
        raise LabelsError(line, "length")
    return tag, label


#: No label at all, as most terms of most catalogues have.
NO_LABELS: Final = Labels()


@lru_cache(maxsize=2_000)
def _kept(text: str) -> Labels:
    pairs = (line.partition(": ")[::2] for line in text.split("\n"))
    return Labels(tuple((language, label) for language, label in pairs))


class Label(str):
    """What a term, or a value of a closed list, is called for one reader.

    ``language`` is empty if it is in the language of the page, else the tag of the language that it is in.
    """

    language: str = ""

    def __str__(self) -> str:
        """Itself, so that its language is not lost."""
        return self

    @classmethod
    def chosen(cls, label: str, others: Labels, language: str, own: str) -> Label:
        """The label for readers of a ``language``, or else the main one, which is in the language ``own``."""
        is_own = language.split("-")[0] == own
        other = others.in_language(language) if others and not is_own else ""
        name = cls(other or label)
        name.language = "" if is_own or other else own
        return name
