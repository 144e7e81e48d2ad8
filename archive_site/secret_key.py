"""The signing key of a site that was given none: made once, kept in a file only its owner can read."""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

# The key is written under a name of its own and then linked to its place: the link exists
# completely or not at all, and of several processes that start together only one can make it.


def kept_secret_key(path: Path) -> str:
    """The key in `path`, which is made (mode 600) if missing. All processes get the same key.

    Raises ImproperlyConfigured, naming the file and the repair, if it can be neither read nor made.
    """
    try:
        return _read(path) or _make(path)
    except OSError as error:
        raise ImproperlyConfigured(
            f"The secret key cannot be kept in {path} ({error.strerror}). "
            "Make that folder writable, or set SECRET_KEY."
        ) from None


def _read(path: Path) -> str:
    try:
        key = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        key = ""
    if not key:
        raise ImproperlyConfigured(
            f"The secret key file {path} holds no key. Delete it, and a new one is made; "
            "everybody has to log in again then."
        )
    return key


def _make(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{time.monotonic_ns()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(64) + "\n")
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    return _read(path)
