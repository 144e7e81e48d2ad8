"""Rows of a form that say what another row already says: reported, and never added a second time.

Two curators who have the form open may add the same without knowing. If both typed exactly the
same, the one row stands for both, and the page says so; if one of them says more, that row comes
back with the reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext as _

from catalog.admin.row_versions import RowForm

if TYPE_CHECKING:
    _Base = BaseInlineFormSet[Any, Any, Any]
else:
    _Base = object


class StatesOnce(_Base):
    """Mixin of a formset of statements. ``joined`` names the rows that somebody else had added
    meanwhile.
    """

    joined: tuple[str, ...] = ()

    def clean(self) -> None:
        """Refuse duplicates in the form; leave out what somebody else has added in exactly the same way."""
        super().clean()
        self.joined = ()
        # Rows that the form removes or rewords are no reason to refuse another.
        here = [form.instance.pk for form in self.initial_forms if form.instance.pk]
        said: set[tuple[Any, ...]] = set()
        for form in (*self.initial_forms, *self.extra_forms):
            if form.errors or self._should_delete_form(form):  # type: ignore[attr-defined]
                continue
            if form in self.extra_forms and not form.has_changed():
                continue
            stated = form.instance.stated()
            if stated and _is_fresh(form):
                if stated in said:
                    form.add_error(None, _twice())
                elif self.instance.pk:
                    self._judge(form, here)
            said.add(stated)

    def _judge(self, form: Any, here: list[int]) -> None:
        row = form.instance
        twin = row.twins().exclude(pk__in=here).first()
        if twin is None:
            return
        if row._state.adding and isinstance(form, RowForm) and not row.adds_to(twin):
            form.leave_out()
            self.joined += (str(twin),)
            return
        form.add_error(
            None,
            ValidationError(
                _(
                    "“%(statement)s” already exists: someone else added it while you had the form open, or "
                    "it is one of the rows not shown here. Remove this row; once you have saved, you can "
                    "change the other one."
                )
                % {"statement": twin},
                code="twice",
            ),
        )


def _is_fresh(form: Any) -> bool:
    """Whether a row is new, or says something else than it did."""
    return bool(form.instance._state.adding or {*form.changed_data} & {*form.instance.STATES})


def _twice() -> ValidationError:
    return ValidationError(
        _(
            "This row says the same as another row here. Remove one of them, or add what tells them "
            "apart."
        ),
        code="twice",
    )
