"""What the protocol calls errors: each has a code, and is told in an answer of status 200."""

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
    """A request that cannot be answered: the code of the protocol, and a sentence that says what to do."""

    def __init__(self, code: Code, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
