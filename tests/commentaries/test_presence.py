"""Those who have one commentary open see each other."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commentaries import roles
from commentaries.models import Commentary, Presence
from tests.commentaries.desk import desk, open_form, save
from tests.factories import make_commentary, make_issue, make_section, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def commentary() -> Commentary:
    return make_commentary(make_issue(public=False), public=False)


@pytest.fixture
def anna() -> Client:
    return desk(make_user("anna", roles.EDITOR))


@pytest.fixture
def boris() -> Client:
    return desk(make_user("boris", roles.EDITOR))


def address(commentary: Commentary) -> str:
    return reverse("admin:commentaries_commentary_presence", args=[commentary.pk])


def form_of(commentary: Commentary) -> str:
    return reverse("admin:commentaries_commentary_change", args=[commentary.pk])


def say(client: Client, commentary: Commentary, **data: str) -> dict[str, Any]:
    response = client.post(address(commentary), data)
    assert response.status_code == 200
    return dict(response.json())


def grow_old(username: str, **age: int) -> None:
    Presence.objects.filter(user__username=username).update(seen_at=Now() - timedelta(**age))


def test_two_who_have_a_commentary_open_see_each_other(anna: Client, boris: Client, commentary: Commentary) -> None:
    assert say(anna, commentary)["here"] == ""
    assert say(boris, commentary)["here"] == "Also here now: anna."
    assert say(anna, commentary)["here"] == "Also here now: boris."


def test_nobody_is_seen_on_another_commentary(anna: Client, boris: Client, commentary: Commentary) -> None:
    other = make_commentary(commentary.issue, make_section("other"), public=False)
    say(anna, commentary)
    assert say(boris, other)["here"] == ""


def test_who_has_been_silent_is_said_to_be_and_then_forgotten(
    anna: Client, boris: Client, commentary: Commentary
) -> None:
    say(anna, commentary)
    grow_old("anna", seconds=40)
    assert "anna (last seen at" in say(boris, commentary)["here"]
    grow_old("anna", minutes=2)
    assert say(boris, commentary)["here"] == ""


def test_who_leaves_is_gone_at_once(anna: Client, boris: Client, commentary: Commentary) -> None:
    say(anna, commentary)
    assert anna.post(address(commentary), {"leaving": "1"}).status_code == 204
    assert say(boris, commentary)["here"] == ""


def test_presences_do_not_pile_up(anna: Client, boris: Client, commentary: Commentary) -> None:
    for _beat in range(5):
        say(anna, commentary)
        say(boris, commentary)
    assert Presence.objects.count() == 2
    grow_old("boris", minutes=2)
    say(anna, commentary)
    assert [row.user.username for row in Presence.objects.all()] == ["anna"]


def test_a_newer_version_is_told_to_who_still_writes(anna: Client, boris: Client, commentary: Commentary) -> None:
    seen = open_form(boris, form_of(commentary), "commentary")["seen_version"]
    assert say(boris, commentary, seen=seen)["newer"] == ""
    assert save(anna, form_of(commentary), "commentary", title_en="Anna").status_code == 302
    assert "anna saved a newer version at" in say(boris, commentary, seen=seen)["newer"]


def test_my_own_other_window_is_called_so(anna: Client, commentary: Commentary) -> None:
    seen = open_form(anna, form_of(commentary), "commentary")["seen_version"]
    assert save(anna, form_of(commentary), "commentary", title_en="Anna").status_code == 302
    assert "in another window" in say(anna, commentary, seen=seen)["newer"]


@pytest.mark.parametrize("seen", ["", "0", "x", "-1", "9" * 40, "999999"])
def test_an_odd_version_is_no_failure(anna: Client, commentary: Commentary, seen: str) -> None:
    say(anna, commentary, seen=seen)


def test_only_who_may_see_commentaries_may_say_so(commentary: Commentary) -> None:
    newsletter = desk(make_user("newsletter", roles.NEWSLETTER_MANAGER))
    assert newsletter.post(address(commentary)).status_code == 403
    assert Client().post(address(commentary)).status_code == 302
    assert desk(make_user("reader", is_staff=False)).post(address(commentary)).status_code == 302
    assert not Presence.objects.exists()


def test_a_get_says_nothing(anna: Client, commentary: Commentary) -> None:
    assert anna.get(address(commentary)).status_code == 405
    anna.get(form_of(commentary))
    assert not Presence.objects.exists()


@pytest.mark.parametrize("key", ["0", "999999", "x", "9" * 40])
def test_a_commentary_that_is_not_there_is_not_found(anna: Client, key: str) -> None:
    assert anna.post(f"/admin/commentaries/commentary/{key}/presence/").status_code == 404


def test_a_beat_needs_the_forms_token(commentary: Commentary) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_user("carl", roles.EDITOR), backend="django.contrib.auth.backends.ModelBackend")
    assert strict.post(address(commentary)).status_code == 403
    assert not Presence.objects.exists()


def test_a_beat_asks_as_little_with_many_people_as_with_few(anna: Client, commentary: Commentary) -> None:
    say(anna, commentary)
    with CaptureQueriesContext(connection) as few:
        say(anna, commentary)
    for number in range(6):
        Presence.objects.create(commentary=commentary, user=make_user(f"person-{number}", roles.EDITOR))
    with CaptureQueriesContext(connection) as many:
        say(anna, commentary)
    assert len(few) == len(many)
