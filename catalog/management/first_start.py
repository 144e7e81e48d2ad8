"""What a first start makes: tables, the sample collection, the curator's account, static files.

Each step checks whether it is needed, so a second start changes nothing. Each is one transaction,
or writes its mark last, so a start that is killed halfway can simply be repeated.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.serializers.base import DeserializationError
from django.db import DatabaseError, connection, transaction
from django.db.migrations.exceptions import MigrationSchemaMissing
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Model

from catalog import history
from catalog.iiif import NotMade, StillBeingMade, make_derivatives
from catalog.management.refusal import CannotStart
from catalog.models import RECORD_MODELS, Door, Image, Term

CURATOR = "curator"
ADMINISTRATORS = "Administrator"

# Without 0/o and 1/l/i: the password is read from a terminal and typed once.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"

Say = Callable[[str], None]


def make_tables(say: Say) -> None:
    """Apply the migrations that the database lacks."""
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            say("Preparing the database")
        # Even if there are none: this adds the permissions that a killed start did not get to.
        call_command("migrate", interactive=False, verbosity=0)
    except (DatabaseError, MigrationSchemaMissing) as error:
        raise CannotStart(
            f"The database could not be prepared: {str(error).strip().splitlines()[0]}. "
            "Check that its user may create tables, and that no other program holds it."
        ) from None


def has_records() -> bool:
    """Whether the catalogue holds a record or a term, whatever its status."""
    models: tuple[type[Model], ...] = (*RECORD_MODELS.values(), Term)
    return any(model._base_manager.exists() for model in models)


def load_sample(say: Say) -> bool:
    """Load every file in fixtures/ into an empty catalogue, all or nothing; returns whether it did."""
    otherwise = ", or start empty: SAMPLE_COLLECTION=false make run"
    return _load("*.json", "The sample collection", say, otherwise)


def load_vocabularies(say: Say) -> bool:
    """Load only the terms that suit any museum (types, roles, languages, countries); returns
    whether it did.
    """
    return _load("vocabularies.json", "The vocabularies", say)


def _load(pattern: str, name: str, say: Say, otherwise: str = "") -> bool:
    """A catalogue that holds a single record or term is left alone: fixtures overwrite by natural key."""
    files = sorted(str(path) for folder in settings.FIXTURE_DIRS for path in folder.glob(pattern))
    if not files or has_records():
        return False
    say(f"Loading {name[0].lower()}{name[1:]}")
    try:
        with (
            history.change_set(door=Door.COMMAND, reason=f"{name}, at the first start"),
            transaction.atomic(),
        ):
            call_command("loaddata", *files, verbosity=0)
    except (DatabaseError, DeserializationError, ValidationError) as error:
        raise CannotStart(
            f"{name} could not be loaded, and nothing from it was kept: {error}. "
            f"Restore the folder fixtures/{otherwise}"
        ) from None
    return True


def size_pictures(say: Say) -> None:
    """Make the sizes of the sample pictures, so that the first visitor does not wait for them.

    A picture that fails is left to its first visitor, who is told; it is no reason not to start.
    """
    say("Making smaller copies of the pictures")
    for image in Image.objects.exclude(file=""):
        with suppress(NotMade, StillBeingMade, OSError):
            make_derivatives(image)


def make_curator(say: Say) -> bool:
    """Create the first account if there is none at all; returns whether it did.

    The password comes from CURATOR_PASSWORD, or is generated and shown once. It is shown before the
    account is committed: an operator who did not see it gets a new one at the next start.
    """
    accounts = get_user_model()._default_manager
    if accounts.exists():
        return False
    given = os.environ.get("CURATOR_PASSWORD", "")
    password = given or "-".join(
        "".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4)
    )
    with transaction.atomic():
        curator = accounts.create_superuser(username=CURATOR, password=password)
        curator.groups.add(*Group.objects.filter(name=ADMINISTRATORS))
        if given:
            say(f"Account for the admin: {CURATOR}, with the password of CURATOR_PASSWORD")
            try:
                validate_password(given, curator)
            except ValidationError as weak:
                say(f"That password is weak. {' '.join(weak.messages)}")
        else:
            say(f"Account for the admin: {CURATOR}, password {password} (shown only now)")
    return True


def collect_static(say: Say) -> bool:
    """Copy, name by content and compress the static files, if one has changed; returns whether it did."""
    root = Path(settings.STATIC_ROOT)
    mark = root.with_name(f"{root.name}.fingerprint")
    fingerprint = _static_fingerprint()
    there = (root / "staticfiles.json").is_file() and mark.is_file()
    if there and mark.read_text(encoding="ascii", errors="replace") == fingerprint:
        return False
    say("Collecting static files")
    try:
        call_command("collectstatic", interactive=False, verbosity=0)
        mark.write_text(fingerprint, encoding="ascii")
    except OSError as error:
        raise CannotStart(
            f"The static files cannot be written to {root} ({error.strerror}). "
            "Make that folder writable for the user who starts the catalogue."
        ) from None
    except ValueError as error:
        raise CannotStart(
            f"A static file refers to another one that does not exist: {error} "
            "Restore catalog/static/, then start again."
        ) from None
    return True


def _static_fingerprint() -> str:
    """Names, sizes and times of all sources, and everything that affects how they are written."""
    digest = hashlib.sha256(
        f"{settings.STORAGES['staticfiles']} {settings.STATIC_URL} "
        f"{version('django')} {version('whitenoise')}\n".encode()
    )
    for finder in get_finders():
        for path, storage in finder.list([]):
            state = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()
