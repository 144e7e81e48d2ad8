"""Fixtures that tests of several rooms need."""

from __future__ import annotations

import gc
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import settings as examples

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# Playwright's synchronous interface keeps an event loop running in the thread of the test, which
# Django takes for a reason to refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# `make test` tries the same examples every time, so that it fails for what was changed and for nothing else.
# `make explore` tries others each time.
examples.register_profile("same", derandomize=True)
examples.register_profile("explore", derandomize=False, print_blob=True)
examples.load_profile("same")

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",  # CI runs as root in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"

#: How to take the sample collection back, while it stands in the database of this process.
_SAMPLE: list[ExitStack] = []

#: Templates of the boxes of a form.
BOXES = ("django/forms/", "admin/widgets/")


def _wants_the_sample(item: pytest.Item) -> bool:
    return "sample_collection" in getattr(item, "fixturenames", ())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that want the sample collection behind the first of them, so that it is loaded
    once for all that a process takes of them. A file of which only some tests want it comes last,
    and those tests come first in it.
    """
    wanting = {item.path for item in items if _wants_the_sample(item)}
    if not wanting:
        return
    partly = {item.path for item in items if item.path in wanting and not _wants_the_sample(item)}
    those = [item for item in items if item.path in wanting]
    place = items.index(those[0])
    turn = {path: number for number, path in enumerate(dict.fromkeys(one.path for one in those))}
    those.sort(key=lambda item: (item.path in partly, turn[item.path], not _wants_the_sample(item)))
    others = [item for item in items if item.path not in wanting]
    items[:] = [*others[:place], *those, *others[place:]]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Take the sample collection away before a test that does not ask for it."""
    if not _wants_the_sample(item):
        _take_the_sample_back()


def pytest_collection_finish() -> None:
    """Take the thousands of tests, and all that they import, out of the garbage collector's sight: it
    would walk them over and over.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _quick_settings() -> Iterator[None]:
    """Cheap passwords, and static files by their plain names, because nothing has collected them."""
    from django.test.utils import override_settings

    storages = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"], STORAGES=storages
    ):
        yield


@pytest.fixture(scope="session", autouse=True)
def _contexts_of_pages_only(django_test_environment: None) -> Iterator[None]:
    """Keep the context of each page for the tests, and not, as Django does, those of everything within
    it: a form of the admin draws a thousand boxes, and copying their contexts takes a third of its time.
    """
    from django.template import Context, Template
    from django.test.signals import template_rendered

    drawn_in_parts = Template._render  # type: ignore[attr-defined]

    def render(self: Template, context: Context) -> Any:
        if context.template is self and not (self.name or "").startswith(BOXES):
            template_rendered.send(sender=self, template=self, context=context)
        return self.nodelist.render(context)

    Template._render = render  # type: ignore[attr-defined]
    yield
    Template._render = drawn_in_parts  # type: ignore[attr-defined]


@pytest.fixture(scope="session", autouse=True)
def _groups_outlive_a_flush() -> Iterator[None]:
    """A test with real transactions ends by emptying every table; afterwards the curators' groups
    are created again.

    They are made by a migration, and ``flush`` removes what migrations wrote. A migration after 0043 that gives
    rights to groups is called here as well.
    """
    from django.apps import apps
    from django.db import connections
    from django.db.models.signals import post_migrate

    new_database = import_module("catalog.migrations.0001_new_database_squashed_0044")

    def make_again(using: str, **_: Any) -> None:
        new_database.make_groups(apps, SimpleNamespace(connection=connections[using]))

    post_migrate.connect(make_again, sender=apps.get_app_config("catalog"))
    yield
    post_migrate.disconnect(make_again, sender=apps.get_app_config("catalog"))


@pytest.fixture(autouse=True)
def media_root(tmp_path: Path, settings: Any) -> Path:
    """An empty folder for pictures, so that no test writes among the sample collection's own."""
    folder = tmp_path / "media"
    settings.MEDIA_ROOT = folder
    settings.PICTURES_DIR = tmp_path / "pictures"
    return folder


