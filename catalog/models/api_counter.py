"""How often a client called the API in one minute, if several machines count together."""

from __future__ import annotations

from django.db import models


class ApiCounter(models.Model):
    """The requests of one client in one minute. ``client`` is a keyed hash of its address.

    Only used if ``CATALOG["API_COUNTERS"]`` is "database"; rows can be deleted at any time.
    """

    client = models.CharField(primary_key=True, max_length=16)
    minute = models.BigIntegerField(db_index=True)
    number = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.client} {self.minute}: {self.number}"
