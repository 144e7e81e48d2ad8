"""Persons and places that a file only names, as rows: linked where the catalogue has them, new where it lacks them."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence

from catalog.intake.archival.access import Access
from catalog.intake.archival.rows import Filed, FiledRow, Sheet
from catalog.intake.several import joined
from catalog.models import Authority, PersonKind
from catalog.uris import Kind


def sheet_of_named(
    kind: Kind,
    accesses: Sequence[Access],
    *,
    behind: int,
    wanted: Container[str] | None = None,
    history: Callable[[Access], str] = lambda _one: "",
    elements: dict[str, str],
) -> Sheet:
    """The rows of persons or places, numbered from ``behind`` on; ``history`` tells of the life of somebody new.

    Only those whose identifiers are ``wanted`` have rows, if that is given. The numbers are the same with and without
    the others: an import that was stopped finds its place by them.
    """
    shown = [
        (number, one)
        for number, one in enumerate(accesses, behind + 1)
        if wanted is None or one.identifier in wanted
    ]
    used = {pair[0] for one in accesses for pair in one.heading.outside}
    targets = ["identifier", "title"]
    if kind == "person":
        targets += ["sort_name", "kind", "born", "died", "description"]
    targets += [f"outside:{one.value}" for one in Authority if one.value in used]

    def filed() -> Filed:
        for number, one in shown:
            yield FiledRow(number, (), line=one.met.line), _said(kind, one, history)

    return Sheet(targets, len(shown), filed, elements)


def _said(kind: Kind, one: Access, history: Callable[[Access], str]) -> dict[str, str]:
    heading = one.heading
    said = {"identifier": one.identifier, "title": heading.title[:500]}
    if kind == "person":
        corporate = PersonKind.CORPORATE_BODY.value
        said |= {
            "sort_name": heading.filed, "kind": heading.sort or corporate, "born": heading.born,
            "died": heading.died, "description": history(one),
        }  # fmt: skip
    for authority in {pair[0] for pair in heading.outside}:
        values = [value for name, value in heading.outside if name == authority]
        said[f"outside:{authority}"] = joined(values)
    return said
