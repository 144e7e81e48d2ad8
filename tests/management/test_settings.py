"""What a museum sets is checked before the catalogue starts, and each mistake names its repair."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from archive_site.museum_settings import museum_settings
from catalog.management.refusal import CannotStart
from catalog.management.surroundings import check_settings

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("given", "number", "said"),
    [
        ({"CONTAKT": "a@example.org"}, "catalog.E004", "Did you mean CONTACT?"),
        ({"PAGE_SIZE": "24"}, "catalog.E005", "a whole number"),
        ({"MAX_TEXT": -1}, "catalog.E005", "a whole number"),
        ({"NAME": 3}, "catalog.E005", "in quotation marks"),
        ({"BASE_URL": "catalogue.example.org"}, "catalog.E006", "https://catalogue.example.org"),
        ({"RECORD_RIGHTS": "CC0"}, "catalog.E007", "publicdomain/zero"),
        ({"BASE_URL": "https://example.org/museum"}, "catalog.E006", "Write it like"),
        ({"CONTACT": ""}, "catalog.W003", "CONTACT ="),
        ({"CONTACT": "a@example.org", "BASE_URL": "https://example.org/"}, "", ""),
        ({"es": {"NAME": "Museo", "INSTITUTION": "Archivo"}}, "", ""),
        ({"es": "Museo"}, "catalog.E005", "below a line [es]"),
        ({"es": {"NAME": 3}}, "catalog.E005", "in quotation marks"),
        ({"es": {"PAGE_SIZE": 48}}, "catalog.E004", "above all lines with a language"),
        ({"xx": {"NAME": "Museum"}}, "catalog.E004", "Its languages are en, es"),
    ],
)
def test_a_wrong_setting_is_told_with_its_repair(
    settings: Any, given: dict[str, Any], number: str, said: str
) -> None:
    settings.ALLOWED_HOSTS = ["catalogue.example.org"]
    settings.CATALOG = {"CONTACT": "a@example.org"} | given
    found = [one for one in run_checks() if str(one.id).startswith("catalog.")]
    assert [one.id for one in found] == [number] * bool(number)
    assert all(said in str(one.hint) for one in found)


def test_a_catalogue_with_wrong_settings_does_not_start(settings: Any) -> None:
    told: list[str] = []
    settings.ALLOWED_HOSTS, settings.CATALOG = ["catalogue.example.org"], {}
    check_settings(told.append)
    assert "CONTACT" in told[0]
    settings.TRUSTED_PROXIES = -1
    with pytest.raises(CannotStart, match="Set it to the number of proxies"):
        check_settings(told.append)


def test_the_museums_settings_are_read_from_a_file_of_their_own(tmp_path: Path) -> None:
    file = tmp_path / "catalogue.toml"
    assert museum_settings(file) == {}
    file.write_text('NAME = "Museo de la Ciudad"\nPAGE_SIZE = 48\n', encoding="utf-8")
    assert museum_settings(file) == {"NAME": "Museo de la Ciudad", "PAGE_SIZE": 48}
    file.write_text("NAME = Museum\n")
    with pytest.raises(ImproperlyConfigured, match=r"line 1.*in quotation marks"):
        museum_settings(file)
