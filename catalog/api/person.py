"""``/api/v1/people/``: persons, families and corporate bodies."""

from __future__ import annotations

from typing import ClassVar

from catalog.api.base import RecordViewSet
from catalog.api.fields import Edtf, OneOf, Text
from catalog.api.named_fields import Link, TermList
from catalog.api.record import RecordSerializer
from catalog.models import PersonKind, Vocabulary
from catalog.uris import Kind


class PersonSerializer(RecordSerializer):
    """A person, a family or a corporate body: an authority record."""

    KIND: ClassVar[Kind] = "person"
    NAME: ClassVar[str] = "Person"

    born_place = Link("Place of birth or foundation.", "place")
    died_place = Link("Place of death or end.", "place")
    occupations = TermList("Occupations and functions.", Vocabulary.OCCUPATION)
    born = Edtf("Birth or foundation.")
    died = Edtf("Death or end.")
    sort_name = Text("As it is filed: “Trotsky, Leon”.", longest=500)
    person_kind = OneOf(
        "What the record stands for.", [one.value for one in PersonKind], source="kind"
    )


class PersonViewSet(RecordViewSet):
    """People in the API."""

    kind = "person"
    serializer_class = PersonSerializer
