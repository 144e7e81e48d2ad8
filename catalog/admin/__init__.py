"""The door of curators: Django's admin with a small skin, one ``RecordAdmin`` for all kinds of record.

    base              RecordAdmin: lists, forms, permissions, writing through ``catalog.actions``
    person … collection, vocabulary   what each kind has of its own
    writing           forms that write by actions: of records and of exhibitions
    exhibition, any_record            exhibitions and their parts; a record of any kind in one box
    inlines           names, relations, citations, outside identifiers as rows of a form
    login             logging in
    accounts          who may create and change accounts      forbidden   what an account may not do, and who may
    api_token         keys for curators' programs
    intake, intake_forms              a table of records: its columns, its preview, importing it
    intake_rows, intake_alike         the preview row by row; rows that resemble existing records
    as_table                          records as a table
    table_file        a table that curators download
    job               what the worker does, its progress; cancel, try again
    sections, standing                the sections of a form; what a status means for visitors
    desk              the first page: what waits for whom      gaps   what records lack
    review            notes of a review, dates of publication and of embargoes
    chosen            the records that were selected in a list, and doing something to them
    as_job            what is too much for a request
    bulk_edit, bulk_forms, many_moves   many records changed, or moved, at once: confirmed first, then done
    mixin             the base of every mixin
    history           versions of a record      change_set, named_sets, history_filters   change sets, undoing
    duplicates, alike       records that may be the same, and the signs of it
    copying                 a new draft with the content of a record
    distinguishing          records that look alike and are not the same
    merging, merge_page     records that are the same, side by side
    moves             submit, send back, publish, embargo, withdraw, delete: buttons and list actions
    revisions, previews               draft revisions of published records; links for colleagues
    record_form, row_versions         nothing typed is lost, nothing saved by others is overwritten
    kept_filters, kept_columns        filters and columns of a list that a curator keeps
    gone                              the form of a record that somebody has deleted meanwhile
    stated_once                       what another row already says is reported, and not added again
    two_versions      what two curators changed, side by side, to choose from
    versions, presence                what a form showed when it was opened; who else has it open
    picture_upload    files of images
    entry_boxes       which box a column gets     choices   what boxes offer     date_reading   how dates are read
    change_list, list_filters, finding            lists: fast, filtered, searched
    facet_counts      the counts beside a list's filters, from the search index
    help, tour, glossary              help for curators
    storage_place, shelving           where things are kept: the places, and what lies in them
    cataloguing_rule, house_rules     cataloguing rules: written, and shown beside the fields
    one_question      one database query for all kinds of record
    in_step           keeps the search up to date with what is saved

The skin is ``templates/admin`` and ``static/catalog/admin``.
"""

from typing import Any

from django.contrib import admin
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from catalog.admin import (
    accounts,
    api_token,
    cataloguing_rule,
    change_set,
    collection,
    document,
    event,
    exhibition,
    image,
    intake,
    job,
    person,
    place,
    storage_place,
    vocabulary,
)
from catalog.admin.base import RecordAdmin
from catalog.admin.desk import desk_of
from catalog.admin.forbidden import admin_permission_denied
from catalog.admin.help import help_page, offers_tour, rules_page
from catalog.admin.login import LoginForm
from catalog.conf import museum_text

__all__ = [
    "RecordAdmin",
    "accounts",
    "admin_permission_denied",
    "api_token",
    "cataloguing_rule",
    "change_set",
    "collection",
    "desk_of",
    "document",
    "event",
    "exhibition",
    "help_page",
    "image",
    "intake",
    "job",
    "offers_tour",
    "person",
    "place",
    "rules_page",
    "storage_place",
    "vocabulary",
]


# Read at each use, so that a changed setting takes effect.
def _name() -> str:
    return museum_text("NAME")[0]


_lazy_name: Any = lazy(_name, str)
admin.site.site_header = _lazy_name()
admin.site.site_title = _lazy_name()
admin.site.login_form = LoginForm
admin.site.index_title = _("Catalogue")
# The kinds are in one line below the header; lists need the width of Django's side bar themselves.
admin.site.enable_nav_sidebar = False
