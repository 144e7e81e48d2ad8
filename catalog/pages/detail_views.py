"""The page of each kind of record, for doors that are told the kind by what they find."""

from __future__ import annotations

from typing import Any, Final

from catalog.pages.collection import CollectionDetail
from catalog.pages.document import DocumentDetail
from catalog.pages.event import EventDetail
from catalog.pages.exhibition import ExhibitionDetail
from catalog.pages.image import ImageDetail
from catalog.pages.person import PersonDetail
from catalog.pages.place import PlaceDetail

#: By kind; exhibitions among them.
DETAILS: Final[dict[Any, Any]] = {
    view.model.KIND: view
    for view in (
        PersonDetail,
        DocumentDetail,
        ImageDetail,
        EventDetail,
        PlaceDetail,
        CollectionDetail,
        ExhibitionDetail,
    )
}
