"""A picture that somebody may see: what the image service needs of its record, in one prepared query.

Tiles are requested by the dozen a second. The rule of visibility is that of ``visible_to``; only
turning it into SQL, which costs more than the query itself, is done once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import connections, router

from catalog.conf import catalogue_settings
from catalog.iiif.image.parameters import Limits
from catalog.iiif.image.pyramid import Pyramid
from catalog.iiif.image.pyramid_making import made_pyramid
from catalog.iiif.image.rights import size_for_public
from catalog.iiif.image.sizes import LONGEST_SIDE
from catalog.models import Image, derived_key, version_of

if TYPE_CHECKING:
    from catalog.models import Reader

#: Stands in the prepared statement for the uuid of each request.
_ANY: Final = UUID("5a3d6bd9-3f0e-4c3b-9d0b-6f6f3f2d9a71")


@dataclass(frozen=True, slots=True)
class HeldPicture:
    """The file of an image record, and the size in which the service shows it to this reader."""

    uuid: UUID
    file: str
    sha256: str
    original_width: int
    original_height: int
    rights: str
    rotation: int
    #: The page shown of a file with many; None for the first.
    page: int | None
    #: Pixels of the picture as the reader may see it: for a restricted one, those of its small size.
    width: int
    height: int
    is_public: bool

    @property
    def version(self) -> str:
        """Changes with what is seen: part of addresses that may be cached for long."""
        return version_of(self.sha256, self.rotation, self.page)

    @property
    def key(self) -> str:
        """A name for what is derived from it."""
        return derived_key(self.sha256, self.rotation, self.page)

    @property
    def limits(self) -> Limits:
        """The largest answer; a picture rotated by other than right angles may need more pixels
        than it has itself.
        """
        return Limits(LONGEST_SIDE, catalogue_settings().MAX_ANSWER_PIXELS)

    def pyramid(self) -> Pyramid:
        """The picture's pyramid; made now if it does not exist. Raises NotMade and StillBeingMade."""
        return made_pyramid(
            self.key,
            storage=Image._meta.get_field("file").storage,
            name=self.file,
            turn=self.rotation,
            page=self.page or 1,
            pixels=self.original_width * self.original_height,
        )


def public_picture(uuid: UUID) -> HeldPicture | None:
    """The picture of a record that everybody may see. One query, whose SQL was prepared once."""
    alias = router.db_for_read(Image)
    connection = connections[alias]
    sql, parameters, places = _prepared(alias)
    asked = Image._meta.get_field("uuid").get_db_prep_value(uuid, connection)
    with connection.cursor() as cursor:
        cursor.execute(
            sql, [asked if at in places else value for at, value in enumerate(parameters)]
        )
        row = cursor.fetchone()
    return None if row is None else _held(uuid, row, is_public=True)


def picture_for(uuid: UUID, reader: Reader) -> HeldPicture | None:
    """The picture of a record that ``reader`` may see as somebody who works on the catalogue: the whole."""
    row = _rows(uuid, reader).first()
    return None if row is None else _held(uuid, row, is_public=False)


def _rows(uuid: UUID, reader: Reader) -> Any:
    return (
        Image.objects.visible_to(reader)
        .filter(uuid=uuid)
        .exclude(file="")
        .order_by()
        .values_list("file", "sha256", "width", "height", "rights", "rotation", "file_page")
    )


@lru_cache(maxsize=8)
def _prepared(alias: str) -> tuple[str, tuple[Any, ...], frozenset[int]]:
    """The query for the public as SQL, its parameters, and which of them are the uuid."""
    sql, parameters = _rows(_ANY, None).using(alias).query.get_compiler(alias).as_sql()
    written = Image._meta.get_field("uuid").get_db_prep_value(_ANY, connections[alias])
    places = frozenset(at for at, value in enumerate(parameters) if value == written)
    return sql, tuple(parameters), places


def _held(uuid: UUID, row: tuple[Any, ...], *, is_public: bool) -> HeldPicture:
    file, sha256, width, height, rights, rotation, page = row
    wide, high = (height, width) if rotation % 180 else (width, height)
    if is_public:
        wide, high = size_for_public(wide, high, rights)
    return HeldPicture(
        uuid, file, sha256, width, height, rights, rotation, page, wide, high, is_public
    )
