"""The base of every mixin of a ModelAdmin.

The type checker sees the ModelAdmin that the mixin will be part of, so that ``super()`` and ``self.opts`` are
known; at run time it is a plain class, and the ModelAdmin comes last among the bases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin

if TYPE_CHECKING:
    AdminMixin = admin.ModelAdmin[Any]
else:
    AdminMixin = object
