"""What undoing must not break: references, uniqueness, and rows that are still in use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from catalog.history.conflicts import Verdicts
from catalog.history.deeds import Deed
from catalog.history.naming import Names
from catalog.history.plan import Turn
from catalog.history.recorded import recorded, unique_together
from catalog.history.rows import batches, present
from catalog.history.values import by_column, value_of
from catalog.models import What

#: Alternatives of one condition: each is a part of its SQL.
_AT_ONCE: Final = 100

#: Rows that are deleted (None) or written, with the columns that are.
Leaving = Mapping[tuple[str, int], Collection[str] | None]


class Consistency:
    """Checks the deeds of one batch against the catalogue as they would leave it.

    ``coming`` are rows that this undo restores; those that cannot be restored are removed from it.
    ``changed_by`` has the change set that last changed a row, if it was somebody else's.
    """

    def __init__(
        self,
        listed: Iterable[Turn],
        verdicts: Verdicts,
        names: Names,
        coming: set[tuple[str, int]],
        changed_by: Mapping[tuple[str, int], int],
    ) -> None:
        self.turns = {turn.key: turn for turn in listed}
        self.verdicts, self.names = verdicts, names
        self.coming, self.changed_by = coming, changed_by

    def keep(self, deeds: list[Deed]) -> list[Deed]:
        """The deeds that break nothing, in their order. The others are reported as conflicts."""
        for check in (self._that_are_taken, self._without_targets, self._that_are_used):
            deeds = check(deeds)
        return deeds

    def _without_targets(self, deeds: list[Deed]) -> list[Deed]:
        """Foreign keys must name rows that exist, or that are restored."""
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
                if self.verdicts.overrules(deed.turn, field_.column, said, None):
                    deed.row = {**deed.row, field_.column: None}
                    continue
            else:
                self.verdicts.stays(deed.turn, said, column=field_.column if deed.values else "")
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
        """A value that must be unique must not belong to another row by now."""
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
                    # The same term is listed again already, or the same address redirects.
                    continue
                said = _(
                    "“%(other)s” now has “%(value)s”, which “%(row)s” used to have. Change it there first."
                )
                self.verdicts.stays(
                    holder.turn,
                    said
                    % {
                        "other": self.names.of_row(model, pk),
                        "value": ", ".join(map(str, key)),
                        "row": self.names.of_row(model, holder.turn.row_id),
                    },
                    later=self.changed_by.get((model, pk)),
                )
        return dropped

    def _follows_the_same(self, holder: Deed, pk: int) -> bool:
        """Whether the existing row is the past address of the same record."""
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
        """A row that is deleted must not be referred to by rows that stay; a row that stays for
        that may itself refer to others.
        """
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
            self.verdicts.stays(going[pk].turn, said)
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
            if self.verdicts.overrules(going[pk].turn, "", said, None):
                going[pk].with_all = True
            else:
                dropped.add(going[pk].turn.key)
        return dropped

    def _users(self, model: Any, going: dict[int, Deed], leaving: Leaving) -> tuple[Any, Any]:
        """Rows that refer to those deleted and stay themselves: those that prevent it, and those
        that would be deleted with them.
        """
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


def _by_model(deeds: Iterable[Deed]) -> dict[str, list[Deed]]:
    found: dict[str, list[Deed]] = defaultdict(list)
    for deed in deeds:
        found[deed.turn.model].append(deed)
    return found


def _may_be_empty(field_: Any) -> bool:
    """Whether a row may be restored without this: not if it belongs to what is gone."""
    return field_.remote_field.on_delete is not models.CASCADE
