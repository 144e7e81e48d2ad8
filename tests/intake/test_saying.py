"""What is said of rows is stored without words, and put into those of its reader."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy, override

from catalog.intake import saying, told_outlook
from catalog.intake.judged import Note
from catalog.intake.stored import pack, unpack_faults
from catalog.models import Intake, Person
from catalog.values import DateError, read_date


def refusal(text):
    with pytest.raises(DateError) as caught:
        read_date(text)
    return saying.of_date(caught.value)


def too_long():
    with pytest.raises(ValidationError) as caught:
        MaxLengthValidator(2)("abc")
    return saying.of_refusal(caught.value)


SAID = [
    saying.say("There is no %(kind)s “%(text)s”.")
    % {"kind": Person._meta.verbose_name, "text": "100 % Anna"},
    saying.say("Row %(row)d: %(said)s") % {"row": 3, "said": saying.say("The file is empty.")},
    saying.say("It says that there is no date, so the cell counts as empty.")
    + " "
    + saying.InWords("1879-11"),
    saying.label(gettext_lazy("The record")),
    refusal("1939-02-30"),
    too_long(),
    "a text of the curator: 50 %",
]


@pytest.mark.parametrize("said", SAID, ids=str)
def test_a_message_is_stored_and_read_in_any_language(said):
    kept = json.loads(json.dumps(saying.as_json(said)))
    again = saying.of_json(kept)
    assert again == said
    with override("en"):
        english = str(again)
        assert english == str(said)
    with override("es"):
        assert (str(again) == english) is isinstance(said, str)


def test_a_preview_from_before_is_read_as_it_is(db):
    note = Note(2, "Title", "x", "Too long: 300 % of the limit.")
    assert unpack_faults(pack([note])) == [note]
    old = Intake(
        kind="person",
        outlook={
            "faults": [[2, "Title", "x", "Too long.", 0]],
            "levels": {"Series": [2, 1]},
            "shown": [
                {"row": 2, "fate": "new", "title": "Anna", "cells": [["Name", "", "Anna", True]]}
            ],
        },
    )
    told = told_outlook(old)
    assert told["faults"] == [[2, "Title", "x", "Too long.", 0]]
    assert told["levels"] == [["Series", 2, 1]]
    assert told["shown"][0]["cells"] == [["Name", "", "Anna", True]]
