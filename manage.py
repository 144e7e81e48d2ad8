#!/usr/bin/env python
"""The operators' door: every Django command of the catalogue; `python manage.py help` lists them."""

import os
import sys


def main() -> None:
    """Run one command with this site's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive_site.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed here. Run `make run`, or use .venv/bin/python manage.py.")
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # A setting is wrong: its sentence says which, and a traceback would only hide it.
        sys.exit(f"{sys.argv[0]}: {error}")
    except DatabaseError as error:
        from catalog.management.unready import why_unready

        reason = why_unready(error, command=sys.argv[1])
        if reason is None or "--traceback" in sys.argv:
            raise
        sys.exit(f"{sys.argv[0]}: {reason}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
