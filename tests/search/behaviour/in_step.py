"""In step: every way of writing is noticed."""

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import translation

from catalog import search as door
from catalog.models import (
    Document,
    Event,
    Image,
    Page,
    Person,
    PersonName,
    Place,
    Status,
    Term,
    Transcription,
)
from catalog.search import Piece, refresh, staleness
from catalog.search.backends import backend_of
from tests.search.behaviour.asking import ask, found


class InStep:
    """Part of the behaviour suite."""

    def test_a_renamed_person_takes_along_what_names_it(self) -> None:
        before = ask("trotsky", kinds=("document",)).total
        person = Person.objects.get(slug="trotsky")
        person.title = "Quetzalcoatl"
        person.save()
        assert ask("quetzalcoatl", kinds=("document",)).total > 0
        assert ask("quetzalcoatl", kinds=("image",)).total > 0
        assert ask("quetzalcoatl", kinds=("event",)).total > 0
        assert before

    @pytest.mark.parametrize("how", ["save", "update", "bulk_update", "raw"])
    def test_every_way_of_writing_is_noticed(self, how: str) -> None:
        event = Event.objects.order_by("pk")[0]
        event.description = "quetzalcoatl"
        if how == "save":
            event.save()
        elif how == "update":
            Event.objects.filter(pk=event.pk).update(description="quetzalcoatl")
        elif how == "bulk_update":
            Event.objects.bulk_update([event], ["description"])
        else:
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE catalog_event SET description = 'quetzalcoatl' WHERE id = %s",
                    [event.pk],
                )
        assert staleness().marked >= 1
        assert found("quetzalcoatl") == [f"event {event.slug}"]
        assert not staleness()

    def test_relations_and_names_are_noticed(self) -> None:
        person = Person.objects.get(slug="kahlo")
        name = PersonName.objects.create(person=person, name="Quetzalcoatl")
        assert found("quetzalcoatl") == ["person kahlo"]
        name.delete()
        assert found("quetzalcoatl") == []
        PersonName.objects.bulk_create([PersonName(person=person, name="Quetzalcoatl")])
        assert found("quetzalcoatl") == ["person kahlo"]
        PersonName.objects.filter(name="Quetzalcoatl").update(
            person=Person.objects.get(slug="rivera")
        )
        assert found("quetzalcoatl") == ["person rivera"]

    def test_words_on_a_page_find_the_image_and_its_document(self) -> None:
        image = Image.objects.get(slug="stele")
        document = Document.objects.get(slug="my-life")
        Page.objects.create(image=image, document=document)
        words = Transcription.objects.create(image=image, text="Hier ruht quetzalcoatl.")
        assert set(found("quetzalcoatl")) == {"image stele", "document my-life"}
        Transcription.objects.filter(pk=words.pk).update(text="Hier ruhen quetzalcoatls", language=Term.objects.get(
            vocabulary="language", code="de"
        ))  # fmt: skip
        assert set(found("quetzalcoatls")) == {"image stele", "document my-life"}
        for hit in ask("quetzalcoatls").hits:
            assert hit.snippet and hit.snippet.field == "transcription"
            assert Piece("quetzalcoatls", True) in hit.snippet.pieces
        image.status = Status.DRAFT
        image.save()
        assert found("quetzalcoatls") == []
        curator = User.objects.create_user("reader", is_staff=True)
        assert set(found("quetzalcoatls", curator)) == {"image stele", "document my-life"}
        shown = Image.objects.create(
            identifier="X21", title="Verso", status=Status.PUBLISHED
        )  # fmt: skip
        Page.objects.create(image=shown, document=document)
        Transcription.objects.create(image=shown, text="Noch einmal quetzalcoatls.")
        for hit in ask("quetzalcoatls").hits:
            # Only the page that the visitor may read explains the hit.
            assert hit.snippet and "ruhen" not in str(hit.snippet)
        shown.delete()
        words.delete()
        assert found("quetzalcoatls", curator) == []

    def test_a_relabelled_term_is_noticed(self) -> None:
        term = Term.objects.get(vocabulary="subject", code="exile-subject")
        number = ask(chosen={"subject": ("exile-subject",)}).total
        term.label = "Quetzalcoatl"
        term.save()
        assert ask("quetzalcoatl").total >= 1
        assert ask(chosen={"subject": ("exile-subject",)}).total == number

    def test_a_term_is_found_by_all_its_labels(self) -> None:
        term = Term.objects.get(vocabulary="subject", code="exile-subject")
        number = ask("exile").total
        assert ask("quetzalcoatls").total == ask("quetzalcoatles").total == 0
        term.labels = "es: quetzalcoatl"
        term.alternatives = "en: xolotl"
        term.save()
        # A Spanish plural finds the Spanish label, and the hit says what the word means here.
        assert ask("quetzalcoatles").total >= 1 and ask("exile").total == number
        named = [hit.snippet for hit in ask("quetzalcoatl").hits if hit.snippet]
        assert any("Exile (quetzalcoatl)" in str(snippet) for snippet in named)
        assert ask("xolotl").total == ask("quetzalcoatl").total
        assert list(door.check()) == []
        Term.objects.filter(pk=term.pk).update(labels="", alternatives="en: xolotl")
        assert ask("quetzalcoatl").total == 0 and ask("xolotl").total >= 1

    def test_facets_are_named_in_the_language_of_whoever_asks(self) -> None:
        def names() -> dict[str, str]:
            shown = ask(chosen={"subject": ("exile-subject",)}).facets
            return {
                v.code: str(v.label) for one in shown if one.name == "subject" for v in one.values
            }

        for _twice in range(2):
            assert names()["exile-subject"] == "Exile"
            with translation.override("es"):
                assert names()["exile-subject"] == "Exilio"

    def test_a_moved_place_takes_its_places_along(self) -> None:
        inner = Place.objects.get(slug="casa-azul")
        outer = Place.objects.create(identifier="X10", title="Quetzal", status=Status.PUBLISHED)
        number = ask(chosen={"place": ("casa-azul",)}).total
        inner.part_of = outer
        inner.save()
        assert ask(chosen={"place": (outer.slug,)}).total >= number

    def test_withdrawing_and_deleting(self) -> None:
        place = Place.objects.create(identifier="X11", title="Quetzal", status=Status.PUBLISHED)
        assert found("quetzal") == ["place quetzal"]
        place.status = Status.WITHDRAWN
        place.save()
        assert found("quetzal") == []
        place.status = Status.PUBLISHED
        place.save()
        assert found("quetzal") == ["place quetzal"]
        place.delete()
        assert found("quetzal") == []
        assert not list(door.check())

    def test_a_picture_is_noticed(self) -> None:
        image = Image.objects.filter(file="", status=Status.PUBLISHED).first()
        assert image is not None
        number = ask(chosen={"has_image": ("yes",)}).total
        Image.objects.filter(pk=image.pk).update(
            file="originals/x.png", width=1, height=1, byte_size=1, sha256="a" * 64
        )
        assert ask(chosen={"has_image": ("yes",)}).total > number

    def test_what_is_taken_back_leaves_no_trace(self) -> None:
        try:
            with transaction.atomic():
                Place.objects.create(identifier="X12", title="Quetzal", status=Status.PUBLISHED)
                assert found("quetzal") == ["place quetzal"]
                raise RuntimeError
        except RuntimeError:
            pass
        assert found("quetzal") == []
        Place.objects.create(identifier="X13", title="Quetzal bird", status=Status.PUBLISHED)
        assert found("quetzal") == ["place quetzal-bird"]

    def test_large_changes_are_left_to_the_job_and_said(self) -> None:
        Event.objects.update(internal_note="x")
        assert staleness().marked > 5
        assert refresh(limit=5) >= 5
        assert staleness()
        refresh(limit=None)
        assert not staleness()

    def test_who_saves_after_a_large_change_follows_only_their_own(self) -> None:
        refresh(limit=None)
        Event.objects.update(internal_note="x")
        refresh(limit=1)
        left = staleness().left
        assert left > 3
        Place.objects.create(identifier="X14", title="Quetzal", status=Status.PUBLISHED)
        assert refresh() == 1
        assert staleness().marked == staleness().left == left
        place = backend_of().run("SELECT 1 FROM search_entry WHERE title = 'Quetzal'")
        assert place, "their own is there at once"
        while door.refresh_left(2) >= 2:
            pass
        assert not staleness()
        assert list(door.check()) == []

    def test_the_check_finds_what_is_wrong(self) -> None:
        refresh(limit=None)
        assert list(door.check()) == []
        backend = backend_of()
        backend.run("UPDATE search_entry SET digest = 'x' WHERE kind = 1")
        assert list(door.check())
        door.rebuild()
        assert list(door.check()) == []
        backend.delete_texts([backend.run("SELECT min(id) FROM search_entry")[0][0]], staff=False)
        assert list(door.check())

    def test_triggers_that_were_lost_are_noticed_and_laid_anew(self) -> None:
        backend = backend_of()
        backend.lift_triggers()
        assert len(list(door.check())) > 5
        Place.objects.create(identifier="X14", title="Quetzal", status=Status.PUBLISHED)
        door.after_migrate()
        assert found("quetzal") == ["place quetzal"]
        assert list(door.check()) == []
