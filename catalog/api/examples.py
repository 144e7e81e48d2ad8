"""The examples of the quick start, as the reference shows them; docs/api.md has the same, and the tests run those."""

from __future__ import annotations

from typing import Final

#: The address in the examples; the page replaces it by its own site.
HERE: Final = "http://127.0.0.1:8000"

PYTHON: Final = """\
import json
import urllib.request


def every(address):
    while address:
        with urllib.request.urlopen(address) as answer:
            page = json.load(answer)
        yield from page["results"]
        address = page["next"]


for event in every("http://127.0.0.1:8000/api/v1/events/?sort=date&page_size=100"):
    print((event["date"] or {}).get("display", "undated"), event["title"])
"""

JAVASCRIPT: Final = """\
const answer = await fetch("http://127.0.0.1:8000/api/v1/images/?sort=title&page_size=5");
const page = await answer.json();
for (const image of page.results) {
  console.log(image.title, image.thumbnail ? image.thumbnail.url : "(no copy held)");
}
"""

SHELL: Final = """\
curl "http://127.0.0.1:8000/api/v1/people/?q=trotsky"
curl "http://127.0.0.1:8000/api/v1/events/?date_from=1936&date_to=1938&sort=date"
curl "http://127.0.0.1:8000/api/v1/documents/?person=trotsky&role=author&include=contributions"
curl --compressed "http://127.0.0.1:8000/api/v1/people/trotsky/"
"""

SPREADSHEET: Final = """\
http://127.0.0.1:8000/api/v1/dumps/people.csv
=IMPORTDATA("http://127.0.0.1:8000/api/v1/dumps/events.csv")
"""

#: By the language of their block in docs/api.md.
EXAMPLES: Final[dict[str, str]] = {
    "sh": SHELL,
    "python": PYTHON,
    "js": JAVASCRIPT,
    "spreadsheet": SPREADSHEET,
}
#: The name of each on the page.
NAMES: Final[dict[str, str]] = {
    "sh": "curl",
    "python": "Python",
    "js": "JavaScript",
    "spreadsheet": "LibreOffice, Excel, Google Sheets",
}


def examples(origin: str) -> list[tuple[str, str]]:
    """The examples by name, using the site at ``origin``."""
    return [(NAMES[mark], text.replace(HERE, origin)) for mark, text in EXAMPLES.items()]
