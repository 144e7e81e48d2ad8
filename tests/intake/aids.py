"""What the tests of finding aids share: samples as AtoM and ArchivesSpace export them, and small ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from catalog import intake
from catalog.models import Term, Vocabulary

SAMPLES = Path(__file__).parent / "finding_aids"
#: Terms that the samples use and a museum has.
TERMS = (
    (Vocabulary.CONTRIBUTION_ROLE, "author", "Author"),
    (Vocabulary.CONTRIBUTION_ROLE, "photographer", "Photographer"),
    (Vocabulary.DOCUMENT_TYPE, "letter", "Letter"),
    (Vocabulary.LANGUAGE, "en", "English"),
    (Vocabulary.DETAIL, "dimensions", "Dimensions"),
)  # fmt: skip


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.xml").read_bytes()


def make_terms() -> None:
    for vocabulary, code, label in TERMS:
        Term.objects.create(vocabulary=vocabulary, code=code, label=label)


def aid(components: str = "", *, did: str = "", more: str = "", level: str = "fonds") -> bytes:
    """A small finding aid of a fonds F, with some components."""
    whole = did or "<unitid>F</unitid><unittitle>The fonds</unittitle>"
    return (
        f'<ead><eadheader><eadid/></eadheader><archdesc level="{level}"><did>{whole}</did>{more}'
        f"<dsc>{components}</dsc></archdesc></ead>"
    ).encode()


def looked(content: bytes, *, by: Any, **choices: Any) -> Any:
    """A finding aid received, planned as proposed but for ``choices``, and looked at."""
    found = intake.receive(content, "aid.xml", "collection", by=by)
    plan = replace(intake.plan_of(found), **choices)
    assert not intake.faults_of_plan(found, plan)
    intake.look(found, plan, by=by)
    return found


def imported(content: bytes, *, by: Any, **choices: Any) -> Any:
    found = looked(content, by=by, **choices)
    assert found.outlook["may_begin"], found.outlook["faults"]
    intake.begin(found, by=by, reason="")
    found.refresh_from_db()
    return found
