"""What stands in the way of taking something back: said in words, with what a curator can choose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import models
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from catalog.history.naming import Names
from catalog.history.plan import Turn
from catalog.history.recorded import Recorded, recorded
from catalog.history.rows import batches, present, states_after
from catalog.history.values import by_column, value_of
from catalog.models import Change, What

#: Whether a conflict is overruled: take back all the same.
Choice = Callable[["Conflict"], bool]

#: Alternatives of one condition: each is a part of its SQL.
_AT_ONCE: Final = 100

#: Rows that go (None) or are written, with the columns that are.
Leaving = Mapping[tuple[str, int], Collection[str] | None]


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing in the way. ``said`` is a sentence; ``later`` the change set that came between, if one did.

    Where ``can_force`` is false, taking back would break the catalogue, and what is there stays.
    """

    model: str
    row_id: int
    column: str
    said: str
    can_force: bool
    later: int | None = None

    @property
    def key(self) -> str:
        """Names the conflict in forms: ``person:5:title``."""
        return f"{self.model}:{self.row_id}:{self.column}"


@dataclass(slots=True)
class Deed:
    """A turn that will be taken: the columns that are written, or the whole row that comes or goes."""

    turn: Turn
    values: dict[str, Any] = field(default_factory=dict)
    row: dict[str, Any] = field(default_factory=dict)
    #: Rows that came later hang on this one, and go with it.
    with_all: bool = False


