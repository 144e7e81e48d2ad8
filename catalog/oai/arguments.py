"""What a harvester asks: the verb and its arguments, read as strictly as the protocol demands."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

from catalog.oai.errors import HarvestError
from catalog.oai.forms import DUBLIN_CORE, FORMS, Form, form_of
from catalog.oai.holdings import HELD, Holdings
from catalog.uris import KINDS, Kind


@dataclass(frozen=True, slots=True)
class _Grammar:
    """The arguments that a verb accepts, those that it requires, and the one that must be alone if
    it is given.
    """

    takes: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    alone: str = ""


_LIST: Final = _Grammar(
    takes=frozenset({"from", "until", "set", "metadataPrefix"}),
    needs=frozenset({"metadataPrefix"}),
    alone="resumptionToken",
)
_VERBS: Final[dict[str, _Grammar]] = {
    "Identify": _Grammar(),
    "ListMetadataFormats": _Grammar(takes=frozenset({"identifier"})),
    "ListSets": _Grammar(alone="resumptionToken"),
    "GetRecord": _Grammar(
        takes=frozenset({"identifier", "metadataPrefix"}),
        needs=frozenset({"identifier", "metadataPrefix"}),
    ),
    "ListIdentifiers": _LIST,
    "ListRecords": _LIST,
}
#: The protocol's syntax of names. An answer repeats the request, so anything else must not get that far.
_SPELLING: Final = {
    "metadataPrefix": re.compile(r"[A-Za-z0-9_.!~*'()-]+"),
    "set": re.compile(r"[A-Za-z0-9_.!~*'()-]+(:[A-Za-z0-9_.!~*'()-]+)*"),
    "identifier": re.compile(r"[A-Za-z0-9_.!~*'();/?:@&=+$,%-]+"),
}
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_SECOND: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


def verb_and_arguments(asked: Mapping[str, Sequence[str]]) -> tuple[str, dict[str, str]]:
    """The verb of a request and its arguments.

    Raises HarvestError for an unknown verb, for arguments that it does not accept, lacks, or has
    twice, and for values that are meaningless in any repository.
    """
    verbs = asked.get("verb", [])
    if len(verbs) != 1 or verbs[0] not in _VERBS:
        raise HarvestError("badVerb", f"Give one verb, which may be {', '.join(_VERBS)}.")
    verb = verbs[0]
    grammar = _VERBS[verb]
    given = {name: values for name, values in asked.items() if name != "verb"}
    twice = sorted(name for name, values in given.items() if len(values) != 1)
    if twice:
        raise HarvestError(
            "badArgument", f"Given several times: {', '.join(twice)}. Give each once."
        )
    arguments = {name: values[0] for name, values in given.items()}
    if grammar.alone and grammar.alone in arguments:
        if len(arguments) > 1:
            raise HarvestError("badArgument", f"{grammar.alone} must be the only argument.")
        return verb, arguments
    if strange := sorted(arguments.keys() - grammar.takes):
        can = ", ".join(sorted(grammar.takes | {grammar.alone} - {""})) or "none"
        raise HarvestError(
            "badArgument", f"{verb} does not take {', '.join(strange)}. It takes: {can}."
        )
    if missing := sorted(name for name in grammar.needs if not arguments.get(name)):
        raise HarvestError("badArgument", f"{verb} needs {' and '.join(missing)}.")
    for name, spelling in _SPELLING.items():
        if name in arguments and not spelling.fullmatch(arguments[name]):
            raise HarvestError(
                "badArgument", f"{name} has a sign that the protocol does not know there, or none."
            )
    return verb, arguments


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records a list should have, and where it continues.

    ``since`` and ``before`` are times, the first included and the second not. A list goes through
    the kinds one after the other, each in the order of change: ``kind``, ``after`` and ``after_id``
    are where the last page ended. ``told`` records were on the previous pages, and there were
    ``total`` when the list was begun.
    """

    kinds: tuple[Kind, ...] = KINDS
    since: datetime | None = None
    before: datetime | None = None
    kind: Kind | None = None
    after: datetime | None = None
    after_id: int = 0
    told: int = 0
    total: int | None = None
    #: Only what a collection holds, named as :meth:`Holdings.keys` takes it; None for all records.
    held_in: str | None = None
    #: The format, by its prefix.
    prefix: str = DUBLIN_CORE

    @property
    def form(self) -> Form:
        """The format."""
        return FORMS[self.prefix]

    @classmethod
    def of(cls, verb: str, arguments: Mapping[str, str], sets: Holdings) -> Self:
        """What the arguments of ListIdentifiers or ListRecords ask for. Raises HarvestError if they
        make no sense.
        """
        if "resumptionToken" in arguments:
            return cls._resumed(verb, arguments["resumptionToken"])
        # The dates first: the answer to an unknown prefix repeats them, which it must not do with
        # invalid dates.
        since, before = _bounds(arguments.get("from"), arguments.get("until"))
        form = form_of(arguments["metadataPrefix"])
        kinds = tuple(kind for kind in KINDS if kind in form.kinds)
        name = arguments.get("set")
        held_in = None
        if name in KINDS:
            kinds = tuple(kind for kind in kinds if kind == name)
        elif name is not None:
            held_in = sets.named(name)
            if held_in is None:
                raise HarvestError(
                    "noRecordsMatch", "There is no such set. ListSets names them all."
                )
            kinds = tuple(kind for kind in kinds if kind in HELD)
        return cls(kinds, since, before, held_in=held_in, prefix=form.prefix)

    def token(self, verb: str) -> str:
        """Everything that the next page has to know, as a word of letters and digits. It never expires."""
        told: list[Any] = [
            verb, list(self.kinds), _number(self.since), _number(self.before),
            self.kind, _number(self.after), self.after_id, self.told, self.total,
        ]  # fmt: skip
        # Tokens are for ever: what only some lists have stands at their end.
        if self.prefix != DUBLIN_CORE:
            told += [self.held_in, self.prefix]
        elif self.held_in is not None:
            told.append(self.held_in)
        return written_token(told)

    @classmethod
    def _resumed(cls, verb: str, token: str) -> Self:
        try:
            asked, kinds, since, before, kind, after, after_id, told, total, *rest = read_token(
                token
            )
            wanted = cls(
                tuple(one for one in KINDS if one in kinds), _moment(since), _moment(before),
                next(one for one in KINDS if one == kind), _moment(after), int(after_id), int(told), int(total),
                None if not rest or rest[0] is None else str(rest[0]),
                str(rest[1]) if len(rest) > 1 else DUBLIN_CORE,
            )  # fmt: skip
            known = wanted.token(verb) == token and asked == verb
            known = known and wanted.form.kinds.issuperset(wanted.kinds)
        except (
            ValueError,
            TypeError,
            KeyError,
            StopIteration,
            OverflowError,
            RecursionError,
        ):
            known = False
        if not known or wanted.after is None or not 0 <= wanted.after_id < 2**63:
            raise bad_token()
        return wanted


