"""Finding aids over the API: sent, corrected, run, undone."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog import actions
from catalog.history import Selection
from catalog.models import Collection, Document, Intake
from tests.api.conftest import Asking, account, answered, key_of
from tests.intake.aids import aid, make_terms, sample

pytestmark = pytest.mark.django_db
HERE = "/api/v1/imports/"


@pytest.fixture
def curator(db):
    make_terms()
    return Asking(key_of(account("edith", "Editor")))


def send(asking, content, query="?filename=aid.xml"):
    return asking.generic("POST", f"{HERE}{query}", content, content_type="application/xml")


def test_sent_corrected_run_and_undone(curator):
    answer = send(curator, sample("atom"))
    told, path = answered(answer, 201), answer["Location"]
    assert (told["format"], told["choices"], told["columns"]) == ("aid", None, [])
    whole = told["finding_aid"]
    assert (whole["title"], whole["code"], whole["collection"], whole["document"]) == (
        "Harbour Board fonds",
        "F12",
        5,
        1,
    )
    assert whole["choices"]["codes"] == "joined" and whole["choices"]["new_terms"] is False
    # Subjects that may not be made are told, with the line.
    left_out = {(one["line"], one["column"]) for one in told["report"]["left_out"]}
    assert (12, "subject") in left_out and told["report"]["number_left_out"] == len(left_out)
    answer = curator.send("PATCH", path, {"new_terms": True}, answer["ETag"])
    report = answered(answer)["report"]
    assert report["may_run"] and {"label": "Series", "rows": 2, "new": 2} in report["levels"]
    assert not Collection.objects.exists()
    ran = answered(curator.send("POST", f"{path}run/?reason=From+AtoM", etag=answer["ETag"]))
    assert ran["state"] == "done" and "10 records were created." in ran["result"]
    again = answered(send(curator, sample("atom")), 201)
    rows = curator.json(f"{HERE}{again['number']}/rows/?fate=left")["results"]
    (letter,) = [one for one in rows if one["kind"] == "document"]
    assert (letter["line"], letter["identifier"]) == (60, "F12/1/1/1")
    assert letter["record"]["url"].endswith(f"/api/v1/documents/{Document.objects.get().slug}/")
    actions.undo(Selection(ran["change_set"]), by=None)
    assert not Collection.objects.exists()


def test_what_does_not_fit_is_refused_with_its_reason(curator):
    broken = answered(send(curator, b"<ead><archdesc>"), 422)
    assert "broken at line 1" in json.dumps(broken)
    other = answered(send(curator, b"<lido/>", "?kind=person"), 422)
    assert "XML" in json.dumps(other)
    assert not Intake.objects.exists()
    answer = send(curator, aid(did="<unittitle>The fonds</unittitle>"))
    told, path, etag = answered(answer, 201), answer["Location"], answer["ETag"]
    # Without a code nothing can be looked at yet.
    assert told["report"] is None and told["finding_aid"]["code"] == ""
    refused = answered(curator.send("PATCH", path, {"publish": False}, etag), 422)
    assert "reference code" in json.dumps(refused)
    assert curator.send("PATCH", path, {"columns": {}, "whole": "M.1"}, etag).status_code == 422
    assert answered(curator.send("PATCH", path, {"whole": "M.1"}, etag))["report"]["may_run"]


def test_a_file_in_a_form_is_read_too_and_nobody_else_sees_it(curator):
    file = SimpleUploadedFile("aid.xml", sample("archivesspace"), content_type="text/xml")
    told = answered(curator.post(f"{HERE}?kind=collection", {"file": file}), 201)
    assert told["finding_aid"]["title"] == "Ada Quill papers"
    other = Asking(key_of(account("olga", "Editor")))
    assert other.get(f"{HERE}{told['number']}/").status_code == 404
