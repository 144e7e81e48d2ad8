"""PostgreSQL: noticing changes, by triggers, and taking the marks that they leave."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar, Final

from catalog.search.backends.base import NEXT_VERSION, PREFIX, Backend
from catalog.search.backends.marked import Taken
from catalog.search.planned import PREFIX as OF_PLANNED
from catalog.search.planned import Planned

_LOCK: Final = 7_306_204
#: Takes at most so many marks, and says what the clock and the builder say.
_TAKE: Final = Planned(
    "take",
    ("bigint",),
    (
        "now timestamptz", "due boolean", "building boolean", "chosen bigint", "kind smallint",
        "record bigint",
    ),
    f"""WITH clock AS MATERIALIZED (
        SELECT EXISTS (SELECT 1 FROM search_entry WHERE due <= statement_timestamp()) AS due
    ), chosen AS MATERIALIZED (
        SELECT DISTINCT kind, record FROM search_stale ORDER BY kind, record LIMIT $1
    ), turn AS MATERIALIZED (
        SELECT pg_advisory_xact_lock({_LOCK})
        WHERE (SELECT due FROM clock) OR EXISTS (SELECT 1 FROM chosen)
    ), taken AS (
        DELETE FROM search_stale USING chosen WHERE EXISTS (SELECT 1 FROM turn)
        AND search_stale.kind = chosen.kind AND search_stale.record = chosen.record
        RETURNING search_stale.kind, search_stale.record
    )
    SELECT statement_timestamp(), (SELECT due FROM clock), building <> '', (SELECT count(*) FROM chosen),
        taken.kind, taken.record
    FROM search_state LEFT JOIN taken ON true""",
)  # fmt: skip


_NEXT_VERSION: Final = Planned(
    "next_version", ("text",), ("number bigint",), NEXT_VERSION.format("$1")
)


class Marks(Backend):
    """The part of the backend that keeps the index in step."""

    NOW: ClassVar[str] = "statement_timestamp()"
    #: The statements that this database keeps planned.
    PLANNED: ClassVar[tuple[Planned, ...]] = (_TAKE, _NEXT_VERSION)

    def about(self) -> list[str]:
        """Statements that create the tables about the index: marks and state."""
        # Without a unique key: writers who mark the same entry need not wait for each other.
        return [
            *super().about(),
            "CREATE TABLE IF NOT EXISTS search_stale (kind smallint NOT NULL, record bigint NOT NULL)",
            "CREATE INDEX IF NOT EXISTS search_stale_record ON search_stale (kind, record)",
        ]

    # --- Triggers: a function for each table and event, called once per statement -----------------

    def _functions(self) -> dict[str, str]:
        found = {}
        for table, columns in self.watched().items():
            marks = {
                side: " UNION ".join(
                    f'SELECT {kind}, "{column}" FROM {side} WHERE "{column}" IS NOT NULL'
                    for column, kind in columns
                )
                for side in ("before", "after")
            }
            insert = "INSERT INTO search_stale (kind, record)"
            for event, sides in (
                ("insert", "after"),
                ("update", "before after"),
                ("delete", "before"),
            ):
                body = " UNION ".join(marks[side] for side in sides.split())
                found[f"search_mark_{table}_{event}"] = f"{insert} {body};"
        return found

    def lay_triggers(self) -> None:
        """Create the triggers. Each marks the entries that the rows of one statement name."""
        self.lift_triggers()
        for name, body in self._functions().items():
            table, event = name.removeprefix("search_mark_").rsplit("_", 1)
            seen = {
                "insert": "NEW TABLE AS after",
                "update": "OLD TABLE AS before NEW TABLE AS after",
                "delete": "OLD TABLE AS before",
            }[event]
            self.run(
                f'CREATE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $$'
                f"BEGIN {body} RETURN NULL; END $$"
            )
            self.run(
                f'CREATE TRIGGER "{name}" AFTER {event.upper()} ON "{table}" REFERENCING {seen}'
                f' FOR EACH STATEMENT EXECUTE FUNCTION "{name}"()'
            )
        for table, columns in self.watched().items():
            # TRUNCATE shows no rows, so every entry of these kinds is marked.
            name = f"search_mark_{table}_truncate"
            kinds = ", ".join(sorted({str(kind) for _column, kind in columns}))
            self.run(
                f'CREATE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $$'
                f"BEGIN INSERT INTO search_stale (kind, record) SELECT kind, record FROM search_entry"
                f" WHERE kind IN ({kinds}); RETURN NULL; END $$"
            )
            self.run(
                f'CREATE TRIGGER "{name}" AFTER TRUNCATE ON "{table}"'
                f' FOR EACH STATEMENT EXECUTE FUNCTION "{name}"()'
            )

    def lift_triggers(self) -> None:
        """Drop the triggers and their functions."""
        rows = self.run(
            "SELECT proname FROM pg_proc WHERE starts_with(proname::text, 'search_mark_')"
            " AND pronamespace = current_schema()::regnamespace"
        )
        for (name,) in rows:
            self.run(f'DROP FUNCTION "{name}"() CASCADE')

    def missing_triggers(self) -> list[str]:
        """Watched tables whose triggers are missing, switched off, or not what the list of ties
        asks for.
        """
        laid = dict(
            self.run(
                "SELECT tgname, prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
                " WHERE starts_with(tgname::text, 'search_mark_') AND tgenabled = 'O'"
            )
        )
        return sorted(
            {
                name.removeprefix("search_mark_").rsplit("_", 1)[0]
                for name, body in self._functions().items()
                if body not in laid.get(name, "")
            }
        )

    def now(self) -> datetime:
        """The database's clock."""
        return self.run(f"SELECT {self.NOW}")[0][0]  # type: ignore[no-any-return]

    def moment(self, value: datetime | None) -> Any:
        """As text, which every way of writing accepts and which can be sent between processes."""
        return value and value.astimezone(UTC).isoformat()

    def take_stale(self, limit: int) -> Taken:
        """Take marks in one statement. If there are any, it waits until nobody else writes the index."""
        taken, chosen = self._take_stale(limit)
        if len(taken.marks) < chosen:
            # The transaction that we waited for took some of them. A new statement sees what there is now.
            further, _chosen = self._take_stale(limit)
            taken = further._replace(marks=taken.marks | further.marks)
        return taken

    def _take_stale(self, limit: int) -> tuple[Taken, int]:
        """What was taken, and how many marks were to be taken."""
        rows = self.run(_TAKE.call, [limit])
        now, due, building, chosen, *_mark = rows[0]
        marks = {(kind, record) for *_state, kind, record in rows if kind is not None}
        return Taken(now, due, building, marks), chosen

    def leave_marks(self) -> None:
        """In one statement: others add marks meanwhile, which must not be deleted unseen."""
        self.run(
            "WITH gone AS (DELETE FROM search_stale RETURNING kind, record)"
            " INSERT INTO search_left (kind, record) SELECT DISTINCT kind, record FROM gone"
            " ON CONFLICT DO NOTHING"
        )

    def next_version(self, token: str) -> int:
        """Number a change of the index with the next number, and return that."""
        if self.prefix != PREFIX:
            return super().next_version(token)
        return self.run(_NEXT_VERSION.call, [token])[0][0]  # type: ignore[no-any-return]

    def one_writer(self) -> None:
        """Take a lock that ends with the transaction.

        Without it, two transactions that touch one entry would each write it without the other's change.
        """
        self.run("SELECT pg_advisory_xact_lock(%s)", [_LOCK])

    def keep_planned(self) -> None:
        """Create the functions of :mod:`~catalog.search.planned`, and drop those of other releases."""
        kept = dict(
            self.run(
                "SELECT proname::text, prosrc FROM pg_proc WHERE starts_with(proname::text, %s)"
                " AND pronamespace = current_schema()::regnamespace",
                [OF_PLANNED],
            )
        )
        wanted = {f"{OF_PLANNED}{planned.name}": planned for planned in self.PLANNED}
        for name, source in kept.items():
            if name not in wanted or wanted[name].source != source:
                self.run(f'DROP FUNCTION "{name}"')
        for name, planned in wanted.items():
            if kept.get(name) != planned.source:
                self.run(planned.create())
