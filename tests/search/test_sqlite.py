"""The behaviour suite, asked of SQLite."""

from typing import ClassVar

from tests.search.behaviour import Behaviour


class TestSQLite(Behaviour):
    VENDOR: ClassVar[str] = "sqlite"
