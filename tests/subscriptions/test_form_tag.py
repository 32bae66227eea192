import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from subscriptions.models import SignUp
from tests.factories import make_publication, make_section

pytestmark = pytest.mark.django_db


def _rendered(**context: object) -> str:
    template = Template("{% load subscriptions %}{% sign_up_form %}")
    return template.render(Context({"request": RequestFactory().get("/be/"), **context}))


def test_the_short_form_invites_in_the_pages_language() -> None:
    make_publication(invitation_be="Чытайце нас штотыдзень.")
    with override("be"):
        form = _rendered()
    assert '<p class="invitation">Чытайце нас штотыдзень.</p>' in form
    assert '<option value="be" lang="be" selected>' in form
    assert 'action="/be/subscribe/"' in form
    assert 'autocomplete="email"' in form


def test_an_invitation_in_another_language_says_so() -> None:
    make_publication(invitation_be="Чытайце нас штотыдзень.")
    with override("en"):
        assert '<p class="invitation" lang="be">' in _rendered()


def test_the_short_form_asks_the_database_nothing_when_the_page_knows_the_publication(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_section()
    publication = make_publication()
    with django_assert_num_queries(0):
        _rendered(publication=publication)


def test_its_ids_are_not_those_of_the_whole_form(client: Client) -> None:
    assert 'id="sign-up-address"' in _rendered()
    assert 'id="subscribe-address"' in client.get("/en/subscribe/").content.decode()


def test_what_the_short_form_sends_is_enough(client: Client) -> None:
    client.post("/be/subscribe/", {"address": "reader@example.org", "language": "be", "homepage": ""})
    assert SignUp.objects.get().language == "be"
