"""Refusals of settings that contradict each other, each with an id and the repair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register


@register(Tags.security)
def check_trusted_proxies(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """catalog.E001: the number of proxies whose header is believed cannot be negative."""
    if settings.TRUSTED_PROXIES < 0:
        return [
            Error(
                f"TRUSTED_PROXIES is {settings.TRUSTED_PROXIES}, less than none.",
                hint="Set it to the number of proxies in front of the site, or leave it out.",
                id="catalog.E001",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def check_hosts_are_public(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """catalog.W001: behind TLS the site has a public name, and that name has to be allowed."""
    local = {"127.0.0.1", "localhost", "[::1]"}
    if settings.HTTPS and set(settings.ALLOWED_HOSTS) <= local:
        return [
            Warning(
                "HTTPS is on, but ALLOWED_HOSTS has only names of this machine: visitors get 400.",
                hint="Set ALLOWED_HOSTS to the site's public name, e.g. catalogue.example.org.",
                id="catalog.W001",
            )
        ]
    return []
