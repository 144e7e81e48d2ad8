"""The formats in which records are harvested. A new one is a line here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from catalog.formats import lido
from catalog.oai import dublin_core
from catalog.oai.errors import HarvestError
from catalog.uris import KINDS, Kind


@dataclass(frozen=True, slots=True)
class Form:
    """A format: its name in requests, its schema and namespace, and the kinds that it can describe.

    ``write`` takes documents of the API, those of :data:`dublin_core.WORKS` with their relations,
    and answers the metadata of each.
    """

    prefix: str
    schema: str
    namespace: str
    kinds: frozenset[Kind]
    write: Callable[[Sequence[dict[str, Any]]], list[str]]


#: The format in which every repository has to offer its records.
DUBLIN_CORE: Final = "oai_dc"

#: By their prefix.
FORMS: Final[dict[str, Form]] = {
    form.prefix: form
    for form in (
        Form(
            DUBLIN_CORE,
            dublin_core.SCHEMA,
            dublin_core.NAMESPACE,
            frozenset(KINDS),
            dublin_core.records,
        ),
        Form(
            "lido",
            lido.SCHEMA,
            lido.NAMESPACE,
            lido.KINDS,
            lambda documents: lido.records(documents, None),
        ),
    )
}


def form_of(prefix: str) -> Form:
    """The format of a prefix. Raises HarvestError if it is not available."""
    if prefix not in FORMS:
        known = " or ".join(f"metadataPrefix={one}" for one in FORMS)
        raise HarvestError("cannotDisseminateFormat", f"There is no such format. Ask with {known}.")
    return FORMS[prefix]