class Judge:
    """Compares turns with the rows as they stand, and keeps the deeds apart from the conflicts.

    ``own`` are change sets that are no reason for a conflict: the one that is taken back, and the one that
    takes it back. ``lock`` holds the rows until the transaction ends.
    """

    def __init__(self, own: Collection[int], choice: Choice, *, lock: bool) -> None:
        self.own, self.choice, self.lock = tuple(own), choice, lock
        #: Rows that this taking back brings again: others may name them.
        self.coming: set[tuple[str, int]] = set()
        self.kept: list[Conflict] = []
        self.forced: list[Conflict] = []

    def judge(self, listed: list[Turn]) -> list[Deed]:
        """The deeds of some turns, in their order. Conflicts are added to ``kept`` and ``forced``."""
        self.turns = {turn.key: turn for turn in listed}
        self.rows: dict[tuple[str, int], dict[str, Any]] = {}
        self.later: dict[tuple[str, int], tuple[int, int]] = {}
        by_model: dict[str, list[Turn]] = defaultdict(list)
        for turn in listed:
            by_model[turn.model].append(turn)
            if turn.what == What.DELETED:
                self.coming.add(turn.key)
        for model, some in by_model.items():
            ids = [turn.row_id for turn in some]
            found = present(model, ids, lock=self.lock)
            self.rows |= {(model, row): values for row, values in found.items()}
            self._read_later(model, ids)
        #: What was added, as it was then: what has changed and is the same again is no conflict.
        self.added = states_after(
            (*turn.key, turn.last)
            for turn in listed
            if turn.what == What.INSERTED and self._changed_since(turn) is not None
        )
        self.names = Names()
        deeds = [deed for turn in listed if (deed := self._of(turn)) is not None]
        for check in (self._that_are_taken, self._without_targets, self._that_are_used):
            deeds = check(deeds)
        return deeds

    # --- What was changed since --------------------------------------------------------------------------

    def _read_later(self, model: str, ids: list[int]) -> None:
        """The last change of each row by somebody else, with its change set."""
        for some in batches(ids):
            last = (
                Change.objects.filter(model=model, row_id__in=some)
                .exclude(change_set_id__in=self.own)
                .values("row_id")
                .annotate(last=Max("id"))
                .values_list("last", flat=True)
            )
            for row, number, change_set in Change.objects.filter(id__in=list(last)).values_list(
                "row_id", "id", "change_set_id"
            ):
                self.later[model, row] = (number, change_set)

    def _changed_since(self, turn: Turn) -> int | None:
        number, change_set = self.later.get(turn.key, (0, None))
        return change_set if number > turn.last else None

    def _of(self, turn: Turn) -> Deed | None:
        row = self.rows.get(turn.key)
        one = recorded().get(turn.model)
        if one is None:
            self._stays(turn, _("This no longer exists in the catalogue."))
            return None
        if turn.what == What.DELETED:
            return Deed(turn, row=turn.wanted) if row is None else None
        if row is None:
            if turn.what == What.UPDATED:
                said = _("“%(row)s” has since been removed. Restore it first.")
                named = self.names.of_row(turn.model, turn.row_id)
                self._stays(turn, said % {"row": named}, later=self._changed_since(turn))
            return None
        if turn.what == What.INSERTED:
            since = self._changed_since(turn)
            said = _("“%(row)s” was changed after it was added.")
            same = self.added.get((*turn.key, turn.last), row) == row
            if not same and not self._decided(
                turn, "", said % {"row": self.names.of_row(turn.model, turn.row_id)}, since
            ):
                return None
            return Deed(turn, row=row)
        values = self._columns(one, turn, row)
        return Deed(turn, values=values, row=row) if values else None

    def _columns(self, one: Recorded, turn: Turn, row: dict[str, Any]) -> dict[str, Any]:
        fields = by_column(one)
        values = {}
        for column, wanted in turn.wanted.items():
            if column not in fields:
                continue
            now, past = value_of(fields[column], row.get(column)), value_of(fields[column], wanted)
            if now == past:
                continue
            since = self._changed_since(turn)
            if column in turn.left:
                is_as_left = now == value_of(fields[column], turn.left[column])
            else:
                is_as_left = since is None
            if is_as_left:
                values[column] = wanted
                continue
            said = _("%(field)s of “%(row)s” has since been changed and is now “%(value)s”.") % {
                "field": self.names.of_field(fields[column]),
                "row": self.names.of_row(turn.model, turn.row_id),
                "value": self.names.of_value(fields[column], row.get(column)),
            }
            if self._decided(turn, column, said, since):
                values[column] = wanted
        return values

    # --- What taking back would break ------------------------------------------------------------------------

    def _without_targets(self, deeds: list[Deed]) -> list[Deed]:
        """Foreign keys must name rows that are there, or that come again."""
        wanted: dict[Any, set[int]] = defaultdict(set)
        named: list[tuple[Deed, Any, str, int]] = []
        for deed in deeds:
            if deed.turn.what == What.INSERTED:
                continue
            values = deed.values or deed.row
            for column, field_ in by_column(recorded()[deed.turn.model]).items():
                if isinstance(field_, models.ForeignKey) and values.get(column) is not None:
                    target = str(field_.related_model._meta.model_name)
                    pk = int(values[column])
                    wanted[field_.related_model].add(pk)
                    named.append((deed, field_, target, pk))
        there: set[tuple[str, int]] = set()
        for model, ids in wanted.items():
            name = str(model._meta.model_name)
            for some in batches(ids):
                rows = model._base_manager.filter(pk__in=some)
                there |= {(name, pk) for pk in rows.values_list("pk", flat=True)}
        dropped: set[tuple[str, int]] = set()
        for deed, field_, target, pk in named:
            key = (target, pk)
            if key in self.coming and key not in dropped:
                continue
            if key in there and not self._goes(key):
                continue
            said = _(
                "%(field)s of “%(row)s” refers to “%(target)s”, which has since been removed."
            ) % {
                "field": self.names.of_field(field_),
                "row": self.names.of_row(deed.turn.model, deed.turn.row_id),
                "target": self.names.of_row(target, pk),
            }
            if field_.null and not deed.values and _may_be_empty(field_):
                if self._decided(deed.turn, field_.column, said, None):
                    deed.row = {**deed.row, field_.column: None}
                    continue
            else:
                self._stays(deed.turn, said, column=field_.column if deed.values else "")
            if deed.values:
                del deed.values[field_.column]
            if not deed.values:
                dropped.add(deed.turn.key)
        self.coming -= dropped
        return [deed for deed in deeds if deed.turn.key not in dropped]

    def _goes(self, key: tuple[str, int]) -> bool:
        turn = self.turns.get(key)
        return turn is not None and turn.what == What.INSERTED

    def _that_are_taken(self, deeds: list[Deed]) -> list[Deed]:
        """What has to be the only one of its sort must not be somebody else's by now."""
        dropped: set[tuple[str, int]] = set()
        for model, some in _by_model(deeds).items():
            coming = [deed for deed in some if deed.turn.what != What.INSERTED]
            for names in unique_together(recorded()[model].model):
                dropped |= self._taken(model, names, coming)
        self.coming -= dropped
        return [deed for deed in deeds if deed.turn.key not in dropped]

    def _taken(self, model: str, names: tuple[str, ...], deeds: list[Deed]) -> set[tuple[str, int]]:
        one = recorded()[model]
        fields: list[Any] = [one.model._meta.get_field(name) for name in names]
        columns: list[str] = [field_.column for field_ in fields]
        wanted: dict[tuple[Any, ...], Deed] = {}
        for deed in deeds:
            if deed.values and not set(columns) & deed.values.keys():
                continue
            whole = {**deed.row, **deed.values}
            key = tuple(value_of(f, whole.get(c)) for f, c in zip(fields, columns, strict=True))
            if None not in key:
                wanted[key] = deed
        dropped: set[tuple[str, int]] = set()
        attributes: list[str] = [field_.attname for field_ in fields]
        for some in batches(wanted, _AT_ONCE):
            condition = Q()
            if len(attributes) == 1:
                condition = Q(**{f"{attributes[0]}__in": [key[0] for key in some]})
            else:
                for key in some:
                    condition |= Q(**dict(zip(attributes, key, strict=True)))
            rows = one.model._base_manager.filter(condition)
            for pk, *key in rows.values_list("pk", *attributes):
                holder = wanted.get(tuple(key))
                if (
                    holder is None
                    or holder.turn.row_id == pk
                    or self._moves_away(model, pk, columns)
                ):
                    continue
                for column in columns:
                    holder.values.pop(column, None)
                if not holder.values:
                    dropped.add(holder.turn.key)
                if one.model._meta.auto_created or self._follows_the_same(holder, pk):
                    # The same term is listed again already, or the same address leads on.
                    continue
                said = _(
                    "“%(other)s” now has “%(value)s”, which “%(row)s” used to have. Change it there first."
                )
                self._stays(
                    holder.turn,
                    said
                    % {
                        "other": self.names.of_row(model, pk),
                        "value": ", ".join(map(str, key)),
                        "row": self.names.of_row(model, holder.turn.row_id),
                    },
                    later=self.later.get((model, pk), (0, None))[1],
                )
        return dropped

    def _follows_the_same(self, holder: Deed, pk: int) -> bool:
        """Whether the row that is there is the past address of the same record."""
        uuid = holder.row.get("record_uuid")
        if uuid is None:
            return False
        there = present(holder.turn.model, [pk]).get(pk, {})
        return bool(there.get("record_uuid") == uuid)

    def _moves_away(self, model: str, pk: int, columns: list[str]) -> bool:
        turn = self.turns.get((model, pk))
        return turn is not None and (
            turn.what == What.INSERTED or bool(set(columns) & turn.wanted.keys())
        )

    def _that_are_used(self, deeds: list[Deed]) -> list[Deed]:
        """A row that goes must not be named by rows that stay; what stays for that may itself name others."""
        while True:
            dropped: set[tuple[str, int]] = set()
            leaving = {
                deed.turn.key: deed.values.keys() if deed.turn.what == What.UPDATED else None
                for deed in deeds
            }
            for model, some in _by_model(deeds).items():
                going = {deed.turn.row_id: deed for deed in some if deed.turn.what == What.INSERTED}
                if going:
                    dropped |= self._used(model, going, leaving)
            if not dropped:
                return deeds
            deeds = [deed for deed in deeds if deed.turn.key not in dropped]

    def _used(self, model: str, going: dict[int, Deed], leaving: Leaving) -> set[tuple[str, int]]:
        dropped: set[tuple[str, int]] = set()
        needed, held = self._users(recorded()[model].model, going, leaving)
        for pk, users in needed.items():
            said = _("“%(row)s” is still used by %(names)s. Change those first.") % {
                "row": self.names.of_row(model, pk),
                "names": self.names.some(users),
            }
            self._stays(going[pk].turn, said)
            dropped.add(going[pk].turn.key)
        for pk in held.keys() - needed.keys():
            if going[pk].with_all:
                continue
            said = _(
                "These have since been added to “%(row)s” and would be removed with it: %(names)s."
            ) % {
                "row": self.names.of_row(model, pk),
                "names": self.names.some(held[pk]),
            }
            if self._decided(going[pk].turn, "", said, None):
                going[pk].with_all = True
            else:
                dropped.add(going[pk].turn.key)
        return dropped

    def _users(self, model: Any, going: dict[int, Deed], leaving: Leaving) -> tuple[Any, Any]:
        """Rows that name those that go and stay themselves: those that forbid it, and those that would go along."""
        needed: dict[int, list[tuple[str, int]]] = defaultdict(list)
        held: dict[int, list[tuple[str, int]]] = defaultdict(list)
        for relation in model._meta.related_objects:
            if relation.many_to_many:
                continue
            user, column = relation.related_model, relation.field
            cascades = relation.on_delete is models.CASCADE
            if relation.on_delete in {models.SET_NULL, models.DO_NOTHING}:
                continue
            for some in batches(going):
                rows = user._base_manager.filter(**{f"{column.name}__in": some})
                for pk, target in rows.values_list("pk", column.attname):
                    key = (str(user._meta.model_name), pk)
                    if key in leaving:
                        written = leaving[key]
                        if written is None or column.column in written:
                            continue
                    (held if cascades else needed)[target].append(key)
        return needed, held

    # --- Deciding ---------------------------------------------------------------------------------------------

    def _decided(self, turn: Turn, column: str, said: str, later: int | None) -> bool:
        conflict = Conflict(turn.model, turn.row_id, column, said, True, later)
        take_back = self.choice(conflict)
        (self.forced if take_back else self.kept).append(conflict)
        return take_back

    def _stays(self, turn: Turn, said: str, *, column: str = "", later: int | None = None) -> None:
        self.kept.append(Conflict(turn.model, turn.row_id, column, said, False, later))


def _by_model(deeds: Iterable[Deed]) -> dict[str, list[Deed]]:
    found: dict[str, list[Deed]] = defaultdict(list)
    for deed in deeds:
        found[deed.turn.model].append(deed)
    return found


def unique_together(model: Any) -> list[tuple[str, ...]]:
    """The names of fields that only one row may have, alone or together."""
    found: list[tuple[str, ...]] = [
        (field_.name,)
        for field_ in model._meta.concrete_fields
        if field_.unique and not field_.primary_key
    ]
    found += [tuple(names) for names in model._meta.unique_together]
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.condition is None:
            found.append(tuple(constraint.fields))
    # A constraint over expressions names no fields.
    return [names for names in found if names]


def _may_be_empty(field_: Any) -> bool:
    """Whether a row that comes again may come without this: not when it hangs on what is gone."""
    return field_.remote_field.on_delete is not models.CASCADE
