"""``PUT /api/v1/images/<slug>/file/``: the file of an image, judged by its content."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from rest_framework.parsers import MultiPartParser

from catalog import actions
from catalog.api.answers import answer
from catalog.api.image import ImageViewSet
from catalog.api.writing import asked_of, require_editable, writing
from catalog.documents import joined
from catalog.iiif import HeldAlready, PictureRefused, describe_file, judged
from catalog.models import Image


class PictureFileViewSet(ImageViewSet):
    """The file of an image: sent as the part ``file`` of ``multipart/form-data``, or removed."""

    parser_classes: Any = (MultiPartParser,)

    def update(self, request: Any, slug: str) -> HttpResponse:
        """Replace the current file by the one that is sent."""
        return self._with_file(slug, request.data.get("file"))

    def destroy(self, request: Any, slug: str) -> HttpResponse:
        """Remove the file; the record stays."""
        return self._with_file(slug, None, remove=True)

    def _with_file(self, slug: str, file: Any, *, remove: bool = False) -> HttpResponse:
        asked = asked_of(self.request)
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
