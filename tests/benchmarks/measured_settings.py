"""The site as it is, with one more address: a constant answer to measure pages against."""

from __future__ import annotations

from archive_site.settings import *  # noqa: F403

ROOT_URLCONF = "tests.benchmarks.measured_urls"
