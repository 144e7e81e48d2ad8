"""What the public may not know of living people shows at no door, nor by which filters and orders find them.

The proof compares: one person's birth is changed from one secret to another, and every address that a visitor can
reach has to answer as before. So a count, an order or a facet that depends on the secret is noticed too, and not
only a date that is printed.
"""

from __future__ import annotations

import difflib
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone

from catalog import search
from catalog.conf import catalogue_settings
from catalog.documents import feed
from catalog.models import (
    Contribution,
    Depiction,
    Document,
    Event,
    Image,
    Lifetime,
    Participation,
    Person,
    Place,
    PublicRecord,
    Relationship,
    Term,
    Vocabulary,
    birth_withheld,
    next_lapse,
    withheld_in_sql,
)
from catalog.models.living import Today
from catalog.uris import PLURALS
from tests.contracts.test_leaks import forget_answers
from tests.contracts.walk import walk
from tests.filters.small_museum import made

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("any_number_of_requests")]

#: Two births that a visitor must not tell apart: the date, and the place by its slug.
SECRETS = (("1993-05-17", "quokkaville"), ("1958~", "numbatham"))
#: What prints the first of them.
PRINTED = re.compile(r"1993-05-17|17 (?:de )?Ma[yi]o? (?:de )?1993|19930517", re.IGNORECASE)
#: What differs from one answer to the next whatever it is about: moments, the numbers of changes and their marks.
PASSING = re.compile(
    r'\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)?|"(?:sequence|last_change|last|since)":\d+|since=\d+|nonce="[^"]*"'
    r"|from-\d+|resumptionToken[^<]*<|\"mark\":\"[0-9a-f]{16}\"|mark=[0-9a-f]{16}"
)


@pytest.fixture
def museum(settings: Any, tmp_path: Path) -> Person:
    """A living person tied to a record of every kind, among people whose dates are known. Answers that person."""
    # Requests are counted in a file: what others asked a moment ago must not use up what this walk may ask.
    settings.VAR_DIR = tmp_path / "var"
    for title in ("Quokkaville", "Numbatham", "Elsewhere"):
        made(Place, title)
    elsewhere = Place.objects.get(title="Elsewhere")
    dead = made(Person, "Dead One", born="1960-02-03", died="2001", born_place=elsewhere)
    made(Person, "Old One", born="1850", born_place=elsewhere)
    made(Person, "Body", kind="corporate body", born="1995-06")
    living = made(Person, "Living One", born="1970")
    shared = Term.objects.create(vocabulary=Vocabulary.SUBJECT, code="exile", label="Exile")
    living.subjects.add(shared)
    for year in ("1958", "1993"):
        # Equally like the living person, but for the year.
        made(Person, f"Twin of {year}", born=year, died="2010").subjects.add(shared)
    kind = Term.objects.create(
        vocabulary=Vocabulary.RELATIONSHIP_KIND, code="parent", label="parent of"
    )
    Relationship.objects.create(person=dead, related=living, kind=kind)
    role = Term.objects.create(
        vocabulary=Vocabulary.PARTICIPATION_ROLE, code="witness", label="Witness"
    )
    Participation.objects.create(person=living, event=made(Event, "A day", date="2010"), role=role)
    Depiction.objects.create(person=living, image=made(Image, "A group"))
    report = made(Document, "A report", written="2011", holding_institution=dead)
    role = Term.objects.create(
        vocabulary=Vocabulary.CONTRIBUTION_ROLE, code="author", label="Author"
    )
    Contribution.objects.create(person=living, document=report, role=role)
    return living


def keep_secret(person: Person, born: str, place: str) -> None:
    """Give a person another birth, past the actions, so that no moment of the record tells of it."""
    Person.objects.filter(pk=person.pk).update(born=born, born_place=Place.objects.get(slug=place))
    search.refresh()


