"""Admin of accounts: an administrator creates and changes curators, and can give no right that they
lack themselves.
"""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.admin.change_list import SafeLists
from catalog.admin.keys import SeveralField

admin.site.unregister(User)
admin.site.unregister(Group)


def permissions_held(user: User) -> set[str]:
    """All permissions of an account, whether or not it is active, because it may be activated."""
    rows = Permission.objects.filter(Q(user=user) | Q(group__user=user)).values_list(
        "content_type__app_label", "codename"
    )
    return {f"{app}.{codename}" for app, codename in rows}


def groups_given_by(user: Any) -> Any:
    """The groups that ``user`` may put others into: those without a permission that ``user`` lacks."""
    if user.is_superuser:
        return Group.objects.all()
    held = user.get_all_permissions()
    groups = Group.objects.prefetch_related("permissions__content_type")
    given = [
        group.pk
        for group in groups
        if {f"{one.content_type.app_label}.{one.codename}" for one in group.permissions.all()}
        <= held
    ]
    return Group.objects.filter(pk__in=given)


#: What Django says of an account in the words of a framework, in those of a museum.
_WORDS: Final = {
    "is_active": (
        _("Active"),
        _("Untick it when somebody leaves, instead of deleting the account."),
    ),
    "is_staff": (_("Curator"), _("May log in here and sees unpublished records.")),
    "is_superuser": (_("May do everything"), _("Without regard to groups.")),
}


@admin.register(User)
class CuratorAdmin(SafeLists, UserAdmin):  # type: ignore[type-arg]
    """Accounts. The rights of an account come from its groups."""

    list_display = (
        "username",
        "first_name",
        "last_name",
        "email",
        "in_groups",
        "is_active",
        "last_login",
    )
    list_filter = ("is_active", "groups")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (
            _("Permissions"),
            {"fields": ("is_active", "is_staff", "groups", "is_superuser")},
        ),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_form = UserCreationForm
    add_form_template = None
    add_fieldsets = (
        (None, {"fields": ("username", "password1", "password2")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (_("Permissions"), {"fields": ("groups",)}),
    )
    readonly_fields = ("last_login", "date_joined")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Accounts with their groups, in one more query for a whole list."""
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("groups"))
    def in_groups(self, user: User) -> str:
        """Names of the account's groups."""
        return ", ".join(group.name for group in user.groups.all())

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Only superusers make superusers."""
        extra = () if request.user.is_superuser else ("is_superuser",)
        return (*super().get_readonly_fields(request, obj), *extra)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """A new account is that of a curator, who may log in."""
        if not change:
            obj.is_staff = True
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The groups; an account with none is pointed out, since it opens nothing."""
        super().save_related(request, form, formsets, change)
        user: User = form.instance
        if user.is_active and not user.is_superuser and not permissions_held(user):
            self.message_user(
                request,
                gettext("The account is in no group yet, so it opens nothing. Choose one below."),
                messages.WARNING,
            )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Django's boxes, in a museum's words."""
        box = super().formfield_for_dbfield(db_field, request, **kwargs)
        if box is not None and db_field.name in _WORDS:
            box.label, box.help_text = _WORDS[db_field.name]
        return box

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The groups that the curator may give, as checkboxes."""
        if db_field.name == "groups":
            kwargs["queryset"] = groups_given_by(request.user)
            kwargs["form_class"] = SeveralField
            kwargs["widget"] = forms.CheckboxSelectMultiple()
            kwargs["help_text"] = _(
                "Readers see unpublished records too, and change nothing. Cataloguers enter and change drafts. "
                "Editors also publish and look after the terms. "
                "Administrators also delete, and look after accounts and house rules."
            )
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the account may be changed: never one with more rights than the curator has.

        Otherwise a new password would be a way into it. Django's page for passwords asks here too.
        """
        return super().has_change_permission(request, obj) and self._not_above(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As for changing."""
        return super().has_delete_permission(request, obj) and self._not_above(request, obj)

    def _not_above(self, request: HttpRequest, obj: User | None) -> bool:
        user: Any = request.user
        if obj is None or user.is_superuser:
            return True
        return not obj.is_superuser and permissions_held(obj) <= user.get_all_permissions()


@admin.register(Group)
class CuratorGroupAdmin(SafeLists, GroupAdmin):
    """Groups; their permissions as checkboxes."""

    filter_horizontal = ()

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest | None = None, **kwargs: Any
    ) -> Any:
        """Permissions, kind by kind."""
        if db_field.name == "permissions":
            kwargs["form_class"] = SeveralField
            kwargs["widget"] = forms.CheckboxSelectMultiple()
            kwargs["help_text"] = ""
        return super().formfield_for_manytomany(db_field, request, **kwargs)
