"""Trees without loops, whichever door a change comes through."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from catalog.models import RECORD_MODELS, Collection, Event, Place, Term
from tests.models.conftest import TREES, make, term

pytestmark = pytest.mark.django_db


def chain(kind, length=3):
    """Records of a kind, each under the one before it."""
    if kind == "term":
        rows = [term("subject")]
        for _ in range(length - 1):
            rows.append(term("subject", broader=rows[-1]))
        return rows
    rows = [make(kind)]
    for _ in range(length - 1):
        rows.append(make(kind, **{TREES[kind]: rows[-1]}))
    return rows


EVERY_TREE = [*TREES, "term"]


def names(kind):
    """The model of a tree, and the column of the row above."""
    return (Term, "broader") if kind == "term" else (RECORD_MODELS[kind], TREES[kind])


def parents(model, parent):
    return dict(model.objects.values_list("pk", parent))


@pytest.mark.parametrize("kind", EVERY_TREE)
def test_loops_are_refused_by_save(kind):
    model, parent = names(kind)
    top, _middle, bottom = chain(kind)
    before = parents(model, parent)
    for wrong in (bottom, top):
        setattr(top, parent, wrong)
        with pytest.raises(ValidationError) as refusal:
            top.save()
        assert "loop" in str(refusal.value)
        assert str(wrong) in str(refusal.value)
        assert parent in refusal.value.message_dict, "a form shows it beside its field"
        with pytest.raises(ValidationError):
            top.save(update_fields=[parent])
        with pytest.raises(ValidationError, match="loop"):
            top.full_clean()
    assert parents(model, parent) == before


@pytest.mark.parametrize("kind", EVERY_TREE)
def test_loops_are_refused_by_update(kind):
    model, parent = names(kind)
    top, _middle, bottom = chain(kind)
    before = parents(model, parent)
    for change in ({parent: bottom}, {f"{parent}_id": bottom.pk}, {parent: top}):
        with pytest.raises(ValidationError, match="loop"):
            model.objects.filter(pk=top.pk).update(**change)
    with pytest.raises(ValidationError, match="loop"):
        model.objects.update(**{parent: bottom})
    assert parents(model, parent) == before
    model.objects.filter(pk=bottom.pk).update(**{parent: top})
    model.objects.filter(pk=bottom.pk).update(**{parent: None})
    assert parents(model, parent)[bottom.pk] is None


@pytest.mark.parametrize("kind", EVERY_TREE)
def test_loops_are_refused_by_bulk_update(kind):
    model, parent = names(kind)
    top, middle, bottom = chain(kind)
    before = parents(model, parent)
    setattr(top, parent, bottom)
    with pytest.raises(ValidationError, match="loop"):
        model.objects.bulk_update([top], [parent])
    # Two moves that are harmless one by one, and a loop together.
    left, right = chain(kind, 1)[0], chain(kind, 1)[0]
    setattr(left, parent, right)
    setattr(right, parent, left)
    with pytest.raises(ValidationError, match="loop"):
        model.objects.bulk_update([left, right], [parent])
    assert {pk: parents(model, parent)[pk] for pk in before} == before
    assert parents(model, parent)[left.pk] is None
    setattr(middle, parent, None)
    model.objects.bulk_update([middle], [parent])
    assert parents(model, parent)[middle.pk] is None


@pytest.mark.parametrize("kind", EVERY_TREE)
def test_loops_are_refused_by_bulk_create(kind):
    model, parent = names(kind)
    top, _middle, bottom = chain(kind)
    before = parents(model, parent)
    given = {"vocabulary": "subject", "label": "x"} if kind == "term" else {"title": "x"}

    def row(pk, above, name):
        own = {"code": name} if kind == "term" else {"identifier": name, "slug": name}
        return model(pk=pk, **given, **own, **{f"{parent}_id": above})

    with pytest.raises(ValidationError, match="loop"):
        model.objects.bulk_create([row(9001, 9002, "one"), row(9002, 9001, "two")])
    setattr(top, parent, bottom)
    with pytest.raises(ValidationError, match="loop"):
        model.objects.bulk_create(
            [top], update_conflicts=True, unique_fields=["id"], update_fields=[parent]
        )
    assert parents(model, parent) == before
    model.objects.bulk_create([row(9001, bottom.pk, "one"), row(9002, 9001, "two")])
    assert model.objects.ancestor_ids(9002)[:2] == [9001, bottom.pk]


@pytest.mark.parametrize("kind", EVERY_TREE)
def test_loops_are_refused_by_loaddata(kind, tmp_path):
    model, parent = names(kind)
    top, _middle, bottom = chain(kind)
    before = parents(model, parent)
    file = tmp_path / "loop.json"
    call_command(
        "dumpdata", model._meta.label, "--natural-foreign", "--natural-primary", output=str(file)
    )
    rows = json.loads(file.read_text())
    key = "code" if kind == "term" else "slug"
    for row in rows:
        if row["fields"][key] == getattr(top, key):
            row["fields"][parent] = list(bottom.natural_key())
    file.write_text(json.dumps(rows))
    with pytest.raises(ValidationError, match="loop"):
        call_command("loaddata", str(file), verbosity=0)
    assert parents(model, parent) == before


def test_reading_a_tree(django_assert_num_queries):
    rows = chain("collection", 5)
    aside = make("collection", parent=rows[1])
    ids = [row.pk for row in rows]
    assert Collection.objects.ancestor_ids(rows[4].pk) == ids[3::-1]
    assert Collection.objects.ancestor_ids(rows[0].pk) == []
    assert Collection.objects.descendant_ids(rows[2].pk) == ids[3:]
    assert set(Collection.objects.descendant_ids(rows[0].pk)) == {*ids[1:], aside.pk}
    assert set(Collection.objects.within(rows[1].pk)) == {*rows[1:], aside}
    with django_assert_num_queries(2):
        assert rows[4].ancestors() == rows[:4], "the top first"


def test_a_loop_that_got_in_past_the_models_does_not_hang():
    one, other = chain("place", 2)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_place SET part_of_id = %s WHERE id = %s", [other.pk, one.pk])
    assert set(Place.objects.ancestor_ids(one.pk)) == {one.pk, other.pk}
    assert set(Place.objects.descendant_ids(one.pk)) == {one.pk, other.pk}


def test_moving_within_a_tree_is_allowed():
    top, middle, bottom = chain("event")
    bottom.part_of = top
    bottom.save()
    middle.part_of = bottom
    middle.save()
    assert Event.objects.ancestor_ids(middle.pk) == [bottom.pk, top.pk]
