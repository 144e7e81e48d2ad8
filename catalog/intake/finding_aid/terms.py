"""Terms that a finding aid uses: which of the vocabularies they are."""

from __future__ import annotations

import re
from typing import Final

from catalog.actions import Actor
from catalog.intake.archival.terms import NewTerm, Terms
from catalog.intake.finding_aid.aid import FindingAid
from catalog.intake.saying import Message
from catalog.models import Term, Vocabulary
from catalog.values import fold

#: Three-letter codes of ISO 639-2, both sorts, and the two-letter ones under which languages are kept.
_PAIRS: Final = """
    afr:af alb:sq sqi:sq amh:am ara:ar arm:hy hye:hy aze:az baq:eu eus:eu bel:be ben:bn bos:bs bre:br bul:bg
    bur:my mya:my cat:ca chi:zh zho:zh cze:cs ces:cs dan:da dut:nl nld:nl eng:en epo:eo est:et fin:fi fre:fr
    fra:fr geo:ka kat:ka ger:de deu:de gle:ga glg:gl gre:el ell:el guj:gu heb:he hin:hi hrv:hr hun:hu ice:is
    isl:is ind:id ita:it jpn:ja kan:kn kaz:kk kor:ko kur:ku lat:la lav:lv lit:lt ltz:lb mac:mk mkd:mk mal:ml
    mao:mi mri:mi mar:mr may:ms msa:ms mon:mn nep:ne nor:no nob:nb nno:nn oci:oc pan:pa per:fa fas:fa pol:pl
    por:pt pus:ps que:qu rum:ro ron:ro rus:ru san:sa slo:sk slk:sk slv:sl som:so spa:es srp:sr swa:sw swe:sv
    tam:ta tat:tt tel:te tgk:tg tha:th tib:bo bod:bo tur:tr uig:ug ukr:uk urd:ur uzb:uz vie:vi wel:cy cym:cy
    xho:xh yid:yi zul:zu
"""
_LANGUAGES: Final = dict(pair.split(":") for pair in _PAIRS.split())
#: Roles as lists of relators call them, and the codes that a museum may have for them.
_RELATORS: Final = {
    "aut": "author", "cre": "creator", "pht": "photographer", "art": "artist", "edt": "editor", "rcp": "recipient",
    "addressee": "recipient", "pbl": "publisher", "ctb": "contributor", "drt": "director", "act": "actor",
    "col": "collector", "crp": "sender", "correspondent": "sender", "ctg": "cartographer", "sgn": "signatory",
}  # fmt: skip
#: The role of whoever created a collection, where nothing more is said.
CREATOR: Final = "creator"


class AidTerms(Terms):
    """The terms that the components of a finding aid use, looked up together."""

    def __init__(self, aid: FindingAid, *, by: Actor, new_terms: bool) -> None:
        super().__init__(by=by, new_terms=new_terms)
        self.names.read_terms(Vocabulary.SUBJECT, aid.subjects)
        for types in (Vocabulary.DOCUMENT_TYPE, Vocabulary.IMAGE_TYPE):
            self.names.read_terms(types, aid.genres)
        spoken = {word for pair in aid.languages for word in self._spoken(*pair)}
        self.names.read_terms(Vocabulary.LANGUAGE, sorted(spoken))
        roles = Term.objects.filter(vocabulary=Vocabulary.CONTRIBUTION_ROLE)
        self.roles = dict(roles.values_list("code", "label"))
        self._roles_by_label = {fold(label): code for code, label in self.roles.items()}

    def subject(self, text: str) -> tuple[str, Message]:
        """What a cell says for a subject, and why it is left out; one of both is empty."""
        return self.term(Vocabulary.SUBJECT, text)

    def genre(self, text: str, types: Vocabulary) -> str | None:
        """The type of document or of image that a genre is; None when it is no term of that vocabulary."""
        found = self.names.terms_named(types, text)
        return found[0].identifier if len(found) == 1 else None

    @staticmethod
    def _spoken(code: str, words: str) -> list[str]:
        return [one for one in (_LANGUAGES.get(code, code), words) if one]

    def language(self, code: str, words: str) -> str | None:
        """The code of a language of the catalogue; None when it has no such language."""
        for text in self._spoken(code, words):
            if len(found := self.names.terms_named(Vocabulary.LANGUAGE, text)) == 1:
                return found[0].identifier
        return None

    @staticmethod
    def new_language(code: str, words: str) -> NewTerm:
        """The term of a language that the catalogue lacks, under its two-letter code where it has one."""
        short = _LANGUAGES.get(code, code)
        label = (words or short)[:200]
        known = short if re.fullmatch(r"[a-z]{2,3}", short) else _code_of(label)
        return NewTerm(Vocabulary.LANGUAGE.value, known, label)

    def role(self, said: str) -> str:
        """The code of the role that a word means; empty when it means none of the catalogue's."""
        inner = re.search(r"\(([a-z]{3})\)\s*\Z", said)
        words = [said, re.sub(r"\s*\([^()]*\)\s*\Z", "", said), inner[1] if inner else ""]
        for word in words:
            plain = fold(word)
            code = self._roles_by_label.get(plain) or _RELATORS.get(plain, plain.replace(" ", "-"))
            if code in self.roles:
                return code
        return ""

    @property
    def usual_role(self) -> str:
        """The role of whoever made a document, where nothing more is said; empty when the catalogue has none."""
        return next((code for code in ("author", CREATOR) if code in self.roles), "")


def _code_of(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(label)).strip("-")[:70] or "language"
