"""The first steps of a new curator, in the order in which they are needed, and the keys that save time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Link:
    """A link from a step to the page on which it is done, for those who have the permission."""

    words: str | Promise
    view: str
    permission: str
    #: Appended to the address: parameters, or a place on the page.
    tail: str = ""

    @property
    def address(self) -> str:
        """Where the link leads."""
        return reverse(f"admin:catalog_{self.view}") + self.tail

    def open_to(self, may: Callable[[str], bool]) -> bool:
        """Whether somebody with these permissions can use the page."""
        return may(f"catalog.{self.permission}")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the tour."""

    title: str | Promise
    text: str | Promise
    links: tuple[Link, ...]


STEPS: Final = (
    Step(
        _("Enter a person"),
        _(
            "People, families and corporate bodies come first, because documents and pictures point to them. Search "
            "for the name before you add it: while you type the name of a new record, existing records with that name "
            "are listed below it. Only the identifier and the name are required, and the next free identifier is "
            "suggested."
        ),
        (Link(_("Add a person"), "person_add", "add_person"),),
    ),
    Step(
        _("Enter a document"),
        _(
            "Give it the title that it bears itself, or one that says what it is. Choose its type and, if it belongs "
            "to a fonds or a series, the collection that holds it. Leave empty what you do not know: empty fields are "
            "not shown to visitors."
        ),
        (Link(_("Add a document"), "document_add", "add_document"),),
    ),
    Step(
        _("Upload a picture"),
        _(
            "An image is a record of its own, with its own date, rights and maker, whether or not there is a file. "
            "Write the alternative text for somebody who cannot see the picture. For a whole folder, drop many files "
            "at once; the pages of a document are added from the document."
        ),
        (
            Link(_("Add an image"), "image_add", "add_image"),
            Link(_("Add many images"), "image_many", "add_image"),
        ),
    ),
    Step(
        _("Relate them"),
        _(
            "Below the description are tables of rows. In a document, a contribution says who wrote, sent or "
            "signed it; in an event, a participation says who took part; in an image, a depiction says who is seen. "
            "Type a few letters of the name and select one. If there is no record of somebody yet, create it in "
            "place with the plus sign."
        ),
        (
            Link(
                _("Contributions of a document"),
                "document_add",
                "add_document",
                "#contributions-heading",
            ),
            Link(
                _("Participants of an event"), "event_add", "add_event", "#participations-heading"
            ),
            Link(_("People in a picture"), "image_add", "add_image", "#depictions-heading"),
        ),
    ),
    Step(
        _("Write dates as you know them"),
        _(
            "Type “1938-07-13”, “July 1938”, “about 1890”, “1930s”, “before 1917” or “1905 or 1906”. Below the box you "
            "see at once how the date is understood, and which years it covers. Do not make a date more exact than "
            "its source."
        ),
        (Link(_("Try it in a new event"), "event_add", "add_event", "#id_date"),),
    ),
    Step(
        _("Submit and publish"),
        _(
            "A new record is a draft that only curators see. Submit it for review at the foot of its form, with a note "
            "if you like. An editor publishes it or sends it back to your desk. “Preview” shows it as visitors will "
            "see it. A published record is improved by a draft revision, which replaces it when it is published."
        ),
        (
            Link(
                _("Drafts among the documents"),
                "document_changelist",
                "view_document",
                "?status=draft",
            ),
        ),
    ),
    Step(
        _("Find many, change many"),
        _(
            "Each list has a search box and filters; save the filters that you need often under a name. Select "
            "records, or all that were found, and choose what to do with them. You see every change before it is made."
        ),
        (
            Link(_("Documents"), "document_changelist", "view_document"),
            Link(_("Images"), "image_changelist", "view_image"),
        ),
    ),
    Step(
        _("Undo"),
        _(
            "The history of a record shows who changed what and when. Every change can be undone: a field, a row, a "
            "whole record, or everything that one step did to many. Deleted records can be restored."
        ),
        (Link(_("Recent changes"), "changeset_changelist", "view_changeset"),),
    ),
    Step(
        _("Import a file"),
        _(
            "A list in a spreadsheet becomes records. Save it as CSV, match its columns with fields, and look at what "
            "would happen. Nothing is written until you say so, and the whole import can be undone in one go. Finding "
            "aids and authority records from AtoM and ArchivesSpace come in on the same page."
        ),
        (Link(_("Import a file"), "intake_add", "add_document", "?kind=document"),),
    ),
)

#: Keys, and what they do. Words in the first column are translated, names of keys with them.
KEYS: Final = (
    (_("Ctrl+S (on a Mac ⌘S)"), _("saves the form and leaves it open")),
    (_("Tab, Shift+Tab"), _("goes to the next box, or back to the one before")),
    (
        _("Letters, then ↓ ↑ and Enter"),
        _("searches and chooses in a box that offers people, places, documents or terms"),
    ),
    (_("Esc"), _("closes such a list without choosing")),
    (_("Space"), _("ticks a box, opens a folded rule or section")),
    (
        _("Enter on “up” or “down”"),
        _("moves a page of a document to its place, where pages are ordered"),
    ),
)
