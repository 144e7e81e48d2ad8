"""What is too much for a request: a job does it, and its page shows how far it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from catalog.models import Job


def shown_as_job(model_admin: Any, request: HttpRequest, job: Job) -> HttpResponseRedirect:
    """Tell the curator that a job does it, and lead to its page."""
    model_admin.message_user(
        request, _("This is a large change, so it runs as a job. Its progress is shown here.")
    )
    return HttpResponseRedirect(reverse("admin:catalog_job_change", args=[job.pk]))
