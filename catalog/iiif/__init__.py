"""Pictures: inspected when they come in, shown in any size to those who may see the record.

``inspect_picture`` judges a file by its content before it becomes an original. ``picture_of`` gives
pages and the admin the addresses of a picture, without touching disk or database.
``make_derivatives`` makes the widths of one picture, which are otherwise made when first needed.
``views`` (widths and originals) and ``image.views`` (IIIF) answer requests; only they handle any.

    image/reading      opens a picture within the limits of the settings, and turns it upright
    image/uploads      files on their way in, and what a crash leaves of them
    image/inspection   what a file is, or why it is refused
    image/capture      what a file says of its colours and its making
    image/originals    a file becomes the original of a record, and is verified later
    image/disposal     an original is deleted for good, with what was made from it
    image/sizes        arithmetic of widths; touches no file
    image/derivatives  the smaller pictures: made, kept, opened
    image/preparing    … of a very large picture by a job
    image/one_maker    one process makes, the others wait
    image/whole_file   a file is in the storage complete or not at all
    image/picture      addresses of a picture for templates
    image/rights       how much of a picture visitors may have

``presentation`` has the manifests, collections and searches within (its docstring lists its files).

The image service, in the order of a request:

    image/held            the record, by the rule of visibility; how much its rights let the reader see
    image/parameters      what is asked for, in pixels, or the status of the refusal; touches no file
    image/service_document  info.json; touches no file
    image/pyramid         where the tiles of a picture are
    image/pyramid_making  has a pyramid made, one maker per picture …
    image/pyramid_maker   … by a separate program, which imports nothing of the catalogue
    image/engine          cuts an answer out of a pyramid
    image/kept_answers    answers on disk, up to a limit
"""

from catalog.iiif.image.derivatives import (
    derived_files,
    make_derivatives,
    missing_derivatives,
    open_derivative,
    pyramid_of_image,
    sizes_of_picture,
)
from catalog.iiif.image.disposal import dispose_of
from catalog.iiif.image.inspection import FilePage, PictureFacts, inspect_picture
from catalog.iiif.image.one_maker import StillBeingMade
from catalog.iiif.image.originals import (
    HeldAlready,
    Original,
    describe_file,
    examine,
    fault_of,
    files_below,
    judged,
    open_original,
    originals_of,
)
from catalog.iiif.image.picture import Picture, picture_of
from catalog.iiif.image.preparing import Preparation, preparations, prepare_later
from catalog.iiif.image.pyramid import pyramid_files
from catalog.iiif.image.pyramid_making import NotMade
from catalog.iiif.image.reading import PictureRefused
from catalog.iiif.image.rights import may_be_downloaded
from catalog.iiif.image.uploads import clear_half_files, unkept_file, upload_folder

__all__ = [
    "FilePage",
    "HeldAlready",
    "NotMade",
    "Original",
    "Picture",
    "PictureFacts",
    "PictureRefused",
    "Preparation",
    "StillBeingMade",
    "clear_half_files",
    "derived_files",
    "describe_file",
    "dispose_of",
    "examine",
    "fault_of",
    "files_below",
    "inspect_picture",
    "judged",
    "make_derivatives",
    "may_be_downloaded",
    "missing_derivatives",
    "open_derivative",
    "open_original",
    "originals_of",
    "picture_of",
    "preparations",
    "prepare_later",
    "pyramid_files",
    "pyramid_of_image",
    "sizes_of_picture",
    "unkept_file",
    "upload_folder",
]
