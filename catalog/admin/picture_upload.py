"""The file of an image: judged by its content when it is sent, measured, and not stored twice."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from django.contrib.admin.widgets import AdminFileWidget
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms import FileField
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from catalog.admin.record_form import RecordForm
from catalog.admin.two_versions import MINE
from catalog.iiif import (
    HeldAlready,
    PictureFacts,
    PictureRefused,
    Preparation,
    describe_file,
    judged,
)
from catalog.models import Image


class PictureBox(AdminFileWidget):
    """The box for a file; it names the current file and has no link."""

    template_name = "admin/catalog/picture_box.html"


class ImageForm(RecordForm):
    """The form of an image; a new file brings its measurements along."""

    facts: PictureFacts | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stored = dict(self.instance.__dict__)

    def clean(self) -> dict[str, Any]:
        """If two curators sent files, one's own can be kept by sending it again."""
        cleaned = super().clean()
        if self.chosen("file") == MINE and not self.files.get(self.add_prefix("file")):
            self.add_error(
                "file", _("Choose your file again, or keep the one that the other person saved.")
            )
        return cleaned

    def let_the_file_go(self) -> None:
        """Before the form is shown again: a browser does not keep a file, and the record has the
        old one.
        """
        if not self.files.get(self.add_prefix("file")):
            return
        for name in [one.attname for one in self.instance._meta.concrete_fields]:
            if name in self._stored:
                self.instance.__dict__[name] = self._stored[name]
        if "file" not in self.errors:
            self.add_error("file", _("The file was not kept: choose it again before you save."))

    def words(self, field: Any, value: Any) -> str:
        """A file by its name, without its folders."""
        if isinstance(field, FileField):
            return PurePosixPath(str(getattr(value, "name", value) or "")).name
        return super().words(field, value)

    def clean_file(self) -> Any:
        """Refuse what is not a picture, and a picture that another record has; otherwise measure it."""
        file = self.cleaned_data.get("file")
        if not isinstance(file, UploadedFile):
            return file
        try:
            self.facts = judged(file, self.instance)
        except HeldAlready as refusal:
            raise ValidationError(
                _(
                    "“%(record)s”, %(identifier)s, already holds the same file. Send another, or edit that "
                    "record."
                )
                % {"record": refusal.holder, "identifier": refusal.holder.identifier},
                code="duplicate",
            ) from refusal
        except PictureRefused as refusal:
            raise ValidationError(str(refusal), code="picture") from refusal
        return file

    def _post_clean(self) -> None:
        """Write the measurements of the file before the model is validated."""
        image: Image = self.instance
        # "Clear" was ticked if the file is False: then there is nothing to measure either.
        if self.facts is not None or self.cleaned_data.get("file") is False:
            describe_file(image, self.facts)
            self.cleaned_data["rotation"] = 0
        super()._post_clean()  # type: ignore[misc]


def in_words(preparation: Preparation | None) -> SafeString | str:
    """Says that a very large picture is being prepared, or could not be read, with a link to its
    job; otherwise empty.
    """
    if preparation is None:
        return ""
    return format_html(
        '<p class="{}"><a href="{}">{}</a></p>',
        "errornote" if preparation.is_broken else "help",
        reverse("admin:catalog_job_change", args=[preparation.job.pk]),
        preparation.said,
    )
