"""info.json: what the image service tells viewers about one picture. Touches no file.

Standard: IIIF Image API 3.0, section 5. Every entry of ``sizes`` and every tile that ``tiles``
implies is answered with exactly those pixels.
"""

from __future__ import annotations

from typing import Any, Final

from catalog.iiif.image.parameters import Limits

CONTEXT: Final = "http://iiif.io/api/image/3/context.json"
PROFILE: Final = "level2"
#: Pixels of a side of a tile; the pyramids use the same, so that their tiles can be sent as they are.
TILE: Final = 512
#: The smallest size that is listed.
_SMALLEST: Final = 64


def scale_factors(width: int, height: int) -> list[int]:
    """1, 2, 4 … until the whole picture is one tile.

    >>> scale_factors(1025, 700)
    [1, 2, 4]
    """
    factors = [1]
    while max(width, height) > TILE * factors[-1]:
        factors.append(factors[-1] * 2)
    return factors


def sizes(width: int, height: int, limits: Limits) -> list[tuple[int, int]]:
    """The sizes of the whole picture that are fastest to get, from the smallest to the largest."""
    named = [
        (-(-width // factor), -(-height // factor))
        for factor in (2**power for power in range(max(width, height).bit_length()))
    ]
    allowed = [size for size in named if limits.allow(*size) and max(size) >= _SMALLEST]
    return list(reversed(allowed)) or [limits.within(width, height)]


def service_block(address: str) -> dict[str, Any]:
    """The service as other documents refer to it (``service`` of a picture in a manifest)."""
    return {"id": address, "type": "ImageService3", "profile": PROFILE}


def info_json(
    address: str, width: int, height: int, limits: Limits, rights: str = ""
) -> dict[str, Any]:
    """The document under ``address``/info.json. ``address`` is the whole base address, ``rights`` a URI."""
    document: dict[str, Any] = {
        "@context": CONTEXT,
        **service_block(address),
        "protocol": "http://iiif.io/api/image",
        "width": width,
        "height": height,
        "maxWidth": limits.side,
        "maxArea": min(limits.area, width * height),
        "sizes": [{"width": wide, "height": high} for wide, high in sizes(width, height, limits)],
        "tiles": [{"width": TILE, "height": TILE, "scaleFactors": scale_factors(width, height)}],
        "extraFormats": ["webp"],
        "extraQualities": ["color", "gray", "bitonal"],
        "extraFeatures": [
            "canonicalLinkHeader",
            "mirroring",
            "profileLinkHeader",
            "rotationArbitrary",
        ],
    }
    if rights:
        document["rights"] = rights
    return document
