"""The type by which a finding aid tells pictures from documents.

Standard: DCMI Type Vocabulary, https://www.dublincore.org/specifications/dublin-core/dcmi-terms/#section-7
"""

from __future__ import annotations

from typing import Final

#: What EAD calls the vocabulary, in ``genreform/@source``.
DCMI_TYPES: Final = "dcmitype"
#: The label of its term ``StillImage``: paintings, drawings, photographs, maps.
STILL_IMAGE: Final = "Still Image"
