"""``/api/v1/events/``: what happened, when and where, and as part of what."""

from __future__ import annotations

from typing import ClassVar

from catalog.api.base import RecordViewSet
from catalog.api.fields import Edtf
from catalog.api.named_fields import Link, TermChoice
from catalog.api.record import RecordSerializer
from catalog.models import Vocabulary
from catalog.uris import Kind


class EventSerializer(RecordSerializer):
    """Something that happened: a signing, a trial, a journey, a death."""

    KIND: ClassVar[Kind] = "event"
    NAME: ClassVar[str] = "Event"

    date = Edtf("When it happened.")  # type: ignore[assignment]
    place = Link("Where it happened.", "place")
    part_of = Link("The event it is part of.", "event")
    type = TermChoice("Type of event.", Vocabulary.EVENT_TYPE)


class EventViewSet(RecordViewSet):
    """Events in the API."""

    kind = "event"
    serializer_class = EventSerializer
