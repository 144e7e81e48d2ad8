"""Reading from a second PostgreSQL that follows the first (``DATABASE_REPLICA_URL``), but never
what is too old.

    who                                  reads from
    a visitor who only reads             the replica, as long as it follows within seconds
    a visitor who wrote                  the primary, until the replica has what was written
    an API token, the admin              the primary
    a transaction, a command, a job      the primary

What a visitor wrote is remembered as the position in the primary's write-ahead log (its LSN), in a
cookie. The check is one query to the replica, which also tells that it is up.
:class:`ReplicaMiddleware` makes it; :class:`ReplicaRouter` only passes the answer on to the ORM.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError, connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language_from_path

PRIMARY: Final = "default"
REPLICA: Final = "replica"
#: The cookie with the log position that its holder must see, and seconds for which it is kept.
COOKIE: Final = "written"
KEPT: Final = 600
#: Seconds that a replica may be behind and still be read from. Less than ``KEPT``, so that a cookie is not missed.
MOST_BEHIND: Final = 60
#: Seconds for which a replica that could not be read is left alone.
LEFT_ALONE: Final = 5

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_LSN: Final = re.compile(r"[0-9A-F]{1,8}/[0-9A-F]{1,8}")
_log = logging.getLogger(__name__)

#: Whether what is read now may come from the replica. Only a request sets it.
_from_replica: ContextVar[bool] = ContextVar("from_replica", default=False)

#: Without a receiver nothing is replicated, and nobody knows how old the replica is.
_FOLLOWS: Final = """
    SELECT EXISTS (SELECT FROM pg_stat_wal_receiver WHERE pid IS NOT NULL)
       AND (pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()
            OR now() - pg_last_xact_replay_timestamp() < make_interval(secs => %s))
       AND (%s = '' OR pg_last_wal_replay_lsn() >= nullif(%s, '')::pg_lsn)
"""


def is_admin(path: str) -> bool:
    """Whether a path is the admin's, in any language: ``/admin/…``, ``/es/admin/…``."""
    language = get_language_from_path(path)
    return path.removeprefix(f"/{language}").startswith("/admin/")


class ReplicaRouter:
    """Tells the ORM where to read: from the replica if the request may, otherwise from the primary."""

    def db_for_read(self, model: type[Any], **hints: Any) -> str:
        """The replica for records; permissions are always read where they are changed."""
        meta = model._meta
        if not _from_replica.get() or meta.app_label != "catalog" or meta.model_name == "apitoken":
            return PRIMARY
        # A transaction may be about to change what it reads.
        return PRIMARY if connections[PRIMARY].in_atomic_block else REPLICA

    def db_for_write(self, model: type[Any], **hints: Any) -> str:
        """The primary; what is read after it in the same request comes from there too."""
        _from_replica.set(False)
        return PRIMARY

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """Both are the same database."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """What the primary is told, the replica receives."""
        return False if db == REPLICA else None


class ReplicaMiddleware:
    """Decides for each request whether it may read from the replica."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if REPLICA not in settings.DATABASES:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self._alone_until = 0.0

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; remember the log position if something was written."""
        reads_only = request.method in _SAFE
        before = _from_replica.set(reads_only and self._may(request))
        try:
            response = self.get_response(request)
            if not reads_only and "Authorization" not in request.headers:
                self._remember(response)
            return response
        finally:
            _from_replica.reset(before)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """A replica that fails in the middle of a page: the page is made from the primary instead."""
        match = request.resolver_match
        if not isinstance(exception, DatabaseError) or not _from_replica.get() or match is None:
            return None
        self._leave_alone(exception)
        _from_replica.set(False)
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        return response

    def _may(self, request: HttpRequest) -> bool:
        if "Authorization" in request.headers or is_admin(request.path_info):
            return False
        if time.monotonic() < self._alone_until:
            return False
        wanted = request.COOKIES.get(COOKIE, "")
        wanted = wanted if _LSN.fullmatch(wanted) else ""
        try:
            with connections[REPLICA].cursor() as cursor:
                cursor.execute(_FOLLOWS, [MOST_BEHIND, wanted, wanted])
                return bool(cursor.fetchone()[0])
        except DatabaseError as failure:
            self._leave_alone(failure)
            return False

    def _leave_alone(self, failure: Exception) -> None:
        _log.warning("The replica cannot be read from; the primary answers for it: %s", failure)
        self._alone_until = time.monotonic() + LEFT_ALONE
        connections[REPLICA].close()

    def _remember(self, response: HttpResponseBase) -> None:
        with connections[PRIMARY].cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_insert_lsn()::text")
            place = cursor.fetchone()[0]
        response.set_cookie(
            COOKIE,
            place,
            max_age=KEPT,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
