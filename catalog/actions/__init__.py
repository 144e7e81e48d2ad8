"""What can be done to one record: one file for each verb, with its permission, its refusals and its
consequences.

Admin, API and commands write only through here, so that a rule holds at every door. Every action
runs in one transaction, takes ``by`` (the user; None for the catalogue's own commands) and raises
:class:`Refused` with a sentence that can be shown as it is. The search follows in the same
transaction (:func:`in_step`).
"""

from catalog.actions import record_state
from catalog.actions.as_job import asker
from catalog.actions.base import Actor, Refused, in_step, may, tried
from catalog.actions.busy import (
    AGAIN_AFTER,
    ROOM_AFTER,
    is_busy,
    is_full,
    is_passing,
    is_read_only,
    is_unreachable,
)
from catalog.actions.copying import Part, copy_record, copyable, names_to_copy, why_not_copy
from catalog.actions.delete import delete, may_delete
from catalog.actions.distinguish import (
    distinguish,
    stop_distinguishing,
    why_not_distinguish,
    why_told_apart,
)
from catalog.actions.edit import edit, why_not_editable
from catalog.actions.embargo import embargo
from catalog.actions.entries import Entry, entry_kind
from catalog.actions.erase import Erased, erase
from catalog.actions.file_under import file_under, held_by, order_holdings
from catalog.actions.merge import (
    Merged,
    merge,
    name_kind,
    why_not_merge,
)
from catalog.actions.merge_balance import Balance
from catalog.actions.merge_fields import choosable, differing, filled, is_empty
from catalog.actions.merge_fields import in_words as field_in_words
from catalog.actions.merge_job import merge_as_job
from catalog.actions.merge_rows import references_to, weigh_rows
from catalog.actions.merge_several import merge_all, told_of_merging, why_not_be_one
from catalog.actions.merge_terms import merge_terms, why_not_merge_terms
from catalog.actions.order_pages import order_pages
from catalog.actions.preview import (
    as_it_will_be,
    link_of,
    revoke_preview,
    share_preview,
    token_of,
)
from catalog.actions.publish import publish
from catalog.actions.refusals import in_words
from catalog.actions.restore import deletion_of, restore
from catalog.actions.review import MOST_LETTERS, is_submitter, remark
from catalog.actions.revision import (
    carry_out,
    discard_revision,
    publish_revision,
    revise,
    revision_of,
    send_back_revision,
    submit_revision,
    why_not_revisable,
)
from catalog.actions.send_back import send_back
from catalog.actions.shelve import keep_in, move_to, shelve, unshelve, why_not_shelve
from catalog.actions.slices import one_slice
from catalog.actions.statements import (
    StatedAlready,
    attach,
    detach,
    edit_whole,
    tells_more,
    twin_of,
    why_not_statement,
)
from catalog.actions.storage_places import (
    held_in_words,
    keep_storage_place,
    remove_storage_place,
    what_is_in,
    why_not_remove_storage_place,
    why_not_storage_place,
)
from catalog.actions.submit import submit
from catalog.actions.terms import keep_term, remove_term
from catalog.actions.undo import (
    MANY,
    chooser,
    told,
    undo,
    undo_as_job,
    undo_in_slices,
    undone_by,
    why_not_undo,
)
from catalog.actions.with_pages import PagesStep, its_pages, pages_that_follow, with_pages
from catalog.actions.withdraw import withdraw

__all__ = [
    "AGAIN_AFTER",
    "MANY",
    "MOST_LETTERS",
    "ROOM_AFTER",
    "Actor",
    "Balance",
    "Entry",
    "Erased",
    "Merged",
    "PagesStep",
    "Part",
    "Refused",
    "StatedAlready",
    "as_it_will_be",
    "asker",
    "attach",
    "carry_out",
    "choosable",
    "chooser",
    "copy_record",
    "copyable",
    "delete",
    "deletion_of",
    "detach",
    "differing",
    "discard_revision",
    "distinguish",
    "edit",
    "edit_whole",
    "embargo",
    "entry_kind",
    "erase",
    "field_in_words",
    "file_under",
    "filled",
    "held_by",
    "held_in_words",
    "in_step",
    "in_words",
    "is_busy",
    "is_empty",
    "is_full",
    "is_passing",
    "is_read_only",
    "is_submitter",
    "is_unreachable",
    "its_pages",
    "keep_in",
    "keep_storage_place",
    "keep_term",
    "link_of",
    "may",
    "may_delete",
    "merge",
    "merge_all",
    "merge_as_job",
    "merge_terms",
    "move_to",
    "name_kind",
    "names_to_copy",
    "one_slice",
    "order_holdings",
    "order_pages",
    "pages_that_follow",
    "publish",
    "publish_revision",
    "record_state",
    "references_to",
    "remark",
    "remove_storage_place",
    "remove_term",
    "restore",
    "revise",
    "revision_of",
    "revoke_preview",
    "send_back",
    "send_back_revision",
    "share_preview",
    "shelve",
    "stop_distinguishing",
    "submit",
    "submit_revision",
    "tells_more",
    "token_of",
    "told",
    "told_of_merging",
    "tried",
    "twin_of",
    "undo",
    "undo_as_job",
    "undo_in_slices",
    "undone_by",
    "unshelve",
    "weigh_rows",
    "what_is_in",
    "why_not_be_one",
    "why_not_copy",
    "why_not_distinguish",
    "why_not_editable",
    "why_not_merge",
    "why_not_merge_terms",
    "why_not_remove_storage_place",
    "why_not_revisable",
    "why_not_shelve",
    "why_not_statement",
    "why_not_storage_place",
    "why_not_undo",
    "why_told_apart",
    "with_pages",
    "withdraw",
]
