"""The settings of the site, with one more URL: a constant answer to measure pages against."""

from __future__ import annotations

import os

from archive_site.settings import *  # noqa: F403

ROOT_URLCONF = "tests.benchmarks.measured_urls"
# The measuring client makes more requests than fair use allows.
CATALOG |= {"API_READS_A_MINUTE": 0, "API_WRITES_A_MINUTE": 0}  # noqa: F405
# RESULTS_IN_MEMORY=0 measures searches that nobody has made before.
if os.environ.get("RESULTS_IN_MEMORY") == "0":
    MIDDLEWARE = ["tests.benchmarks.measured_urls.forgetting", *MIDDLEWARE]  # noqa: F405
# ANSWERS_IN_MEMORY=0 measures pages that nobody has seen before.
if kept := os.environ.get("ANSWERS_IN_MEMORY"):
    CATALOG |= {"ANSWERS_IN_MEMORY": int(kept)}
