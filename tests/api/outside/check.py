"""A strict client from outside: queries a running site over HTTP, and reports broken promises.

    python -m tests.api.outside.check http://127.0.0.1:8000

It knows the promises of the API and nothing of the code: parameters come from the description. Each
check yields sentences; a site that keeps every promise gets none. ``test_outside_check.py`` runs it
in the tests.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from tests.api.outside.answers import (
    bounds,
    conditional_requests,
    cross_origin,
    fair_use,
    heads,
    parameters,
    problems,
)
from tests.api.outside.links import permanent_identifiers, records_link_on
from tests.api.outside.lists import copies, lists_and_records, paging
from tests.api.outside.site import Site

CHECKS: tuple[Callable[[Site], Iterator[str]], ...] = (
    conditional_requests,
    heads,
    cross_origin,
    problems,
    parameters,
    paging,
    lists_and_records,
    records_link_on,
    permanent_identifiers,
    copies,
    bounds,
    fair_use,
)


def main() -> None:
    """Check the site that is named, print what is wrong, exit with 1 if anything is."""
    site, wrong = Site(sys.argv[1]), 0
    for check in CHECKS:
        found = list(check(site))
        wrong += len(found)
        print(f"{check.__name__}: {len(found) or 'nothing'} wrong")
        for one in found[:40]:
            print(f"    {one}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
