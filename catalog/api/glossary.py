"""The glossary of fields, made from the schemas, so that no field is without an explanation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalog.api.openapi import description


@dataclass(frozen=True, slots=True)
class Entry:
    """One field: its name, what it holds, and what it means."""

    name: str
    form: str
    text: str


def glossary() -> dict[str, list[Entry]]:
    """The fields of every schema that is returned, by its name."""
    found = {}
    for name, schema in description()["components"]["schemas"].items():
        # A document as the search found it is the document, and Match.
        repeats = name.endswith("Found") and name != "Found"
        if (
            repeats
            or name.endswith(("Input", "Patch", "Replacement", "List"))
            or "properties" not in schema
        ):
            continue
        found[name] = [
            Entry(field, form_of(inner), inner.get("description", ""))
            for field, inner in schema["properties"].items()
        ]
    return found


def form_of(schema: dict[str, Any]) -> str:
    """What a schema accepts, in few words: "Date or null"."""
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[1])
    if "anyOf" in schema:
        return " or ".join(form_of(inner) for inner in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {form_of(schema['items'])}"
    if schema.get("type") == "object" and "results" in schema.get("properties", {}):
        return f"relation of {form_of(schema['properties']['results']['items'])}"
    kind = schema.get("type", "anything")
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def as_markdown() -> str:
    """The glossary for docs/api.md."""
    parts = []
    for name, entries in glossary().items():
        lines = [f"### {name}", "", "| field | holds | meaning |", "|---|---|---|"]
        lines += [f"| `{entry.name}` | {entry.form} | {entry.text} |" for entry in entries]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"
