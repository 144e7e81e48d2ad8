"""A table on its way through the admin, as a curator sends it: page by page."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from catalog.models import Intake

TABLE = """Reference code,Title,Date written,Author,Subjects,Tray
D.1,My Life,1929,Leon Trotsky,Exile|Show trials,A
D.2,A letter,about 1890,"Trotsky, Leon",,B
"""
BAD = "D.3,Bad,3/4/1938,Nobody,Exil,C\n"
ADD = reverse("admin:catalog_intake_add")


def client_of(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(client, text, kind="document", name="list.csv"):
    content = text.encode() if isinstance(text, str) else text
    return client.post(ADD, {"kind": kind, "file": SimpleUploadedFile(name, content)})


def sent(client, text, kind="document"):
    answer = send(client, text, kind)
    assert answer.status_code == 302, answer.content.decode()
    return Intake.objects.latest("pk")


def page(table):
    return reverse("admin:catalog_intake_change", args=[table.pk])


def entries(client, table, **choices):
    """What the page of a table would send as it is, except for some choices."""
    plan = Intake.objects.get(pk=table.pk).plan | choices
    said = {f"column-{place}": name for place, name in enumerate(plan.pop("columns"))}
    ticks = {"empties", "new_terms", "publish"}
    return said | {
        name: "on" if value is True else value
        for name, value in plan.items()
        if name != "kind" and not (name in ticks and not value)
    }


def look(client, table, **choices):
    answer = client.post(page(table), entries(client, table, **choices) | {"_look": "1"})
    assert answer.status_code == 302, answer.content.decode()
    return client.get(page(table)).content.decode()


def bring(client, table, **more):
    client.post(page(table), entries(client, table) | {"_bring": "1"} | more)
    table.refresh_from_db()
    return client.get(page(table)).content.decode()