def starts() -> list[str]:
    """Addresses at which dates and places of birth count for something, and where the walk begins."""
    days = ("1955", "1959", "1990", "1993-05-17", "1993-05-18", "1994")
    asked = [f"{end}={day}" for end in ("date_from", "date_to") for day in days]
    asked += [f"place={place}" for _born, place in SECRETS]
    asked += ["sort=date", "sort=-date", "q=living", "q=1993", "q=quokkaville", "q=numbatham"]
    found = ["/", "/sitemap.xml"]
    found += [f"/oai?verb=ListRecords&metadataPrefix={form}" for form in ("oai_dc", "lido")]
    facets = "facets=decade,place,person,kind"
    for one in asked:
        found += [f"/people/?{one}", f"/search/?{one}&kind=person"]
        found += [f"/api/v1/people/?{one}", f"/api/v1/search/?{one}&{facets}"]
    # The other forms show what the pages found; a date between the secrets is enough for them.
    between = (one for one in asked if "date_" not in one or one.endswith("=1990"))
    for one in between:
        found += [f"/people/?{one}&view=timeline"]
        found += [f"/people/?{one}&format={form}" for form in ("atom", "csv", "json")]
        found += [f"/search/?{one}&format={form}" for form in ("csv", "json")]
    for order in ("date", "-date"):
        found += [
            f"/api/v1/people/?sort={order}&page_size=1&cursor=",
            f"/api/v1/people/?sort={order}&page_size=2&page=2",
            f"/people/?sort={order}&view=timeline&page=1",
            f"/api/v1/search/?sort={order}&page_size=2&cursor=",
        ]
    found += [f"/search/suggestions?q={typed}" for typed in ("liv", "quo")]
    for plural in PLURALS.values():
        found += [f"/api/v1/{plural}/?include=all", f"/api/v1/{plural}/?page_size=50"]
    found += ["/places/?person=living-one", "/api/v1/places/?person=living-one"]
    for _born, place in SECRETS:
        found += [
            f"/places/{place}/",
            f"/api/v1/places/{place}/",
            f"/api/v1/places/{place}/births/",
        ]
    found += ["/people/living-one/", "/people/living-one/network/", "/es/people/living-one/"]
    found += ["/api/v1/people/living-one/", "/api/v1/changes/", "/healthz"]
    uuid = Person.objects.get(slug="living-one").uuid
    found += [f"/id/{uuid}{form}" for form in ("", ".bib", ".ris", ".csl.json", ".eac.xml")]
    works = [Image.objects.get(title="A group"), Document.objects.get(title="A report")]
    found += [f"/id/{work.uuid}.lido.xml" for work in works]
    return found


def test_no_door_tells_one_birth_from_another(museum: Person, client: Client) -> None:
    feed.catch_up()
    places = PublicRecord.objects.filter(kind="place").values_list("sequence")
    before = set(places)
    keep_secret(museum, *SECRETS[0])
    feed.catch_up()
    assert set(places.all()) == before, "The list of changes tells where a living person was born."
    told: dict[str, tuple[int, str]] = {}
    for address, answer, body in walk(client, starts()):
        said = body.decode(errors="replace")
        if "1993-05-17" not in address:
            assert not PRINTED.search(said), f"{address} shows the birth of a living person"
        if answer.get("Content-Type", "").startswith(("image/", "application/zip")):
            continue
        told[address] = (answer.status_code, PASSING.sub("", said + answer.get("Link", "")))
    assert sum("Living One" in said for _status, said in told.values()) > 30, (
        "The walk has not met the living person: does it follow the links?"
    )
    keep_secret(museum, *SECRETS[1])
    forget_answers()
    for address, (status, said) in told.items():
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        again = PASSING.sub("", body.decode(errors="replace") + answer.get("Link", ""))
        assert answer.status_code == status, address
        if again != said:
            pieces = (re.split(r"[\n>]|(?<=,)", text) for text in (said, again))
            lines = "\n".join(difflib.unified_diff(*pieces, lineterm="", n=1))[:2000]
            pytest.fail(f"{address} tells one birth of a living person from another:\n{lines}")


def test_the_page_says_why_and_curators_see_all(museum: Person, client: Client) -> None:
    keep_secret(museum, *SECRETS[0])
    page = client.get("/people/living-one/").content.decode()
    assert "Dates and birthplaces of living people are not shown." in page
    document = client.get("/api/v1/people/living-one/").json()
    assert document["birth_withheld"] is True
    assert document["born"] is document["born_place"] is document["date"] is None
    curator = Client()
    curator.force_login(User.objects.create_superuser("curator"))
    page = curator.get("/people/living-one/").content.decode()
    assert "17 May 1993" in page and "Quokkaville" in page
    assert "not shown to the public" in page
    # The same filters find them for curators.
    found = curator.get("/people/?date_from=1993&date_to=1993").content.decode()
    assert "Living One" in found
    found = curator.get("/people/?place=quokkaville").content.decode()
    assert "Living One" in found


def test_a_recorded_death_shows_the_birth_at_once(museum: Person, client: Client) -> None:
    keep_secret(museum, *SECRETS[0])
    assert "17 May 1993" not in client.get("/people/living-one/").content.decode()
    museum.refresh_from_db()
    museum.died = "2020"
    museum.save()
    search.refresh()
    page = client.get("/people/living-one/").content.decode()
    assert "17 May 1993" in page and "Quokkaville" in page
    assert client.get("/api/v1/people/living-one/").json()["born"]["edtf"] == "1993-05-17"
    assert "Living One" in client.get("/people/?date_to=1994&place=quokkaville").content.decode()
    found = client.get("/api/v1/search/?date_from=1993&date_to=1993").json()["results"]
    assert "Living One" in [one["title"] for one in found]


