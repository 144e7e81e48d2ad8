"""The interface in Spanish: pages, dates in words, and message files without a gap."""

from __future__ import annotations

import ast
import gettext
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext as translated
from django.utils.translation import ngettext

from catalog.models import Contribution, Relationship
from catalog.values import RIGHTS_STATEMENTS, DateError, UncertainDate, read_date, sentence

OTHER_LANGUAGES = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
FOLDER = Path(settings.LOCALE_PATHS[0])
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[a-z]|\{\w*\}")
LINE = re.compile(r"(msgctxt|msgid_plural|msgid|msgstr(?:\[(?P<form>\d)\])?)? ?(?P<text>\".*\")")


@dataclass
class Message:
    """One entry of a .po file: the message in the code, and its forms in the other language."""

    context: str = ""
    one: str = ""
    many: str = ""
    forms: dict[int, str] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)

    def in_mo(self) -> dict[str | tuple[str, int], str]:
        """The entry as Python's gettext reads it from a compiled file."""
        key = f"{self.context}\x04{self.one}" if self.context else self.one
        if not self.many:
            return {key: self.forms[0]}
        return {(key, form): text for form, text in self.forms.items()}


def messages_of(language: str) -> list[Message]:
    """The entries of a .po file, without its header."""
    text = (FOLDER / language / "LC_MESSAGES" / "django.po").read_text("utf-8")
    return [message for block in text.split("\n\n") if (message := _message(block)).one]


def _message(block: str) -> Message:
    message, part, form = Message(), "", 0
    for line in block.splitlines():
        if line.startswith("#,"):
            message.flags |= {flag.strip() for flag in line[2:].split(",")}
        found = LINE.fullmatch(line)
        if not found:
            continue
        if found[1]:
            part, form = found[1].partition("[")[0], int(found["form"] or 0)
        said = ast.literal_eval(found["text"])
        match part:
            case "msgctxt":
                message.context += said
            case "msgid":
                message.one += said
            case "msgid_plural":
                message.many += said
            case _:
                message.forms[form] = message.forms.get(form, "") + said
    return message


@pytest.fixture(scope="module", params=OTHER_LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return request.param


# --- The message files ------------------------------------------------------------------------------


@pytest.mark.once
def test_every_message_is_translated(language: str) -> None:
    messages = messages_of(language)
    assert len(messages) > 600
    gaps = [message.one for message in messages if not all(message.forms.values())]
    assert not gaps, "Translate these (docs/howto/translate.md)."
    doubtful = [message.one for message in messages if "fuzzy" in message.flags]
    assert not doubtful, "Look at these and take the word “fuzzy” away."


@pytest.mark.once
def test_placeholders_are_the_same_on_both_sides(language: str) -> None:
    for message in messages_of(language):
        for form, text in message.forms.items():
            here = sorted(PLACEHOLDER.findall(text))
            one = sorted(PLACEHOLDER.findall(message.one))
            many = sorted(PLACEHOLDER.findall(message.many))
            wanted = [one, many] if message.many and form == 0 else [many if message.many else one]
            assert here in wanted, (message.one, text)


@pytest.mark.once
def test_the_compiled_file_says_what_the_written_one_says(language: str) -> None:
    with (FOLDER / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        compiled = dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]
    compiled.pop("")
    written: dict[str | tuple[str, int], str] = {}
    for message in messages_of(language):
        written |= message.in_mo()
    assert compiled == written, "Run manage.py compilemessages (docs/howto/translate.md)."


@pytest.mark.once
def test_every_sentence_of_the_code_is_in_the_catalogue(language: str) -> None:
    """Strings that are marked far from where they are shown, because no template contains them."""
    known = {message.one for message in messages_of(language)}
    for statement in RIGHTS_STATEMENTS.values():
        assert statement.plain in known
        assert statement.label in known or statement.label.startswith("CC")


# --- What a visitor reads ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("1938-07-13", "13 de julio de 1938"),
        ("1938-07", "julio de 1938"),
        ("1890~", "hacia 1890"),
        ("1938-07-13~", "hacia el 13 de julio de 1938"),
        ("[..1938-07-13]", "antes del 13 de julio de 1938"),
        ("1938-07-13/..", "desde el 13 de julio de 1938"),
        ("1938-07-13~/..", "desde hacia el 13 de julio de 1938"),
        ("1890?", "1890 (fecha dudosa)"),
        ("../1940", "hasta 1940"),
        ("[..1940]", "antes de 1940"),
        ("1936-08/1938-03", "agosto de 1936 – marzo de 1938"),
        ("1937/1938", "1937–1938"),
        ("1937-04-10/1937-04-17", "10–17 de abril de 1937"),
        ("1940-02-27/1940-03-03", "27 de febrero – 3 de marzo de 1940"),
        ("1935-06/1935-12", "junio – diciembre de 1935"),
        ("193X", "la década de 1930"),
        ("18XX", "1800–1899"),
        ("1938-21", "primavera de 1938"),
        ("1938-33", "primer trimestre de 1938"),
        ("-0043-03-15", "15 de marzo de 44 a.\u00a0C."),
        ("[1936,1937]", "1936 o 1937"),
    ],
)
@pytest.mark.once
def test_dates_in_spanish(edtf: str, words: str) -> None:
    with translation.override("es"):
        assert sentence(UncertainDate(edtf), translated) == words


