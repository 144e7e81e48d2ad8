"""The words of archives and museums that the interface uses, each in a sentence or two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.values import fold


@dataclass(frozen=True, slots=True)
class Entry:
    """A word and what it means here. ``code`` names it in addresses, whatever the language."""

    code: str
    word: str | Promise
    meaning: str | Promise


def entries() -> list[Entry]:
    """The glossary in the alphabetical order of the interface's language."""
    return sorted(
        (Entry(one.code, capfirst(str(one.word)), one.meaning) for one in _ENTRIES),
        key=lambda one: fold(str(one.word)),
    )


_ENTRIES: Final = (
    Entry(
        "accession-number",
        _("accession number"),
        _(
            "The number that an object gets when it enters the museum. It is never given twice, not even when the "
            "object leaves. Here it stands in the field “identifier”."
        ),
    ),
    Entry(
        "reference-code",
        _("reference code"),
        _(
            "What an accession number is to a museum, a reference code is to an archive: it names one unit and shows "
            "where it stands, as in “TSS/3/12”. It stands in the field “identifier” too."
        ),
    ),
    Entry(
        "authority-record",
        _("authority record"),
        _(
            "The one record of a person, family, corporate body or place to which everything about it is linked. It "
            "holds the preferred name and all other names, so that nobody has to search for each spelling."
        ),
    ),
    Entry(
        "corporate-body",
        _("corporate body"),
        _(
            "An organisation or group that acts under a name of its own: a party, a publisher, a museum. It is "
            "entered among the people."
        ),
    ),
    Entry(
        "fonds",
        _("fonds"),
        _(
            "All records that one person or body made or gathered in the course of its life or work, kept together "
            "because they belong together. The top of the archival hierarchy."
        ),
    ),
    Entry(
        "series",
        _("series"),
        _(
            "A part of a fonds whose contents were filed together or come from one activity, such as letters received. "
            "A series can have sub-series and files."
        ),
    ),
    Entry(
        "collection",
        _("collection"),
        _(
            "In the strict sense, things that a collector brought together, in contrast to a fonds, which grew by "
            "itself. In the menu the word stands for every level, from the fonds to the file."
        ),
    ),
    Entry(
        "level-of-description",
        _("level of description"),
        _(
            "How large the unit is that a record describes: fonds, sub-fonds, series, sub-series or file. What is true "
            "of the whole is said there once and not repeated further down."
        ),
    ),
    Entry(
        "custodial-history",
        _("custodial history"),
        _("Who kept the material, from its making until it came here. Museums call it provenance."),
    ),
    Entry(
        "arrangement",
        _("arrangement"),
        _(
            "How the parts of a fonds or series are put in order, and whether the order is the original one."
        ),
    ),
    Entry(
        "extent",
        _("extent"),
        _("How much there is: pages, items, boxes or metres of shelf."),
    ),
    Entry(
        "holding-institution",
        _("holding institution"),
        _("The museum, archive or library that keeps the original, which need not be this one."),
    ),
    Entry(
        "credit-line",
        _("credit line"),
        _("The words that have to stand beside a picture or a quotation wherever it is used."),
    ),
    Entry(
        "rights-statement",
        _("rights statement"),
        _(
            "What others may do with the work, in one of the standard statements of RightsStatements.org or Creative "
            "Commons. It is about the work, not about its description."
        ),
    ),
    Entry(
        "contribution",
        _("contribution"),
        _(
            "What ties a person to a document or an image that they had a part in making, or to a collection, with a "
            "role: author, sender, photographer, publisher, creator of a fonds."
        ),
    ),
    Entry(
        "participation",
        _("participation"),
        _(
            "What ties a person to an event in which they took part, with a role: witness, accused, host."
        ),
    ),
    Entry(
        "depiction",
        _("depiction"),
        _(
            "What ties a person to an image in which they are seen, if known with the part of the picture that shows "
            "them. Who made the picture is a contribution."
        ),
    ),
    Entry(
        "relationship",
        _("relationship"),
        _(
            "What ties two people: parent and child, employer and secretary. It is entered once and can be read from "
            "both sides."
        ),
    ),
    Entry(
        "topic",
        _("topic"),
        _(
            "A person, event, place or document that a work is about. For themes that are none of these there are "
            "subjects."
        ),
    ),
    Entry(
        "subject",
        _("subject"),
        _(
            "A theme chosen from the museum’s own list, such as “exile”. The same word is chosen for the same theme "
            "every time, so that a search finds all of it."
        ),
    ),
    Entry(
        "vocabulary",
        _("vocabulary"),
        _(
            "A list of agreed terms from which a field is filled: types, roles, subjects, languages. Editors look "
            "after the lists."
        ),
    ),
    Entry(
        "scope-note",
        _("scope note"),
        _("A sentence with a term that says when to use it, and when to use another."),
    ),
    Entry(
        "citation",
        _("citation"),
        _(
            "The source behind a record, a field or a relation, with the page. It says whether the source states the "
            "fact, is silent about it or says otherwise, and which reading the catalogue follows."
        ),
    ),
    Entry(
        "certainty",
        _("certainty"),
        _("How sure the catalogue is of a statement: certain, probable, uncertain or disputed."),
    ),
    Entry(
        "external-identifier",
        _("external identifier"),
        _(
            "The number of the same person, place or work in another catalogue, such as VIAF or Wikidata. Enter it "
            "only after you have compared the two."
        ),
    ),
    Entry(
        "further-detail",
        _("further detail"),
        _(
            "A line for what has no field of its own, such as dimensions or technique, under a word from the museum’s "
            "own list."
        ),
    ),
    Entry(
        "transcription",
        _("transcription"),
        _(
            "The words that stand on a page or picture, copied as they are. Visitors can search them."
        ),
    ),
    Entry(
        "alternative-text",
        _("alternative text"),
        _("What a picture shows, in one or two sentences, for somebody who cannot see it."),
    ),
    Entry(
        "edtf",
        "EDTF",
        _(
            "Extended Date/Time Format, part of ISO 8601: a way to write dates that are not exact. “1890~” is about "
            "1890, “193X” some year of the 1930s, “1905?” perhaps 1905. You can type plain words instead."
        ),
    ),
    Entry(
        "draft",
        pgettext_lazy("status of a record", "draft"),
        _("A record that curators are working on. Visitors do not see it."),
    ),
    Entry(
        "review",
        _("review"),
        _(
            "The step before publication: an editor reads the draft, and publishes it or sends it back with a note."
        ),
    ),
    Entry(
        "withdrawn",
        pgettext_lazy("status of a record", "withdrawn"),
        _(
            "Published once, and taken out of sight again. Its address says so instead of showing an error, and it can "
            "be published again."
        ),
    ),
    Entry(
        "embargo",
        _("embargo"),
        _(
            "A date before which visitors see nothing of a record, even if it is published. It lifts by itself."
        ),
    ),
    Entry(
        "draft-revision",
        _("draft revision"),
        _(
            "Changes to a published record that are prepared beside it and reviewed. Visitors go on reading the old "
            "version until the revision is published."
        ),
    ),
    Entry(
        "change-set",
        pgettext_lazy("what was changed", "change"),
        _(
            "Everything that was saved in one step, by whom, when and why: one form, or one change to a thousand "
            "records. It can be undone in one go."
        ),
    ),
    Entry(
        "merge",
        _("merge"),
        _(
            "To make one record of two that describe the same person or thing. All that hung on the one goes to the "
            "other, and the old address leads there."
        ),
    ),
    Entry(
        "tombstone",
        _("tombstone"),
        _(
            "What stays at the address of a deleted record: a short note that there was one. A published address is "
            "never given to another record."
        ),
    ),
    Entry(
        "slug",
        _("URL slug"),
        _(
            "The last part of a record’s address on the web, made from the title or name. When you change it, the old "
            "address leads to the new one."
        ),
    ),
    Entry(
        "storage-place",
        _("storage place"),
        _(
            "A building, a room, a shelf, a box: where documents, images and collections lie. It says in which "
            "other one it stands, so that a box that goes to another shelf takes along what lies in it. Visitors "
            "see none of it."
        ),
    ),
    Entry(
        "job",
        _("job"),
        _(
            "Work that takes longer than a click, such as changing thousands of records. It runs while you do "
            "other things."
        ),
    ),
)
