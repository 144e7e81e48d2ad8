"""Why the catalogue cannot start, as the operator reads it."""

from __future__ import annotations


class CannotStart(Exception):
    """One sentence that names the thing, the reason and the repair. No traceback belongs to it."""
