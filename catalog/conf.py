"""What a museum sets in ``settings.CATALOG``, typed, with its default."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.core.signals import setting_changed
from django.utils.translation import get_language, gettext, gettext_noop

#: Settings that visitors read. A museum may give them in each language of the site, in a table named after it:
#: ``[es]`` and below it ``NAME = "Museo de la Ciudad"``.
TEXTS: Final = ("NAME", "INSTITUTION", "INTRODUCTION")


@dataclass(frozen=True, slots=True)
class CatalogueSettings:
    """The catalogue's own settings; ``checks.py`` refuses unknown names and impossible values."""

    #: Name of the catalogue, in the head of every page.
    NAME: str = gettext_noop("Trotsky’s struggle against Stalin")
    #: Who publishes the catalogue; given in citations.
    INSTITUTION: str = gettext_noop("The Museum Catalogue")
    #: One or two sentences for the home page.
    INTRODUCTION: str = gettext_noop(
        "A documented collection on the struggle between Leon Trotsky and Joseph Stalin: people, documents, "
        "pictures, events and places, each with its sources."
    )
    #: Mail address for corrections and permissions; empty hides the invitation.
    CONTACT: str = ""
    #: Public address of the site without a final slash ("https://catalogue.example.org"); empty: as
    #: requested.
    BASE_URL: str = ""
    #: What others may do with the descriptions themselves: the URI of a rights statement that the
    #: catalogue knows, for harvesters. Empty: nothing is said. Europeana wants CC0.
    RECORD_RIGHTS: str = ""
    #: Anyone born less than so many years ago whose death is not recorded counts as living: the public does not see
    #: when and where they were born. 0: only people marked as living by a curator.
    LIVING_YEARS: int = 110
    #: Records on one page of a list.
    PAGE_SIZE: int = 24
    #: Largest picture that is read, in pixels of all its pages. Its header is checked before a pixel is decoded.
    MAX_PICTURE_PIXELS: int = 1_200_000_000
    #: The same for files that can only be decoded whole, in memory: GIF, WebP, AVIF, progressive JPEG, interlaced PNG.
    MAX_PIXELS_DECODED_WHOLE: int = 150_000_000
    #: Largest picture file, in bytes.
    MAX_PICTURE_BYTES: int = 4 * 1024**3
    #: Largest answer of the image service, in pixels; the service says so in ``maxArea``.
    MAX_ANSWER_PIXELS: int = 6_000_000
    #: What the public sees of a picture whose rights statement restricts its use, in pixels (650,000: about 990 × 660).
    RESTRICTED_PIXELS: int = 650_000
    #: Answers of the image service that are kept on disk, in bytes; the oldest are deleted for new ones.
    KEPT_ANSWERS_BYTES: int = 2 * 1024**3
    #: Longest Markdown text of a record, in characters.
    MAX_TEXT: int = 100_000
    #: Requests that one client may make to the API in a minute, reading and writing; 0: no limit.
    API_READS_A_MINUTE: int = 6000
    API_WRITES_A_MINUTE: int = 600
    #: Requests that one harvester may make by OAI-PMH in a minute; one may ask for a hundred
    #: records. 0: no limit.
    HARVESTS_A_MINUTE: int = 300
    #: Where they are counted: "machine" (a file, microseconds), or "database" if several machines
    #: serve one site.
    API_COUNTERS: str = "machine"
    #: Bytes of memory in which each process keeps ready-made answers for visitors and programs; 0:
    #: none are kept.
    ANSWERS_IN_MEMORY: int = 48 * 1024 * 1024


@lru_cache(maxsize=1)
def catalogue_settings() -> CatalogueSettings:
    """The settings of this site. Unknown names are left to the system check, which reports them."""
    given: dict[str, Any] = getattr(settings, "CATALOG", {})
    known = {field.name for field in fields(CatalogueSettings)}
    return CatalogueSettings(**{name: value for name, value in given.items() if name in known})


def museum_text(name: str) -> tuple[str, str]:
    """One of its texts for readers of the active language, and the language that it is in.

    What the museum gives in their language comes first, then what it gives without a language. The texts of the
    sample, which stand where it gives nothing, are translated like the interface.
    """
    given: dict[str, Any] = settings.CATALOG
    own: str = settings.LANGUAGE_CODE
    language = get_language() or own
    for code in (language, language.split("-")[0]):
        if text := given.get(code, {}).get(name):
            return text, language
    text = getattr(catalogue_settings(), name)
    if name not in given and (translated := gettext(text)) != text:
        return translated, language
    return text, own


def _forget(*, setting: str, **_: Any) -> None:
    if setting == "CATALOG":
        catalogue_settings.cache_clear()


setting_changed.connect(_forget)
