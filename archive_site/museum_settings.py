"""What a museum sets for its catalogue, in a file that updates of the program leave alone."""

from __future__ import annotations

import tomllib
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def museum_settings(path: Path) -> dict[str, object]:
    """The settings in a TOML file, such as ``NAME = "Museum of the City"``; none if there is no file.

    Raises ImproperlyConfigured, naming the file and the place in it, if it cannot be read. Names and
    values are checked by the catalogue (``catalog/checks.py``).
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise ImproperlyConfigured(
            f"The settings in {path} cannot be read ({error.strerror}). Make the file readable for the "
            "user who starts the catalogue."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(
            f"The settings in {path} cannot be read ({error}). Write each on a line of its own, in UTF-8 "
            'and text in quotation marks: NAME = "Museum of the City".'
        ) from None
