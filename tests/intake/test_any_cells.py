"""Whatever the cells of a table contain, the preview describes it in words; what it found valid is
written, and nothing else.

``INTAKE_EXAMPLES=500 pytest tests/intake/test_any_cells.py`` tries more tables.
"""

from __future__ import annotations

import csv
import io
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import actions, intake
from catalog.intake import Existing, Fate, Faulty, Plan, Several
from catalog.models import RECORD_MODELS, Collection, Person, Place

EXAMPLES = int(os.environ.get("INTAKE_EXAMPLES", "40"))
#: What curators write, and what breaks programs.
SAID = st.sampled_from(
    [
        *[
            "",
            "",
            " ",
            "1938",
            "about 1890",
            "3/4/1938",
            "1939-02-30",
            "1940/1930",
            "Y-10000000000",
        ],
        *["19.35, -99.16", "19,35", "-99.16", "181", "0", "99999999999999999999", "1e400", "nan"],
        *[
            "P.1",
            "Leon Trotsky",
            "L.1",
            "C.1",
            "Exile",
            "exile|Exile|Nothing",
            "fonds",
            "ru",
            "Q33391",
        ],
        *[
            "In copyright",
            "https://example.org",
            "javascript:alert(1)",
            "{1900,1901}",
            "|",
            "||a||",
        ],
        *["=1+1", "=SUM(A1:A2)", "#REF!", "'=x", "a\x01b", "é" * 600, "x" * 101, "NULL", "None"],
        *["http://www.wikidata.org/entity/Q1", "00000000-0000-4000-8000-000000000000"],
        *["İstanbul", "ﬁ\u200b", "\u202e", "🜚", "\ufffe"],
    ]
)
LETTERS = st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00")
CELLS = st.one_of(SAID, SAID, st.text(LETTERS, max_size=8))


@pytest.fixture
def there(terms):
    Person.objects.create(identifier="P.1", title="Leon Trotsky", born="1879", died="1940")
    Place.objects.create(identifier="L.1", title="Mexico")
    Collection.objects.create(identifier="C.1", title="Papers")


@given(data=st.data(), kind=st.sampled_from(list(RECORD_MODELS)))
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_cells(there, editor, data, kind):
    names = list(intake.targets_of(kind))
    columns = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=8, unique=True))
    # Most tables contain what a record needs, so that much gets as far as being written.
    columns = list(dict.fromkeys([*(["title"] if data.draw(st.integers(0, 3)) else []), *columns]))
    rows = data.draw(
        st.lists(st.tuples(*[CELLS] * len(columns)), min_size=1, max_size=5).filter(
            lambda rows: any(cell.strip() for row in rows for cell in row)
        )
    )
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(
        [[f"c{place}" for place, _ in enumerate(columns)], *rows]
    )
    plan = Plan(
        kind,
        tuple(columns),
        existing=data.draw(st.sampled_from(list(Existing))),
        several=data.draw(st.sampled_from(list(Several))),
        faulty=Faulty.SOUND,
        empties=data.draw(st.booleans()),
        new_terms=data.draw(st.booleans()),
        publish=data.draw(st.booleans()),
        first_identifier="X.001",
    )
    table = intake.read_table(text.getvalue().encode(), separator=",")
    if plan.faults(table.header):
        return
    with actions.tried():
        outlook = intake.look_ahead(plan, table, by=editor)
        assert sum(outlook.fates.values()) == table.number_of_rows
        assert all(note.said for note in outlook.faults)
        before = RECORD_MODELS[kind].objects.count()
        done = intake.Done()
        judge = intake.Judge(plan, table, by=editor)
        intake.write_block(
            judge, list(table.rows()), done, skip={note.row for note in outlook.faults}
        )
        assert done.refusals == []
        assert (done.made, done.changed) == (outlook.fates[Fate.NEW], outlook.fates[Fate.CHANGED])
        assert RECORD_MODELS[kind].objects.count() == before + done.made
        again = intake.look_ahead(plan, table, by=editor)
        if "identifier" in columns and plan.existing == Existing.LEAVE:
            numbered = outlook.numbered
            assert again.fates[Fate.NEW] <= numbered, "nothing with an identifier comes twice"
