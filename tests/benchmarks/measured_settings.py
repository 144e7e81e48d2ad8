"""The site as it is, with one more address: a constant answer to measure pages against."""

from __future__ import annotations

import os

from archive_site.settings import *  # noqa: F403

ROOT_URLCONF = "tests.benchmarks.measured_urls"
# The measuring client asks more often than a fair one.
CATALOG |= {"API_READS_A_MINUTE": 0, "API_WRITES_A_MINUTE": 0}  # noqa: F405
# RESULTS_IN_MEMORY=0 measures a search that nobody made before.
if os.environ.get("RESULTS_IN_MEMORY") == "0":
    MIDDLEWARE = ["tests.benchmarks.measured_urls.forgetting", *MIDDLEWARE]  # noqa: F405
# ANSWERS_IN_MEMORY=0 measures what a page costs that nobody saw before.
if kept := os.environ.get("ANSWERS_IN_MEMORY"):
    CATALOG |= {"ANSWERS_IN_MEMORY": int(kept)}
