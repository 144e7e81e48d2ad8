"""The columns that a curator wants to see in a list."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class KeptColumns(models.Model):
    """The columns that a list of the admin shows to one curator, instead of the usual ones. The
    title is always shown.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="kept_columns"
    )
    #: The model's name: whose list it is.
    listed = models.CharField(max_length=40)
    names = models.JSONField(default=list)

    class Meta:
        default_permissions = ()
        verbose_name = _("columns of a list")
        verbose_name_plural = _("columns of lists")
        constraints = [
            models.UniqueConstraint(fields=["user", "listed"], name="kept_columns_once_a_list")
        ]

    def __str__(self) -> str:
        return f"{self.listed}: {', '.join(self.names)}"
