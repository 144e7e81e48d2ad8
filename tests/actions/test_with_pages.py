"""A document takes its pages along when it is published, put under an embargo, or withdrawn."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from catalog import actions
from catalog.models import Document, Image, Page, Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(db):
    return Document.objects.create(identifier="D.1", title="Letter")


def leaf(document, number, **more):
    image = Image.objects.create(identifier=f"I.{number}", title=f"Leaf {number}", **more)
    Page.objects.create(document=document, image=image, position=number)
    return image


def statuses():
    return list(Image.objects.order_by("identifier").values_list("status", flat=True))


def test_pages_that_wait_are_published_and_those_withdrawn_on_their_own_are_not(letter):
    for number, status in enumerate((Status.DRAFT, Status.IN_REVIEW, Status.WITHDRAWN)):
        leaf(letter, number, status=status)
    letter = actions.with_pages(letter, by=None, step="publish")
    assert letter.status == Status.PUBLISHED
    assert statuses() == [Status.PUBLISHED, Status.PUBLISHED, Status.WITHDRAWN]


def test_a_document_withdrawn_with_its_pages_comes_back_with_them(letter):
    leaf(letter, 1, status=Status.PUBLISHED)
    alone = leaf(letter, 2, status=Status.PUBLISHED)
    actions.withdraw(alone, by=None)
    actions.publish(letter, by=None)
    actions.with_pages(letter, by=None, step="withdraw")
    assert statuses() == [Status.WITHDRAWN, Status.WITHDRAWN]
    actions.with_pages(letter, by=None, step="publish")
    assert statuses() == [Status.PUBLISHED, Status.WITHDRAWN]


def test_a_leaf_of_two_documents_follows_neither(letter):
    shared = leaf(letter, 1, status=Status.PUBLISHED)
    other = Document.objects.create(identifier="D.2", title="Copy", status=Status.PUBLISHED)
    Page.objects.create(document=other, image=shared, position=1)
    actions.publish(letter, by=None)
    actions.with_pages(letter, by=None, step="withdraw")
    assert statuses() == [Status.PUBLISHED]


def test_pages_take_the_dates_of_their_document(letter):
    image = leaf(letter, 1)
    first, later = (timezone.now() + timedelta(days=days) for days in (5, 9))
    for moment in (first, later):
        actions.with_pages(letter, by=None, step="publish", on=moment)
        image.refresh_from_db()
        assert image.publish_from == moment
    actions.with_pages(letter, by=None, step="embargo", until=later)
    own = leaf(letter, 2, embargo_until=first)
    actions.with_pages(letter, by=None, step="lift_embargo")
    image.refresh_from_db()
    own.refresh_from_db()
    assert (image.embargo_until, own.embargo_until) == (None, first)


def test_pages_that_were_left_behind_are_taken_later(letter):
    leaf(letter, 1)
    actions.publish(letter, by=None)
    actions.with_pages(letter, by=None, step="publish")
    assert statuses() == [Status.PUBLISHED]
    letter = actions.withdraw(letter, by=None)
    actions.with_pages(letter, by=None, step="withdraw")
    assert statuses() == [Status.WITHDRAWN]
    with pytest.raises(actions.Refused, match="withdrawn"):
        actions.with_pages(letter, by=None, step="withdraw")


def test_who_may_not_publish_images_leaves_the_document_as_it_is(letter, curator):
    leaf(letter, 1)
    somebody = curator("Cataloguer")
    somebody.user_permissions.add(Permission.objects.get(codename="publish_document"))
    somebody = type(somebody).objects.get(pk=somebody.pk)
    with pytest.raises(actions.Refused, match="Leave them out"):
        actions.with_pages(letter, by=somebody, step="publish")
    letter.refresh_from_db()
    assert letter.status == Status.DRAFT
