"""``/api/v1/images/``: pictures as catalogued things, with or without a file."""

from __future__ import annotations

from typing import ClassVar

from catalog.api.base import RecordViewSet
from catalog.api.fields import Edtf, Given, Text, or_null, ref
from catalog.api.named_fields import Link, TermChoice
from catalog.api.record import RecordSerializer
from catalog.api.schemas import URI
from catalog.models import Vocabulary
from catalog.uris import Kind


class ImageSerializer(RecordSerializer):
    """A photograph, drawing, map or other picture. Many are described although no copy is held."""

    KIND: ClassVar[Kind] = "image"
    NAME: ClassVar[str] = "Image"

    date = Edtf("When it was made.")  # type: ignore[assignment]
    place = Link("Place shown.", "place")
    collection = Link("The collection it belongs to.", "collection")
    type = TermChoice("Type of picture.", Vocabulary.IMAGE_TYPE)
    alternative_text = Text("What it shows, for those who cannot see it.", longest=1000)
    content_notice = Text(
        "What to tell people before they see the picture, if it may distress. Such a picture is never a thumbnail.",
        longest=200,
    )
    reproduction_note = Text("Why there is no file, or where the file comes from.", longest=500)
    picture = Given("The file, in its widths; null if none is held.", or_null(ref("Picture")))
    iiif = Given("IIIF manifest; null without a file.", or_null(URI))


class ImageViewSet(RecordViewSet):
    """Images in the API."""

    kind = "image"
    serializer_class = ImageSerializer
