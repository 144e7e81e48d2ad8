"""Who asks: nobody in particular, a curator by session, or a curator's program by token."""

from __future__ import annotations

import logging
from typing import Any

from django.db import DatabaseError
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from catalog.api.problem import Problem, challenge
from catalog.models import ApiToken, Scope

log = logging.getLogger(__name__)

_UNKNOWN_SCHEME = (
    "This way of signing in is not understood here. Send Authorization: Bearer … with a token created "
    "in the admin, or leave the header out to read what is public."
)
_REFUSED = (
    "This token is not valid: it is mistyped, has expired or was revoked. Create a new one "
    "in the admin."
)


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer mcat_…`` (RFC 6750)."""

    def authenticate(self, request: Request) -> tuple[Any, ApiToken] | None:
        """The account and the token; None if there is no such header.

        Raises AuthenticationFailed, for another scheme too: a program that sends credentials must
        not read as a visitor without noticing.
        """
        header = request.META.get("HTTP_AUTHORIZATION", "").strip()
        if not header:
            return None
        scheme, _, key = header.partition(" ")
        if scheme.lower() != "bearer":
            raise AuthenticationFailed(_UNKNOWN_SCHEME)
        token = ApiToken.of_key(key.strip()) if key.isascii() and len(key) < 200 else None
        if token is None:
            raise AuthenticationFailed(_REFUSED)
        try:
            token.note_use(timezone.now())
        except DatabaseError as fault:
            # That the use of a token could not be recorded is worth a warning, not an error.
            log.warning("The use of a token was not noted: %s", str(fault).strip())
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return challenge()["WWW-Authenticate"]


class CuratorsSession(SessionAuthentication):
    """A curator who is signed in. A change also needs the CSRF token of the session."""

    def enforce_csrf(self, request: Request) -> None:
        """Raise the 403 that says which header is missing."""
        try:
            super().enforce_csrf(request)
        except PermissionDenied as refusal:
            raise Problem(
                403,
                "not-allowed",
                "With a session, send the value of the cookie csrftoken in the header X-CSRFToken; "
                f"programs use a token instead ({refusal.detail}).",
            ) from refusal


#: How an account is identified, in this order.
AUTHENTICATION = (TokenAuthentication, CuratorsSession)


def signed_in(request: Request, why: str) -> Any:
    """The account that asks. Raises 401 for a visitor, who is told ``why``, the beginning of a sentence
    ("Jobs are for curators"), and what to send.
    """
    user = request.user
    if not user or not user.is_authenticated:
        raise Problem(
            401,
            "sign-in",
            f"{why}: send Authorization: Bearer … with a token created in the admin.",
            headers=challenge(),
        )
    return user


def require_curator(request: Request) -> None:
    """Raise 401 for a visitor, 403 for a token that may only read and for an account that is not a
    curator's.
    """
    user = signed_in(request, "Writing needs a token")
    if isinstance(request.auth, ApiToken) and request.auth.scope != Scope.WRITE:
        raise Problem(
            403,
            "not-allowed",
            "This token may only read. Create one with the scope “read and write”.",
            headers=challenge("insufficient_scope"),
        )
    if not user.is_staff:
        raise Problem(
            403,
            "not-allowed",
            "This account does not belong to a curator. Ask an administrator to add it to a group.",
        )
