"""The behaviour suite on SQLite."""

from typing import ClassVar

from tests.search.behaviour.asking import only_on
from tests.search.behaviour.suite import Behaviour


@only_on("sqlite")
class TestSQLite(Behaviour):
    VENDOR: ClassVar[str] = "sqlite"
