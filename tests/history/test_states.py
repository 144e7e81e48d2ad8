"""Random lives of a small museum, written through every door: history explains every step, and
undoing everything leads back to the start.

``HISTORY_EXAMPLES=2000 pytest tests/history/test_states.py`` tries as many lives; CI tries a few.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from catalog import actions, history
from catalog.history import Selection, taken_back
from catalog.models import (
    ApiToken,
    Change,
    ChangeSet,
    Citation,
    Contribution,
    Depiction,
    Document,
    Door,
    Image,
    Person,
    PersonName,
    Place,
    Scope,
    Term,
    What,
)
from tests.history.snapshots import Snapshot, last_change, snapshot, without_addresses

EXAMPLES = int(os.environ.get("HISTORY_EXAMPLES", "0"))
KINDS: dict[str, Any] = {"person": Person, "document": Document, "image": Image, "place": Place}
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=12
)
NUMBERS = st.integers(0, 10**6)
DOORS = st.sampled_from(["actions", "save", "update", "bulk", "sql", "api"])


class Life(RuleBasedStateMachine):
    """One life, inside a transaction that is rolled back at its end."""

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        user = get_user_model().objects.create_superuser("chief", password="x")
        token = ApiToken(user=user, name="t", scope=Scope.WRITE)
        self.key = token.make_key()
        token.save()
        self.user, self.client = user, Client()
        self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        self.role = Term.objects.create(vocabulary="contribution_role", code="a", label="author")
        self.subject = Term.objects.create(vocabulary="subject", code="s", label="Exile")
        with actions.in_step():
            """Ends the change set of what was written past the actions until here."""
        self.number = 0
        self.first = last_change()
        self.sets = set(ChangeSet.objects.values_list("pk", flat=True))
        self.states: list[tuple[int, Snapshot]] = [(self.first, snapshot())]

    def teardown(self) -> None:
        try:
            self.every_state_is_found_again()
            self.undo_everything()
        finally:
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    # --- Choosing -------------------------------------------------------------------------------------

    def one(self, model: Any, number: int) -> Any:
        rows = model.objects.order_by("id")
        return rows[number % count] if (count := rows.count()) else None

    def next(self) -> int:
        self.number += 1
        return self.number

    # --- Writing ----------------------------------------------------------------------------------------

    @initialize()
    def begin(self) -> None:
        for kind in KINDS:
            self.create(kind, "first", "actions")

    @rule(kind=st.sampled_from(list(KINDS)), title=TEXTS, door=DOORS)
    def create(self, kind: str, title: str, door: str) -> None:
        number = self.next()
        row = KINDS[kind](identifier=f"{kind}.{number}", slug=f"{kind}-{number}", title=title)
        if door in {"bulk", "sql"}:
            KINDS[kind].objects.bulk_create([row])
        elif door == "save":
            row.save()
        else:
            with actions.in_step(by=self.user, door=Door.ADMIN, reason="new"):
                actions.edit(row, by=self.user)

    @rule(number=NUMBERS, kind=st.sampled_from(list(KINDS)), text=TEXTS, door=DOORS)
    def change(self, number: int, kind: str, text: str, door: str) -> None:
        row = self.one(KINDS[kind], number)
        if row is None:
            return
        if door == "actions":
            row.title, row.description = text, f"{row.description} {text}"
            actions.edit(row, by=self.user)
        elif door == "save":
            row.summary = text
            row.save()
        elif door == "update":
            KINDS[kind].objects.filter(pk__gte=row.pk).update(credit_line=text)
        elif door == "bulk":
            row.title = text
            KINDS[kind].objects.bulk_update([row], ["title"])
        elif door == "sql":
            with connection.cursor() as cursor:
                cursor.execute(
                    f"UPDATE catalog_{kind} SET internal_note = %s WHERE id = %s", [text, row.pk]
                )
        elif text.strip():
            place = f"/api/v1/{'people' if kind == 'person' else kind + 's'}/{row.slug}/"
            head = {"HTTP_AUTHORIZATION": f"Bearer {self.key}"}
            found = self.client.get(place, **head)
            self.client.patch(
                place, {"title": text}, "application/json", HTTP_IF_MATCH=found["ETag"], **head
            )

    @rule(number=NUMBERS, slug=st.sampled_from(["one", "two", "three"]))
    def rename(self, number: int, slug: str) -> None:
        row = self.one(Person, number)
        if row is not None and not Person.objects.filter(slug=slug).exists():
            row.slug = slug
            with actions.in_step(by=self.user):
                row.save()

    @rule(one=NUMBERS, other=NUMBERS, text=TEXTS, size=st.floats(1, 50))
    def relate(self, one: int, other: int, text: str, size: float) -> None:
        person, document, image = (
            self.one(model, number)
            for model, number in ((Person, one), (Document, other), (Image, other))
        )
        with actions.in_step(by=self.user, door=Door.ADMIN):
            if person and document:
                made = Contribution.objects.create(
                    person=person, document=document, role=self.role, note=text, date="1930~"
                )
                Citation.objects.create(source=document, contribution=made, locator=text[:5])
            if person and image:
                Depiction.objects.create(
                    person=person, image=image, left=size / 3, top=0.1, width=size, height=size
                )
            if person:
                PersonName.objects.create(person=person, name=text)
                person.subjects.add(self.subject)

    @rule(number=NUMBERS, text=TEXTS)
    def change_a_relation(self, number: int, text: str) -> None:
        row, person = self.one(Contribution, number), self.one(Person, number)
        if row is not None and person is not None:
            row.note, row.person = text, person
            row.save()

    @rule(number=NUMBERS)
    def born_somewhere(self, number: int) -> None:
        person, place = self.one(Person, number), self.one(Place, number)
        if person is not None:
            person.born_place, person.born = place, "1879-11-07"
            actions.edit(person, by=self.user)

    @rule(label=TEXTS)
    def relabel(self, label: str) -> None:
        self.subject.label = label
        self.subject.save()

    @rule(number=NUMBERS, kind=st.sampled_from(["person", "image"]))
    def publish_from_the_list(self, number: int, kind: str) -> None:
        row = self.one(KINDS[kind], number)
        if row is not None:
            chosen = {"action": "publish", "_selected_action": [row.pk]}
            self.client.post(f"/admin/catalog/{kind}/", chosen)

    @rule(number=NUMBERS, kind=st.sampled_from(list(KINDS)))
    def delete(self, number: int, kind: str) -> None:
        row = self.one(KINDS[kind], number)
        if row is not None:
            try:
                actions.delete(row, by=self.user)
            except actions.Refused:
                return

    # --- Undoing ----------------------------------------------------------------------------------------

    @rule(number=NUMBERS)
    def restore(self, number: int) -> None:
        gone = list(
            Change.objects.filter(what=What.DELETED, model__in=KINDS).values_list("model", "row_id")
        )
        if gone:
            try:
                actions.restore(*gone[number % len(gone)], by=self.user)
            except actions.Refused:
                return

    @precondition(lambda self: self.made())
    @rule(number=NUMBERS, all_the_same=st.booleans(), part=st.booleans())
    def undo(self, number: int, all_the_same: bool, part: bool) -> None:
        made = self.made()
        chosen = Selection(made[number % len(made)])
        if part:
            changes = list(chosen.changes())
            change = changes[number % len(changes)]
            chosen = Selection(chosen.change_set, model=change.model, row_id=change.row_id)
        found = history.preview(chosen, actions.chooser((), all_the_same=all_the_same))
        try:
            undone = actions.undo(
                chosen, by=self.user, choice=actions.chooser((), all_the_same=all_the_same)
            )
        except actions.Refused:
            assert found.rows == 0
            return
        assert undone.rows == found.rows, "The preview told something else."
        assert undone.number_kept == found.number_kept

    def made(self) -> list[int]:
        rows = ChangeSet.objects.exclude(pk__in=self.sets).order_by("-pk")
        return list(rows.values_list("pk", flat=True))

    # --- What always holds --------------------------------------------------------------------------------

    @invariant()
    def history_explains_the_step(self) -> None:
        now, number = snapshot(), last_change()
        last, before = self.states[-1]
        rows: dict[Any, Any] = dict(now)
        for change in Change.objects.filter(id__gt=last).order_by("-id"):
            key = (change.model, change.row_id)
            rows[key] = taken_back(rows.get(key), change.what, change.before)
        assert {key: row for key, row in rows.items() if row is not None} == before
        self.states.append((number, now))
        # What the end of a transaction would refuse: a row that refers to one that is gone.
        connection.check_constraints()

    def every_state_is_found_again(self) -> None:
        """From today back to the beginning, past every state that was seen."""
        rows: dict[Any, Any] = dict(self.states[-1][1])
        states = dict(self.states)
        for change in Change.objects.filter(id__gt=self.first).order_by("-id"):
            if change.pk in states:
                assert {k: row for k, row in rows.items() if row is not None} == states[change.pk]
            key = (change.model, change.row_id)
            rows[key] = taken_back(rows.get(key), change.what, change.before)
        assert {k: row for k, row in rows.items() if row is not None} == states[self.first]

    def concerns_addresses_only(self, number: int, said: str) -> bool:
        """Whether nothing could be undone but past addresses, which keep redirecting in any case."""
        if "nothing left to undo" in said:
            return True
        kept = history.preview(Selection(number)).kept
        return bool(kept) and all(conflict.model == "pastslug" for conflict in kept)

    def undo_everything(self) -> None:
        """From the newest change set to the oldest there is no conflict, and the start is reached again."""
        for number in self.made():
            try:
                undone = actions.undo(Selection(number), by=None)
            except actions.Refused as refusal:
                assert self.concerns_addresses_only(number, str(refusal)), refusal
                continue
            connection.check_constraints()
            kept = [conflict for conflict in undone.kept if conflict.model != "pastslug"]
            assert not kept, kept
        assert without_addresses(snapshot()) == without_addresses(self.states[0][1])


@pytest.mark.django_db
def test_lives() -> None:
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=EXAMPLES or 6,
            stateful_step_count=30 if EXAMPLES else 12,
            deadline=None,
            derandomize=not EXAMPLES,
            suppress_health_check=list(HealthCheck),
        ),
    )
