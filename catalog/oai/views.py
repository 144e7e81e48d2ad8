"""The door of harvesters: ``/oai``, by GET or by POST."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from catalog.documents import feed
from catalog.fair_use import counted
from catalog.oai import envelope
from catalog.oai.arguments import verb_and_arguments
from catalog.oai.errors import HarvestError
from catalog.oai.verbs import VERBS, Harvest
from catalog.uris import absolute


# Read-only, also by POST: the protocol wants both, and no account is needed.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def harvest(request: HttpRequest) -> HttpResponse:
    """What a harvester asked for, or why it is not available.

    503 while the list of changes is not up to date, and for those who ask too often: the protocol's
    way to say "later".
    """
    allowance = counted(request, "harvest")
    if allowance.is_exceeded:
        reason = f"{allowance.limit} requests a minute are allowed."
        return _later(reason, allowance.resets_in)
    now = timezone.now()
    standing = feed.current(patiently=True)
    if standing is None:
        return _later("The list of changes could not be brought up to date.", 10)
    site = absolute("", origin=f"{request.scheme}://{request.get_host()}")
    address = site + request.path
    given = request.POST if request.method == "POST" else request.GET
    asked = {name: values[-1] for name, values in given.lists()}
    try:
        verb, arguments = verb_and_arguments(dict(given.lists()))
        content: str | HarvestError = VERBS[verb](Harvest(site, address, standing), arguments)
    except HarvestError as error:
        content = error
    # Something may change at any time, so caches have to ask again.
    return HttpResponse(
        envelope.answer(address, asked, now, content),
        content_type="text/xml; charset=utf-8",
        headers={"Cache-Control": "no-cache"},
    )


def _later(reason: str, seconds: int) -> HttpResponse:
    """A 503: harvesters wait and return by themselves."""
    return HttpResponse(
        f"{reason} Ask again in {seconds} seconds.\n",
        status=503,
        content_type="text/plain; charset=utf-8",
        headers={"Retry-After": str(seconds), "Cache-Control": "no-store"},
    )
