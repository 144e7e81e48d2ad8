"""Settings, pinned requirements, security headers, and the programs that run the tests."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.test import Client, RequestFactory, override_settings

from archive_site.client_address import client_address
from archive_site.secret_key import kept_secret_key
from catalog.checks import check_hosts_are_public, check_trusted_proxies
from tests import postgresql

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]


def manage(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    # Set for the browser's sake in conftest.py; in production Django refuses it.
    kept = {k: v for k, v in os.environ.items() if k != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    return subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning:django", "manage.py", *words],
        cwd=ROOT,
        env=kept | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "name", ["requirements.txt", "requirements-dev.txt", "requirements-prezi3.txt"]
)
def test_every_requirement_is_pinned(name: str) -> None:
    lines = (line.split("#")[0].strip() for line in (ROOT / name).read_text().splitlines())
    wanted = [line for line in lines if line and not line.startswith("-r ")]
    assert wanted
    assert all(re.fullmatch(r"[\w.-]+(\[[\w,-]+\])?==[\w.]+", line) for line in wanted)


def test_deploy_checks_are_clean_with_production_settings(tmp_path: Path) -> None:
    museum, var = tmp_path / "museum.toml", tmp_path / "var"
    museum.write_text('CONTACT = "archive@example.org"\n')
    var.mkdir()
    said = manage(
        "check",
        "--deploy",
        "--fail-level=INFO",
        HTTPS="true",
        SECRET_KEY="Rotbuch-9f2kd8s7-Gilvarg-3m5n7p1q-Barbuzon-x0z8y6w4-Domein",
        ALLOWED_HOSTS=" catalogue.example.org , www.example.org",
        CATALOG_FILE=str(museum),
        VAR_DIR=str(var),
    )
    assert said.returncode == 0, said.stderr
    assert "no issues" in said.stdout
    assert not list(var.iterdir()), "a key was made although one was given"


@pytest.mark.django_db
def test_behind_tls_only_the_probe_is_answered_without_it() -> None:
    with override_settings(SECURE_SSL_REDIRECT=True, SECURE_HSTS_SECONDS=60):
        visitor = Client()
        assert visitor.get("/people/")["Location"] == "https://testserver/people/"
        assert visitor.get("/healthz").content == b"ok\n"
        # Names below this one may be run by others.
        told = visitor.get("/healthz", secure=True)
        assert told["Strict-Transport-Security"] == "max-age=60"


def test_every_static_file_is_there_and_finds_what_it_names(tmp_path: Path) -> None:
    with override_settings(
        STATIC_ROOT=tmp_path,
        STORAGES=settings.STORAGES
        | {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}},
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
    assert (tmp_path / "staticfiles.json").is_file()


# --- The secret key ---


def test_processes_that_start_together_agree_on_the_key(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret_key"
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(kept_secret_key, [path] * 64))
    assert len(keys) == 1
    assert len(keys.pop()) >= 50
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret_key"]


def test_an_empty_key_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch()
    with pytest.raises(ImproperlyConfigured, match="holds no key"):
        kept_secret_key(tmp_path / "secret_key")


# --- The visitor's address ---


@pytest.mark.parametrize(
    ("address", "counts_as"),
    [
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("unknown", "unknown"),
    ],
)
def test_the_addresses_of_one_network_count_as_one(address: str, counts_as: str) -> None:
    assert client_address(RequestFactory().get("/", REMOTE_ADDR=address)) == counts_as


@pytest.mark.parametrize(
    ("proxies", "header", "address"),
    [
        (0, "203.0.113.9", "192.0.2.7"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.9.9.9, 203.0.113.9", "203.0.113.9"),
        (2, "10.9.9.9, 203.0.113.9, 198.51.100.1", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.7"),
        (1, "", "192.0.2.7"),
    ],
)
def test_only_trusted_proxies_are_believed(proxies: int, header: str, address: str) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR=header)
    with override_settings(TRUSTED_PROXIES=proxies):
        assert client_address(request) == address


@pytest.mark.django_db
def test_the_sixth_try_to_log_in_is_refused(client: Client) -> None:
    User.objects.create_superuser("natalia", password="right")
    for _ in range(5):
        client.post("/admin/login/", {"username": "natalia", "password": "wrong"})
    locked = client.post("/admin/login/", {"username": "natalia", "password": "right"})
    assert locked.status_code == 429
    elsewhere = Client(REMOTE_ADDR="192.0.2.8")
    answer = elsewhere.post("/admin/login/", {"username": "natalia", "password": "right"})
    assert answer.status_code == 302


# --- Headers ---


@pytest.mark.django_db
def test_pages_and_admin_differ_in_styles_only(client: Client) -> None:
    def policy(path: str) -> dict[str, str]:
        header = client.get(path).headers["Content-Security-Policy"]
        return dict(part.strip().split(" ", 1) for part in header.split(";"))

    page, admin = policy("/no-such-page/"), policy("/admin/login/")
    assert page == {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "frame-ancestors": "'none'",
        "form-action": "'self'",
    }
    assert admin == page | {"style-src": "'self' 'unsafe-inline'"}


@pytest.mark.django_db
def test_every_answer_denies_devices(client: Client) -> None:
    for path in ("/admin/login/", "/no-such-page/"):
        headers = client.get(path).headers
        assert "camera=()" in headers["Permissions-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


# --- Checks ---


def test_contradictions_are_told_with_their_repair() -> None:
    with override_settings(TRUSTED_PROXIES=-1):
        assert [m.id for m in check_trusted_proxies(None)] == ["catalog.E001"]
    with override_settings(HTTPS=True, ALLOWED_HOSTS=["localhost"]):
        messages = check_hosts_are_public(None)
        assert [m.id for m in messages] == ["catalog.W001"]
        assert messages[0].hint
    with override_settings(HTTPS=True, ALLOWED_HOSTS=["catalogue.example.org"], TRUSTED_PROXIES=1):
        assert not check_hosts_are_public(None) + check_trusted_proxies(None)


# --- PostgreSQL for tests ---


def test_without_a_server_program_the_run_is_skipped_with_a_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(postgresql, "server_programs", lambda: None)
    assert postgresql.main(["false"]) == 0
    assert capsys.readouterr().out.startswith("Skipped on PostgreSQL: no server program")


def test_the_command_s_own_exit_code_is_kept_and_nothing_stays(tmp_path: Path) -> None:
    if postgresql.server_programs() is None:
        pytest.skip("no PostgreSQL server program on this machine")
    note = tmp_path / "url"
    program = f"import os; open({str(note)!r}, 'w').write(os.environ['DATABASE_URL']); exit(7)"
    assert postgresql.main([sys.executable, "-c", program]) == 7
    folder = re.search(r"host=([^&]+)", note.read_text())
    assert folder
    assert not Path(folder[1]).exists()


def test_ci_and_make_agree() -> None:
    """CI runs what developers run, and nothing in its script waits for a person."""
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert (ROOT / ".ci" / "run").read_text().rstrip().endswith("make test </dev/null")
