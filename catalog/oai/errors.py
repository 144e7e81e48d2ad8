"""The protocol's errors: each has a code, and is an answer with status 200."""

from __future__ import annotations

from typing import Literal

Code = Literal[
    "badArgument",
    "badResumptionToken",
    "badVerb",
    "cannotDisseminateFormat",
    "idDoesNotExist",
    "noRecordsMatch",
]


class HarvestError(Exception):
    """A request that cannot be answered: the protocol's code, and a sentence that says what to do."""

    def __init__(self, code: Code, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
