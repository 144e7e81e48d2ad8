"""Slugs: given once, remembered when they change, found again by fixtures."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from catalog.models import (
    RECORD_MODELS,
    Citation,
    Contribution,
    Participation,
    PastSlug,
    Person,
    Place,
    Term,
)
from tests.models.conftest import KINDS, make, term

pytestmark = pytest.mark.django_db


def past(kind="person"):
    return dict(PastSlug.objects.filter(kind=kind).values_list("slug", "record_uuid"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_slug_is_given_once(kind):
    record = make(kind, title="Émile’s Letter")
    assert record.slug == "emile-s-letter"
    assert make(kind, title="Emile's letter").slug == "emile-s-letter-2"
    assert make(kind, title="emile s letter!").slug == "emile-s-letter-3"
    record.title = "Other"
    record.save()
    assert record.slug == "emile-s-letter"
    assert not PastSlug.objects.exists()


def test_titles_of_signs_and_of_other_scripts():
    assert make("person", title="???").slug == "record"
    assert make("person", title="!").slug == "record-2"
    assert make("person", title="Лев Троцкий").slug == "лев-троцкий"
    assert len(make("person", title="long " * 99).slug) <= 80
    assert make("person", title="long " * 99).slug.endswith("-2")


def test_a_changed_slug_leaves_the_old_one_behind():
    person = make("person", title="Bronstein")
    person.slug = "trotsky"
    person.save()
    assert past() == {"bronstein": person.uuid}
    fresh = Person.objects.get(pk=person.pk)
    fresh.slug = "leon-trotsky"
    fresh.save(update_fields=["slug"])
    assert past() == {"bronstein": person.uuid, "trotsky": person.uuid}
    fresh.slug = "bronstein"
    fresh.save()
    assert past() == {"trotsky": person.uuid, "leon-trotsky": person.uuid}, (
        "it owns the old one again"
    )
    assert not past("place")


def test_old_addresses_are_not_given_away():
    person = make("person", title="Bronstein")
    person.slug = "trotsky"
    person.save()
    assert make("person", title="Bronstein").slug == "bronstein-2"
    assert make("place", title="Bronstein").slug == "bronstein", (
        "places have addresses of their own"
    )
    thief = Person(identifier="X", title="Thief", slug="bronstein")
    with pytest.raises(ValidationError, match="address of another"):
        thief.full_clean()
    person.slug = "bronstein"
    person.full_clean()


def test_slugs_are_not_changed_in_bulk():
    person = make("person")
    before = person.slug
    with pytest.raises(TypeError, match="old addresses"):
        Person.objects.update(slug="other")
    person.slug = "other"
    with pytest.raises(TypeError, match="old addresses"):
        Person.objects.bulk_update([person], ["slug"])
    assert Person.objects.get().slug == before


@pytest.mark.parametrize("slug", ["a b", "a--b", "-a", "a-", "a/b", "a_b", "a\n", "a\x00", "é?"])
def test_slugs_that_would_break_an_address(slug):
    with pytest.raises(ValidationError) as refusal:
        Person(identifier="X", title="X", slug=slug).full_clean()
    assert "slug" in refusal.value.message_dict


def test_a_record_without_a_title_is_refused_by_the_form():
    with pytest.raises(ValidationError) as refusal:
        Person().full_clean()
    assert {"title", "identifier"} <= set(refusal.value.message_dict)


def test_texts_that_are_too_long(settings):
    settings.CATALOG = {"MAX_TEXT": 50}
    person = Person(identifier="X", title="t" * 501, description="d" * 51, internal_note="n" * 51)
    with pytest.raises(ValidationError) as refusal:
        person.full_clean()
    assert {"title", "description", "internal_note"} <= set(refusal.value.message_dict)


# --- Natural keys ----------------------------------------------------------------------------------


def test_natural_keys():
    person = make("person", title="Bronstein")
    person.slug = "trotsky"
    person.save()
    assert Person.objects.get_by_natural_key("trotsky") == person
    assert Person.objects.get_by_natural_key("bronstein") == person, "fixtures outlive renaming"
    with pytest.raises(Person.DoesNotExist, match="nobody"):
        Person.objects.get_by_natural_key("nobody")
    role = term("contribution_role", "author")
    assert Term.objects.get_by_natural_key("contribution_role", "author") == role
    row = Contribution.objects.create(person=person, document=make("document"), role=role)
    assert Contribution.objects.get_by_natural_key(*row.natural_key()) == row


def dump(file):
    worked_out = ["catalog.touched", "catalog.publicrecord", "catalog.feedstate"]
    call_command(
        "dumpdata",
        "catalog",
        "--natural-foreign",
        "--natural-primary",
        exclude=worked_out,
        indent=1,
        output=str(file),
    )
    return json.loads(file.read_text())


def test_what_is_dumped_can_be_loaded_in_any_order_and_twice(tmp_path):
    person, event, place = make("person"), make("event"), make("place", title="Prinkipo")
    person.born_place = make("place", part_of=place)
    person.save()
    row = Participation.objects.create(
        person=person, event=event, role=term("participation_role", "victim")
    )
    Citation.objects.create(source=make("document"), participation=row)
    rows = dump(tmp_path / "first.json")
    backwards = tmp_path / "backwards.json"
    backwards.write_text(json.dumps(rows[::-1]))
    for model in (Person, Citation, *RECORD_MODELS.values(), Term):
        if model is Place:
            model.objects.exclude(part_of=None).delete()
        model.objects.all().delete()
    for _ in range(2):
        call_command("loaddata", str(backwards), verbosity=0)
        assert Citation.objects.get().participation.person.born_place.part_of.title == "Prinkipo"

    def as_set(several):
        # A file has milliseconds: of 25.000123 seconds it has 25.000, which is written as 25 the next time.
        said = (json.dumps(one, sort_keys=True) for one in several)
        return sorted(one.replace(".000Z", "Z") for one in said)

    assert as_set(dump(tmp_path / "second.json")) == as_set(rows)


def test_a_fixture_that_still_uses_the_old_name(tmp_path):
    place = make("place", title="Constantinople")
    place.slug = "istanbul"
    place.save()
    file = tmp_path / "event.json"
    fields = {"identifier": "E", "slug": "e", "title": "E", "place": ["constantinople"]}
    file.write_text(json.dumps([{"model": "catalog.event", "fields": fields}]))
    call_command("loaddata", str(file), verbosity=0)
    assert Place.objects.get().events.get().title == "E"
