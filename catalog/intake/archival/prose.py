"""Prose in XML as Markdown: paragraphs, lists, emphasis, links."""

from __future__ import annotations

import re
from typing import Final

from catalog.intake.archival.markup import Element

#: Elements that are paragraphs, or hold some.
_BLOCKS: Final = frozenset(
    {"p", "list", "chronlist", "table", "head", "blockquote", "address", "quote", "note", "legalstatus",
     "defitem", "item", "bibref", "bibliography", "index", "indexentry", "list-item"}
)  # fmt: skip
_STRONG: Final = frozenset({"bold", "bolditalic", "boldunderline", "boldsmcaps"})
#: A text of a further detail is cut into pieces of at most so many characters.
LONGEST_DETAIL: Final = 2000
_LINKS: Final = frozenset({"extref", "ref", "ptr", "extptr", "dao", "archref"})


def prose(element: Element, *, head: bool = False) -> str:
    """What an element says, as Markdown; its own heading only where ``head`` is asked for."""
    return "\n\n".join(_blocks(element, head=head))


def paragraphs(element: Element) -> list[str]:
    """The same, each paragraph on one line."""
    return [" ".join(block.split()) for block in _blocks(element, head=False)]


def cut(said: list[str]) -> list[str]:
    """Paragraphs that fit further details: longer ones are cut between sentences, or between words."""
    found = []
    for paragraph in said:
        rest = paragraph
        while len(rest) > LONGEST_DETAIL:
            place = max(rest.rfind(". ", 0, LONGEST_DETAIL) + 1, 0) or rest.rfind(
                " ", 0, LONGEST_DETAIL
            )
            place = place if place > 0 else LONGEST_DETAIL
            found.append(rest[:place].strip())
            rest = rest[place:].strip()
        if rest:
            found.append(rest)
    return found


def as_details(text: str) -> list[str]:
    """A longer text in Markdown as the texts of further details, one a paragraph."""
    return cut([" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip()])


def head_of(element: Element) -> str:
    """The heading of an element; empty when it has none."""
    return next((one.words() for one in element.all("head")), "")


def _blocks(element: Element, *, head: bool) -> list[str]:
    found: list[str] = []
    line = ""

    def close() -> None:
        nonlocal line
        if said := _tidied(line):
            found.append(said)
        line = ""

    for one in element.content:
        if isinstance(one, str):
            line += one
        elif one.name == "head":
            close()
            if head and (said := one.words()):
                found.append(said)
        elif one.name in {"list", "index"}:
            close()
            found += _list(one)
        elif one.name in {"chronlist", "table"}:
            close()
            found += _rows(one)
        elif one.name in {"blockquote", "quote"} and any(one.all("p")):
            close()
            found += ["> " + block.replace("\n", "\n> ") for block in _blocks(one, head=True)]
        elif one.name == "note" and element.name in {"p", "item", "unittitle"}:
            line += f" ({one.words()})" if one.words() else ""
        elif one.name in _BLOCKS or any(one.all(*_BLOCKS)):
            close()
            found += _blocks(one, head=True)
        else:
            line += _inline(one)
    close()
    return found


def _tidied(text: str) -> str:
    """A paragraph without the blanks of indentation; its line ends stay, because typed text may mean them."""
    lines = (" ".join(line.split()) for line in text.strip().split("\n"))
    return "\n".join(lines).strip()


def _inline(element: Element) -> str:
    """An element within a line."""
    if element.name == "lb":
        return "\n"
    inner = "".join(one if isinstance(one, str) else _inline(one) for one in element.content)
    target = element.attributes.get("href", "")
    if element.name in _LINKS and re.match(r"https?://", target):
        words = " ".join(inner.split()) or element.attributes.get("title", "") or target
        return f"[{words}]({target.replace(' ', '%20').replace(')', '%29')})"
    if element.name in {"emph", "title"} and inner.strip():
        mark = "**" if element.attributes.get("render", "") in _STRONG else "*"
        words = " ".join(inner.split())
        before = " " if inner[:1].isspace() else ""
        after = " " if inner[-1:].isspace() else ""
        return f"{before}{mark}{words}{mark}{after}"
    return inner


def _list(element: Element) -> list[str]:
    """A list: one block of lines, below its heading."""
    lines = []
    is_ordered = "ordered" in {element.attributes.get("type"), element.attributes.get("listtype")}
    for number, one in enumerate(element.all("item", "defitem", "indexentry"), 1):
        parts = [*one.all("label"), *one.all("item")] if one.name == "defitem" else [one]
        said = ": ".join(" ".join("; ".join(_blocks(part, head=True)).split()) for part in parts)
        if said:
            lines.append(f"{number}. {said}" if is_ordered else f"- {said}")
    head = [head_of(element)] if head_of(element) else []
    return [*head, "\n".join(lines)] if lines else head


def _rows(element: Element) -> list[str]:
    """A chronology, or a table: a line for each entry."""
    lines = []
    for row in element.within("chronitem", "row"):
        cells = [part.words() for part in row.content if isinstance(part, Element) and part.words()]
        if cells:
            lines.append("- " + (": " if row.name == "chronitem" else " – ").join(cells))
    head = [head_of(element)] if head_of(element) else []
    return [*head, "\n".join(lines)] if lines else head
