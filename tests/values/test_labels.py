"""Labels by language: how lines are read, and which label a reader gets."""

from __future__ import annotations

import pytest

from catalog.values import Label, Labels, LabelsError, language_tag


def test_lines_are_read_and_written_the_same() -> None:
    labels = Labels.read("es:  carta \n\npt-br: carta\nes: carta\nfa: نامه\u200cها")
    assert str(labels) == "es: carta\npt-BR: carta\nfa: نامه\u200cها"
    assert Labels.trusted(str(labels)) == labels
    assert labels.texts == ["carta", "نامه\u200cها"]
    assert Labels.of([("es", "Tipo: carta")]).by_language() == {"es": ["Tipo: carta"]}


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("carta", "form"),
        ("es:", "form"),
        ("spanish: carta", "language"),
        ("e1: carta", "language"),
        ("es: " + "a" * 201, "length"),
    ],
)
def test_a_wrong_line_is_named(line: str, wrong: str) -> None:
    with pytest.raises(LabelsError) as refusal:
        Labels.read(f"fr: lettre\n{line}")
    assert (refusal.value.line, refusal.value.wrong) == (line, wrong)


def test_language_tags_are_written_as_usual() -> None:
    assert [language_tag(tag) for tag in ("ES", "pt-br", "ZH-hant", "es-419", "x", "en_GB")] == [
        "es", "pt-BR", "zh-Hant", "es-419", "", "",
    ]  # fmt: skip


def test_readers_get_the_nearest_label() -> None:
    labels = Labels.read("es-MX: computadora\nes: ordenador\npt-BR: trem")
    chosen = {code: labels.in_language(code) for code in ("es-mx", "es-AR", "es", "pt-PT", "fr")}
    assert chosen == {
        "es-mx": "computadora", "es-AR": "ordenador", "es": "ordenador", "pt-PT": "trem", "fr": "",
    }  # fmt: skip


def test_a_name_says_its_language_where_it_is_not_the_readers() -> None:
    labels = Labels.read("es: carta")
    names = [Label.chosen("Letter", labels, code, "en") for code in ("es", "en-gb", "fr")]
    assert [(name, name.language) for name in names] == [
        ("carta", ""), ("Letter", ""), ("Letter", "en"),
    ]  # fmt: skip
    assert str(names[2]).language == "en"  # type: ignore[attr-defined]
