"""What all records share: slug, status, rights, subjects, and the one rule of visibility.

Every read of the catalogue starts at ``Model.objects.visible_to(user)``; relations and links use
the same rule through :func:`visibility`. There is no second one.
"""

from __future__ import annotations

import uuid as uuid_module
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self, TypeAlias, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.conf import catalogue_settings
from catalog.models.derived import DerivingModel, DerivingQuerySet, FoldedField
from catalog.models.past_address import PastSlug
from catalog.uris import LONGEST_SLUG, SLUG, Kind, permanent_path, record_path
from catalog.values import RIGHTS_STATEMENTS, RightsStatement, rights_statement, slug_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

#: Who reads: a user, a visitor without an account, or nobody in particular (the public).
Reader: TypeAlias = "AbstractBaseUser | AnonymousUser | None"

R = TypeVar("R", bound="Record")


class Status(models.TextChoices):
    """Where a record is in the workflow."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


#: Columns of a record that the public does not read. Of the last one they read the value, but it is
#: renewed only with something else that they read.
UNSEEN: Final = frozenset({"internal_note", "created", "modified"})


def sees_everything(user: Reader) -> bool:
    """Whether ``user`` works on the catalogue, and so sees drafts and withdrawn records too."""
    return bool(user and user.is_active and getattr(user, "is_staff", False))


def seen(record: R | None, reader: Reader) -> R | None:
    """A record that another one points to, if ``reader`` may see it; otherwise None."""
    if record is None or sees_everything(reader) or record.is_public:
        return record
    return None


def visibility(user: Reader, path: str = "") -> Q:
    """The rule of visibility: published, and now within its dates. The clock is the database's.

    ``path`` leads from another model to the record ("person__"), so that relations use the same
    rule.
    """
    if sees_everything(user):
        return Q()
    return Q(
        Q(**{f"{path}publish_from__isnull": True}) | Q(**{f"{path}publish_from__lte": Now()}),
        Q(**{f"{path}embargo_until__isnull": True}) | Q(**{f"{path}embargo_until__lte": Now()}),
        **{f"{path}status": Status.PUBLISHED},
    )


class RecordQuerySet(DerivingQuerySet[R]):
    """Records; start every read at :meth:`visible_to`."""

    def visible_to(self, user: Reader) -> Self:
        """The records that ``user`` may see."""
        return self.filter(visibility(user))

    def get_by_natural_key(self, slug: str) -> R:
        """The record that has this slug, or had it: fixtures outlive a change of slug.

        Of the record only its key is read, which is all that a fixture asks for.
        """
        found = self.filter(slug=slug).only("pk").order_by().first()
        if found is None:
            past = PastSlug.objects.using(self.db).filter(kind=self.model.KIND, slug=slug).first()
            if past is None:
                raise self.model.DoesNotExist(f"No {self.model.KIND} has the slug “{slug}”.")
            found = self.only("pk").get(uuid=past.record_uuid)
        return found

    def update(self, **changes: Any) -> int:
        """As Django's (``bulk_update`` uses it too), but slugs are changed by ``save``."""
        if "slug" in changes:
            raise TypeError(
                f"update(slug=…) would forget the old addresses of {self.model.__name__}. Save each row."
            )
        return super().update(**changes)

    update.alters_data = True  # type: ignore[attr-defined]

    def alive(self) -> Self:
        """Without the withdrawn."""
        return self.exclude(status=Status.WITHDRAWN)


def not_too_long(text: str) -> None:
    """Refuse a text that is longer than ``CATALOG["MAX_TEXT"]``."""
    MaxLengthValidator(lambda: catalogue_settings().MAX_TEXT)(text)


RIGHTS_CHOICES = [(statement.uri, _(statement.label)) for statement in RIGHTS_STATEMENTS.values()]

SLUG_RULE = RegexValidator(
    rf"^{SLUG}\Z",
    _("A URL slug has only letters, digits and single hyphens, like “tomb-photo”."),
)