@pytest.mark.once
def test_a_date_is_refused_in_spanish() -> None:
    with pytest.raises(DateError) as refusal:
        read_date("1938-02-30")
    assert "does not exist" in str(refusal.value)
    with translation.override("es"):
        assert refusal.value.said(translated) == (
            "«1938-02-30» no existe: ese mes no tiene día 30."
        )


@pytest.mark.once
@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0 documentos"),
        (1, "1 documento"),
        (2, "2 documentos"),
        (1_000_000, "1000000 de documentos"),
    ],
)
def test_numbers_in_spanish(number: int, words: str) -> None:
    with translation.override("es"):
        said = ngettext("%(number)s document", "%(number)s documents", number)
    assert said % {"number": number} == words


def test_a_record_page_in_spanish(client: Client, make) -> None:
    person = make(
        "person",
        "Leon Trotsky",
        born="1879-11-07",
        died="1940-08-21",
        summary="Revolutionary and writer.",
        rights="http://creativecommons.org/publicdomain/zero/1.0/",
    )
    page = client.get(f"/es/people/{person.slug}/").content.decode()
    assert '<html lang="es"' in page
    assert "7 de noviembre de 1879" in page
    for words in ("Datos", "Nacimiento", "Fallecimiento", "Fuentes", "Enlace permanente"):
        assert words in page
    assert "Puede usarse libremente, con cualquier fin y sin pedir permiso." in page
    assert "Este registro está escrito en inglés." in page
    # What cataloguers wrote stays as it is, and is marked with its language.
    assert '<h1 lang="en">Leon Trotsky</h1>' in page
    assert '<p class="lead" lang="en">Revolutionary and writer.</p>' in page
    assert '<cite lang="en">Leon Trotsky</cite>' in page


def test_the_museum_speaks_the_language_of_the_page(client: Client, settings, db) -> None:
    settings.CATALOG = {
        "NAME": "Museum of the City",
        "INTRODUCTION": "What the city kept.",
        "es": {"NAME": "Museo de la Ciudad"},
    }
    page = client.get("/es/").text
    assert '<h1 id="name">Museo de la Ciudad</h1>' in page
    assert "<title>Museo de la Ciudad – " in page
    assert '<p class="lead" lang="en">What the city kept.</p>' in page
    assert "<LongName>Museo de la Ciudad</LongName>" in client.get("/es/search/opensearch.xml").text
    assert " – Museo de la Ciudad</title>" in client.get("/es/search/?format=atom").text
    for path in ("/", "/search/opensearch.xml", "/search/?format=atom"):
        assert "Museo de la Ciudad" not in client.get(path).text


def test_the_sample_introduces_itself_in_spanish(client: Client, settings, db) -> None:
    settings.CATALOG = {}
    page = client.get("/es/about/").text
    assert "La lucha de Trotski contra Stalin" in page
    assert '<p class="lead">Una colección documentada' in page
    # What a museum calls itself is never translated for it.
    settings.CATALOG = {"NAME": "Trotsky’s struggle against Stalin"}
    assert "La lucha de Trotski" not in client.get("/es/about/").text


def test_an_english_page_says_nothing_of_other_languages_of_its_record(
    client: Client, make
) -> None:
    person = make("person", "Leon Trotsky", summary="Revolutionary and writer.")
    page = client.get(f"/people/{person.slug}/").content.decode()
    assert '<html lang="en"' in page
    assert "<h1>Leon Trotsky</h1>" in page
    assert "<cite>Leon Trotsky</cite>" in page
    assert "This record is written in" not in page


def test_a_list_in_spanish_tells_its_words_from_those_of_the_records(
    client: Client, make, term
) -> None:
    trial = term("event_type", "trial", label="Trial")
    make("event", "Trial of the Sixteen", date="1936-08-19", type=trial)
    page = client.get("/es/events/").content.decode()
    assert "1 acontecimiento</h2>" in page
    assert '<li class="result" lang="en">' in page
    assert '<p class="result__when figures" lang="es">19 de agosto de 1936</p>' in page
    assert '<p class="result__type">Trial</p>' in page
    make("collection", "Papers", level="fonds")
    page = client.get("/es/collections/").content.decode()
    assert '<p class="result__type"><span lang="es">Fondo</span>' in page