def written_token(parts: list[Any]) -> str:
    """A resumptionToken: letters, digits, hyphens and underlines."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def read_token(token: str) -> Any:
    """What :func:`written_token` wrote. Raises ValueError or RecursionError for what it cannot have
    written.
    """
    padded = token.encode("ascii") + b"=" * (-len(token) % 4)
    return json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))


def bad_token() -> HarvestError:
    """The error for a token that no list has issued."""
    return HarvestError(
        "badResumptionToken", "This is not a token of this list. Start again, without resumptionToken."
    )  # fmt: skip


def _bounds(since: str | None, until: str | None) -> tuple[datetime | None, datetime | None]:
    """The times between which records must have changed, the second not included."""
    given = [bound for bound in (since, until) if bound is not None]
    if len({len(bound) for bound in given}) > 1:
        raise HarvestError("badArgument", "Give from and until both as days or both to the second.")
    first = None if since is None else _read(since)
    last = None if until is None else _read(until)
    if first and last and first > last:
        raise HarvestError("badArgument", f"from ({since}) is after until ({until}).")
    if last is not None and until is not None:
        step = timedelta(days=1) if _DAY.fullmatch(until) else timedelta(seconds=1)
        last = last + step if last < datetime.max.replace(tzinfo=UTC) - step else None
    return first, last


def _read(bound: str) -> datetime:
    try:
        if _DAY.fullmatch(bound) or _SECOND.fullmatch(bound):
            return datetime.fromisoformat(bound.removesuffix("Z")).replace(tzinfo=UTC)
    except ValueError:
        pass
    raise HarvestError(
        "badArgument", f"{bound[:40]!r} is not a date. Write 2026-11-27 or 2026-11-27T21:00:00Z."
    )


def _number(moment: datetime | None) -> int | None:
    """A time in microseconds."""
    return None if moment is None else (moment - _FIRST) // timedelta(microseconds=1)


def _moment(number: Any) -> datetime | None:
    return None if number is None else _FIRST + timedelta(microseconds=int(number))


_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
