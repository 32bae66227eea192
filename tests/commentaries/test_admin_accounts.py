"""Accounts: roles, nobody gives or takes over rights they lack, and guessing is slowed down."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from commentaries import roles
from commentaries.models import User
from tests.commentaries.desk import desk, open_form, save
from tests.factories import make_section, make_user

pytestmark = pytest.mark.django_db
LOGIN = "admin:login"


@pytest.fixture
def boss() -> User:
    return make_user("boss", roles.ADMINISTRATOR)


def form_of(user: User) -> str:
    return reverse("admin:commentaries_user_change", args=[user.pk])


def role(name: str) -> str:
    return str(Group.objects.get(name=name).pk)


def test_an_account_gets_its_role_sections_and_languages(boss: User) -> None:
    client, section = desk(boss), make_section()
    add = reverse("admin:commentaries_user_add")
    password = {"password1": "correct horse battery", "password2": "correct horse battery"}
    assert save(client, add, "user", username="alesia", **password).status_code == 302
    user = User.objects.get(username="alesia")
    assert user.is_staff
    work: dict[str, Any] = {
        "groups": [role(roles.TRANSLATOR)],
        "sections": [str(section.pk)],
        "languages": ["ru", "en"],
        "interface_language": "be",
    }
    assert save(client, form_of(user), "user", **work).status_code == 302
    user.refresh_from_db()
    assert ([group.name for group in user.groups.all()], user.languages, user.interface_language) == (
        [roles.TRANSLATOR],
        ["ru", "en"],
        "be",
    )


def test_roles_have_labels_in_the_users_language(boss: User) -> None:
    page = desk(boss).get(form_of(make_user("alesia"))).content.decode()
    for name in (roles.ANALYST, roles.TRANSLATOR, roles.EDITOR):
        assert name in page


def test_an_administrator_makes_no_superuser(boss: User) -> None:
    user = make_user("alesia")
    client = desk(boss)
    assert "is_superuser" not in open_form(client, form_of(user), "user")
    everything = [str(pk) for pk in Permission.objects.values_list("pk", flat=True)[:5]]
    save(client, form_of(user), "user", is_superuser="on", user_permissions=everything)
    user.refresh_from_db()
    assert (user.is_superuser, user.user_permissions.count()) == (False, 0)


def test_an_administrator_does_not_touch_who_may_do_more(boss: User) -> None:
    superuser = make_user("root", is_superuser=True)
    password = reverse("admin:auth_user_password_change", args=[superuser.pk])
    client = desk(boss)
    assert client.post(form_of(superuser), {"username": "mine"}).status_code == 403
    assert client.post(password, {"password1": "x" * 20, "password2": "x" * 20}).status_code == 403
    delete = reverse("admin:commentaries_user_delete", args=[superuser.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    assert User.objects.get(pk=superuser.pk).username == "root"


def test_a_role_that_may_do_more_is_neither_given_nor_taken(boss: User) -> None:
    keys = Group.objects.create(name="Keeper of the keys")
    keys.permissions.set(Permission.objects.filter(codename="delete_session"))
    user, client = make_user("alesia"), desk(boss)
    save(client, form_of(user), "user", groups=[str(keys.pk)])
    assert not user.groups.exists()


def test_nobody_changes_their_own_role_or_deletes_themselves(boss: User) -> None:
    client = desk(boss)
    save(client, form_of(boss), "user", groups=[role(roles.ANALYST)], is_active=None)
    boss.refresh_from_db()
    assert ([group.name for group in boss.groups.all()], boss.is_active) == ([roles.ADMINISTRATOR], True)
    assert client.post(reverse("admin:commentaries_user_delete", args=[boss.pk]), {"post": "yes"}).status_code == 403


def test_everybody_sets_the_language_of_their_own_desk() -> None:
    client = desk(make_user("alesia", roles.NEWSLETTER_MANAGER))
    assert client.get(reverse("admin:own_account")).status_code == 200
    client.post(reverse("admin:own_account"), {"interface_language": "ru", "wants_mail": "on", "is_superuser": "on"})
    user = User.objects.get()
    assert (user.interface_language, user.is_superuser) == ("ru", False)
    assert '<html lang="ru"' in client.get(reverse("admin:index")).content.decode()


def test_everybody_says_whether_they_want_mail_when_it_is_their_turn() -> None:
    user = make_user("alesia", roles.TRANSLATOR)
    client, own = desk(user), reverse("admin:own_account")
    client.post(own, {"interface_language": ""})
    assert not User.objects.get().wants_mail
    client.post(own, {"interface_language": "", "wants_mail": "on"})
    assert User.objects.get().wants_mail
    assert "no e-mail address" not in client.get(own).content.decode()
    User.objects.update(email="")
    assert "Your account has no e-mail address." in client.get(own).content.decode()


def guess(client: Client, password: str, address: str) -> int:
    data = {"username": "alesia", "password": password}
    return client.post(reverse(LOGIN), data, REMOTE_ADDR=address).status_code


def test_five_wrong_passwords_lock_that_account_for_that_address_only() -> None:
    make_user("alesia", roles.EDITOR)
    answers = [guess(Client(), "wrong", "192.0.2.1") for _number in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    assert guess(Client(), "correct horse", "192.0.2.1") == 429
    assert guess(Client(), "correct horse", "192.0.2.2") == 302


def test_a_right_password_starts_the_count_again() -> None:
    make_user("alesia", roles.EDITOR)
    for password in ["wrong"] * 4 + ["correct horse"] + ["wrong"] * 4:
        guess(Client(), password, "192.0.2.1")
    assert guess(Client(), "correct horse", "192.0.2.1") == 302


def test_who_is_locked_out_reads_for_how_long() -> None:
    make_user("alesia")
    for _number in range(5):
        guess(Client(), "wrong", "192.0.2.1")
    data = {"username": "alesia", "password": "wrong"}
    response = Client().post(reverse(LOGIN), data, REMOTE_ADDR="192.0.2.1")
    assert "opens again in 15 minutes" in " ".join(response.content.decode().split())


def test_a_wrong_password_is_said_in_a_sentence_and_the_page_needs_no_script() -> None:
    response = Client().post(reverse(LOGIN), {"username": "nobody", "password": "wrong"})
    page = response.content.decode()
    assert "Please enter the correct username and password" in page
    assert "noscript" in page


def test_logging_in_leads_to_the_first_page() -> None:
    make_user("alesia", roles.EDITOR)
    response = Client().post(reverse(LOGIN), {"username": "alesia", "password": "correct horse"})
    assert response.url == reverse("admin:index")
