from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from subscriptions.models import SignUp
from tests.factories import make_publication, make_section, make_sign_up, make_subscriber

pytestmark = pytest.mark.django_db

PATH = "/en/subscribe/"
WISH = {"address": "reader@example.org", "language": "be"}


def test_the_page_shows_the_form_with_the_active_sections_and_the_pages_language(client: Client) -> None:
    make_section("economy")
    make_section("old", retired_at=timezone.now())
    page = client.get("/ru/subscribe/").content.decode()
    assert 'value="economy"' in page
    assert 'value="old"' not in page
    assert '<option value="ru" lang="ru" selected>' in page


def test_a_section_named_in_another_language_says_so(client: Client) -> None:
    make_section("economy", title_en="", title_ru="")
    assert ' lang="be">Раздзел economy</label>' in client.get(PATH).content.decode()


def test_signing_up_leads_to_a_page_that_says_to_check_the_mail(client: Client) -> None:
    section = make_section("economy")
    response = client.post(PATH, {**WISH, "sections": ["economy"]}, follow=True)
    assert response.redirect_chain == [("/en/subscription/check-your-mail/", 303)]
    assert b"Check your mail" in response.content
    sign_up = SignUp.objects.get()
    assert sign_up.address.reveal() == "reader@example.org"
    assert (sign_up.language, [*sign_up.sections.all()]) == ("be", [section])


def test_no_column_but_the_encrypted_one_holds_the_address(client: Client) -> None:
    client.post(PATH, WISH)
    row = SignUp.objects.values().get()
    assert "reader" not in str({**row, "address": row["address"].ciphertext})


def _state(state: str) -> None:
    if state == "waiting":
        make_sign_up()
    if state == "sent":
        make_sign_up(sent_at=timezone.now())
    if state == "confirmed":
        make_subscriber()


def _answer(client: Client) -> tuple[list[str], Any]:
    section = make_section("economy")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.post(PATH, {**WISH, "sections": [section.slug]})
    headers = dict(response.items())
    followed = client.get(response["Location"])
    statements = [query["sql"].split("VALUES")[0].split("SET")[0][:60] for query in queries.captured_queries]
    return statements, (response.status_code, headers, response.content, followed.content)


@pytest.mark.parametrize("state", ["waiting", "sent", "confirmed"])
def test_the_answer_and_the_work_are_the_same_whatever_is_known_of_the_address(client: Client, state: str) -> None:
    with transaction.atomic():
        unknown = _answer(client)
        transaction.set_rollback(True)
    _state(state)
    assert _answer(client) == unknown


def test_signing_up_again_before_the_mail_went_out_changes_the_wishes(client: Client) -> None:
    economy = make_section("economy")
    client.post(PATH, {**WISH, "sections": ["economy"]})
    client.post(PATH, {**WISH, "address": "READER@example.org", "language": "ru"})
    sign_up = SignUp.objects.get()
    assert sign_up.language == "ru"
    assert economy not in sign_up.sections.all()


def test_the_database_keeps_one_unsent_sign_up_per_address() -> None:
    make_sign_up()
    make_sign_up(sent_at=timezone.now())
    with pytest.raises(IntegrityError):
        make_sign_up()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"address": ""}, "Please type your e-mail address."),
        ({"address": "reader"}, "This is not a complete e-mail address."),
        ({"address": "пошта@example.org"}, "The part of the address before the @"),
        ({"address": "reader@example.org\r\nBcc: other@example.org"}, "An address stands on one line."),
        ({"address": "reader@example.org\n"}, "An address stands on one line."),
        ({"language": "de"}, "The newsletter does not come in that language."),
        ({"language": "be\r\nX: y"}, "The newsletter does not come in that language."),
        ({"sections": ["gone"]}, "One of the sections that you chose does not exist any more."),
    ],
)
def test_a_mistake_is_named_at_its_field_and_nothing_typed_is_lost(
    client: Client, typed: dict[str, Any], sentence: str
) -> None:
    make_section("economy")
    response = client.post(PATH, {**WISH, "sections": ["economy"], **typed})
    page = response.content.decode()
    assert response.status_code == 422
    assert page.count(sentence) == 2  # in the summary and at the field
    assert 'id="subscribe-errors" tabindex="-1"' in page
    if "language" not in typed:
        assert '<option value="be" lang="be" selected>' in page
    if "sections" not in typed:
        assert 'value="economy" checked' in page
    if "address" not in typed:
        assert 'value="reader@example.org"' in page
    assert not SignUp.objects.exists()


def test_a_mistake_in_the_address_is_tied_to_its_field_for_screen_readers(client: Client) -> None:
    page = client.post(PATH, {**WISH, "address": "reader"}).content.decode()
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="subscribe-address_error"' in page
    assert 'id="subscribe-address_error"' in page
    assert 'href="#subscribe-address"' in page


def test_a_robot_that_fills_in_everything_is_told_that_it_succeeded(client: Client) -> None:
    response = client.post(PATH, {**WISH, "homepage": "https://spam.example"})
    assert response["Location"] == "/en/subscription/check-your-mail/"
    assert not SignUp.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "https://testserver.evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    ],
)
def test_a_form_on_another_website_is_refused_on_a_page(client: Client, headers: dict[str, str]) -> None:
    response = client.post(PATH, WISH, headers=headers)
    assert response.status_code == 403
    assert b"Please use the form on our page" in response.content
    assert not SignUp.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "https://weekly.example", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_our_own_form_is_accepted_without_a_cookie(headers: dict[str, str], settings: Any) -> None:
    settings.SITE_URL = "https://weekly.example"
    response = Client(enforce_csrf_checks=True).post(PATH, WISH, headers=headers)
    assert response.status_code == 303
    assert SignUp.objects.exists()


@pytest.mark.parametrize("path", [PATH, "/en/subscription/check-your-mail/", "/en/subscription/confirm/x/"])
def test_no_cookie_is_set_and_nothing_is_stored(client: Client, path: str) -> None:
    response = client.get(path)
    assert not response.cookies
    assert response["Cache-Control"] == "no-store"
    assert "Cookie" not in response.get("Vary", "")
    assert not client.post(PATH, WISH).cookies


def test_the_whole_form_is_the_only_one_on_its_page(client: Client) -> None:
    make_publication()
    page = client.get(PATH).content.decode()
    assert page.count("<form") == 1
    assert 'class="sign-up"' not in page


def test_looking_changes_nothing(client: Client) -> None:
    for _again in range(50):
        client.get(PATH, WISH)
        client.head(PATH, WISH)
    assert not SignUp.objects.exists()
