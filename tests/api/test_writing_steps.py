"""Steps of a record by the API, with their notes, dates and reasons."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import ChangeSet, Door, ReviewNote
from tests.api.conftest import PERSON, body


def test_a_step_takes_a_note_a_date_and_a_reason(museum, cataloguer, editor, api):
    made = cataloguer.send("POST", "/api/v1/people/", {"identifier": "N.1", "title": "Nobody"})
    path = made["Location"]
    why = {"note": "Dates from the letter"}
    cataloguer.send("POST", f"{path}submit/?reason=Box%2012", why, etag=made["ETag"])
    editor.send("POST", f"{path}send-back/", {"note": "Which letter?"}, etag=editor.etag(path))
    later = "2090-01-01T00:00:00Z"
    answer = editor.send(
        "POST", f"{path}publish/", {"publish_from": later, "note": ""}, etag=editor.etag(path)
    )
    assert answer.status_code == 200, answer.content
    assert body(answer)["curation"]["publish_from"].startswith("2090-01-01")
    assert api.get(path).status_code == 404
    notes = ReviewNote.objects.order_by("pk").values_list("step", "text", "by__username")
    assert list(notes) == [
        ("submitted", "Dates from the letter", "cataloguer"),
        ("sent_back", "Which letter?", "editor"),
        ("published", "", "editor"),
    ]
    reasons = ChangeSet.objects.order_by("pk").values_list("reason", "door")
    assert ("Box 12", Door.API) in list(reasons)


def test_an_embargo_is_set_and_lifted(museum, editor, cataloguer, api):
    until = (timezone.now() + timedelta(days=9)).isoformat()
    path = f"{PERSON}embargo/"
    refused = cataloguer.send("POST", path, {"embargo_until": until}, etag="*")
    assert refused.status_code == 403
    trial = editor.send("POST", f"{path}?dry_run=true", {"embargo_until": until}, etag="*")
    assert body(trial)["would"] == "embargo"
    assert api.get(PERSON).status_code == 200
    assert editor.send("POST", path, {"embargo_until": until}, etag="*").status_code == 200
    assert api.get(PERSON).status_code == 404
    assert editor.send("POST", path, {"embargo_until": None}, etag="*").status_code == 200
    assert api.get(PERSON).status_code == 200
    passed = editor.send("POST", path, {"embargo_until": "2020-01-01T00:00:00Z"}, etag="*")
    assert passed.status_code == 422
    assert body(passed)["errors"][0]["field"] == "embargo_until"
    assert "has passed" in body(passed)["detail"]


@pytest.mark.once
@pytest.mark.parametrize(
    ("verb", "sent", "field"),
    [
        ("embargo", None, "embargo_until"),
        ("embargo", {"embargo_until": "tomorrow"}, "embargo_until"),
        ("publish", {"publish_on": "2090-01-01T00:00:00Z"}, "publish_on"),
        ("publish", {"publish_from": 3}, "publish_from"),
        ("withdraw", {"note": "x" * 2001}, "note"),
        ("withdraw", {"note": ["x"]}, "note"),
        ("withdraw", ["x"], ""),
    ],
)
def test_what_goes_with_a_step_is_judged_field_by_field(museum, editor, api, verb, sent, field):
    answer = editor.send("POST", f"{PERSON}{verb}/", sent, etag="*")
    assert answer.status_code == 422, answer.content
    assert (body(answer)["errors"][0]["field"] or "").startswith(field)
    assert api.get(PERSON).status_code == 200


def test_a_reason_goes_with_every_change(museum, editor):
    answer = editor.send("PATCH", f"{PERSON}?reason=Misprint", {"summary": "x"}, etag="*")
    assert answer.status_code == 200
    assert ChangeSet.objects.all()[0].reason == "Misprint"
    long = editor.send("PATCH", f"{PERSON}?reason={'x' * 1001}", {"summary": "y"}, etag="*")
    assert long.status_code == 400
    assert body(long)["errors"][0]["parameter"] == "reason"
