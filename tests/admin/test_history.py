"""History in the admin: versions, comparison, the past, change sets, undoing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog import actions, history, jobs
from catalog.models import Change, ChangeSet, Job, JobState, Person, PersonName, Place

pytestmark = pytest.mark.django_db


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, response
    return response.content.decode()


def save(record: Any, reason: str = "", **values: Any) -> int:
    for name, value in values.items():
        setattr(record, name, value)
    with actions.in_step(reason=reason):
        record.save()
    return int(ChangeSet.objects.values_list("pk", flat=True)[0])


@pytest.fixture
def versions(draft: Person) -> list[int]:
    place = Place.objects.create(identifier="L.1", title="Odessa")
    numbers = [save(draft, "Spelling", title="Somebody Yet", born_place=place)]
    with actions.in_step(reason="His nickname"):
        PersonName.objects.create(person=draft, name="Nemo")
    numbers.append(ChangeSet.objects.values_list("pk", flat=True)[0])
    numbers.append(save(draft, description="A long and old story.", title="Nobody At All"))
    numbers.append(save(draft, description="A long and new story."))
    return numbers


def test_a_record_tells_its_versions(
    cataloguer: Client, draft: Person, versions: list[int]
) -> None:
    address = f"/admin/catalog/person/{draft.pk}/history/"
    assert address in page(cataloguer, f"/admin/catalog/person/{draft.pk}/change/")
    text = page(cataloguer, address)
    for told in ("Spelling", "His nickname", "Nemo", "Odessa", "<del>old</del><ins>new</ins>"):
        assert told in text, told
    assert text.index("His nickname") < text.index("Spelling")


def test_curators_read_of_changes(
    administrator: Client, draft: Person, versions: list[int]
) -> None:
    """The code says “change set”, which means nothing to those who read the pages."""
    one = f"admin/catalog/changeset/{versions[0]}/"
    addresses = (
        "admin/",
        "admin/help/",
        "admin/catalog/changeset/",
        f"{one}change/",
        f"{one}undo/",
    )
    for language, menu, title in (("/", "Changes", "no. "), ("/es/", "Cambios", "n.º ")):
        for address in addresses:
            text = page(administrator, language + address)
            assert f">{menu}</a>" in text, address
            for jargon in ("change set", "conjunto de cambios", "conjuntos de cambios"):
                assert jargon not in text.lower(), (address, jargon)
        assert f"{title}{versions[0]}" in page(administrator, f"{language}{one}change/")


def test_two_versions_compared(cataloguer: Client, draft: Person, versions: list[int]) -> None:
    address = f"/admin/catalog/person/{draft.pk}/history/"
    text = page(cataloguer, f"{address}?from={versions[0]}&to={versions[3]}")
    assert "Nemo" in text
    assert "<del>old</del>" not in text, "that came between"
    assert re.search(r"<td>Somebody Yet</td>\s*<td>Nobody At All</td>", text), "no word is the same"
    assert "Odessa" not in text
    turned = page(cataloguer, f"{address}?from={versions[3]}&to={versions[0]}")
    assert re.search(r"<td>Somebody Yet</td>\s*<td>Nobody At All</td>", turned)
    page(cataloguer, f"{address}?from={versions[0]}&to=99999", status=404)


def test_a_record_as_it_was(cataloguer: Client, draft: Person, versions: list[int]) -> None:
    address = f"/admin/catalog/person/{draft.pk}/history/"
    text = page(cataloguer, f"{address}?at={versions[0]}")
    assert "Somebody Yet" in text and "Odessa" in text and "Nemo" not in text
    assert "Nemo" in page(cataloguer, f"{address}?at={versions[1]}")
    assert "Nobody At All" in page(cataloguer, f"{address}?on=2999-01-01")
    assert "first change found" in page(cataloguer, f"{address}?on=1999-01-01")
    for nonsense in ("x", "0000-00-00", "2026-02-30", "9999-12-31"):
        assert cataloguer.get(f"{address}?on={nonsense}").status_code == 302


def test_a_thousand_versions_cost_what_ten_cost(cataloguer: Client, draft: Person) -> None:
    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            page(cataloguer, address)
        return len(queries)

    address = f"/admin/catalog/person/{draft.pk}/history/"
    for number in range(10):
        save(draft, credit_line=f"Line {number}")
    few = asked(address)
    for number in range(30):
        save(draft, credit_line=f"Row {number}")
    assert asked(address) <= few <= 16
    text = page(cataloguer, address)
    assert text.count('class="version"') == history.A_PAGE
    numbers = history.version_numbers("person", draft.pk)
    older = page(cataloguer, f"{address}?before={numbers[-1]}")
    assert "Line <del>8</del><ins>9</ins>" in older
    assert "Row <del>28</del><ins>29</ins>" in text and "<ins>29</ins>" not in older


def test_change_sets_are_listed_and_filtered(editor: Client, versions: list[int]) -> None:
    address = "/admin/catalog/changeset/"
    text = page(editor, address)
    assert "Spelling" in text and "His nickname" in text
    assert "Spelling" in page(editor, f"{address}?q=Spelling")
    assert "His nickname" not in page(editor, f"{address}?q=Spelling")
    assert "Spelling" not in page(editor, f"{address}?large=100")
    assert "Spelling" in page(editor, f"{address}?large=1&door=command&by=none")
    assert "Spelling" not in page(editor, f"{address}?door=outside")
    assert "Spelling" not in page(editor, f"{address}?deleted=yes")
    assert editor.get(f"{address}?by=99999999999999999999").status_code in {200, 302}


def test_a_change_set_names_its_records(editor: Client, draft: Person, trotsky: Person) -> None:
    with actions.in_step(reason="Both"):
        for record in (draft, trotsky):
            record.credit_line = "Archive"
            record.save()
    made = ChangeSet.objects.first()
    text = page(editor, f"/admin/catalog/changeset/{made.pk}/change/")
    assert "Both" in text and "Leon Trotsky" in text and "Nobody Yet" in text
    assert f"/admin/catalog/changeset/{made.pk}/undo/" in text
    page(editor, "/admin/catalog/changeset/999/change/", status=404)
    page(editor, "/admin/catalog/changeset/abc/undo/", status=404)
    page(editor, f"/admin/catalog/changeset/{made.pk}/undo/?record=user:1", status=404)


def test_taking_back_asks_first_then_does_it(
    cataloguer: Client, draft: Person, versions: list[int]
) -> None:
    address = f"/admin/catalog/changeset/{versions[0]}/undo/?record=person:{draft.pk}"
    text = page(cataloguer, address)
    assert "is now “Nobody At All”" in text and "take_back" in text
    draft.refresh_from_db()
    assert draft.born_place is not None
    response = cataloguer.post(address, {"_reason": "A mistake"}, follow=True)
    said = response.content.decode()
    assert "Undone in 1 record." in said and "is now “Nobody At All”" in said
    draft.refresh_from_db()
    assert (draft.title, draft.born_place_id) == ("Nobody At All", None)
    made = ChangeSet.objects.first()
    assert (made.undoes_id, made.reason, made.door) == (versions[0], "A mistake", "admin")
    assert made.by_name == "cataloguer"
    cataloguer.post(address, {"take_back": f"person:{draft.pk}:title"})
    draft.refresh_from_db()
    assert draft.title == "Nobody Yet"
    assert "nothing left to undo" in page(cataloguer, address)


def test_one_relation_and_one_field_are_taken_back(
    cataloguer: Client, draft: Person, versions: list[int]
) -> None:
    name = PersonName.objects.get()
    chosen = f"?record=person:{draft.pk}&row=personname:{name.pk}"
    cataloguer.post(f"/admin/catalog/changeset/{versions[1]}/undo/{chosen}")
    assert not PersonName.objects.exists()
    chosen = f"?record=person:{draft.pk}&row=person:{draft.pk}&column=description"
    assert (
        "title"
        not in page(cataloguer, f"/admin/catalog/changeset/{versions[2]}/undo/{chosen}")
        .partition("What was done")[2]
        .lower()
    )
    cataloguer.post(f"/admin/catalog/changeset/{versions[2]}/undo/{chosen}", {"all_the_same": "on"})
    draft.refresh_from_db()
    assert (draft.title, draft.description) == ("Nobody At All", "")


def test_a_deleted_record_is_brought_back(
    administrator: Client, trotsky: Person, draft: Person
) -> None:
    PersonName.objects.create(person=trotsky, name="Lev")
    administrator.post(
        f"/admin/catalog/person/{trotsky.pk}/delete/", {"post": "yes", "_reason": "Twice"}
    )
    assert not Person.objects.filter(pk=trotsky.pk).exists()
    text = page(administrator, f"/admin/catalog/person/{trotsky.pk}/history/")
    assert "This record was deleted." in text and "Twice" in text
    made = ChangeSet.objects.first()
    address = f"/admin/catalog/changeset/{made.pk}/undo/?record=person:{trotsky.pk}"
    assert f"/admin/catalog/changeset/{made.pk}/undo/" in text
    asked = page(administrator, address)
    assert "Restore “Leon Trotsky”?" in asked and 'value="Restore"' in asked
    administrator.post(address)
    assert Person.objects.get(pk=trotsky.pk).names.get().name == "Lev"
    page(administrator, "/admin/catalog/person/99999/history/", status=404)


def test_who_may_not_is_told_why(cataloguer: Client, door: Any, trotsky: Person) -> None:
    made = save(trotsky, credit_line="x")
    whole = f"/admin/catalog/changeset/{made}/undo/"
    assert "Only editors may undo a whole change." in page(cataloguer, whole)
    of_trotsky = f"{whole}?record=person:{trotsky.pk}"
    assert "only an editor can undo this" in page(cataloguer, of_trotsky)
    cataloguer.post(of_trotsky)
    trotsky.refresh_from_db()
    assert trotsky.credit_line == "x"
    stranger = door(None)
    page(stranger, f"/admin/catalog/person/{trotsky.pk}/history/", status=403)
    page(stranger, f"/admin/catalog/changeset/{made}/change/", status=403)
    assert Client().get(whole).status_code == 302


def test_much_is_taken_back_as_a_job(editor: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(actions, "MANY", 3)
    with actions.in_step():
        Person.objects.bulk_create(
            [Person(identifier=f"M.{n}", slug=f"m-{n}", title=f"M {n}") for n in range(9)]
        )
    with actions.in_step():
        Person.objects.update(credit_line="wrong")
    made = ChangeSet.objects.first()
    response = editor.post(f"/admin/catalog/changeset/{made.pk}/undo/", {"_reason": "wrong"})
    job = Job.objects.get()
    assert response["Location"] == f"/admin/catalog/job/{job.pk}/change/"
    assert Person.objects.filter(credit_line="wrong").count() == 9
    jobs.work_off()
    job.refresh_from_db()
    assert (job.state, job.said) == (JobState.DONE, "Undone in 9 records.")
    assert not Person.objects.filter(credit_line="wrong").exists()
    taken = ChangeSet.objects.first()
    assert (taken.undoes, taken.by_name, taken.door, taken.reason) == (
        made, "editor", "admin", "wrong",
    )  # fmt: skip
    assert taken.size == 9


def test_history_is_not_rewritten(superuser: Client, draft: Person) -> None:
    made = save(draft, title="Other")
    for address in (f"{made}/delete/", "add/"):
        assert superuser.get(f"/admin/catalog/changeset/{address}").status_code == 403
    superuser.post(f"/admin/catalog/changeset/{made}/change/", {"reason": "forged"})
    assert ChangeSet.objects.get(pk=made).reason == ""
    assert Change.objects.exists()
