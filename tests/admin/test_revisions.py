"""Draft revisions and previews: the public sees the published record until an editor publishes the revision."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from html import unescape

import PIL.Image
import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from catalog import actions
from catalog.models import (
    RECORD_MODELS,
    Change,
    Citation,
    Contribution,
    Document,
    DraftRevision,
    Image,
    Person,
    PersonName,
    Place,
    PreviewLink,
    RevisionState,
    Status,
    Vocabulary,
)
from catalog.search import staleness
from tests.admin.conftest import form_of, messages_of, term
from tests.admin.test_picture_upload import picture, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def known(trotsky: Person) -> Person:
    PersonName.objects.create(person=trotsky, name="Lev Bronstein")
    PersonName.objects.create(person=trotsky, name="Pero")
    source = Document.objects.create(identifier="D.1", title="My Life", status=Status.PUBLISHED)
    Citation.objects.create(source=source, person=trotsky, locator="1")
    return trotsky


@pytest.fixture
def address(known: Person) -> str:
    return f"/admin/catalog/person/{known.pk}/revision/"


def names(person):
    return sorted(person.names.values_list("name", flat=True))


#: A field, a term, a relation, and a row of each sort of change.
def prepared(page, town, exile):
    entries = form_of(page.content)
    number = int(entries["names-TOTAL_FORMS"])
    return entries | {
        "summary": "As the revision says",
        "born": "1879-10-26",
        "died_place": town.pk,
        "subjects": [exile.pk],
        "names-0-name": "Lev Davidovich Bronstein",
        "names-1-DELETE": "on",
        f"names-{number}-name": "Old Man",
        f"names-{number}-kind": entries["names-0-kind"],
        "names-TOTAL_FORMS": number + 1,
    }


def test_a_revision_goes_through_review_and_is_published_as_a_change(door, client, known, address):
    anna, boris = door("Cataloguer"), door("Editor")
    town = Place.objects.create(identifier="L.1", title="Coyoacán", status=Status.PUBLISHED)
    exile = term(Vocabulary.SUBJECT, "exile", label="Exile")
    changes_before = Change.objects.count()
    before = client.get(known.get_absolute_url()).content
    assert (
        "Prepare a draft revision"
        in anna.get(address.replace("revision", "change")).content.decode()
    )

    entries = prepared(anna.get(address), town, exile)
    answer = anna.post(
        address, entries | {"_revision_submit": "x", "note": "New book"}, follow=True
    )
    assert "was submitted for review" in messages_of(answer)
    known.refresh_from_db()
    assert (known.summary, str(known.born), names(known)) == (
        "", "1879-11-07", ["Lev Bronstein", "Pero"],
    )  # fmt: skip
    assert Change.objects.count() == changes_before, "trying leaves nothing in the history"
    assert not staleness()
    assert client.get(known.get_absolute_url()).content == before

    html = boris.get(address).content.decode()
    assert "As the revision says" in html
    assert "Old Man" in html
    assert "Leon Trotsky" in boris.get("/admin/").content.decode()
    assert "New book" in html
    # Opened and saved unchanged, the revision stays the same.
    kept = DraftRevision.objects.get().changes
    boris.post(address, form_of(html) | {"_continue": "x"})
    revision = DraftRevision.objects.get()
    assert (revision.changes, revision.state) == (kept, RevisionState.IN_REVIEW)
    assert revision.by.username == "cataloguer"

    answer = boris.post(
        address, form_of(boris.get(address).content) | {"_revision_publish": "x"}, follow=True
    )
    assert "was published" in messages_of(answer)
    known.refresh_from_db()
    assert (known.summary, str(known.born), known.died_place) == (
        "As the revision says", "1879-10-26", town,
    )  # fmt: skip
    assert names(known) == ["Lev Davidovich Bronstein", "Old Man"]
    assert list(known.subjects.all()) == [exile]
    assert known.status == Status.PUBLISHED
    assert known.citations.count() == 1
    assert known.names.filter(pk__lt=0).count() == 0
    assert not DraftRevision.objects.exists()
    assert Change.objects.count() > changes_before
    assert b"As the revision says" in client.get(known.get_absolute_url()).content


def test_a_revision_is_sent_back_taken_up_again_and_thrown_away(door, known, address):
    anna, boris = door("Cataloguer"), door("Editor")
    entries = form_of(anna.get(address).content) | {"summary": "New", "_revision_submit": "x"}
    anna.post(address, entries)
    entries = form_of(boris.get(address).content)
    boris.post(address, entries | {"_revision_send_back": "x", "note": "Which source?"})
    revision = DraftRevision.objects.get()
    assert (revision.state, revision.by.username) == (RevisionState.SENT_BACK, "cataloguer")
    assert "Leon Trotsky" in anna.get("/admin/").content.decode()
    html = anna.get(address).content.decode()
    assert "Which source?" in html
    answer = anna.post(address, form_of(html) | {"_revision_publish": "x"}, follow=True)
    assert "Only editors may publish" in messages_of(answer)
    assert DraftRevision.objects.exists()
    asked = anna.post(address, {"_revision_discard": "x"}).content.decode()
    assert "<ins>New</ins>" in asked, "it says what is lost"
    assert "cannot be undone" in asked
    assert DraftRevision.objects.exists()
    anna.post(address, {"_revision_discard": "x", "sure": "yes"})
    assert not DraftRevision.objects.exists()
    known.refresh_from_db()
    assert known.summary == ""


def test_a_revision_that_another_change_crosses_asks_its_editor(door, known, address):
    anna, boris = door("Cataloguer"), door("Editor")
    entries = form_of(anna.get(address).content)
    anna.post(address, entries | {"summary": "Revised", "names-0-name": "Revised name"})
    change = address.replace("revision", "change")
    direct = form_of(boris.get(change).content)
    boris.post(change, direct | {"summary": "Direct", "credit_line": "Direct", "_save": "x"})
    html = boris.get(address).content.decode()
    assert "the published value has changed since" in html
    with pytest.raises(actions.Refused, match=r"has changed since .*: Summary"):
        actions.publish_revision(known, by=None)
    # Opening and saving it again is a decision.
    boris.post(address, form_of(html) | {"_revision_publish": "x"})
    known.refresh_from_db()
    assert (known.summary, known.credit_line) == ("Revised", "Direct")
    assert names(known) == ["Pero", "Revised name"]


def test_what_a_revision_chose_may_be_gone(door, known, address):
    anna = door("Cataloguer")
    town = Place.objects.create(identifier="L.1", title="Town")
    entries = form_of(anna.get(address).content)
    anna.post(address, entries | {"died_place": town.pk, "summary": "Kept"})
    town.delete()
    with pytest.raises(actions.Refused, match="has since been deleted"):
        actions.publish_revision(known, by=None)
    page = anna.get(address)
    assert "has since been deleted" in messages_of(page)
    assert form_of(page.content)["summary"] == "Kept"


def test_only_a_published_record_has_a_revision(door, draft):
    answer = door("Cataloguer").get(f"/admin/catalog/person/{draft.pk}/revision/", follow=True)
    assert "only a published record needs a revision" in messages_of(answer)
    assert door(None).get(f"/admin/catalog/person/{draft.pk}/revision/").status_code == 302
    for key in ("abc", "99999999999999999999", "-1"):
        assert door("Editor").get(f"/admin/catalog/person/{key}/revision/").status_code == 404


def test_nothing_changed_is_no_revision(door, known, address):
    anna = door("Cataloguer")
    answer = anna.post(
        address, form_of(anna.get(address).content) | {"_continue": "x"}, follow=True
    )
    assert "Nothing differs" in messages_of(answer)
    assert not DraftRevision.objects.exists()


def test_a_mistake_in_a_revision_comes_back_with_what_was_typed(door, known, address):
    anna = door("Cataloguer")
    wrong = {"born": "1879-13-01", "summary": "Typed"}
    answer = anna.post(address, form_of(anna.get(address).content) | wrong)
    assert answer.status_code == 200
    assert "months run from 01 to 12" in answer.content.decode()
    assert 'value="Typed"' in answer.content.decode()
    assert not DraftRevision.objects.exists()


@pytest.mark.parametrize("kind", ["document", "image", "event", "place", "collection"])
def test_records_of_every_kind_can_be_revised(door, kind):
    record = RECORD_MODELS[kind].objects.create(
        identifier="X.1", title="A record", status=Status.PUBLISHED
    )
    if kind in {"document", "image"}:
        role = term(Vocabulary.CONTRIBUTION_ROLE, "author")
        person = Person.objects.create(identifier="P.9", title="Author")
        Contribution.objects.create(person=person, role=role, **{kind: record})
    editor = door("Editor")
    path = f"/admin/catalog/{kind}/{record.pk}/revision/"
    page = editor.get(path)
    entries = form_of(page.content)
    assert not {"file", "embargo_until_0", "publish_on_0"} & set(entries)
    editor.post(path, entries | {"title": "Revised", "_revision_publish": "x"})
    record.refresh_from_db()
    assert record.title == "Revised"
    if kind in {"document", "image"}:
        assert record.contributions.count() == 1


# --- Previews ---


def link_for(client, record):
    path = f"/admin/catalog/{record.KIND}/{record.pk}/preview/"
    assert "works for seven days" in messages_of(client.post(path, follow=True))
    html = client.get(path).content.decode()
    return html.split('<a href="http://testserver/preview/')[1].split('"')[0]


def test_a_colleague_without_an_account_sees_a_draft_as_the_public_will(door, draft, client):
    hidden = Document.objects.create(identifier="D.9", title="Still a draft")
    role = term(Vocabulary.CONTRIBUTION_ROLE, "author")
    Contribution.objects.create(person=draft, document=hidden, role=role)
    Person.objects.filter(pk=draft.pk).update(
        internal_note="Between us", embargo_until=timezone.now() + timedelta(days=9)
    )
    anna = door("Cataloguer")
    address = f"/preview/{link_for(anna, draft)}"
    answer = client.get(address)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "Nobody Yet" in html
    assert "The public does not see this yet" in html
    assert "Still a draft" not in html
    assert "Between us" not in html
    assert answer["Cache-Control"] == "private, no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "no-referrer"
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert client.get(f"/es{address}").status_code == 200


def test_a_preview_shows_the_draft_revision(door, client, known, address):
    anna = door("Cataloguer")
    entries = form_of(anna.get(address).content)
    anna.post(address, entries | {"summary": "As the revision says"})
    shown = client.get(f"/preview/{link_for(anna, known)}").content.decode()
    assert "As the revision says" in shown
    assert "As the revision says" not in client.get(known.get_absolute_url()).content.decode()


def test_a_preview_closes(door, client, draft):
    anna, boris = door("Cataloguer"), door("Editor")
    address = f"/preview/{link_for(anna, draft)}"
    assert client.get(address).status_code == 200
    for wrong in (f"/preview/{PreviewLink.objects.get().pk}/", "/preview/1:nonsense/"):
        answer = client.get(wrong)
        assert answer.status_code == 404
        assert "no-store" in answer["Cache-Control"]
    User.objects.filter(username="cataloguer").update(is_active=False)
    assert client.get(address).status_code == 404
    User.objects.update(is_active=True)
    PreviewLink.objects.update(expires=timezone.now())
    assert "has expired, was revoked" in client.get(address).content.decode()
    PreviewLink.objects.update(expires=timezone.now() + timedelta(days=1))
    path = f"/admin/catalog/person/{draft.pk}/preview/"
    boris.post(path, {"revoke": PreviewLink.objects.get().pk})
    assert client.get(address).status_code == 404


def test_previews_are_shared_by_who_may_edit(door, draft, client):
    path = f"/admin/catalog/person/{draft.pk}/preview/"
    assert door(None).post(path).status_code == 403
    assert client.post(path).status_code == 302
    assert not PreviewLink.objects.exists()


def test_the_picture_of_a_hidden_image_shows_in_its_preview_and_nowhere_else(door, client):
    anna = door("Cataloguer")
    assert send(anna, picture(900, 600)).status_code == 302
    image = Image.objects.get()
    address = f"/preview/{link_for(anna, image)}"
    html = client.get(address).content.decode()
    pictures = {
        unescape(one.split(" ")[0])
        for listed in re.findall(r' (?:src|srcset|href)="([^"]*/pictures/[^"]+)"', html)
        for one in listed.split(", ")
    }
    assert pictures
    for shown in pictures:
        assert shown.startswith(f"{address}pictures/"), shown
        answer = client.get(shown)
        assert answer.status_code == 200, shown
        assert PIL.Image.open(io.BytesIO(b"".join(answer))).width <= 900
        assert answer["Cache-Control"] == "private, no-store"
        elsewhere = shown.replace(f"{address}pictures/", f"/pictures/{image.uuid}/")
        assert client.get(elsewhere).status_code == 404, elsewhere
    # Nothing else on the page uses what only the public picture has.
    assert not re.findall(rf"/(?:iiif|pictures)/[^\"]*{image.uuid}", html)
    for closed in (f"/iiif/image/{image.uuid}/info.json", f"/iiif/manifest/{image.uuid}"):
        assert client.get(closed).status_code == 404
    other = Image.objects.create(identifier="I.2", title="Another hidden one")
    wrong = f"/preview/{link_for(anna, other)}"
    assert client.get(next(iter(pictures)).replace(address, wrong)).status_code == 404
    PreviewLink.objects.update(revoked=timezone.now())
    assert all(client.get(shown).status_code == 404 for shown in pictures)
    assert client.get("/preview/1:x/pictures/0123456789abcdef-800.webp").status_code == 404
