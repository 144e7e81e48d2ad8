"""The behaviour suite, asked of PostgreSQL."""

from typing import ClassVar

from tests.search.behaviour import Behaviour


class TestPostgreSQL(Behaviour):
    VENDOR: ClassVar[str] = "postgresql"
