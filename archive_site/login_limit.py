"""How many wrong passwords may come from one address, whatever names they are tried on."""

from __future__ import annotations

from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest


class LimitsAddresses(AxesDatabaseHandler):
    """Besides a name from an address, which django-axes locks after a few failures, the address as a whole.

    Without this, a common password could be tried on every account. The limit is higher, as all of a museum may
    share an address. Whoever logs in is forgiven the failures of that name only.
    """

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        """Whether the name from this address, or the address, has failed too often. At most two queries."""
        if super().is_locked(request, credentials):
            return True
        most: int = settings.WRONG_PASSWORDS_PER_ADDRESS
        return 0 < most <= self._failures_of_address(request)

    def _failures_of_address(self, request: Any) -> int:
        recent = AccessAttempt.objects.filter(
            ip_address=request.axes_ip_address, attempt_time__gte=get_cool_off_threshold(request)
        )
        return recent.aggregate(all=Sum("failures_since_start"))["all"] or 0
