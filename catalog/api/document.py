"""``/api/v1/documents/``: books, letters, treaties, manuscripts, films."""

from __future__ import annotations

from typing import ClassVar

from catalog.api.base import RecordViewSet
from catalog.api.fields import Edtf, Given, Text, or_null
from catalog.api.named_fields import Link, TermChoice, TermList
from catalog.api.record import RecordSerializer
from catalog.api.schemas import URI
from catalog.models import Vocabulary
from catalog.uris import Kind


class DocumentSerializer(RecordSerializer):
    """A written or filmed work, held or only described."""

    KIND: ClassVar[Kind] = "document"
    NAME: ClassVar[str] = "Document"

    place = Link("Place of writing.", "place")
    holding_institution = Link("Who keeps the original.", "person")
    collection = Link("The collection it belongs to.", "collection")
    type = TermChoice("Type of document.", Vocabulary.DOCUMENT_TYPE)
    languages = TermList("Languages.", Vocabulary.LANGUAGE)
    written = Edtf("When it was written.")
    published = Edtf("When it was published.")
    original_title = Text("Title in the original language.", longest=500)
    extent = Text("How much: “3 leaves”, “412 pages”.", longest=300)
    link = Text("Where the work itself can be read online.", longest=500)
    iiif = Given("IIIF manifest; null without pictures.", or_null(URI))


class DocumentViewSet(RecordViewSet):
    """Documents in the API."""

    kind = "document"
    serializer_class = DocumentSerializer
