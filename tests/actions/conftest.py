"""Curators of the three groups."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, Group


@pytest.fixture
def curator(db):
    """The user of a group, or somebody without any."""

    def of(group):
        if group == "Anonymous":
            return AnonymousUser()
        user = get_user_model().objects.create_user(
            f"{group} {get_user_model().objects.count()}", is_staff=True
        )
        if group != "Nobody":
            user.groups.add(Group.objects.get(name=group))
        return user

    return of
