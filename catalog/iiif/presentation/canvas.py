"""A picture as a canvas, and the annotations on it: what is written there, who is seen there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings
from django.utils.translation import gettext_noop

from catalog.iiif.presentation.leaves import Leaf
from catalog.iiif.presentation.resources import CONTEXT, Json, Site, picture, with_thumbnail
from catalog.iiif.presentation.words import ours, written
from catalog.models import Depiction, Image, Record, Transcription
from catalog.uris import canvas_path

if TYPE_CHECKING:
    from uuid import UUID

Layer = Literal["text", "people"]

_LABELS = {
    "text": gettext_noop("Transcription"),
    "people": gettext_noop("People in the picture"),
}


def _notice(image: Image) -> Json:
    """What is to be read before the picture, where viewers show what they know of a canvas."""
    if not image.content_notice:
        return {}
    label = ours(gettext_noop("Content notice"))
    return {"metadata": [{"label": label, "value": written(image.content_notice)}]}


def canvas_of(site: Site, record: Record, leaf: Leaf) -> Json:
    """The canvas of a leaf: its picture, and references to what is said about it."""
    own = site(canvas_path(record.uuid, leaf.image.uuid))
    width, height = leaf.image.shown_size
    made: Json = {
        "id": own,
        "type": "Canvas",
        "label": written(leaf.name if record.KIND == "document" else leaf.image.title),
        "width": width,
        "height": height,
        **with_thumbnail(site, leaf.image),
        **_notice(leaf.image),
        "items": [
            {
                "id": f"{own}/painting",
                "type": "AnnotationPage",
                "items": [
                    {
                        "id": f"{own}/painting/1",
                        "type": "Annotation",
                        "motivation": "painting",
                        "body": picture(site, leaf.image),
                        "target": own,
                    }
                ],
            }
        ],
    }
    layers: list[Layer] = []
    if leaf.transcriptions:
        layers.append("text")
    if leaf.depictions:
        layers.append("people")
    if layers:
        made["annotations"] = [layer_ref(own, layer) for layer in layers]
    return made


def layer_ref(canvas: str, layer: Layer) -> Json:
    """The reference to one layer of annotations of a canvas."""
    return {
        "id": f"{canvas}/{layer}",
        "type": "AnnotationPage",
        "label": ours(_LABELS[layer]),
    }


def layer_of(site: Site, record_uuid: UUID, leaf: Leaf, layer: Layer) -> Json:
    """One layer of annotations of a canvas, as a document of its own."""
    own = site(canvas_path(record_uuid, leaf.image.uuid))
    if layer == "text":
        items = [text_on(own, leaf, words) for words in leaf.transcriptions]
    else:
        items = [person_on(own, leaf, one) for one in leaf.depictions]
    return {"@context": CONTEXT, **layer_ref(own, layer), "items": items}


def text_on(canvas: str, leaf: Leaf, words: Transcription) -> Json:
    """A transcription as an annotation: it supplements the whole canvas."""
    width, height = leaf.image.shown_size
    return {
        "id": text_id(canvas, words),
        "type": "Annotation",
        "motivation": "supplementing",
        "body": {
            "type": "TextualBody",
            "value": words.text,
            "format": "text/plain",
            "language": words.language.code if words.language else "none",
        },
        "target": f"{canvas}#xywh=0,0,{width},{height}",
    }


def text_id(canvas: str, words: Transcription) -> str:
    """The identifier of a transcription's annotation, the same in the layer and in a search."""
    return f"{canvas}/text/{words.uuid}"


def person_on(canvas: str, leaf: Leaf, depiction: Depiction) -> Json:
    """Who is seen in a region of the canvas. Plain text: viewers show the words of a tag as they are."""
    said = ", ".join(filter(None, (depiction.person.title, depiction.caption)))
    return {
        "id": f"{canvas}/people/{depiction.uuid}",
        "type": "Annotation",
        "motivation": "tagging",
        "body": {
            "type": "TextualBody",
            "value": said,
            "format": "text/plain",
            "language": settings.LANGUAGE_CODE,
        },
        "target": f"{canvas}#xywh={_pixels(leaf, depiction)}",
    }


def _pixels(leaf: Leaf, depiction: Depiction) -> str:
    """A region in pixels of the canvas, at least one wide and high and never outside it."""
    region: Any = depiction.region
    width, height = leaf.image.shown_size
    left = min(round(region.left * width / 100), width - 1)
    top = min(round(region.top * height / 100), height - 1)
    across = min(max(round(region.width * width / 100), 1), width - left)
    down = min(max(round(region.height * height / 100), 1), height - top)
    return f"{left},{top},{across},{down}"
