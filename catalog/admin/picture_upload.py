"""The file of an image: judged by its content when it is sent, measured, and not kept twice."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from django.contrib.admin.widgets import AdminFileWidget
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from catalog.admin.record_form import RecordForm
from catalog.iiif import PictureFacts, PictureRefused, inspect_picture
from catalog.models import Image


class PictureBox(AdminFileWidget):
    """The box for a file; it names the file that is there and links nowhere."""

    template_name = "admin/catalog/picture_box.html"


class ImageForm(RecordForm):
    """The form of an image; a new file brings its measures along."""

    facts: PictureFacts | None = None

    def clean_file(self) -> Any:
        """Refuse what is no picture, and a picture that another record holds; else measure it."""
        file = self.cleaned_data.get("file")
        if not isinstance(file, UploadedFile):
            return file
        try:
            facts = inspect_picture(file)
        except PictureRefused as refusal:
            raise ValidationError(str(refusal), code="picture") from refusal
        holder = Image.objects.filter(sha256=facts.sha256).exclude(pk=self.instance.pk).first()
        if holder is not None:
            raise ValidationError(
                _(
                    "“%(record)s”, %(identifier)s, holds the same file already. Send another, or work there."
                )
                % {"record": holder, "identifier": holder.identifier},
                code="duplicate",
            )
        # What the file is decides its suffix, not what its sender called it.
        file.name = f"{PurePosixPath(file.name or 'picture').stem[:60]}{facts.suffix}"
        self.facts = facts
        return file

    def _post_clean(self) -> None:
        """Write the measures of the file before the model is asked whether it is whole."""
        image: Image = self.instance
        if self.facts is not None:
            for name in ("media_type", "width", "height", "byte_size", "sha256"):
                setattr(image, name, getattr(self.facts, name))
        elif self.cleaned_data.get("file") is False:
            # "Clear" was ticked: without the file there is nothing measured.
            image.media_type, image.sha256 = "", ""
            image.width = image.height = image.byte_size = None
        super()._post_clean()  # type: ignore[misc]
