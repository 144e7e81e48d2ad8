"""Images: photographs, drawings, maps - the picture as a catalogued thing, with or without a file."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import ClassVar, Final
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.fields import EarliestField, EDTFField, LatestField, bounds_in_order
from catalog.models.record import Record
from catalog.models.vocabulary import Vocabulary
from catalog.uris import Kind

#: Codes of types of picture that show what somebody looked like, or where something happened. Maps
#: and charts show too much at once to represent one person or event.
LIKENESSES: Final = frozenset({"photograph", "portrait", "painting"})


def place_of_original(image: Image, filename: str) -> str:
    """Where an original is stored: under the record's uuid, never under the name it was uploaded with."""
    suffix = PurePosixPath(filename).suffix.lower()
    return f"{folder_of_originals(image.uuid)}/{image.sha256[:16] or 'original'}{suffix}"


def folder_of_originals(uuid: UUID) -> str:
    """Where the storage keeps every file that a record ever had, by the record's uuid."""
    return f"originals/{uuid.hex[:2]}/{uuid}"


def derived_key(sha256: str, rotation: int, page: int | None = None) -> str:
    """A name for what is derived from an original, of which one page is shown, rotated."""
    shown = f"{sha256}p{page}" if page and page > 1 else sha256
    return f"{shown}-{rotation}" if rotation else shown


def version_of(sha256: str, rotation: int, page: int | None = None) -> str:
    """The short form of :func:`derived_key`, for addresses."""
    return derived_key(sha256[:16], rotation, page)


class Image(Record):
    """A picture as a catalogued thing. Many are described although the archive holds no copy."""

    KIND: ClassVar[Kind] = "image"

    type = models.ForeignKey(
        "catalog.Term",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="images_of_type",
        limit_choices_to={"vocabulary": Vocabulary.IMAGE_TYPE},
        verbose_name=_("type"),
    )
    file = models.FileField(_("file"), upload_to=place_of_original, max_length=200, blank=True)
    media_type = models.CharField(_("media type"), max_length=40, blank=True, editable=False)
    width = models.PositiveIntegerField(_("width in pixels"), null=True, blank=True, editable=False)
    height = models.PositiveIntegerField(
        _("height in pixels"), null=True, blank=True, editable=False
    )
    byte_size = models.PositiveBigIntegerField(
        _("size in bytes"), null=True, blank=True, editable=False
    )
    sha256 = models.CharField(
        _("SHA-256"), max_length=64, blank=True, editable=False, db_index=True
    )
    colour_space = models.CharField(_("colour space"), max_length=120, blank=True, editable=False)
    captured = models.CharField(
        _("captured"), max_length=19, blank=True, editable=False,
        help_text=_("When the camera or scanner says it made the file, by its own clock."),
    )  # fmt: skip
    captured_with = models.CharField(_("captured with"), max_length=120, blank=True, editable=False)
    file_pages = models.PositiveIntegerField(
        _("pages in the file"), null=True, blank=True, editable=False
    )
    file_page = models.PositiveIntegerField(
        _("page of the file"), null=True, blank=True, editable=False,
        help_text=_("Which page of a multi-page file is shown. Empty: the first."),
    )  # fmt: skip
    rotation = models.PositiveSmallIntegerField(
        _("rotation"),
        choices=[(turn, f"{turn}°") for turn in (0, 90, 180, 270)],
        default=0,
        help_text=_("Clockwise, wherever the picture is shown. The file itself is not changed."),
    )
    alternative_text = models.CharField(
        _("alternative text"),
        max_length=1000,
        blank=True,
        help_text=_("What the picture shows, for those who cannot see it."),
    )
    content_notice = models.CharField(
        _("content notice"),
        max_length=200,
        blank=True,
        help_text=_(
            "For pictures that may distress: what they show, “Shows a dead body”. Visitors read it first and "
            "see the picture only if they open it."
        ),
    )
    reproduction_note = models.CharField(
        _("note on the reproduction"),
        max_length=500,
        blank=True,
        help_text=_("Why there is no file, or where the file comes from."),
    )
    date = EDTFField(_("date"))
    date_earliest = EarliestField(of="date")
    date_latest = LatestField(of="date")
    place = models.ForeignKey(
        "catalog.Place",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="images",
        verbose_name=_("place shown"),
    )
    collection = models.ForeignKey(
        "catalog.Collection",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="images",
        verbose_name=_("collection"),
    )
    position = models.PositiveIntegerField(_("order in the collection"), default=0)

    class Meta(Record.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")
        permissions = [("publish_image", _("Can publish and withdraw images"))]
        indexes = [
            *Record.Meta.indexes,
            models.Index(fields=["date_earliest", "id"], name="image_by_date"),
            models.Index(fields=["collection", "position", "id"], name="image_in_collection"),
        ]
        constraints = [
            *Record.Meta.constraints,
            *bounds_in_order("date"),
            models.CheckConstraint(
                condition=Q(file="")
                | Q(width__gt=0, height__gt=0, byte_size__gt=0) & ~Q(sha256=""),
                name="image_file_is_described",
            ),
            models.CheckConstraint(
                condition=Q(rotation__in=(0, 90, 180, 270)), name="image_turned_by_right_angles"
            ),
        ]

    @property
    def is_held(self) -> bool:
        """Whether the archive has a file of the picture."""
        return bool(self.file)

    @property
    def version(self) -> str:
        """Changes with the visible content of the file; part of addresses that may be cached for long."""
        return version_of(self.sha256, self.rotation, self.file_page)

    @property
    def derived_key(self) -> str:
        """A name for what is derived from the file as it is shown: from its hash, its page, and its
        rotation.
        """
        return derived_key(self.sha256, self.rotation, self.file_page)

    @property
    def shown_size(self) -> tuple[int, int]:
        """Width and height in pixels of the whole picture as it is shown; the columns are those of
        the unrotated file.
        """
        wide, high = self.width or 0, self.height or 0
        return (high, wide) if self.rotation % 180 else (wide, high)
