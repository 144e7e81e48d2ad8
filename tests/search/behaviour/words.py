"""Words: what is typed finds what is meant, however it is written."""

import pytest
from django.contrib.auth.models import User

from catalog.models import Document, Event, Image, Person, PersonName, Place, Status, Transcription
from catalog.search import matching, suggest
from tests.search.behaviour.asking import ask, found


class Words:
    """Part of the behaviour suite."""

    def test_a_name_gives_the_person_first(self) -> None:
        assert found("trotsky")[0] == "person trotsky"

    @pytest.mark.parametrize(
        "written",
        ["Троцкий", "троцкий", "trotskij", "TROTZKI", "Trotzky", "Trockij", "ＴＲＯＴＳＫＹ", "trótsky", "trotskii"],
    )  # fmt: skip
    def test_a_name_is_found_however_it_is_written(self, written: str) -> None:
        assert found(written)[0] == "person trotsky"

    def test_words_give_what_people_mean_by_them(self) -> None:
        assert {"image tomb-photo", "event burial"} >= set(found("tomb")[:2]) or set(
            found("tomb")[:2]
        ) == {"image tomb-photo", found("tomb", kinds=("event",))[0]}
        assert set(found("pact")[:3]) == {
            "document pact",
            "event pact-signing",
            "image pact-signing-photo",
        }
        assert found("frank jacson")[0] == "person mercader"
        assert found("casa azul")[0] == "place casa-azul"

    @pytest.mark.parametrize(
        "written, slug",
        [
            ("St Petersburg", "saint-petersburg"),
            ("Moscú", "moscow"),
            ("Москва", "moscow"),
            ("Nueva York", "new-york"),
        ],
    )
    def test_a_place_is_found_by_its_names_in_other_languages(
        self, written: str, slug: str
    ) -> None:
        assert f"place {slug}" in found(written)[:3]

    @pytest.mark.parametrize("yo", ["лева", "Лёва", "ЛЁВА"])
    def test_yo_is_ye(self, yo: str) -> None:
        Person.objects.create(identifier="X1", title="Лёва Бронштейн", status=Status.PUBLISHED)
        assert any(one.startswith("person лева") for one in found(yo))

    def test_letters_that_unicode_does_not_take_apart(self) -> None:
        Place.objects.create(identifier="X2", title="Łódź Großstraße", status=Status.PUBLISHED)
        assert (
            found("lodz") == found("ŁÓDŹ") == found("grossstrasse") == ["place lodz-grossstrasse"]
        )

    def test_the_date_of_a_record_finds_it(self) -> None:
        letter = Document.objects.create(
            identifier="X30",
            title="Letter on the mails",
            written="1937-02-02",
            status=Status.PUBLISHED,
        )
        Event.objects.create(
            identifier="X31",
            title="A correspondence",
            date="1936-08/1938-03",
            status=Status.PUBLISHED,
        )
        for dated in ["mails 1937", "mails February 1937", "mails febrero", "2 February 1937 mails",
                      "mails 1937-02-02"]:  # fmt: skip
            results = ask(dated)
            assert [hit.record.slug for hit in results.hits] == [letter.slug], dated
            assert not results.widened
        assert ask("mails 1938").widened
        assert ask("mails March").widened
        for dated in ["1936", "1937", "1938", "August", "marzo"]:
            assert "event a-correspondence" in found(f"correspondence {dated}"), dated
        assert "event a-correspondence" not in found("correspondence November", strict=True)

    def test_the_years_of_a_life_find_a_person_unless_they_are_withheld(
        self, curator: User
    ) -> None:
        Person.objects.create(
            identifier="X32",
            title="Xochitl Long Gone",
            born="1890~",
            died="1950",
            status=Status.PUBLISHED,
        )
        Person.objects.create(
            identifier="X33", title="Xochitl Alive", born="1999-05", status=Status.PUBLISHED
        )
        assert found("xochitl 1950") == ["person xochitl-long-gone"]
        assert found("xochitl 1999", strict=True) == []

    def test_a_minus_leaves_out_what_has_a_word(self) -> None:
        both = ask("trotsky stalin").total
        assert 0 < both < ask("trotsky").total
        assert ask("trotsky -stalin").total == ask("trotsky").total - both
        assert not set(found("trotsky -Сталин")) & set(found("Сталин"))
        assert found("-trotsky") == found("trotsky")
        assert found("brest-litovsk") == found("brest litovsk")
        assert ask("trotsky - stalin").total == both

    def test_several_words_are_and(self) -> None:
        both = set(found("dewey commission"))
        assert both
        assert both <= set(found("dewey")) & set(found("commission"))

    def test_word_order_does_not_matter(self) -> None:
        assert set(found("jacson frank")) == set(found("frank jacson"))

    def test_a_phrase_stands_together(self) -> None:
        phrase, words = found('"left opposition"'), found("left opposition")
        assert phrase
        assert set(phrase) < set(words)
        assert found('"opposition left"') == []

    def test_a_phrase_ends_with_its_field_its_name_and_its_page(self) -> None:
        person = Person.objects.create(
            identifier="X20", title="Xochitl Quetzal", summary="Painter of Tlaxcala",
            description="Lived there.", status=Status.PUBLISHED,
        )  # fmt: skip
        for name in ("Ana Ixchel", "Coyolxauhqui Ana"):
            PersonName.objects.create(person=person, name=name)
        image = Image.objects.get(slug="stele")
        for text in ("Hier ruht Nezahual", "Coyotl der König"):
            Transcription.objects.create(image=image, text=text)
        for phrase in ("xochitl quetzal", "ana ixchel", "painter of tlaxcala"):
            assert found(f'"{phrase}"') == [f"person {person.slug}"]
        assert found('"ruht nezahual"') == ["image stele"]
        for across in (
            "quetzal painter",
            "tlaxcala lived",
            "ixchel coyolxauhqui",
            "nezahual coyotl",
        ):
            assert found(f'"{across}"') == []
            assert found(across) != []

    def test_every_text_that_is_searched_can_be_shown(self) -> None:
        Image.objects.filter(slug="stele").update(
            reproduction_note="Retouched by xochitl.", alternative_text="A stele with tlaxcala."
        )
        for words, field in (("xochitl", "reproduction_note"), ("tlaxcala", "alternative_text")):
            (hit,) = ask(words).hits
            assert hit.snippet and hit.snippet.field == field and str(hit.snippet.label)

    def test_endings_do_not_matter(self) -> None:
        assert set(found("photographs")) == set(found("photograph"))
        titles = {hit.record.title for hit in ask("trials").hits}
        assert "Third Moscow trial" in titles

    def test_the_beginning_of_a_word_is_enough(self) -> None:
        results = ask("trots")
        assert results.widened == "beginnings"
        assert results.hits[0].record.slug == "trotsky"

    def test_nothing_has_all_words_so_some_will_do(self) -> None:
        results = ask("purple trotsky elephants")
        assert results.widened == "any"
        assert results.hits[0].record.slug == "trotsky"

    @pytest.mark.parametrize("asked", ["who was at the Hønefoss?", "¿qué hay en Hønefoss?"])
    def test_a_question_is_answered_by_its_telling_words(self, asked: str) -> None:
        results = ask(asked)
        assert not results.widened
        assert results.total == ask("Hønefoss").total
        marked = {piece.text for hit in results.hits for piece in hit.title if piece.marked}
        assert "the" not in {word.lower() for word in marked}
        assert ask(asked, strict=True).total == results.total
        assert ask("the").total
        assert ask('"who was at"').total == 0
        assert ask("th", typing=True).total >= ask("the", typing=True).total > 0

    @pytest.mark.parametrize(
        "written", ["TSS.P.004", "tss p 004", "tssp004", "TSS-P-004", "TSS P.004"]
    )
    def test_identifiers_with_or_without_signs(self, written: str) -> None:
        assert found(written) == ["person mercader"]

    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("mercadar", "mercader"),
            ("stalni", "stalin"),
            ("coyoacna", "coyoacan"),
            ("kahol", "kahlo"),
        ],
    )
    def test_a_slip_is_answered_with_a_suggestion(self, written: str, meant: str) -> None:
        results = ask(written)
        assert results.total == 0
        assert results.correction == meant

    def test_a_suggestion_keeps_the_words_that_were_right(self) -> None:
        assert ask("frida kahlu").correction in {"frida kahlo", ""} or ask("frida kahlu").total

    @pytest.mark.parametrize(
        "text",
        [
            "\0", "'", '"', '""', '"a', "a\0b", "%", "_", "\\", "\\'", "(", "a OR", "NEAR(a b)", "a AND NOT b",
            "title:a", "-a", "a*", "*", ":*", "a:*b", "!a & b | (c", "<->", "a <2> b", "^a", "{a}", "[a]", "$1",
            "😀", "\ud800", "\ue001\ue002\ue003", "A" * 10_000, "a " * 5_000, '"' * 999, "ﷺ" * 500, "１９０５",
            "\u202e", "ß" * 300, "1" * 500, "ا" * 90, "字" * 90, "é" * 400, "%s %d", "{}", "';DROP TABLE x;--",
        ],
    )  # fmt: skip
    def test_no_input_is_an_error(self, text: str) -> None:
        ask(text)
        suggest(text)
        list(matching(Person, text)[:3])

    @pytest.mark.parametrize("code", ["abc", "", "19é0", "9" * 50, "\0", "١٩٣٠"])
    def test_no_chosen_value_is_an_error(self, code: str) -> None:
        for name in ("decade", "type", "person", "rights", "kind"):
            ask("pact", chosen={name: (code,)})

    def test_blank_words_give_everything(self) -> None:
        assert ask("  ").total == ask("").total == len(found("")) + max(0, ask("").total - 100)

    def test_signs_alone_find_nothing(self) -> None:
        assert ask("***").total == 0
