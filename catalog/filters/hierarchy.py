"""What is below some rows of a hierarchy, as one subquery of a larger query.

Only rows that the visitor may see are walked through: for the visitor, a record in a hidden place
is in no place at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connections
from django.db.models import F, QuerySet
from django.db.models.expressions import RawSQL

from catalog.models import HierarchicalQuerySet


def compiled(queryset: QuerySet[Any, Any]) -> tuple[str, list[Any]]:
    """The SQL of a queryset, without its order, and its parameters, for use inside another statement.

    Raises ``EmptyResultSet`` if the queryset can hold nothing.
    """
    compiler = queryset.order_by().query.get_compiler(using=queryset.db)
    sql, parameters = compiler.as_sql()
    return sql, list(parameters)


def steps(nodes: HierarchicalQuerySet[Any]) -> tuple[str, list[Any]]:
    """SQL of the pairs ``node``, ``above`` (primary keys) of a hierarchy."""
    return compiled(nodes.values(node=F("pk"), above=F(f"{nodes.model.PARENT}_id")))


def below(nodes: HierarchicalQuerySet[Any], pks: Sequence[int]) -> RawSQL:
    """The primary keys ``pks`` and those below them in ``nodes``: ``place__in=below(places, [3])``.

    ``pks`` holds at least one key. UNION (not UNION ALL) ends even a loop.
    """
    table = connections[nodes.db].ops.quote_name(nodes.model._meta.db_table)
    step, parameters = steps(nodes)
    starts = ", ".join(["%s"] * len(pks))
    return RawSQL(  # noqa: S611 - every part is compiled by Django or a placeholder
        f"WITH RECURSIVE line(id) AS ("  # noqa: S608
        f"SELECT id FROM {table} WHERE id IN ({starts})"
        f" UNION SELECT step.node FROM ({step}) AS step JOIN line ON step.above = line.id)"
        f" SELECT id FROM line",
        [*pks, *parameters],
    )


def with_those_above(
    rows: QuerySet[Any], nodes: HierarchicalQuerySet[Any]
) -> tuple[str, list[Any]]:
    """SQL of ``record`` and ``value``, for the node of each row and for every one above it. Every
    part is compiled by Django. Raises ``EmptyResultSet`` if there can be no row.
    """
    pairs, parameters = compiled(rows)
    step, above = steps(nodes)
    sql = (
        f"WITH RECURSIVE pair AS ({pairs}), step AS ({step}),"  # noqa: S608
        f" line(node, top) AS ("
        f"SELECT node, node FROM step WHERE node IN (SELECT node FROM pair)"
        f" UNION SELECT line.node, step.above FROM line JOIN step ON step.node = line.top"
        f" WHERE step.above IS NOT NULL)"
        f" SELECT pair.record AS record, line.top AS value"
        f" FROM pair JOIN line ON line.node = pair.node JOIN step ON step.node = line.top"
    )
    return sql, [*parameters, *above]
