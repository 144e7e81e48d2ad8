"""Checks for settings that contradict each other, each with an id and the repair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from difflib import get_close_matches
from typing import Any, Final
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connection

from catalog.conf import TEXTS, CatalogueSettings, catalogue_settings
from catalog.values import RIGHTS_STATEMENTS

#: Names under which only this machine calls the site.
_LOCAL: Final = {"127.0.0.1", "localhost", "[::1]"}


@register()
def check_names_and_types(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """catalog.E004, catalog.E005: every setting is one that the catalogue has, of the right type."""
    known: dict[str, type] = {one.name: type(one.default) for one in fields(CatalogueSettings)}
    found: list[CheckMessage] = []
    for name, value in settings.CATALOG.items():
        if name in dict(settings.LANGUAGES):
            found += _wrong_texts(name, value)
        elif isinstance(value, dict):
            found.append(
                Error(
                    f"CATALOG has texts for {name}, which is no language of the site.",
                    hint=f"Its languages are {', '.join(dict(settings.LANGUAGES))}; docs/howto/translate.md adds one.",
                    id="catalog.E004",
                )
            )
        elif name not in known:
            near = get_close_matches(name.upper(), known, n=1)
            meant = f"Did you mean {near[0]}? " if near else ""
            found.append(
                Error(
                    f"CATALOG has a setting {name}, which the catalogue does not know.",
                    hint=f"{meant}The settings are: {', '.join(known)}.",
                    id="catalog.E004",
                )
            )
        elif type(value) is not known[name] or (isinstance(value, int) and value < 0):
            wanted = (
                "a whole number, 0 or more" if known[name] is int else "text, in quotation marks"
            )
            found.append(
                Error(
                    f'CATALOG["{name}"] is {value!r}.', hint=f"Write {wanted}.", id="catalog.E005"
                )
            )
    return found


def _wrong_texts(language: str, given: Any) -> list[CheckMessage]:
    """What is wrong with the museum's texts in a language of the site."""
    written = f'Write them below a line [{language}], for instance NAME = "…".'
    if not isinstance(given, dict):
        return [
            Error(
                f'CATALOG["{language}"] is {given!r}, not the museum’s texts in that language.',
                hint=written,
                id="catalog.E005",
            )
        ]
    found: list[CheckMessage] = []
    for name, text in given.items():
        if name not in TEXTS:
            found.append(
                Error(
                    f'CATALOG["{language}"] has a setting {name}, which no language has of its own.',
                    hint=f"Of their own they have {', '.join(TEXTS)}. Write any other setting above all "
                    "lines with a language.",
                    id="catalog.E004",
                )
            )
        elif not isinstance(text, str):
            found.append(
                Error(
                    f'CATALOG["{language}"]["{name}"] is {text!r}.',
                    hint="Write text, in quotation marks.",
                    id="catalog.E005",
                )
            )
    return found


@register()
def check_base_url(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """catalog.E006: the public address is an address without a path."""
    address = catalogue_settings().BASE_URL
    if not address:
        return []
    parts = urlsplit(str(address))
    if parts.scheme in {"http", "https"} and parts.netloc and not parts.path.strip("/"):
        return []
    return [
        Error(
            f'CATALOG["BASE_URL"] is {address!r}, which is not the address of a site.',
            hint="Write it like https://catalogue.example.org, or omit it.",
            id="catalog.E006",
        )
    ]


@register()
def check_contact(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """catalog.W003: visitors of a public site, and harvesters, can write to somebody."""
    if catalogue_settings().CONTACT or set(settings.ALLOWED_HOSTS) <= _LOCAL:
        return []
    return [
        Warning(
            'CATALOG["CONTACT"] is empty: visitors have nowhere to send corrections, and harvesters are '
            "told an address that belongs to nobody.",
            hint=f'Write CONTACT = "archive@example.org" in {settings.CATALOG_FILE}.',
            id="catalog.W003",
        )
    ]


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


@register()
def check_record_rights(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """catalog.E007: what others may do with the descriptions is one of the rights statements."""
    address = catalogue_settings().RECORD_RIGHTS
    if not address or address in RIGHTS_STATEMENTS:
        return []
    return [
        Error(
            f'CATALOG["RECORD_RIGHTS"] is {address!r}, which is no rights statement that the catalogue knows.',
            hint="Write the URI as the form of a record has it, for instance "
            "http://creativecommons.org/publicdomain/zero/1.0/, or omit it.",
            id="catalog.E007",
        )
    ]


@register(Tags.security, deploy=True)
def check_hosts_are_public(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """catalog.W001: behind TLS the site has a public name, and that name has to be allowed."""
    if settings.HTTPS and set(settings.ALLOWED_HOSTS) <= _LOCAL:
        return [
            Warning(
                "HTTPS is on, but ALLOWED_HOSTS names only this machine, so visitors get 400.",
                hint="Set ALLOWED_HOSTS to the site's public name, e.g. catalogue.example.org.",
                id="catalog.W001",
            )
        ]
    return []
