"""Rights statements of rightsstatements.org and Creative Commons, in plain words.

A closed list, not a vocabulary for curators: the statements are defined elsewhere by their URIs,
and the catalogue must know what each allows (which sizes it offers, what it tells the visitor).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Freedom(StrEnum):
    """What a visitor may do, from the most to the least."""

    FREE = "free"
    CONDITIONS = "conditions"
    UNKNOWN = "unknown"
    RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class RightsStatement:
    """One statement: its URI (the http form that IIIF requires), short name, and plain words."""

    uri: str
    label: str
    plain: str
    freedom: Freedom


def _(text: str) -> str:
    """Mark a text for the translators. It stays English here; the code that shows it translates it."""
    return text


_RS = "http://rightsstatements.org/vocab/{}/1.0/"
_CC = "http://creativecommons.org/licenses/{}/4.0/"

_STATEMENTS: Final = (
    RightsStatement(
        "http://creativecommons.org/publicdomain/zero/1.0/", "CC0 1.0",
        _("You may use this freely, for any purpose, without asking."), Freedom.FREE),
    RightsStatement(
        "http://creativecommons.org/publicdomain/mark/1.0/", _("Public domain"),
        _("This is free of known copyright. You may use it for any purpose."), Freedom.FREE),
    RightsStatement(
        _CC.format("by"), "CC BY 4.0",
        _("You may use this for any purpose if you give the credit line."), Freedom.CONDITIONS),
    RightsStatement(
        _CC.format("by-sa"), "CC BY-SA 4.0",
        _("You may use this if you give the credit line and share your adaptations under the same "
          "terms."),
        Freedom.CONDITIONS),
    RightsStatement(
        _CC.format("by-nc"), "CC BY-NC 4.0",
        _("You may use this for non-commercial purposes if you give the credit line."), Freedom.CONDITIONS),
    RightsStatement(
        _CC.format("by-nd"), "CC BY-ND 4.0",
        _("You may use this unchanged if you give the credit line."), Freedom.CONDITIONS),
    RightsStatement(
        _CC.format("by-nc-sa"), "CC BY-NC-SA 4.0",
        _("You may use this for non-commercial purposes if you give the credit line and share your "
          "adaptations under the same terms."),
        Freedom.CONDITIONS),
    RightsStatement(
        _CC.format("by-nc-nd"), "CC BY-NC-ND 4.0",
        _("You may use this unchanged, for non-commercial purposes, if you give the credit line."),
        Freedom.CONDITIONS),
    RightsStatement(
        _RS.format("InC"), _("In copyright"),
        _("This is in copyright. Ask the rights holder before you use it."), Freedom.RESTRICTED),
    RightsStatement(
        _RS.format("InC-OW-EU"), _("In copyright – EU orphan work"),
        _("This is in copyright and its rights holder cannot be found."), Freedom.RESTRICTED),
    RightsStatement(
        _RS.format("InC-RUU"), _("In copyright – rights holder not found"),
        _("This is in copyright and its rights holder cannot be found or asked."), Freedom.RESTRICTED),
    RightsStatement(
        _RS.format("InC-EDU"), _("In copyright – educational use permitted"),
        _("This is in copyright. You may use it for teaching and learning without asking."),
        Freedom.CONDITIONS),
    RightsStatement(
        _RS.format("InC-NC"), _("In copyright – non-commercial use permitted"),
        _("This is in copyright. You may use it for non-commercial purposes without asking."),
        Freedom.CONDITIONS),
    RightsStatement(
        _RS.format("NoC-CR"), _("No copyright – contractual restrictions"),
        _("This is free of copyright, but a contract limits its use. Ask us first."),
        Freedom.RESTRICTED),
    RightsStatement(
        _RS.format("NoC-NC"), _("No copyright – non-commercial use only"),
        _("This is free of copyright; it was digitised for non-commercial use only."),
        Freedom.CONDITIONS),
    RightsStatement(
        _RS.format("NoC-OKLR"), _("No copyright – other legal restrictions"),
        _("This is free of copyright, but another law limits its use. Ask us first."),
        Freedom.RESTRICTED),
    RightsStatement(
        _RS.format("NoC-US"), _("No copyright – United States"),
        _("This is free of copyright in the United States; elsewhere it may be protected."),
        Freedom.CONDITIONS),
    RightsStatement(
        _RS.format("CNE"), _("Copyright not evaluated"),
        _("Nobody has yet established whether this is in copyright. Ask before you use it."),
        Freedom.UNKNOWN),
    RightsStatement(
        _RS.format("UND"), _("Copyright undetermined"),
        _("Whether this is in copyright was investigated but could not be determined."), Freedom.UNKNOWN),
    RightsStatement(
        _RS.format("NKC"), _("No known copyright"),
        _("We have reason to believe that this is free of copyright, but cannot guarantee it."),
        Freedom.UNKNOWN),
)  # fmt: skip

#: Every statement by its URI.
RIGHTS_STATEMENTS: Final[dict[str, RightsStatement]] = {one.uri: one for one in _STATEMENTS}


def rights_statement(uri: str) -> RightsStatement | None:
    """The statement of a URI, or None if it is empty or unknown."""
    return RIGHTS_STATEMENTS.get(uri)
