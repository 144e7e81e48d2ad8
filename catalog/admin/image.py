"""Admin of images."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.admin import inlines
from catalog.admin.adding_many import CONTRIBUTOR, SEEN, TOPIC
from catalog.admin.base import RecordAdmin
from catalog.admin.choices import years_of
from catalog.admin.list_filters import CollectionFilter, HasFileFilter, StorageFilter, by_term
from catalog.admin.page_desk import TakesManyFiles
from catalog.admin.picture_upload import ImageForm, PictureBox, in_words
from catalog.admin.shelving import ShelvesRecords, ShelvingInline
from catalog.iiif import examine, picture_of, preparations
from catalog.models import Image, Vocabulary
from catalog.uris import original_path


@admin.register(Image)
class ImageAdmin(TakesManyFiles, ShelvesRecords, RecordAdmin):
    """Photographs, drawings, maps, with or without a file."""

    form = ImageForm
    identify = ("type",)
    describe = (
        "picture",
        "file",
        "rotation",
        "alternative_text",
        "content_notice",
        "reproduction_note",
    )
    when_and_where = ("date", "place")
    placed = (("collection", "position"),)
    own_columns = ("thumbnail", "type", "dated", "collection")
    own_filters = (
        HasFileFilter,
        by_term("type", Vocabulary.IMAGE_TYPE, gettext_lazy("type"), facet="type"),
        CollectionFilter,
        StorageFilter,
    )
    readonly_fields = ("standing", "review_notes", "picture")
    carried_over = ("type", "collection", "place", "rights", "credit_line")
    added_to_many = (
        (inlines.ContributionInline, CONTRIBUTOR),
        (inlines.DepictionInline, SEEN),
        (inlines.TopicInline, TOPIC),
    )
    inlines = (
        inlines.ContributionInline,
        inlines.DepictionInline,
        inlines.TranscriptionInline,
        inlines.DocumentsOfImageInline,
        inlines.TopicInline,
        inlines.CitationInline,
        inlines.DetailInline,
        ShelvingInline,
        inlines.OutsideIdentifierInline,
    )

    @admin.display(description=gettext_lazy("date"), ordering="date_earliest")
    def dated(self, image: Image) -> str:
        """When it was made, in words."""
        return years_of(image.date)

    @admin.display(description=gettext_lazy("picture"))
    def thumbnail(self, image: Image) -> SafeString | str:
        """A small picture, or a word that there is none."""
        picture = picture_of(image)
        if picture is None:
            return format_html('<span class="not-held">{}</span>', _("not held"))
        # The title beside it names the picture already.
        return format_html(
            '<img src="{}" class="thumbnail" alt="" loading="lazy">', picture.thumbnail
        )

    @admin.display(description=gettext_lazy("picture"))
    def picture(self, image: Image) -> SafeString | str:
        """The picture with what was measured of its file."""
        picture = picture_of(image)
        if picture is None:
            return _("No file is held.")
        preparation = preparations([image]).get(image.pk)
        return format_html(
            '{}<img src="{}" class="preview" alt="{}" data-patient><br>'
            '<a href="{}">{}</a>: {}, SHA-256 <code>{}…</code>',
            in_words(preparation),
            picture.src,
            picture.alt,
            original_path(image.uuid),
            _("Original file"),
            ", ".join(filter(None, self._facts_of_file(image))),
            image.sha256[:16],
        )

    @staticmethod
    def _facts_of_file(image: Image) -> list[str]:
        """What was measured of the file, as far as it is known."""
        pages = image.file_pages or 1
        shown = {"number": pages, "page": image.file_page or 1}
        return [
            f"{image.width} × {image.height} px",
            image.media_type,
            filesizeformat(image.byte_size or 0),
            image.colour_space,
            _("%(number)d pages; page %(page)d is shown") % shown if pages > 1 else "",
            _("captured %(moment)s") % {"moment": image.captured.replace("T", " ")}
            if image.captured
            else "",
            image.captured_with,
        ]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The form; a file that is sent is examined before the step in which it is saved begins."""
        file = request.FILES.get("file") if request.method == "POST" else None
        if isinstance(file, UploadedFile) and self.has_view_or_change_permission(request):
            examine(file)
        return super().changeform_view(request, *args, **kwargs)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        """The page of the form; if a form with a file was refused, the file has to be sent again."""
        form = context["adminform"].form
        if request.method == "POST" and isinstance(form, ImageForm):
            form.let_the_file_go()
        return super().render_change_form(request, context, *args, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """As for all records, with the box for the file."""
        if db_field.name == "file":
            kwargs["widget"] = PictureBox
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A record that is being added has no picture to show."""
        return self.readonly_fields if obj else ("standing", "review_notes")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The order of cataloguing; the preview is included once there is a record."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            for _heading, options in fieldsets:
                options["fields"] = [name for name in options["fields"] if name != "picture"]
        return fieldsets
