"""Tasks for the tests of jobs; each leaves a row for everything it does, so that doing it twice
shows as two rows.
"""

from __future__ import annotations

import time

from django.db import OperationalError, connection, transaction

from catalog.actions import Refused
from catalog.jobs import Failed, Run, task
from catalog.models import Person, PersonName


def _note(run: Run, person: int, number: int) -> None:
    PersonName.objects.create(person_id=person, name=f"{run.job.pk}-{number}")


@task(title="Note at once")
def note_at_once(run: Run, *, person: int, number: int, pause: float = 0.0) -> str:
    """One transaction."""
    for one in range(number):
        _note(run, person, one)
        run.progress(one + 1, number)
        time.sleep(pause)
    return f"{number} noted."


@task(title="Note step by step", atomic=False)
def note_by_steps(run: Run, *, person: int, number: int, pause: float = 0.0) -> str:
    """One transaction for each, with the position stored in it."""
    for one in range(run.place.get("next", 0), number):
        with run.step() as place:
            _note(run, person, one)
            place["next"] = one + 1
        run.progress(one + 1, number)
        time.sleep(pause)
    return f"{number} noted."


@task(title="Fail in words")
def fail_in_words(run: Run, *, person: int) -> None:
    """Refuse after something was written."""
    _note(run, person, 0)
    raise Failed("The file is gone. Upload it again.")


@task(title="Refuse", tells=(Refused,))
def refuse(run: Run) -> None:
    """An action's refusal."""
    raise Refused("Only editors may do that.")


@task(title="Stumble", atomic=False)
def stumble(run: Run) -> None:
    """An error of the program."""
    raise ZeroDivisionError("nothing to divide by")


@task(title="Cancel itself", atomic=False)
def cancelled_on_the_way(run: Run, *, person: int) -> None:
    """Somebody cancels it after its second step."""
    from catalog.jobs import cancel

    for one in range(5):
        with run.step():
            _note(run, person, one)
        if one == 1:
            cancel(run.job)
        run.progress(one + 1, 5)


@task(title="Cancelled as a whole")
def cancelled_as_a_whole(run: Run, *, person: int) -> None:
    """Somebody cancels it while its one transaction is open."""
    from catalog.jobs.pulse import pulse

    _note(run, person, 0)
    pulse().ask_to_stop(run.job)
    run.progress(1, 2)


@task(title="Robbed")
def robbed(run: Run, *, person: int) -> None:
    """While it works, the job is given to another worker."""
    from catalog.models import Job

    _note(run, person, 0)
    Job.objects.filter(pk=run.job.pk).update(attempt=run.job.attempt + 1)


@task(title="Robbed between steps", atomic=False)
def robbed_between_steps(run: Run, *, person: int) -> None:
    """The same, for a task of several steps: the second is refused."""
    from catalog.models import Job

    for one in range(2):
        with run.step():
            _note(run, person, one)
        Job.objects.filter(pk=run.job.pk).update(attempt=run.job.attempt + 1)


@task(title="Bad database")
def database_fails(run: Run) -> None:
    """An error that may pass."""
    from django.db import OperationalError

    raise OperationalError("database is locked")


def no_task(run: Run) -> None:
    """A function that is not a task: a job cannot name it."""
    Person.objects.all().delete()


@task(title="Change, and wait before the end")
def change_and_wait(run: Run, *, person: int, seconds: float) -> None:
    """One transaction that holds a row, and on SQLite the whole database."""
    Person.objects.filter(pk=person).update(credit_line="By the job")
    time.sleep(seconds)


def is_held(person: int) -> bool:
    """Whether that row, or the database, cannot be written now."""
    with connection.cursor() as cursor:
        try:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA busy_timeout = 0")
                cursor.execute("BEGIN IMMEDIATE")
                cursor.execute("ROLLBACK")
            else:
                with transaction.atomic():
                    rows = Person.objects.select_for_update(nowait=True).filter(pk=person)
                    rows.values_list("pk").first()
        except OperationalError:
            return True
    return False
