"""Keys with which a curator's programs use the API. Only a hash of each is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

#: Every key begins like this, so that it is recognised if somebody publishes it by mistake.
PREFIX: Final = "mcat_"
#: The time of the last use is written at most this often.
_NOTED_EVERY: Final = timedelta(minutes=5)


class Scope(models.TextChoices):
    """What a token may be used for."""

    READ = "read", _("Read")
    WRITE = "write", _("Read and write")


def hash_of(key: str) -> str:
    """The hash that is kept of a key. A key has 256 random bits, so a slow hash is not needed."""
    return hashlib.sha256(key.encode()).hexdigest()


class ApiToken(models.Model):
    """A key of one account. It has the rights of the account; with the scope *read*, only those to read."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="api_tokens",
        verbose_name=_("account"),
    )
    name = models.CharField(
        _("name"), max_length=100, help_text=_("What the token is for: “nightly export”.")
    )
    scope = models.CharField(_("scope"), max_length=5, choices=Scope.choices, default=Scope.READ)
    key_hash = models.CharField(_("hash of the key"), max_length=64, unique=True, editable=False)
    hint = models.CharField(_("begins with"), max_length=12, editable=False)
    created = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    expires = models.DateTimeField(
        _("expires"), null=True, blank=True, help_text=_("Empty: valid until revoked.")
    )
    last_used = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    revoked = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-created"]
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    def make_key(self) -> str:
        """Give the token a new key and return it: the only time at which it can be read."""
        key = PREFIX + secrets.token_urlsafe(32)
        self.key_hash, self.hint = hash_of(key), key[: len(PREFIX) + 4]
        return key

    @classmethod
    def of_key(cls, key: str) -> ApiToken | None:
        """The valid token with this key; None if there is none, or its account is closed."""
        token = cls.objects.select_related("user").filter(key_hash=hash_of(key)).first()
        return token if token and token.is_valid and token.user.is_active else None

    @property
    def is_valid(self) -> bool:
        """Whether it is neither revoked nor expired."""
        expired = self.expires is not None and self.expires <= timezone.now()
        return self.revoked is None and not expired

    def note_use(self, now: datetime) -> None:
        """Remember when it was last used, to within five minutes."""
        if self.last_used is None or now - self.last_used > _NOTED_EVERY:
            type(self).objects.filter(pk=self.pk).update(last_used=now)
