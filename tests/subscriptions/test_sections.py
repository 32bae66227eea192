"""Who chose one section only never gets all of them because it went away."""

import pytest
from django.db.models import ProtectedError
from django.test import Client

from commentaries.models import Section
from subscriptions.models import Subscriber
from tests.factories import make_section, make_sign_up, make_subscriber, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("make", [make_subscriber, make_sign_up])
def test_a_section_that_somebody_chose_cannot_be_deleted(make: type) -> None:
    section = make_section()
    make(sections=(section,))
    with pytest.raises(ProtectedError):
        section.delete()


def test_the_desk_says_that_it_cannot_be_deleted() -> None:
    section = make_section()
    make_subscriber(sections=(section,))
    client = Client()
    client.force_login(make_user(is_superuser=True), "django.contrib.auth.backends.ModelBackend")
    path = f"/admin/commentaries/section/{section.pk}/delete/"
    assert [client.get(path).status_code, client.post(path, {"post": "yes"}).status_code] == [200, 200]
    assert Section.objects.exists()


def test_it_can_be_deleted_when_nobody_has_it_any_more() -> None:
    section = make_section()
    make_subscriber(sections=(section,)).delete()
    section.delete()
    assert not Section.objects.exists()
    assert not Subscriber.objects.exists()