def test_terms_are_in_the_language_of_the_page(client: Client, make, term) -> None:
    letter = term("document_type", "letter", label="Letter", labels="es: Carta")
    exile = term("subject", "exile", label="Exile", labels="es: Exilio")
    asylum = term("subject", "asylum", label="Asylum")
    author = term("contribution_role", "author", label="Author", labels="es: Autora")
    parent = term(
        "relationship_kind", "parent", label="parent of", labels="es: madre de",
        inverse_label="child of", inverse_labels="es: hija de",
    )  # fmt: skip
    writer, mother = make("person", "Zina"), make("person", "Alexandra")
    Relationship.objects.create(person=mother, related=writer, kind=parent)
    work = make("document", "To her sister", type=letter)
    work.subjects.set([exile, asylum])
    Contribution.objects.create(document=work, person=writer, role=author)

    # Each address twice, in turn: what is kept of one language must not be served in the other.
    for _twice in range(2):
        spanish = client.get(f"/es/documents/{work.slug}/").content.decode()
        english = client.get(f"/documents/{work.slug}/").content.decode()
        assert '<span class="kicker__type">Carta</span>' in spanish and "Letter" not in spanish
        assert (
            ">Exilio</a>" in spanish
            and '<a href="/es/documents/?subject=asylum" lang="en">' in spanish
        )
        assert ">Autora</h3>" in spanish
        assert '<span class="kicker__type">Letter</span>' in english and "Carta" not in english
        assert ">Exile</a>" in english and ">Author</h3>" in english

        person = client.get(f"/es/people/{writer.slug}/").content.decode()
        assert ">Hija de</h3>" in person and "child of" not in person.lower()
        network = client.get(f"/es/people/{writer.slug}/network/").content.decode()
        assert "Madre de" in network and "Autora" in network and "parent of" not in network.lower()

        listed = client.get("/es/documents/?subject=exile").content.decode()
        assert '<p class="result__type" lang="es">Carta</p>' in listed and "Zina (autora)" in listed
        assert 'class="facet__label">Exilio</span>' in listed
        assert 'class="facet__label" lang="en">Asylum</span>' in listed
        assert '<span class="chip__filter">Materia</span> <span>Exilio</span>' in listed
        listed = client.get("/documents/?subject=exile").content.decode()
        assert 'class="facet__label">Exile</span>' in listed and "Exilio" not in listed


def test_a_vocabulary_is_skos_with_the_language_of_every_label(client: Client, term) -> None:
    papers = term("document_type", "papers", label="Papers")
    term(
        "document_type", "letter", label="Letter", labels="es: Carta", broader=papers,
        alternatives="en: missive\nes: misiva", scope_note="Sent or meant to be.",
    )  # fmt: skip
    term("subject", "exile")
    response = client.get("/vocabularies/document_type.jsonld")
    assert response["Content-Type"] == "application/ld+json"
    said = json.loads(response.getvalue())
    scheme, letter, top = said["@graph"]
    assert scheme["prefLabel"] == {"en": "Document types", "es": "Tipos de documento"}
    assert letter == {
        "@id": "http://testserver/api/v1/terms/document_type/letter/",
        "@type": "Concept",
        "notation": "letter",
        "prefLabel": {"en": "Letter", "es": "Carta"},
        "altLabel": {"en": ["missive"], "es": ["misiva"]},
        "scopeNote": {"en": "Sent or meant to be."},
        "inScheme": scheme["@id"],
        "broader": "http://testserver/api/v1/terms/document_type/papers/",
    }
    assert (
        top["topConceptOf"]
        == scheme["@id"]
        == "http://testserver/vocabularies/document_type.jsonld"
    )
    assert client.get("/vocabularies/nothing.jsonld").status_code == 404


def test_a_wrong_filter_is_refused_in_spanish(client: Client, db) -> None:
    page = client.get("/es/events/?date_from=1938-13").content.decode()
    assert "los meses van de 01 a 12" in page


@pytest.mark.once
@pytest.mark.parametrize("path", ["", "about/", "people/", "people/leon-trotsky/"])
def test_pages_name_their_other_languages(client: Client, make, path: str) -> None:
    make("person", "Leon Trotsky")
    for prefix in ("/", "/es/"):
        page = client.get(prefix + path).content.decode()
        for code, address in (("en", "/"), ("es", "/es/")):
            link = f'rel="alternate" hreflang="{code}" href="http://testserver{address}{path}"'
            assert link in page, (prefix + path, code)
            # And a link for people, named in its own language.
            assert f'<a href="{address}{path}" lang="{code}" hreflang="{code}"' in page
