"""Copying in the admin: what is offered, the result, and who may."""

from __future__ import annotations

import pytest
from django.urls import reverse

from catalog.models import RECORD_MODELS, ChangeSet, Contribution, Document, Status
from tests.admin.conftest import form_of, messages_of
from tests.models.conftest import KINDS, make, term

pytestmark = pytest.mark.django_db


def address(record):
    return reverse(f"admin:catalog_{record.KIND}_copy", args=[record.pk])


@pytest.mark.parametrize("kind", KINDS)
def test_from_the_form_to_the_form_of_the_copy(cataloguer, kind):
    record = make(kind, title="Number one", credit_line="The archive", status=Status.PUBLISHED)
    form = cataloguer.get(reverse(f"admin:catalog_{kind}_change", args=[record.pk]))
    assert address(record) in form.content.decode(), "also where it is public and can only be read"
    sent = form_of(cataloguer.get(address(record)).content) | {"title": "Number two"}
    assert sent["part"]
    answer = cataloguer.post(address(record), sent | {"part": ["credit_line"]}, follow=True)
    copy = RECORD_MODELS[kind].objects.latest("pk")
    assert (copy.title, copy.status, copy.credit_line) == (
        "Number two",
        Status.DRAFT,
        "The archive",
    )
    change = reverse(f"admin:catalog_{kind}_change", args=[copy.pk])
    assert answer.redirect_chain == [(change, 302)]
    assert "This is a new draft" in messages_of(answer)
    assert address(record) in answer.content.decode(), "the next of the series is one click away"
    made = ChangeSet.objects.latest("id")
    assert (made.door, made.reason, made.by_name) == (
        "admin", f"Copy of {record.identifier}", "cataloguer",
    )  # fmt: skip


def test_what_is_likely_is_chosen_and_what_was_typed_stays(cataloguer):
    letter = make("document", title="Letter", summary="Of the journey", credit_line="The archive")
    Contribution.objects.create(
        document=letter, person=make("person"), role=term("contribution_role", "sender")
    )
    html = cataloguer.get(address(letter)).content.decode()
    for name, chosen in (("credit_line", True), ("contribution", True), ("summary", False)):
        assert f'value="{name}"{" checked" if chosen else ""}>' in html
    assert "Title of the new record" in html
    assert "Name of the new record" in cataloguer.get(address(make("person"))).text
    taken = {"title": "Mine", "identifier": letter.identifier, "part": ["summary"]}
    again = cataloguer.post(address(letter), taken)
    html = again.content.decode()
    assert again.status_code == 200 and "Another record already has this identifier" in html
    assert 'value="Mine"' in html and 'value="summary" checked>' in html
    assert 'value="credit_line">' in html
    assert Document.objects.count() == 1
    odd = cataloguer.post(address(letter), {"title": "\x00", "identifier": "N 1", "part": ["slug"]})
    assert "cannot be copied" in odd.content.decode()


def test_who_may(door, client, cataloguer):
    letter = make("document")
    assert door(None).get(address(letter)).status_code == 403
    assert client.get(address(letter)).status_code == 302
    for key in ("0", "999999", "x", "9" * 40):
        assert cataloguer.get(f"/admin/catalog/document/{key}/copy/").status_code == 404