@pytest.fixture(autouse=True)
def _in_english() -> None:
    """A request for a Spanish page leaves its language to whatever runs next in the thread."""
    translation.activate("en")


@pytest.fixture
def live_server(live_server: Any, transactional_db: None) -> Iterator[Any]:
    """pytest-django's server, which has answered everything before the tables are emptied.

    A page that closes still sends a request (a curator's presence ends with a beacon), and on
    SQLite in memory its answer would lock the very tables that are emptied at the end of the test.
    """
    from django.core.signals import request_finished, request_started

    answering: set[threading.Thread] = set()
    here = threading.current_thread()

    def started(**_: Any) -> None:
        # The test's own client answers in the test's thread; only the server's threads are waited for.
        if threading.current_thread() is not here:
            answering.add(threading.current_thread())

    def finished(**_: Any) -> None:
        answering.discard(threading.current_thread())

    request_started.connect(started)
    request_finished.connect(finished)
    yield live_server
    quiet_since = time.monotonic()
    give_up = quiet_since + 20
    while (now := time.monotonic()) < min(give_up, quiet_since + 0.15):
        if any(thread.is_alive() for thread in tuple(answering)):
            quiet_since = now
        time.sleep(0.01)
    request_started.disconnect(started)
    request_finished.disconnect(finished)


@pytest.fixture(scope="session")
def taken_back(
    django_db_setup: None, django_db_blocker: Any
) -> Callable[[], AbstractContextManager[None]]:
    """For what stands for several tests: a block after which everything written in it is gone. Each
    test works in a transaction of its own within.
    """
    from django.db import transaction

    @contextmanager
    def block() -> Iterator[None]:
        with django_db_blocker.unblock(), transaction.atomic():
            yield
            transaction.set_rollback(True)

    return block


def _take_the_sample_back() -> None:
    while _SAMPLE:
        _SAMPLE.pop().close()


@pytest.fixture(scope="session")
def _no_sample_at_the_end(django_db_setup: None) -> Iterator[None]:
    """Nothing holds the databases of the tests when they are removed."""
    yield
    _take_the_sample_back()


@pytest.fixture(scope="module")
def sample_collection(
    _no_sample_at_the_end: None, taken_back: Callable[[], AbstractContextManager[None]]
) -> None:
    """The sample collection, in an index and a list of changes that are up to date.

    Loading takes seconds. So it does not go with the file that asked for it: it stands until a test
    comes that does not ask for it.
    """
    from django.core.management import call_command

    from catalog.documents import feed

    if _SAMPLE:
        return
    with ExitStack() as stack:
        stack.enter_context(taken_back())
        # The reverse of the alphabet begins with what refers to everything else.
        names = sorted((path.stem for path in FIXTURES.glob("*.json")), reverse=True)
        call_command("loaddata", *names, verbosity=0)
        feed.catch_up()
        _SAMPLE.append(stack.pop_all())


@pytest.fixture(scope="module")
def standing_museum(
    taken_back: Callable[[], AbstractContextManager[None]],
) -> Iterator[SimpleNamespace]:
    """The small museum, and all that is derived from it, for all tests of a file; it goes with the
    last of them.

    Each test takes a copy of the records.
    """
    from tests.filters.small_museum import bring_in_step, small_museum

    with taken_back():
        made = small_museum()
        bring_in_step()
        yield made


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The machine's own Chromium; without one the test is skipped."""
    named = os.environ.get("CHROMIUM", "")
    found = named or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), "")
    if not found:
        pytest.skip("no Chromium on this machine (apt install chromium, or set CHROMIUM)")
    return found


@pytest.fixture(scope="session")
def chromium_browser(chromium_path: str) -> Iterator[Browser]:
    """One Chromium for the session, driven by Playwright."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium_browser: Browser) -> Iterator[Page]:
    """A fresh page of a fresh profile, 1280 pixels wide."""
    context = chromium_browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()
