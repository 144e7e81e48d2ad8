"""Who has the form of a record open: a row that expires by itself."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class OpenForm(models.Model):
    """A curator's form of a record; ``last`` is when the browser last reported that it is still open."""

    kind = models.CharField(max_length=12)
    record_uuid = models.UUIDField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(default=timezone.now)
    last = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record_uuid", "user"], name="open_form_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_uuid}"
