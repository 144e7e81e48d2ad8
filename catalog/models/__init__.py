"""What the museum knows: records, the statements that belong to them, vocabularies, and past addresses.

Reading order for a newcomer: ``record`` (what all records share, and the one rule of visibility),
the six nouns, ``living`` (the rule for living people), ``statement`` and ``relation`` (what connects
them), ``page``, ``citation``, ``vocabulary``, ``exhibition``; then the pieces they are built from:
``fields`` and ``derived`` (dates and derived columns), ``hierarchy``, ``written_query`` (SQL that is
kept). ``change_set`` has what was written when, and by whom.
"""

from typing import Final

from catalog.models.absence import Absence, removed_at, successor, what_became
from catalog.models.api_counter import ApiCounter
from catalog.models.api_token import ApiToken, Scope
from catalog.models.cataloguing_rule import CataloguingRule, other_languages, ruled_fields
from catalog.models.change_set import TERM, Change, ChangedRecord, ChangeSet, Door, What
from catalog.models.citation import CITABLE_RECORDS, CITABLE_RELATIONS, Bearing, Citation
from catalog.models.collection import Collection, Level
from catalog.models.derived import DerivedField, DerivingQuerySet, derive, with_derived
from catalog.models.detail import Detail
from catalog.models.distinction import Distinction
from catalog.models.document import Document
from catalog.models.draft_revision import DraftRevision, PreviewLink, RevisionState
from catalog.models.event import Event
from catalog.models.everyday_dates import (
    proposed_edtf,
    says_undated,
    two_days,
    two_years,
    why_no_such_day,
)
from catalog.models.exhibition import SHOWN, Exhibition, ExhibitionPart
from catalog.models.fields import EDTFField, EDTFFormField
from catalog.models.hierarchy import (
    MAX_DEPTH,
    Hierarchical,
    HierarchicalQuerySet,
    one_at_a_time,
)
from catalog.models.image import (
    LIKENESSES,
    Image,
    derived_key,
    folder_of_originals,
    version_of,
)
from catalog.models.intake import Intake, IntakeFormat, IntakePiece, IntakeState
from catalog.models.job import Job, JobState
from catalog.models.kept_columns import KeptColumns
from catalog.models.kept_filter import KeptFilter
from catalog.models.labels import (
    LabelsField,
    NameField,
    NameOf,
    all_names_sql,
    inverse_name,
    name_sql,
    own_language,
    read_all_names,
    read_name,
    term_name,
)
from catalog.models.living import (
    BIRTH,
    Lifetime,
    VitalStatus,
    birth_withheld,
    known_birth,
    lapsed,
    next_lapse,
    withheld_in_sql,
)
from catalog.models.next_identifier import next_identifier
from catalog.models.open_form import OpenForm
from catalog.models.outside_identifier import ADDRESSES, Authority, OutsideIdentifier
from catalog.models.page import Page, Transcription
from catalog.models.past_address import MergedRecord, PastCode, PastSlug, Tombstone
from catalog.models.person import NameKind, Person, PersonKind, PersonName
from catalog.models.place import PRECISIONS, Place, PlaceName
from catalog.models.public_record import (
    FeedMark,
    FeedState,
    MovedHolding,
    PublicRecord,
    Touched,
    new_mark,
)
from catalog.models.record import (
    SLUG_RULE,
    UNSEEN,
    Reader,
    Record,
    RecordQuerySet,
    Status,
    seen,
    sees_everything,
    visibility,
)
from catalog.models.relation import Contribution, Depiction, Participation, Relationship, Topic
from catalog.models.review import Cataloguing, ReviewNote, ReviewStep
from catalog.models.shelving import SHELVED, Held, Shelving
from catalog.models.statement import Certainty, Relation, Statement, StatementQuerySet
from catalog.models.storage import BETWEEN, LINE, StoragePlace
from catalog.models.vocabulary import Term, Vocabulary
from catalog.models.written_query import WrittenQuery, one_of, visible_rows
from catalog.uris import EXHIBITION, Kind

#: The model of each kind of record.
RECORD_MODELS: Final[dict[Kind, type[Record]]] = {
    "person": Person,
    "document": Document,
    "image": Image,
    "event": Event,
    "place": Place,
    "collection": Collection,
}

#: The models of all that editors publish: records of the six kinds, and exhibitions.
PUBLISHED_MODELS: Final[dict[Kind, type[Record]]] = {**RECORD_MODELS, EXHIBITION: Exhibition}

__all__ = [
    "ADDRESSES",
    "BETWEEN",
    "BIRTH",
    "CITABLE_RECORDS",
    "CITABLE_RELATIONS",
    "LIKENESSES",
    "LINE",
    "MAX_DEPTH",
    "PRECISIONS",
    "PUBLISHED_MODELS",
    "RECORD_MODELS",
    "SHELVED",
    "SHOWN",
    "SLUG_RULE",
    "TERM",
    "UNSEEN",
    "Absence",
    "ApiCounter",
    "ApiToken",
    "Authority",
    "Bearing",
    "Cataloguing",
    "CataloguingRule",
    "Certainty",
    "Change",
    "ChangeSet",
    "ChangedRecord",
    "Citation",
    "Collection",
    "Contribution",
    "Depiction",
    "DerivedField",
    "DerivingQuerySet",
    "Detail",
    "Distinction",
    "Document",
    "Door",
    "DraftRevision",
    "EDTFField",
    "EDTFFormField",
    "Event",
    "Exhibition",
    "ExhibitionPart",
    "FeedMark",
    "FeedState",
    "Held",
    "Hierarchical",
    "HierarchicalQuerySet",
    "Image",
    "Intake",
    "IntakeFormat",
    "IntakePiece",
    "IntakeState",
    "Job",
    "JobState",
    "KeptColumns",
    "KeptFilter",
    "LabelsField",
    "Level",
    "Lifetime",
    "MergedRecord",
    "MovedHolding",
    "NameField",
    "NameKind",
    "NameOf",
    "OpenForm",
    "OutsideIdentifier",
    "Page",
    "Participation",
    "PastCode",
    "PastSlug",
    "Person",
    "PersonKind",
    "PersonName",
    "Place",
    "PlaceName",
    "PreviewLink",
    "PublicRecord",
    "Reader",
    "Record",
    "RecordQuerySet",
    "Relation",
    "Relationship",
    "ReviewNote",
    "ReviewStep",
    "RevisionState",
    "Scope",
    "Shelving",
    "Statement",
    "StatementQuerySet",
    "Status",
    "StoragePlace",
    "Term",
    "Tombstone",
    "Topic",
    "Touched",
    "Transcription",
    "VitalStatus",
    "Vocabulary",
    "What",
    "WrittenQuery",
    "all_names_sql",
    "birth_withheld",
    "derive",
    "derived_key",
    "folder_of_originals",
    "inverse_name",
    "known_birth",
    "lapsed",
    "name_sql",
    "new_mark",
    "next_identifier",
    "next_lapse",
    "one_at_a_time",
    "one_of",
    "other_languages",
    "own_language",
    "proposed_edtf",
    "read_all_names",
    "read_name",
    "removed_at",
    "ruled_fields",
    "says_undated",
    "seen",
    "sees_everything",
    "successor",
    "term_name",
    "two_days",
    "two_years",
    "version_of",
    "visibility",
    "visible_rows",
    "what_became",
    "why_no_such_day",
    "with_derived",
    "withheld_in_sql",
]
