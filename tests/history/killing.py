"""Kills writers at random moments, and checks that each write, undo and replaced picture is
complete or not begun.

    python tests/history/killing.py --kills 100 --seed 1

makes a small museum in a fresh temporary folder (SQLite; with DATABASE_URL in that database, which
has to be empty) and lets one process after another write to it until it is killed. After each kill
another process checks: the records of one change set agree, history leads from change set to change
set, the picture is as the record describes it, and the search is up to date.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive_site.settings")
    os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="killing")
    os.environ["MEDIA_ROOT"] = f"{os.environ['VAR_DIR']}/media"
    import django

    django.setup()

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, connections
from PIL import Image as Pixels

from catalog import actions, history, search
from catalog.history import Selection
from catalog.iiif import inspect_picture
from catalog.models import Change, ChangeSet, Image, Person, PersonName

#: Records that are written together.
TOGETHER = 12


def make() -> None:
    """The museum."""
    call_command("migrate", verbosity=0)
    with actions.in_step(reason="made"):
        for number in range(TOGETHER):
            person = actions.edit(Person(identifier=f"P.{number}", title=f"P {number}"), by=None)
            actions.publish(person, by=None)
        actions.edit(Image(identifier="I.1", title="Picture"), by=None)


# --- Writing, until killed ------------------------------------------------------------------------------------


def write(seed: int, told: int) -> None:
    """Write without end; the name of each deed goes into a pipe as it begins."""
    chance = random.Random(seed)
    while True:
        deed = chance.choice([change_all, undo_one, replace_picture, delete_or_restore])
        os.write(told, f"{deed.__name__}\n".encode())
        try:
            deed(chance)
        except actions.Refused:
            continue


def change_all(chance: random.Random) -> None:
    """One change set: the same new word in every record, and a name added to each."""
    word = f"word{chance.randrange(10**6)}"
    with actions.in_step(reason=word):
        for person in Person.objects.order_by("id"):
            person.credit_line = person.summary = word
            actions.edit(person, by=None)
            actions.attach(PersonName(person=person, name=word), person, by=None)


def undo_one(chance: random.Random) -> None:
    """Undo the newest change set, unless it is the one that made the museum."""
    newest = ChangeSet.objects.all()[0]
    if newest.reason != "made":
        actions.undo(Selection(newest.pk), by=None)


def replace_picture(chance: random.Random) -> None:
    """Replace the current picture by another."""
    out = io.BytesIO()
    Pixels.new("RGB", (40, 30), tuple(chance.randrange(256) for _ in range(3))).save(out, "PNG")
    image, file = Image.objects.get(), ContentFile(out.getvalue(), name="picture.png")
    facts = inspect_picture(file)
    for name in ("media_type", "width", "height", "byte_size", "sha256"):
        setattr(image, name, getattr(facts, name))
    image.file = file
    actions.edit(image, by=None)


def delete_or_restore(chance: random.Random) -> None:
    """The last record is deleted, with its names, or restored."""
    last = (
        Change.objects.filter(model="person")
        .order_by("-row_id")
        .values_list("row_id", flat=True)[0]
    )
    person = Person.objects.filter(pk=last).first()
    if person is None:
        actions.restore("person", last, by=None)
    else:
        actions.delete(person, by=None)


# --- Checking ---------------------------------------------------------------------------------------------------


def look() -> list[str]:
    """What is not as it should be."""
    wrong = []
    # The last one is deleted and restored, and may be restored with an older word than the others
    # have by then.
    stay = Person.objects.exclude(identifier=f"P.{TOGETHER - 1}")
    words = set(stay.values_list("credit_line", "summary"))
    if len(words) > 1 or any(one != other for one, other in words):
        wrong.append(f"records of one change set do not agree: {words}")
    if ChangeSet.objects.filter(size=None).exists() or ChangeSet.objects.filter(size=0).exists():
        wrong.append("a change set was left open")
    if Change.objects.exclude(change_set__in=ChangeSet.objects.all()).exists():
        wrong.append("a change without its change set")
    for change_set in ChangeSet.objects.all():
        if change_set.size != Change.objects.filter(change_set=change_set).count():
            wrong.append(f"change set {change_set.pk} is not whole")
    image = Image.objects.get()
    if image.file and not default_storage.exists(image.file.name):
        wrong.append(f"the picture {image.file.name} is gone")
    elif image.file:
        with default_storage.open(image.file.name) as file:
            if hashlib.sha256(file.read()).hexdigest() != image.sha256:
                wrong.append("the picture is not the one that the record describes")
    for name in history.mentioned_files():
        if not default_storage.exists(name):
            wrong.append(f"history mentions {name}, and it is gone")
    if search.staleness():
        wrong.append("the search is behind")
    if problems := list(search.check()):
        wrong.append(f"the search differs: {problems[:3]}")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            if cursor.fetchone() != ("ok",):
                wrong.append("the database file is damaged")
    return wrong


def in_a_process(seed: int) -> tuple[int, int]:
    """Fork a writer; returns its process id, and the end of the pipe into which it writes its deeds."""
    connections.close_all()
    heard, told = os.pipe()
    writer = os.fork()
    if writer == 0:
        os.close(heard)
        try:
            write(seed, told)
        except BaseException:
            # The parent only sees that it ended.
            traceback.print_exc()
        finally:
            os._exit(3)
    os.close(told)
    return writer, heard


def main() -> int:
    """Kill, check, and report; returns 1 if something was wrong."""
    parser = argparse.ArgumentParser(description="Kills writers at random moments.")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    make()
    killed_in: Counter[str] = Counter()
    done = 0
    for kill in range(asked.kills):
        writer, heard = in_a_process(chance.randrange(10**9))
        time.sleep(chance.uniform(0.02, 0.6))
        os.kill(writer, signal.SIGKILL)
        _pid, status = os.waitpid(writer, 0)
        with os.fdopen(heard) as pipe:
            deeds = pipe.read().split()
        if not os.WIFSIGNALED(status):
            print(f"the writer ended by itself after {deeds[-1:]}")
            return 1
        done += max(len(deeds) - 1, 0)
        killed_in[deeds[-1] if deeds else "the start"] += 1
        wrong = look()
        if wrong:
            print(f"After kill {kill + 1}, in {deeds[-1:]}: " + "; ".join(wrong))
            return 1
    print(f"{asked.kills} kills, {done} deeds done, nothing half: killed in {dict(killed_in)}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    finally:
        shutil.rmtree(os.environ["VAR_DIR"], ignore_errors=True)
