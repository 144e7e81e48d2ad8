"""The filters of a list that a curator saves under a name."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class KeptFilter(models.Model):
    """What a curator selected in a list of the admin: ``query`` as in its address, without the page."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="kept_filters"
    )
    #: The model's name: whose list it is.
    listed = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=2000)

    class Meta:
        ordering = ["name", "id"]
        default_permissions = ()
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        constraints = [
            models.UniqueConstraint(fields=["user", "listed", "name"], name="kept_filter_named")
        ]

    def __str__(self) -> str:
        return self.name
