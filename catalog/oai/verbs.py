"""The six verbs of the protocol, each answered from the list of changes and the public documents."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from catalog.conf import catalogue_settings
from catalog.documents import ORIGIN, feed, joined, store
from catalog.formats import markup
from catalog.oai import dublin_core, selection
from catalog.oai.arguments import (
    Wanted,
    bad_token,
    read_token,
    written_token,
)
from catalog.oai.envelope import stamp
from catalog.oai.errors import HarvestError
from catalog.oai.forms import FORMS, Form, form_of
from catalog.oai.holdings import ROOT, Holdings, holdings
from catalog.oai.selection import Header
from catalog.search import KIND_LABELS
from catalog.uris import KINDS, permanent_path

#: Records, or headers alone, in one answer.
RECORDS: Final = 100
HEADERS: Final = 1_000
#: Sets in one answer.
SETS: Final = 500
#: The protocol requires an address. If no CONTACT is set it gets this one, which belongs to nobody
#: (RFC 2606).
_NO_CONTACT: Final = "nobody@catalogue.invalid"
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


@dataclass(frozen=True, slots=True)
class Harvest:
    """What the verbs need: the address of the site and of this door, and the standing of the list
    of changes.
    """

    site: str
    address: str
    standing: feed.Standing

    @property
    def holdings(self) -> Holdings:
        """The sets by collection."""
        return holdings(self.standing)

    def identify(self, _arguments: Mapping[str, str]) -> str:
        """The catalogue, and which parts of the protocol it supports."""
        museum = catalogue_settings()
        return markup.element(
            "Identify",
            markup.text("repositoryName", museum.NAME),
            markup.text("baseURL", self.address),
            markup.text("protocolVersion", "2.0"),
            markup.text("adminEmail", museum.CONTACT or _NO_CONTACT),
            markup.text(
                "earliestDatestamp", stamp(selection.earliest() or self.standing.changed_at)
            ),
            markup.text("deletedRecord", "persistent"),
            markup.text("granularity", "YYYY-MM-DDThh:mm:ssZ"),
        )

    def formats(self, arguments: Mapping[str, str]) -> str:
        """The formats in which records, or a given one, are available."""
        forms = list(FORMS.values())
        if "identifier" in arguments:
            kind = self._header_of(arguments["identifier"]).kind
            forms = [form for form in forms if kind in form.kinds]
        written = (
            markup.element(
                "metadataFormat",
                markup.text("metadataPrefix", form.prefix),
                markup.text("schema", form.schema),
                markup.text("metadataNamespace", form.namespace),
            )
            for form in forms
        )
        return markup.element("ListMetadataFormats", *written)

    def sets(self, arguments: Mapping[str, str]) -> str:
        """The kinds of records; then the holdings, collection by collection, a page of them."""
        names = [(str(kind), str(KIND_LABELS[kind])) for kind in KINDS]
        if self.holdings.sets:
            names.append((ROOT, "Holdings of all collections"))
            names += [(one.spec, one.title) for one in self.holdings.sets.values()]
        start = 0
        if "resumptionToken" in arguments:
            start = _place_of(arguments["resumptionToken"], [spec for spec, _name in names])
        shown = names[start : start + SETS]
        written = [
            markup.element("set", markup.text("setSpec", spec), markup.text("setName", name))
            for spec, name in shown
        ]
        if len(names) > SETS:
            goes_on = start + SETS < len(names)
            token = written_token(["ListSets", shown[-1][0]]) if goes_on else ""
            written.append(_token(token, total=len(names), told=start))
        return markup.element("ListSets", *written)

    def record(self, arguments: Mapping[str, str]) -> str:
        """One record."""
        form = form_of(arguments["metadataPrefix"])
        header = self._header_of(arguments["identifier"])
        if header.kind not in form.kinds:
            others = "ListMetadataFormats names those that it has."
            raise HarvestError(
                "cannotDisseminateFormat",
                f"{form.prefix} cannot describe a {header.kind}. {others}",
            )
        records = list(self._records([header], form))
        if not records:
            # It was withdrawn during the request.
            raise HarvestError("idDoesNotExist", "The record is no longer public.")
        return markup.element("GetRecord", *records)

    def identifiers(self, arguments: Mapping[str, str]) -> str:
        """A page of headers."""
        return self._list(
            "ListIdentifiers", arguments, HEADERS, lambda some, _form: map(self._head, some)
        )

    def records(self, arguments: Mapping[str, str]) -> str:
        """A page of records."""
        return self._list("ListRecords", arguments, RECORDS, self._records)

    def _list(
        self,
        verb: str,
        arguments: Mapping[str, str],
        size: int,
        write: Callable[[list[Header], Form], Iterable[str]],
    ) -> str:
        wanted = Wanted.of(verb, arguments, self.holdings)
        found, follows = selection.page(wanted, size, self.holdings)
        written = list(write(found, wanted.form))
        if not written:
            raise HarvestError(
                "noRecordsMatch",
                "No record that this format can describe changed in that time in that set.",
            )
        if follows is not None or wanted.told:
            # The last of several pages has an empty token.
            token = follows.token(verb) if follows else ""
            total = (follows or wanted).total
            written.append(_token(token, total=total, told=wanted.told))
        return markup.element(verb, *written)

    def _head(self, header: Header) -> str:
        attributes = {"status": "deleted"} if header.gone else {}
        return markup.element(
            "header",
            markup.text("identifier", self.site + permanent_path(header.uuid)),
            markup.text("datestamp", stamp(header.changed_at)),
            markup.text("setSpec", header.kind),
            *(markup.text("setSpec", spec) for spec in self._sets_of(header)),
            **attributes,
        )

    def _sets_of(self, header: Header) -> list[str]:
        """The set that holds a record; for a collection its own. Those above it follow from its name."""
        own = header.pk if header.kind == "collection" and not header.gone else None
        found = self.holdings.sets.get(own or header.collection_id or 0)
        return [found.spec] if found else []

    def _records(self, headers: list[Header], form: Form) -> Iterable[str]:
        """Records with their metadata, kind by kind. One query for each kind among them, if
        documents are ready, and those of the format.
        """
        told: list[dict[str, Any]] = []
        for kind in KINDS:
            pks = [header.pk for header in headers if header.kind == kind and not header.gone]
            for document in store.public_documents(kind, pks, self.standing) if pks else ():
                is_work = kind in dublin_core.WORKS
                said = joined(document.base, document.relations) if is_work else document.base
                told.append(json.loads(said.decode().replace(ORIGIN, self.site)))
        metadata = {
            document["id"]: written
            for document, written in zip(told, form.write(told), strict=True)
        }
        for header in headers:
            if header.gone:
                yield markup.element("record", self._head(header))
            elif written := metadata.get(self.site + permanent_path(header.uuid)):
                yield markup.element(
                    "record", self._head(header), markup.element("metadata", written)
                )

    def _header_of(self, identifier: str) -> Header:
        """Raises HarvestError if there never was a public record with this identifier."""
        found = _UUID.search(identifier)
        uuid = UUID(found[0]) if found else None
        if uuid is not None and identifier == self.site + permanent_path(uuid):
            header = selection.header(uuid)
            if header is not None:
                return header
        raise HarvestError(
            "idDoesNotExist", "No record has this identifier. ListIdentifiers lists them all."
        )


def _token(token: str, *, total: int | None, told: int) -> str:
    """Where a list continues; an empty token says that this is its last page."""
    return markup.text("resumptionToken", token, completeListSize=str(total), cursor=str(told))


def _place_of(token: str, sets: list[str]) -> int:
    """Where the list of sets continues after the one that a token names. Raises HarvestError if
    there is no such set.
    """
    try:
        verb, last = read_token(token)
    except (ValueError, TypeError, RecursionError):
        raise bad_token() from None
    if verb != "ListSets" or last not in sets:
        raise bad_token()
    return sets.index(last) + 1


#: What each verb answers, as XML. Each raises HarvestError for what it cannot answer.
VERBS: Final[dict[str, Callable[[Harvest, Mapping[str, str]], str]]] = {
    "Identify": Harvest.identify,
    "ListMetadataFormats": Harvest.formats,
    "ListSets": Harvest.sets,
    "GetRecord": Harvest.record,
    "ListIdentifiers": Harvest.identifiers,
    "ListRecords": Harvest.records,
}
