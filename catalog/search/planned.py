"""Statements that PostgreSQL keeps planned, as functions.

To find what one entry is made of, PostgreSQL takes longer to plan than to read. A function keeps the plans of
its statements for as long as a connection lives. Unlike statements that a driver prepares, it also does so
behind a pooler that gives every transaction another connection.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

#: All of them begin like this, so that those of an earlier release are found.
PREFIX: Final = "search_planned_"
#: Every statement finds rows by keys. So one plan serves all keys, an index is always right (even when the
#: planner's statistics are from the time before a large import), and nothing is worth compiling.
_SETTINGS: Final = "SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off"
#: The type of a list of keys.
KEYS: Final = "bigint[]"


@dataclass(frozen=True, slots=True)
class Planned:
    """A statement with its arguments as ``$1``, ``$2``, and the columns of its rows, each as "name type".

    The columns have to come from the statement in these very types.
    """

    name: str
    arguments: tuple[str, ...]
    columns: tuple[str, ...]
    sql: str

    @property
    def call(self) -> str:
        """The statement that runs it, with a hole for each argument."""
        return f"SELECT * FROM {PREFIX}{self.name}({', '.join(f'%s::{type_}' for type_ in self.arguments)})"

    @property
    def source(self) -> str:
        """The body of the function. It begins with what it takes and gives: two releases may differ in that alone."""
        return (
            f"-- {', '.join(self.arguments)} -> {', '.join(self.columns)}\n"
            # The names of the columns are variables of the function, too.
            f"#variable_conflict use_column\nBEGIN RETURN QUERY {self.sql}; END"
        )

    def create(self) -> str:
        """The statement that creates the function."""
        return (
            f"CREATE FUNCTION {PREFIX}{self.name}({', '.join(self.arguments)})"
            f" RETURNS TABLE ({', '.join(self.columns)}) LANGUAGE plpgsql {_SETTINGS} AS $${self.source}$$"
        )


def keys_of(keys: Collection[int]) -> str:
    """Keys as an argument of the type :data:`KEYS`: text, which costs the driver less than a list."""
    return f"{{{','.join(map(str, keys))}}}"


def run(cursor: Any, planned: Planned, *arguments: Any) -> list[Any]:
    """The rows of a planned statement."""
    cursor.execute(planned.call, arguments)
    rows: list[Any] = cursor.fetchall()
    return rows
