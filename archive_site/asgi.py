"""The ASGI entry point, for hosts that offer nothing else: WSGI serves this site several times faster."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive_site.settings")

application = get_asgi_application()
