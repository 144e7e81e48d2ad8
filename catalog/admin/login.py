"""The form by which curators log in."""

from __future__ import annotations

from django.contrib.admin.forms import AdminAuthenticationForm
from django.utils.translation import gettext_lazy as _


class LoginForm(AdminAuthenticationForm):
    """Django's, with a refusal in a museum's words. It is the same whether the account exists, is closed, or is
    no curator's.
    """

    error_messages = {
        **AdminAuthenticationForm.error_messages,
        "invalid_login": _(
            "This user name and password do not let you in. Check both; capitals and small letters count. "
            "If you have forgotten your password, ask an administrator for a new one."
        ),
    }