#: Name, columns, whether the public may not learn of the birth.
CASES: list[tuple[str, dict[str, Any], bool]] = [
    ("young", {"born": "1990"}, True),
    ("about the limit, by the latest bound", {"born": "190X"}, False),
    ("a decade that reaches far enough", {"born": "1900/1950"}, True),
    ("open end", {"born": "1890/.."}, True),
    ("old", {"born": "1850"}, False),
    ("dead", {"born": "1990", "died": "2001"}, False),
    ("death without a known date", {"born": "1990", "died": "1995/.."}, False),
    ("place of death alone", {"born": "1990", "died_place": True}, False),
    ("family", {"born": "1990", "kind": "family"}, False),
    ("body", {"born": "1990", "kind": "corporate body"}, False),
    ("no date", {}, False),
    ("no date, said to live", {"vital_status": "living"}, True),
    ("old, said to live", {"born": "1850", "vital_status": "living"}, True),
    ("said to live, but died", {"born": "1990", "died": "2001", "vital_status": "living"}, False),
    ("young, said to be dead", {"born": "1990", "vital_status": "dead"}, False),
    ("body, said to live", {"kind": "corporate body", "vital_status": "living"}, False),
]


@pytest.mark.parametrize("years", [110, 0])
def test_the_rule_is_the_same_for_rows_and_in_the_database(settings: Any, years: int) -> None:
    settings.CATALOG = settings.CATALOG | {"LIVING_YEARS": years}
    somewhere = made(Place, "Somewhere")
    for name, columns, expected in CASES:
        if columns.get("died_place"):
            columns = columns | {"died_place": somewhere}
        person = made(Person, name, **columns)
        person.refresh_from_db()
        hidden = Person.objects.filter(birth_withheld(None), pk=person.pk).exists()
        shown = Person.objects.exclude(birth_withheld(None)).filter(pk=person.pk).exists()
        # Without the rule, only what a curator says counts.
        wanted = expected and (years > 0 or person.vital_status == "living")
        assert (hidden, shown) == (wanted, not wanted), name
        assert person.birth_is_withheld == wanted, name
        condition = withheld_in_sql("catalog_person", connection.vendor)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM catalog_person WHERE id = {person.pk} AND {condition}")
            assert bool(cursor.fetchall()) == wanted, name
    assert not Person.objects.filter(birth_withheld(User(is_staff=True, is_active=True))).exists()


def test_the_clock_ends_it_on_a_birthday() -> None:
    def lifetime(born_latest: int) -> Lifetime:
        return Lifetime("individual", True, born_latest, False, "")

    born = lifetime(19200229)
    eve, day = datetime(2030, 2, 28, 23, 59, tzinfo=UTC), datetime(2030, 3, 1, tzinfo=UTC)
    assert born.withheld(eve) and not born.withheld(day)
    assert born.shown_from(eve) == day
    assert lifetime(20000615).shown_from(eve) == datetime(2110, 6, 15, tzinfo=UTC)
    assert lifetime(99981231).shown_from(eve) is None
    today = Person.objects.annotate(today=Today()).values_list("today", flat=True)
    made(Person, "Somebody")
    assert today[0] == int(timezone.now().astimezone(UTC).strftime("%Y%m%d"))


def test_documents_and_index_know_when_the_clock_ends_it() -> None:
    now = timezone.now()
    span = catalogue_settings().LIVING_YEARS
    day = now + timedelta(days=40)
    person = made(Person, "Soon", born=f"{day.year - span}-{day:%m-%d}")
    made(Person, "Later", born=f"{day.year - span + 1}-{day:%m-%d}")
    made(Person, "Dead", born=f"{day.year - span}-{day:%m}", died="2000")
    if f"{day:%m-%d}" == "02-29":
        pytest.skip("On this day the moment is the first of March.")
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert next_lapse(Person.objects.all(), now) == moment
    search.refresh()
    feed.catch_up()
    from catalog.models import FeedState
    from catalog.search.backends import backend_of
    from catalog.search.named import moment as read

    assert FeedState.objects.get(pk=1).next_moment == moment
    due = backend_of("default").run(
        "SELECT due FROM search_entry WHERE record = %s AND kind = 1", [person.pk]
    )
    assert read(due[0][0]) == moment


def test_a_person_without_their_birth_is_never_saved(museum: Person) -> None:
    with pytest.raises(TypeError, match="no birth"):
        museum.known_to(None).save()
    museum.refresh_from_db()
    assert str(museum.born) == "1970"


def test_another_number_of_years_renews_the_entries(settings: Any, museum: Person) -> None:
    keep_secret(museum, *SECRETS[0])
    settings.CATALOG = settings.CATALOG | {"LIVING_YEARS": 20}
    search.after_migrate(using="default")
    held = search.holdings()
    assert held is not None
    found = held.of_keys("person", [museum.pk])
    assert found and found <= held.between(19930101, 19931231)
    assert not list(search.check())
