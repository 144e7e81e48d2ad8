"""What every view of the API does besides its own work: who asks, how often, and how failures are reported."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSetMixin

from catalog.api.problem import Problem, as_problem, handle, not_understood
from catalog.api.tokens import AUTHENTICATION, require_curator
from catalog.fair_use import Allowance, counted
from catalog.iiif import unkept_file
from catalog.models import sees_everything

SAFE = {"GET", "HEAD", "OPTIONS"}


class JsonParser(JSONParser):
    """JSON. What is nested more deeply than Python can follow is refused like any other mistake."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """What was sent. Raises ParseError."""
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as fault:
            raise ParseError("JSON parse error - it is nested too deeply.") from fault


def sent_file(request: Request) -> Any:
    """The part "file" of what was sent, or None. Raises OSError if the disk did not take it."""
    sent = request.data.get("file") if hasattr(request.data, "get") else None
    if fault := unkept_file(request._request):
        raise fault
    return sent


class OnlyJson(BaseContentNegotiation):
    """There is only one representation, so no request is refused for preferring another."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """The parser of the media type that was sent."""
        sent = (request.content_type or "").partition(";")[0].strip().lower()
        for parser in parsers:
            if parser.media_type == sent or (
                sent == "application/merge-patch+json" and parser.media_type == "application/json"
            ):
                return parser
        return None

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> Any:
        """The one there is."""
        return renderers[0], renderers[0].media_type


class ApiView(ViewSetMixin, APIView):
    """Base of every view: authentication, fair use, problems."""

    authentication_classes = AUTHENTICATION
    permission_classes = (AllowAny,)
    content_negotiation_class = OnlyJson
    parser_classes: Any = (JsonParser,)
    renderer_classes = (JSONRenderer,)
    allowance: Allowance | None = None

    def get_exception_handler(self) -> Callable[..., Any]:
        """Problems (RFC 9457)."""
        return handle

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Count the request, then find out who asks; writing is for curators only."""
        writes = request.method not in SAFE
        self.allowance = counted(request._request, "write" if writes else "read")
        if self.allowance.is_exceeded:
            raise Problem(
                429,
                "too-many-requests",
                f"{self.allowance.limit} requests a minute are allowed. Wait {self.allowance.resets_in} "
                "seconds; to copy everything, use the dumps.",
                headers={"Retry-After": str(self.allowance.resets_in)},
            )
        self.perform_authentication(request)
        # What follows reads the account from Django's request as well.
        request._request.user = request.user
        if writes and request.method is not None and request.method.lower() in self.action_map:
            require_curator(request)

    def handle_exception(self, exc: Exception) -> Any:
        """The failure as a problem."""
        problem = as_problem(exc)
        if isinstance(exc, UnsupportedMediaType):
            problem = not_understood([parser.media_type for parser in self.parser_classes])
        response = problem.response(self.request._request)
        if response.status_code == 405:
            response["Allow"] = ", ".join(self.allowed_methods)
        response.exception = True  # type: ignore[attr-defined]
        return response

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Add the headers about what the client may still do."""
        if self.allowance is not None:
            for name, value in self.allowance.headers().items():
                response[name] = value
        if (
            request.method == "HEAD"
            and getattr(response, "content", b"")
            and response.status_code >= 400
        ):
            response.content = b""
        return response

    @property
    def allowed_methods(self) -> list[str]:
        """The methods of this address."""
        known = [method.upper() for method in self.action_map] + ["OPTIONS"]
        return [*(["HEAD"] if "GET" in known and "HEAD" not in known else []), *known]

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """204 with the methods; CORS answers preflights before they come here."""
        return HttpResponse(status=204, headers={"Allow": ", ".join(self.allowed_methods)})

    @property
    def reader(self) -> Any:
        """The account, if it may see what is not public; otherwise None."""
        user = self.request.user
        return user if sees_everything(user) else None

    @property
    def plain(self) -> HttpRequest:
        """Django's own request."""
        return self.request._request
