"""Titles, sentences and names for one batch of the generated museum."""

from __future__ import annotations

from random import Random
from typing import Final

from tests.benchmarks.words import TONGUES, Tongue, falling_weights, word_list

_SHARES: Final = [tongue.share for tongue in TONGUES]
_LISTED: Final = {
    tongue.code: (tongue.given.split(), tongue.families.split()) for tongue in TONGUES
}


def vocabulary_size(records: int, tongue: Tongue) -> int:
    """How many different words a museum's texts use in a language. It grows more slowly than the texts."""
    return int(min(300_000, max(4_000, 500 * records**0.5)) * (0.3 + 0.7 * tongue.share))


class Prose:
    """The texts of a batch. For each language a stream of words is drawn once, and texts are cut
    from it.
    """

    def __init__(self, rng: Random, records: int, batch: int) -> None:
        """``records`` of the museum decide how many different words there are, those of the batch
        how many are drawn.
        """
        self._random = rng.random
        self._tongues = rng.choices(TONGUES, _SHARES, k=997)
        self._turn = 0
        self._streams: dict[str, list[str]] = {}
        for tongue in TONGUES:
            size = vocabulary_size(records, tongue)
            self._streams[tongue.code] = rng.choices(
                word_list(tongue.code, size),
                cum_weights=falling_weights(len(word_list(tongue.code, size))),
                k=200 + int(12 * batch * tongue.share),
            )

    def tongue(self) -> Tongue:
        """The language of the next record."""
        self._turn = (self._turn + 1) % 997
        return self._tongues[self._turn]

    def words(self, tongue: Tongue, least: int, most: int) -> str:
        """A number of consecutive words."""
        stream = self._streams[tongue.code]
        count = least + int((most - least + 1) * self._random())
        start = int((len(stream) - count) * self._random())
        return tongue.blank.join(stream[start : start + count])

    def line(self, tongue: Tongue, least: int, most: int) -> str:
        """A number of words, beginning with a capital."""
        text = self.words(tongue, least, most)
        return text[:1].upper() + text[1:]

    def paragraphs(self, tongue: Tongue) -> str:
        """A description in Markdown of 20 to 120 words."""
        sentences = [f"{self.line(tongue, 8, 16)}." for _ in range(2 + int(6 * self._random()))]
        if len(sentences) > 4:
            sentences[3] = f"\n\n*{self.line(tongue, 2, 4)}.* {sentences[3]}"
        return " ".join(sentences)

    def name(self, tongue: Tongue) -> tuple[str, str]:
        """A given name and a family name. Every third family has a name of its own."""
        given, families = _LISTED[tongue.code]
        if self._random() < 0.35:
            stream = self._streams[tongue.code]
            family = stream[int(len(stream) * self._random())].capitalize()
        else:
            family = families[int(len(families) * self._random())]
        first = given[int(len(given) * self._random())]
        if self._random() < 0.25:
            first = f"{first} {given[int(len(given) * self._random())]}"
        return first, family
