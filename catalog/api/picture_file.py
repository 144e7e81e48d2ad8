"""``/api/v1/images/<slug>/file/``: the file of an image, read, or sent and judged by its content."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.parsers import MultiPartParser

from catalog import actions
from catalog.api.absent import answer_without_record
from catalog.api.answers import answer
from catalog.api.described_parameters import SLUG
from catalog.api.door import sent_file
from catalog.api.fields import Schema
from catalog.api.file_answer import answered_by_a_file, file_answer
from catalog.api.image import ImageViewSet
from catalog.api.operations import Operation, problems
from catalog.api.parameters import no_parameters
from catalog.api.problem import Problem, not_found
from catalog.api.writing import asked_of, require_editable, writing
from catalog.documents import joined
from catalog.iiif import (
    HeldAlready,
    PictureRefused,
    describe_file,
    examine,
    judged,
    may_be_downloaded,
    open_original,
)
from catalog.models import Image

log = logging.getLogger(__name__)


class PictureFileViewSet(ImageViewSet):
    """The file of an image: read, sent as the part ``file`` of ``multipart/form-data``, or removed."""

    parser_classes: Any = (MultiPartParser,)

    def retrieve(self, request: Any, slug: str) -> HttpResponseBase:
        """The original: for everybody if the rights allow it, otherwise for curators; a draft's too."""
        no_parameters(request.GET)
        image = Image.objects.visible_to(self.reader).filter(slug=slug).first()
        if image is None:
            return answer_without_record(self.kind, slug, self.reader, "file/")
        if not image.is_held:
            raise not_found("The catalogue holds no file of this image.")
        if self.reader is None and not may_be_downloaded(image):
            raise Problem(
                403,
                "not-allowed",
                "Its rights do not let everybody download the original. The renditions of the picture can be used.",
            )
        try:
            found = open_original(image)
        except FileNotFoundError as fault:
            log.error("A picture that the catalogue holds cannot be read: %s", fault)
            raise not_found("The file of this image cannot be read at the moment.") from fault
        return file_answer(
            self.plain,
            found.file,
            size=found.file.size,
            etag=image.sha256[:32],
            media_type=found.media_type,
            name=found.name,
        )

    def update(self, request: Any, slug: str) -> HttpResponse:
        """Replace the current file by the one that is sent."""
        return self._with_file(slug, sent_file(request))

    def destroy(self, request: Any, slug: str) -> HttpResponse:
        """Remove the file; the record stays."""
        return self._with_file(slug, None, remove=True)

    def _with_file(self, slug: str, file: Any, *, remove: bool = False) -> HttpResponse:
        asked = asked_of(self.request)
        if isinstance(file, UploadedFile) and actions.may(self.request.user, "change", Image()):
            examine(file)
        with writing(asked) as work:
            image, before = self.locked(slug)
            require_editable(image, self.request.user)
            if remove:
                image.file = ""
                describe_file(image, None)
            elif asked.trial:
                self._measure(image, file)
            else:
                self._measure(image, file)
                image.file = file
            image.full_clean()
            actions.edit(image, by=self.request.user)
            found = self.staff_document(slug)
            if asked.trial:
                work.response = self.would("change", before.base, found)
        return work.response or answer(
            self.plain, joined(found.base, found.relations), etag=found.etag
        )

    @staticmethod
    def _measure(image: Image, file: Any) -> None:
        """Write what the file is into the record. Raises ValidationError if it is not a picture, or
        already in the catalogue.
        """
        if not isinstance(file, UploadedFile):
            raise ValidationError(
                {"file": "Send the picture as the part “file” of multipart/form-data."}
            )
        try:
            describe_file(image, judged(file, image))
        except HeldAlready as refusal:
            raise ValidationError(
                {
                    "file": f"The same file already belongs to {refusal.holder.identifier}. Edit that record instead."
                }
            ) from refusal
        except PictureRefused as refusal:
            raise ValidationError({"file": str(refusal)}) from refusal


# --- The description ----------------------------------------------------------------------------------------------


def read_file_operation(here: Operation) -> Schema:
    """The operation that reads the file."""
    found = here.read(
        "read_image_file",
        "Download the file of an image",
        "The original: for everybody if its rights allow it (then `picture.original` is not null), "
        "otherwise for curators, of drafts too.",
        "Image",
        [SLUG],
        problems(301, 400, 403, 404, 410, 416, 429),
    )
    return answered_by_a_file(found, "image/*")
