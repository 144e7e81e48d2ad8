"""The generated museum is what it claims to be: valid rows, the same for one seed, with a few
much-used records.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from django.db import connection, models
from django.db.models import Count, Max, Q

from catalog.models import RECORD_MODELS, Document, Person, Record, Term
from catalog.values import read_date
from tests.benchmarks.holdings import SHARES, Holdings
from tests.benchmarks.made_dates import dated, lived_date
from tests.benchmarks.made_records import make_batch
from tests.benchmarks.museum import Museum, NotMade, make_museum, refuse_to_replace_others
from tests.benchmarks.storage import LEDGER, catalogue_models
from tests.benchmarks.words import COMMON_WORD, RARE_WORD, TONGUES, UNCOMMON_WORD, word_list

RECORDS = 3_000
#: Tables that Django made between two models have no rules of their own.
MODELS = [model for model in catalogue_models() if not model._meta.auto_created]


@pytest.fixture(scope="module")
def museum(taken_back: Any) -> Iterator[Museum]:
    """One museum for the tests of this file, rolled back after them."""
    with taken_back():
        yield make_museum(RECORDS, seed=5)


def columns(row: models.Model) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name != "modified"
    }


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_rows_are_as_the_catalogue_would_have_saved_them(
    museum: Museum, model: type[models.Model]
) -> None:
    """Derived columns are right, and every rule of a curator's form is kept."""
    step = max(1, model._base_manager.count() // 25)
    for row in model._base_manager.order_by("pk")[::step]:
        before = columns(row)
        row.full_clean(validate_unique=False)
        row.save()
        assert columns(model._base_manager.get(pk=row.pk)) == before


def test_every_reference_leads_to_a_row(museum: Museum) -> None:
    connection.check_constraints()


def test_kinds_have_their_shares(museum: Museum) -> None:
    counts = {kind: model._base_manager.count() for kind, model in RECORD_MODELS.items()}
    assert counts == {kind: RECORDS * share // 100 for kind, share in SHARES.items()}
    assert sum(counts.values()) == RECORDS
    assert Term.objects.filter(vocabulary="subject").count() >= 3_000


def test_some_records_are_hidden_in_every_way(museum: Museum) -> None:
    hidden = Counter[str]()
    for model in RECORD_MODELS.values():
        rows = model.objects.all()
        hidden["all"] += rows.count() - rows.visible_to(None).count()
        for status in ("draft", "in_review", "withdrawn"):
            hidden[status] += rows.filter(status=status).count()
        hidden["embargo"] += rows.filter(embargo_until__isnull=False).count()
        hidden["later"] += rows.filter(publish_from__isnull=False).count()
        assert not rows.filter(pk__lte=20).exclude(status="published").exists()
    assert 0.05 * RECORDS < hidden["all"] < 0.09 * RECORDS
    assert all(hidden.values())


def test_a_few_persons_have_much_and_most_have_little(museum: Museum) -> None:
    ties = list(
        Person.objects.annotate(ties=Count("contributions"))
        .order_by("-ties")
        .values_list("ties", flat=True)
    )
    middle = ties[len(ties) // 2]
    assert ties[0] > 100
    assert middle <= 3


def test_words_are_spread_as_told(museum: Museum) -> None:
    def having(word: str) -> int:
        fields = ("title", "summary", "description")
        has = Q(*((f"{field}__contains", word) for field in fields), _connector=Q.OR)
        return sum(model._base_manager.filter(has).count() for model in RECORD_MODELS.values())

    assert 0.08 * RECORDS < having(COMMON_WORD) < 0.12 * RECORDS
    assert 0.004 * RECORDS < having(UNCOMMON_WORD) < 0.02 * RECORDS
    assert having(RARE_WORD) == 1


def test_dates_are_of_every_sort(museum: Museum) -> None:
    lowest = Document.objects.aggregate(lowest=Max("written_latest"))["lowest"]
    assert lowest and Document.objects.filter(written_latest__lt=0).exists()
    assert Document.objects.filter(written__contains="~").exists()
    open_ended = Q(written_earliest__isnull=True) ^ Q(written_latest__isnull=True)
    assert Document.objects.filter(open_ended).exists()


def test_hierarchies_have_their_levels(museum: Museum) -> None:
    fonds = RECORD_MODELS["collection"].objects.get(pk=1)
    assert fonds.children.filter(level="series").count() == 4  # type: ignore[attr-defined]
    place = RECORD_MODELS["place"].objects.order_by("-pk")[0]
    assert len(place.ancestors()) == 3  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_a_museum_loaded_without_indexes_gets_all_of_them_back() -> None:
    def indexes() -> dict[str, Any]:
        with connection.cursor() as cursor:
            return {
                model._meta.db_table: connection.introspection.get_constraints(
                    cursor, model._meta.db_table
                )
                for model in catalogue_models()
            }

    before = indexes()
    make_museum(200, rebuild_indexes=True)
    assert indexes() == before
    assert LEDGER not in connection.introspection.table_names()
    connection.check_constraints()


@pytest.mark.django_db
def test_triggers_are_back_afterwards_and_were_off_meanwhile() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE noted (person bigint)")
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS"
                " 'BEGIN INSERT INTO noted VALUES (NEW.id); RETURN NULL; END'"
            )
            then = "FOR EACH ROW EXECUTE FUNCTION note()"
        else:
            then = "BEGIN INSERT INTO noted VALUES (NEW.id); END"
        cursor.execute(f"CREATE TRIGGER note AFTER INSERT ON catalog_person {then}")
        make_museum(100)
        cursor.execute("SELECT count(*) FROM noted")
        assert cursor.fetchone()[0] == 0
        ada = Person.objects.create(identifier="P 1", title="Ada")
        cursor.execute("SELECT person FROM noted")
        assert cursor.fetchall() == [(ada.pk,)]


@pytest.mark.django_db
def test_records_are_never_lost_unasked() -> None:
    Person.objects.create(identifier="P 1", title="Ада")
    with pytest.raises(NotMade, match="--replace"):
        make_museum(100)
    with pytest.raises(NotMade, match="never deletes"):
        refuse_to_replace_others()
    make_museum(100, replace=True)
    refuse_to_replace_others()
    assert Person.objects.count() == 30
    Person.objects.create(identifier="after", title="Numbers go on after the museum's")
    with pytest.raises(NotMade, match="VAR_DIR"):
        refuse_to_replace_others()


@pytest.mark.django_db
def test_vocabularies_alone_are_not_deleted_either() -> None:
    Term.objects.create(vocabulary="subject", code="exile", label="Exile")
    with pytest.raises(NotMade, match="never deletes"):
        refuse_to_replace_others()


@pytest.mark.once
def test_the_same_seed_makes_the_same_rows_in_any_order() -> None:
    holdings = Holdings(400, 7)
    forwards = [make_batch(job) for job in holdings.jobs()]
    backwards = [make_batch(job) for job in reversed(list(holdings.jobs()))]
    assert forwards == backwards[::-1]
    assert forwards != [make_batch(job) for job in Holdings(400, 8).jobs()]


@pytest.mark.once
@pytest.mark.parametrize("records", [1, 7, 50])
def test_the_smallest_museums_can_be_made(records: int) -> None:
    holdings = Holdings(records, 1)
    made = Counter(job.kind for job in holdings.jobs())
    assert set(made) == set(SHARES)
    for job in holdings.jobs():
        assert make_batch(job)


@pytest.mark.once
def test_every_made_date_is_a_date() -> None:
    rng = Random(3)
    written = {dated(rng) for _ in range(150)} | {lived_date(rng, 1880) for _ in range(20)}
    for date in written:
        read_date(date)


@pytest.mark.once
def test_measured_words_stand_in_no_list() -> None:
    for tongue in TONGUES:
        assert {COMMON_WORD, UNCOMMON_WORD, RARE_WORD}.isdisjoint(word_list(tongue.code, 20_000))


@pytest.mark.once
def test_every_noun_is_made() -> None:
    assert set(SHARES) == set(RECORD_MODELS)
    assert sum(SHARES.values()) == 100
    assert all(issubclass(model, Record) for model in RECORD_MODELS.values())
