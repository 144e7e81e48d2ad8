"""Why the catalogue cannot start, in words for the operator."""

from __future__ import annotations


class CannotStart(Exception):
    """One sentence that names the problem, the reason and the repair. It is shown without a traceback."""
