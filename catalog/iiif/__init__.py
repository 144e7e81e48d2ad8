"""Pictures: inspected when they come in, kept in fixed widths, shown to those who may see the record.

``inspect_picture`` judges a file by its content before it becomes an original. ``picture_of`` gives
pages and the admin the addresses of a picture, without touching disk or database.
``make_derivatives`` makes the widths of one picture; they are made at first need otherwise.
``views`` and ``urls`` answer for them; they alone hold requests.

    image/reading      opens a picture within the limits of the settings, and turns it upright
    image/inspection   what a file is, or why it is refused
    image/sizes        arithmetic of widths; touches no file
    image/derivatives  the smaller pictures: made, kept, opened
    image/one_maker    one process makes, the others wait
    image/whole_file   a file stands in the storage whole or not at all
    image/picture      addresses of a picture for templates
"""

from catalog.iiif.image.derivatives import (
    NotMade,
    make_derivatives,
    missing_derivatives,
    open_derivative,
)
from catalog.iiif.image.inspection import PictureFacts, inspect_picture
from catalog.iiif.image.one_maker import StillBeingMade
from catalog.iiif.image.picture import Picture, may_be_downloaded, picture_of
from catalog.iiif.image.reading import PictureRefused

__all__ = [
    "NotMade",
    "Picture",
    "PictureFacts",
    "PictureRefused",
    "StillBeingMade",
    "inspect_picture",
    "make_derivatives",
    "may_be_downloaded",
    "missing_derivatives",
    "open_derivative",
    "picture_of",
]
