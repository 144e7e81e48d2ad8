"""Very large pictures: stored at once, decoded by a job, which writes the pyramid and the widths.

The sender of a gigapixel has the answer when the whole original is stored; the job tells whether
every pixel of it can be read. Until then, requests for the picture are told at once to come back in
a few seconds (503), and nobody waits. A worker that is killed loses nothing: the next attempt finds
what was made, or waits for the maker, which continues.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.iiif.image.derivatives import make_derivatives
from catalog.iiif.image.pyramid import place_of
from catalog.iiif.image.pyramid_making import NotMade, is_very_large, proved_pyramid
from catalog.jobs import Failed, enqueue, task
from catalog.models import Image, Job, JobState

if TYPE_CHECKING:
    from catalog.jobs import Run


@dataclass(frozen=True, slots=True)
class Preparation:
    """The state of a very large picture: being prepared, or unreadable, in words for curators."""

    job: Job
    is_broken: bool
    said: str


@task(title=gettext_lazy("Prepare a very large picture"), atomic=False)
def prepare(run: Run, *, image: int, picture: str) -> str:
    """Decode every page of a picture, and write its pyramid and its widths. What exists already is kept."""
    held = Image.objects.filter(pk=image).exclude(file="").first()
    if held is None or held.derived_key != picture:
        return _("The record now has another picture, or none.")
    words = {"record": held, "identifier": held.identifier}
    try:
        proved_pyramid(
            picture,
            storage=held.file.storage,
            name=str(held.file.name),
            turn=held.rotation,
            page=held.file_page or 1,
            pages=held.file_pages or 1,
            meanwhile=run.check,
        )
        make_derivatives(held)
    except NotMade as refusal:
        raise Failed(
            _(
                "The picture of “%(record)s”, %(identifier)s, is damaged or incomplete: %(reason)s. The "
                "file is kept as received. Save it again in an image editor, and replace it with that "
                "copy."
            )
            % {**words, "reason": str(refusal)[-300:]}
        ) from refusal
    return _("“%(record)s”, %(identifier)s, is ready to view.") % words


def prepare_later(image: Image, *, by: Any = None) -> Job | None:
    """Have a held picture prepared by a job, in the caller's transaction, if it is very large and
    not ready.
    """
    if not _is_prepared_by_job(image) or place_of(image.derived_key).exists():
        return None
    return enqueue(
        prepare,
        by=by,
        subject=str(image),
        key=_key(image.derived_key),
        image=image.pk,
        picture=image.derived_key,
    )


def preparations(images: Iterable[Image]) -> dict[int, Preparation]:
    """Those of some images that are being prepared, or whose file was found broken, by key. One
    query, or none.
    """
    asked = {
        _key(image.derived_key): image.pk
        for image in images
        if _is_prepared_by_job(image) and not place_of(image.derived_key).exists()
    }
    if not asked:
        return {}
    states = [JobState.WAITING, JobState.RUNNING, JobState.FAILED]
    found: dict[int, Preparation] = {}
    for job in Job.objects.filter(state__in=states, key__in=asked).order_by("id"):
        broken = job.state == JobState.FAILED
        said = (
            job.error
            if broken
            else _("This picture is being prepared and will be ready to view soon.")
        )
        found[asked[job.key]] = Preparation(job, broken, said)
    return found


def _is_prepared_by_job(image: Image) -> bool:
    if not image.file:
        return False
    pages = image.file_pages or 1 if (image.file_page or 1) == 1 else 1
    return is_very_large(image.width or 0, image.height or 0, pages)


def _key(picture: str) -> str:
    """The key of a picture's job, so that at most one of them waits."""
    return f"picture {picture}"
