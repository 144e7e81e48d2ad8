"""``/api/v1/people/``: persons, families and corporate bodies."""

from __future__ import annotations

from typing import ClassVar

from catalog.api.base import RecordViewSet
from catalog.api.fields import Edtf, Given, OneOf, Text
from catalog.api.named_fields import Link, TermList
from catalog.api.record import RecordSerializer
from catalog.models import PersonKind, VitalStatus, Vocabulary
from catalog.uris import Kind


class PersonSerializer(RecordSerializer):
    """A person, a family or a corporate body: an authority record."""

    KIND: ClassVar[Kind] = "person"
    NAME: ClassVar[str] = "Person"

    born_place = Link("Place of birth or foundation.", "place")
    died_place = Link("Place of death or end.", "place")
    occupations = TermList("Occupations and functions.", Vocabulary.OCCUPATION)
    born = Edtf("Birth or foundation. Null, as is the place, where it is withheld.")
    died = Edtf("Death or end.")
    sort_name = Text("As it is filed: “Trotsky, Leon”.", longest=500)
    vital_status = OneOf(
        "Whether a person without a recorded death lives; empty: the rule for living people decides.",
        [one.value for one in VitalStatus],
        blank=True,
    )
    birth_withheld = Given(
        "Whether the public may not learn when and where the person was born, because they may be living.",
        {"type": "boolean"},
    )
    person_kind = OneOf(
        "What the record stands for.", [one.value for one in PersonKind], source="kind"
    )


class PersonViewSet(RecordViewSet):
    """People in the API."""

    kind = "person"
    serializer_class = PersonSerializer
