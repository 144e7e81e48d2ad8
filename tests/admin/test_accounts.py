"""Accounts: an administrator can give no right that they lack, and opens no way above themselves."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission, User

from tests.admin.conftest import form_of, make_curator, messages_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def change(client, user, **entries):
    address = f"/admin/auth/user/{user.pk}/change/"
    page = client.get(address)
    return client.post(address, form_of(page.content) | entries)


@pytest.fixture
def chief(db):
    return User.objects.create_superuser("chief", password="a long password")


@pytest.fixture
def technician(db):
    group = Group.objects.create(name="Technicians")
    group.permissions.add(Permission.objects.get(codename="delete_user"))
    return group


NEW = {"username": "new", "password1": "Zinaida 1901!", "password2": "Zinaida 1901!"}


def add(client, **entries):
    page = form_of(client.get("/admin/auth/user/add/").content)
    return client.post("/admin/auth/user/add/", page | NEW | entries, follow=True)


def test_an_administrator_makes_a_cataloguer_who_can_log_in(administrator, client):
    group = Group.objects.get(name="Cataloguer")
    add(administrator, groups=[group.pk], first_name="Vera")
    user = User.objects.get(username="new")
    assert list(user.groups.all()) == [group]
    assert user.first_name == "Vera"
    client.post("/admin/login/", {"username": "new", "password": NEW["password1"]})
    assert client.get("/admin/").status_code == 200


def test_the_form_says_what_each_group_may(administrator):
    form = administrator.get("/admin/auth/user/add/").content.decode()
    for group in Group.objects.values_list("name", flat=True):
        assert f"{group}s " in form, group


def test_an_account_that_opens_nothing_is_pointed_out(administrator):
    assert "in no group yet" in messages_of(add(administrator))
    answer = change(administrator, User.objects.get(username="new"), groups=[])
    assert answer.status_code == 302
    group = Group.objects.get(name="Editor")
    answer = add(administrator, username="other", groups=[group.pk])
    assert "in no group" not in messages_of(answer)


@pytest.mark.parametrize("group", ["Cataloguer", "Editor"])
def test_others_have_no_accounts(door, group):
    client = door(group)
    assert client.get("/admin/auth/user/").status_code == 403
    assert client.get("/admin/auth/group/").status_code == 403


def test_nobody_makes_themselves_superuser(administrator):
    user = User.objects.get(username="administrator")
    permission = Permission.objects.get(codename="delete_user")
    change(administrator, user, is_superuser="on", user_permissions=[permission.pk])
    user = User.objects.get(username="administrator")
    assert not user.is_superuser
    assert not user.has_perm("auth.delete_user")


def test_a_group_that_may_more_cannot_be_given(administrator, technician):
    user = make_curator("new")
    html = administrator.get(f"/admin/auth/user/{user.pk}/change/").content.decode()
    assert "Cataloguer" in html
    assert "Technicians" not in html
    answer = change(administrator, user, groups=[technician.pk])
    assert answer.status_code == 200
    assert not user.groups.exists()


def test_groups_that_an_administrator_cannot_see_are_kept(superuser, administrator, technician):
    user = make_curator("both", "Editor")
    assert change(administrator, user, first_name="Vera").status_code == 302
    assert user.groups.get().name == "Editor"


@pytest.mark.parametrize("active", [True, False])
def test_accounts_above_cannot_be_changed_nor_entered(administrator, chief, technician, active):
    above = make_curator("technician", is_active=active)
    above.groups.add(technician)
    for user in (chief, above):
        page = administrator.get(f"/admin/auth/user/{user.pk}/change/")
        assert b'name="_save"' not in page.content
        assert (
            administrator.post(f"/admin/auth/user/{user.pk}/change/", {"username": "x"}).status_code
            == 403
        )
        password = f"/admin/auth/user/{user.pk}/password/"
        assert administrator.get(password).status_code == 403
        assert (
            administrator.post(
                password, {"password1": "Zinaida 1901!", "password2": "Zinaida 1901!"}
            ).status_code
            == 403
        )
        assert (
            administrator.post(f"/admin/auth/user/{user.pk}/delete/", {"post": "yes"}).status_code
            == 403
        )


def test_an_administrator_resets_a_cataloguers_password(administrator):
    user = make_curator("new", "Cataloguer")
    answer = administrator.post(
        f"/admin/auth/user/{user.pk}/password/",
        {"password1": "Zinaida 1901!", "password2": "Zinaida 1901!", "usable_password": "true"},
    )
    assert answer.status_code == 302
    user.refresh_from_db()
    assert user.check_password("Zinaida 1901!")


def test_groups_are_read_by_administrators_and_changed_by_superusers(administrator, superuser):
    group = Group.objects.get(name="Editor")
    assert b'name="_save"' not in administrator.get(f"/admin/auth/group/{group.pk}/change/").content
    assert b'name="_save"' in superuser.get(f"/admin/auth/group/{group.pk}/change/").content
    assert superuser.get("/admin/auth/user/").status_code == 200


def test_the_list_of_accounts_asks_no_more_for_more(administrator, django_assert_max_num_queries):
    for number in range(20):
        make_curator(f"curator-{number}", "Cataloguer")
    administrator.get("/admin/auth/user/")
    with django_assert_max_num_queries(10):
        administrator.get("/admin/auth/user/")


@pytest.mark.parametrize("address", ["99999999999999999999", "x", "%00"])
def test_an_address_of_no_account(administrator, address):
    for page in ("change/", "password/"):
        assert administrator.get(f"/admin/auth/user/{address}/{page}").status_code in {302, 404}


@pytest.mark.parametrize(
    "query", ["nothing=1", "groups__id__exact=99999999999999999999", "q=%00", "p=9999"]
)
def test_a_wrong_address_of_the_list_is_told(administrator, query):
    answer = administrator.get(f"/admin/auth/user/?{query}", follow=True)
    assert answer.status_code == 200
    assert "Database error" not in answer.content.decode()


def test_a_group_that_does_not_exist(administrator):
    user = make_curator("new")
    assert change(administrator, user, groups=["99999999999999999999"]).status_code == 200
    assert administrator.get("/admin/auth/user/?is_active__exact=1").status_code == 200


def test_who_signs_in_for_another_site_arrives_at_the_admin(client):
    User.objects.create_superuser("chief", password="a-long-password-1")
    sent = {"username": "chief", "password": "a-long-password-1", "next": "https://example.org/"}
    answer = client.post("/admin/login/", sent)
    assert answer.status_code == 302 and answer["Location"] == "/admin/"


def test_a_refused_login_says_the_same_of_every_account_and_of_none(client):
    User.objects.create_user("reader", password="a-long-password-1")
    User.objects.create_superuser("chief", password="a-long-password-1")
    tried = [("reader", "a-long-password-1"), ("chief", "wrong"), ("nobody", "wrong")]
    for username, password in tried:
        answer = client.post("/admin/login/", {"username": username, "password": password})
        assert "This user name and password do not let you in." in answer.text, username
        assert "staff" not in answer.text


def test_many_wrong_passwords_lock_their_address_and_no_other(client, settings):
    settings.WRONG_PASSWORDS_PER_ADDRESS = 3
    User.objects.create_superuser("chief", password="a-long-password-1")

    def login(username, password, address):
        sent = {"username": username, "password": password}
        return client.post("/admin/login/", sent, REMOTE_ADDR=address)

    for name in ("ana", "boris", "chief"):
        assert login(name, "spring-2026", "192.0.2.1").status_code == 200
    locked = login("chief", "a-long-password-1", "192.0.2.1")
    assert locked.status_code == 429 and "Too many wrong passwords" in locked.text
    assert login("chief", "a-long-password-1", "192.0.2.2").status_code == 302
    settings.WRONG_PASSWORDS_PER_ADDRESS = 0
    assert login("chief", "a-long-password-1", "192.0.2.1").status_code == 302
