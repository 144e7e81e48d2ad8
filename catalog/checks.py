"""Checks for settings that contradict each other, each with an id and the repair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connection

from catalog.conf import catalogue_settings


@register(Tags.security)
def check_trusted_proxies(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """catalog.E001: the number of trusted proxies cannot be negative."""
    if settings.TRUSTED_PROXIES < 0:
        return [
            Error(
                f"TRUSTED_PROXIES is {settings.TRUSTED_PROXIES}, which is less than zero.",
                hint="Set it to the number of proxies in front of the site, or omit it.",
                id="catalog.E001",
            )
        ]
    return []


@register()
def check_api_counters(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """catalog.E002: requests to the API are counted on the machine, or in a database that supports it."""
    where = catalogue_settings().API_COUNTERS
    if where not in {"machine", "database"}:
        return [
            Error(
                f'CATALOG["API_COUNTERS"] is {where!r}.',
                hint='Write "machine", or "database" when several machines serve one site.',
                id="catalog.E002",
            )
        ]
    if where == "database" and connection.vendor == "sqlite":
        return [
            Warning(
                'CATALOG["API_COUNTERS"] is "database" on SQLite, so every read request waits for the '
                "one writer.",
                hint='Omit it: "machine" counts for all processes that can share an SQLite file.',
                id="catalog.W002",
            )
        ]
    return []


@register()
def check_living_years(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """catalog.E003: how long somebody counts as living is a number of years."""
    years: Any = catalogue_settings().LIVING_YEARS
    if isinstance(years, int) and 0 <= years <= 1000:
        return []
    return [
        Error(
            f'CATALOG["LIVING_YEARS"] is {years!r}.',
            hint="Write a whole number of years from 0 to 1000. 0 switches the rule off.",
            id="catalog.E003",
        )
    ]


@register(Tags.security, deploy=True)
def check_hosts_are_public(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """catalog.W001: behind TLS the site has a public name, and that name has to be allowed."""
    local = {"127.0.0.1", "localhost", "[::1]"}
    if settings.HTTPS and set(settings.ALLOWED_HOSTS) <= local:
        return [
            Warning(
                "HTTPS is on, but ALLOWED_HOSTS names only this machine, so visitors get 400.",
                hint="Set ALLOWED_HOSTS to the site's public name, e.g. catalogue.example.org.",
                id="catalog.W001",
            )
        ]
    return []