class Record(DerivingModel):
    """What persons, documents, images, events, places and collections share."""

    KIND: ClassVar[Kind]

    uuid = models.UUIDField(
        _("permanent identifier"), default=uuid_module.uuid4, unique=True, editable=False
    )
    identifier = models.CharField(
        _("identifier"),
        max_length=100,
        unique=True,
        help_text=_("Accession number or reference code. No two records share one."),
        error_messages={
            "unique": _("Another record already has this identifier. Choose the next free one.")
        },
    )
    slug = models.SlugField(
        _("URL slug"),
        max_length=LONGEST_SLUG,
        unique=True,
        allow_unicode=True,
        blank=True,
        validators=[SLUG_RULE],
        help_text=_(
            "Created from the title or name if left empty. If you change it, the old address redirects here."
        ),
    )
    title = models.CharField(_("title"), max_length=500)
    summary = models.CharField(
        _("summary"), max_length=300, blank=True, help_text=_("One line: who or what, when, where.")
    )
    description = models.TextField(
        _("description"), blank=True, validators=[not_too_long], help_text=_("Markdown. No HTML.")
    )
    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    publish_from = models.DateTimeField(
        _("publish from"), null=True, blank=True, help_text=_("Hidden before this time.")
    )
    embargo_until = models.DateTimeField(
        _("embargo until"), null=True, blank=True, help_text=_("Hidden until this time.")
    )
    first_published = models.DateTimeField(
        _("first published"), null=True, blank=True, editable=False
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    rights = models.CharField(
        _("rights statement"), max_length=100, blank=True, choices=RIGHTS_CHOICES
    )
    credit_line = models.CharField(
        _("credit line"),
        max_length=300,
        blank=True,
        help_text=_("Given wherever this is shown or used."),
    )
    subjects = models.ManyToManyField(
        "catalog.Term",
        verbose_name=_("subjects"),
        blank=True,
        limit_choices_to={"vocabulary": "subject"},
        related_name="%(class)ss_about",
    )
    internal_note = models.TextField(
        _("internal note"),
        blank=True,
        validators=[not_too_long],
        help_text=_("Never shown to the public."),
    )
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    modified = models.DateTimeField(_("modified"), default=timezone.now, editable=False)
    sort_key = FoldedField(sources=("title",), by_value=True, max_length=120)
    find_key = FoldedField(sources=("title", "identifier", "summary"), max_length=1000)

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["sort_key", "id"]
        indexes = [
            models.Index(fields=["status", "sort_key", "id"], name="%(class)s_filed"),
            # Curators read all of a kind in its order, whatever its status.
            models.Index(fields=["sort_key", "id"], name="%(class)s_alphabetical"),
            models.Index(fields=["status", "modified", "id"], name="%(class)s_changed"),
            # Few records have either; the desk asks which of these times are still to come.
            models.Index(
                fields=["publish_from"],
                name="%(class)s_scheduled",
                condition=Q(publish_from__isnull=False),
            ),
            models.Index(
                fields=["embargo_until"],
                name="%(class)s_embargoed",
                condition=Q(embargo_until__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(identifier=""), name="%(class)s_has_identifier"),
            models.CheckConstraint(condition=~Q(slug=""), name="%(class)s_has_slug"),
            models.CheckConstraint(condition=~Q(title=""), name="%(class)s_has_title"),
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="%(class)s_status_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **how: Any
    ) -> Self:
        """Remember the slug from the database, so that a change of it is noticed."""
        row = super().from_db(db, field_names, values, **how)
        row._stored_slug = row.__dict__.get("slug")
        return row

    _stored_slug: str | None = None

    def natural_key(self) -> tuple[str]:
        """Fixtures refer to a record by its slug."""
        return (self.slug,)

    def get_absolute_url(self) -> str:
        """Path of the record's public page."""
        return record_path(self.KIND, self.slug)

    @property
    def permanent_path(self) -> str:
        """Path that never changes."""
        return permanent_path(self.uuid)

    @property
    def rights_statement(self) -> RightsStatement | None:
        """The rights statement in plain words, or None if none is chosen."""
        return rights_statement(self.rights)

    @property
    def is_public(self) -> bool:
        """Whether a visitor sees the record now (the rule of :func:`visibility`, for one loaded row)."""
        now = timezone.now()
        return (
            self.status == Status.PUBLISHED
            and (self.publish_from is None or self.publish_from <= now)
            and (self.embargo_until is None or self.embargo_until <= now)
        )

    @property
    def was_shown(self) -> bool:
        """Whether the public has ever seen the record. Until it has, its first publication is still to come."""
        return self.first_published is not None and self.first_published <= timezone.now()

    @property
    def shown_from(self) -> datetime:
        """When the public sees the record if it is published now: at once, or when its time comes."""
        return max(filter(None, (timezone.now(), self.publish_from, self.embargo_until)))

    def clean(self) -> None:
        """Refuse a slug that another record had: its old address must not lead to this one."""
        super().clean()
        if self.slug and PastSlug.belongs_to_another(self.KIND, self.slug, self.uuid):
            raise ValidationError(
                {
                    "slug": _(
                        "This was the address of another record and still redirects there. Choose another."
                    )
                }
            )

    def save(
        self,
        *args: Any,
        update_fields: Iterable[str] | None = None,
        tells: bool = True,
        **kwargs: Any,
    ) -> None:
        """Write the record; give it a slug if it has none, and remember its previous slug.

        The time of its last change, which the public reads, stays as it is if not ``tells``. A first
        publication that is still to come moves with the dates.
        """
        if not self.slug:
            self.slug = self._free_slug()
        if tells:
            self.modified = timezone.now()
        also = {"modified"}
        if self.status == Status.PUBLISHED and self.first_published and not self.was_shown:
            self.first_published = self.shown_from
            also.add("first_published")
        if update_fields is not None:
            update_fields = {*update_fields, *also}
        with transaction.atomic(using=kwargs.get("using") or self._state.db):
            super().save(*args, update_fields=update_fields, **kwargs)
            if self._stored_slug and self._stored_slug != self.slug:
                PastSlug.remember(self.KIND, self._stored_slug, self.slug, self.uuid)
        self._stored_slug = self.slug

    def _free_slug(self) -> str:
        """A slug from the title that no record of this kind has or had."""
        wanted = slug_of(self.title)
        # Queried by exact name, a few at a time and then more: searching by their common beginning
        # would read all of them.
        asked = 1
        first = 1
        while True:
            names = [
                wanted if number == 1 else f"{wanted}-{number}"
                for number in range(first, first + asked)
            ]
            rows = type(self)._base_manager.filter(slug__in=names)
            taken = set(rows.values_list("slug", flat=True)) | PastSlug.among(self.KIND, names)
            if free := next((name for name in names if name not in taken), ""):
                return free
            first, asked = first + asked, min(500, 10 * asked)


def title_called(name: Any) -> models.CharField[str, str]:
    """The field ``title`` of a kind whose records have another word for it: persons and places have names.

    It keeps its place among the fields of a record, so that forms, differences and files keep their order. Every
    door takes the word from here (``verbose_name``).
    """
    title: models.CharField[str, str] = models.CharField(name, max_length=500)
    title.creation_counter = Record._meta.get_field("title").creation_counter
    return title
