"""The three groups of the migration, and what each may do."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group

from catalog.actions import may
from catalog.models import RECORD_MODELS
from tests.models.conftest import KINDS

pytestmark = pytest.mark.django_db

#: verb on records: the groups that may
RECORD_VERBS = {
    "view": {"Cataloguer", "Editor", "Administrator"},
    "add": {"Cataloguer", "Editor", "Administrator"},
    "change": {"Cataloguer", "Editor", "Administrator"},
    "publish": {"Editor", "Administrator"},
    "delete": {"Administrator"},
}


@pytest.mark.parametrize("group", ["Cataloguer", "Editor", "Administrator", "Nobody", "Anonymous"])
@pytest.mark.parametrize("kind", KINDS)
def test_records(curator, group, kind):
    by = curator(group)
    for verb, allowed in RECORD_VERBS.items():
        assert may(by, verb, RECORD_MODELS[kind]()) == (group in allowed), verb


def codenames(name):
    return set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))


def test_each_group_may_what_the_one_below_may():
    cataloguer, editor, administrator = map(codenames, ("Cataloguer", "Editor", "Administrator"))
    assert cataloguer < editor < administrator


def test_readers_see_records_of_all_kinds_and_change_nothing(curator):
    reader = codenames("Reader")
    assert {f"view_{kind}" for kind in (*KINDS, "exhibition", "term", "changeset")} <= reader
    assert [name for name in reader if not name.startswith("view_")] == []
    assert "view_apitoken" not in reader
    assert reader < codenames("Cataloguer")


def test_terms_and_accounts():
    cataloguer, editor, administrator = map(codenames, ("Cataloguer", "Editor", "Administrator"))
    assert "view_term" in cataloguer
    assert not {"add_term", "change_term", "delete_term"} & cataloguer
    assert {"add_term", "change_term"} <= editor
    assert "delete_term" not in editor
    assert "delete_term" in administrator
    assert not {"add_user", "change_user"} & editor
    assert {"add_user", "change_user"} <= administrator
    assert "change_group" not in administrator, "nobody widens a group from inside"


def test_statements_can_be_corrected_by_cataloguers():
    cataloguer = codenames("Cataloguer")
    for model in ("personname", "placename", "contribution", "participation", "depiction",
                  "relationship", "topic", "citation", "outsideidentifier", "page", "transcription",
                  "detail"):  # fmt: skip
        assert {f"{verb}_{model}" for verb in ("view", "add", "change", "delete")} <= cataloguer
