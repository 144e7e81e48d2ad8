"""What the tests of authority records share: samples as AtoM and ArchivesSpace export them, and small ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from catalog import intake
from catalog.models import Term, Vocabulary

SAMPLES = Path(__file__).parent / "authority_records"
#: Terms that the samples use and a museum has: code, label, inverse label.
TERMS = (
    (Vocabulary.OCCUPATION, "musician", "Musicians", ""),
    (Vocabulary.RELATIONSHIP_KIND, "parent", "parent of", "child of"),
    (Vocabulary.RELATIONSHIP_KIND, "member", "member of", "had as member"),
    (Vocabulary.RELATIONSHIP_KIND, "spouse", "spouse of", "spouse of"),
)


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.xml").read_bytes()


def make_terms() -> None:
    for vocabulary, code, label, inverse in TERMS:
        Term.objects.create(vocabulary=vocabulary, code=code, label=label, inverse_label=inverse)


def record(
    name: str,
    *,
    sort: str = "person",
    code: str = "",
    control: str = "",
    identity: str = "",
    description: str = "",
    relations: str = "",
) -> bytes:
    """A small record."""
    return (
        f"<eac-cpf><control><recordId>{code}</recordId>{control}</control><cpfDescription><identity>"
        f"<entityType>{sort}</entityType><nameEntry><part>{name}</part><authorizedForm/></nameEntry>{identity}"
        f"</identity><description>{description}</description><relations>{relations}</relations>"
        "</cpfDescription></eac-cpf>"
    ).encode()


def related(name: str, words: str = "", sort: str = "associative", href: str = "") -> str:
    """A relation to somebody."""
    return (
        f'<cpfRelation cpfRelationType="{sort}" href="{href}"><relationEntry>{name}</relationEntry>'
        f"<descriptiveNote><p>{words}</p></descriptiveNote></cpfRelation>"
    )


def looked(*contents: bytes, by: Any, **choices: Any) -> Any:
    """Records received together, planned as proposed but for ``choices``, and looked at."""
    files = [intake.HeldFile(one) for one in contents]
    file = intake.packed([(f"{number}.xml", one) for number, one in enumerate(files, 1)])
    found = intake.receive(file, "records", "person", by=by)
    plan = replace(intake.plan_of(found), **choices)
    intake.look(found, plan, by=by)
    return found


def imported(*contents: bytes, by: Any, **choices: Any) -> Any:
    found = looked(*contents, by=by, **choices)
    assert found.outlook["may_begin"], found.outlook["faults"]
    intake.begin(found, by=by, reason="")
    found.refresh_from_db()
    return found
