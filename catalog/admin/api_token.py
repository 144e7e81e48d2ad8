"""API tokens: curators create and revoke their own; the key is shown once."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from catalog.models import ApiToken


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Tokens. They are revoked and never deleted, so that their last use can be looked up."""

    list_display = ("name", "hint", "user", "scope", "created", "expires", "last_used", "state")
    list_filter = ("scope",)
    fields = ("name", "scope", "expires")
    actions = ("revoke",)

    def get_queryset(self, request: HttpRequest) -> Any:
        """The curator's own tokens; all of them for a superuser."""
        rows = super().get_queryset(request).select_related("user")
        return rows if request.user.is_superuser else rows.filter(user=request.user)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The rights of a token are fixed when it is made."""
        return (
            ("name", "scope", "expires", "hint", "created", "last_used", "revoked") if obj else ()
        )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """For an existing token, everything but its key."""
        return self.get_readonly_fields(request, obj) or self.fields

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        """Make the key and show it, this one time."""
        if not change:
            obj.user = request.user  # type: ignore[assignment]
            key = obj.make_key()
            super().save_model(request, obj, form, change)
            text = _("The key is {}. Copy it now: it is not stored and cannot be shown again.")
            messages.warning(request, format_html(str(text), key))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Revoke them instead."""
        return False

    @admin.display(description=_("state"))
    def state(self, token: ApiToken) -> str:
        """Whether it is valid."""
        if token.revoked:
            return str(_("Revoked"))
        return str(_("Valid") if token.is_valid else _("Expired"))

    @admin.action(description=_("Revoke the selected tokens"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: Any) -> None:
        """Revoke them at once."""
        number = queryset.filter(revoked=None).update(revoked=timezone.now())
        messages.success(request, _("%(number)s revoked.") % {"number": number})
