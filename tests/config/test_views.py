import io
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_django import Settings

from tests.factories import make_commentary, make_picture

pytestmark = pytest.mark.django_db

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("be-BY,ru;q=0.8", "be"),
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru"),
        ("en-GB", "en"),
        ("pl,be;q=0.5,en;q=0.3", "be"),
        ("uk", "en"),
        ("", "en"),
        ("\x00garbage;;;q=", "en"),
    ],
)
def test_the_door_leads_to_the_language_that_the_browser_asks_for(client: Client, asked: str, language: str) -> None:
    response = client.get("/", headers={"accept-language": asked})
    assert (response.status_code, response["Location"]) == (302, f"/{language}/")
    assert "Accept-Language" in response["Vary"]


def test_an_icon_is_found_where_browsers_look_for_it(client: Client) -> None:
    response = client.get("/favicon.ico")
    assert (response.status_code, response["Location"]) == (302, "/static/icon.svg")


@pytest.mark.parametrize("probe", ["/livez", "/readyz"])
def test_the_probes_answer(client: Client, probe: str) -> None:
    assert client.get(probe).content == b"ok"


def test_public_pages_carry_the_strict_policy_and_the_security_headers(client: Client) -> None:
    commentary = make_commentary()
    response = client.get(commentary.url_in("be"))
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    for loophole in ("unsafe", "script-src", "data:", "http", "*"):
        assert loophole not in policy
    assert {name: response[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert not response.cookies


def test_the_desk_alone_allows_what_its_editor_needs_and_nothing_foreign(client: Client) -> None:
    response = client.get("/admin/login/")
    policy = response["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "http" not in policy
    assert "*" not in policy
    assert response["X-Robots-Tag"] == "noindex"
    assert "no-cache" in response["Cache-Control"]


def test_a_picture_is_served_as_what_it_is_and_may_be_kept_for_ever(client: Client) -> None:
    picture = make_picture()
    response = client.get(picture.crop.url)
    assert response["Content-Type"] == "image/jpeg"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert Image.open(io.BytesIO(b"".join(response))).size == (picture.crop_width, picture.crop_height)


@pytest.mark.parametrize(
    "name", ["pictures/page.html", "pictures/drawing.svg", "pictures/missing.jpg", "pictures", "%00.png"]
)
def test_nothing_but_pictures_is_served_from_the_media_folder(client: Client, name: str) -> None:
    if name.endswith((".html", ".svg")):
        default_storage.save(name, ContentFile(b"<script>alert(1)</script>"))
    assert client.get(f"/media/{name}").status_code == 404


@pytest.mark.parametrize("path", ["../secret.jpg", "pictures/../../secret.jpg", "/etc/passwd.jpg", "%2e%2e/secret.jpg"])
def test_the_media_folder_cannot_be_left(client: Client, settings: Settings, path: str) -> None:
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    (folder.parent / "secret.jpg").write_bytes(b"the key of the safe")
    response = client.get(f"/media/{path}")
    assert response.status_code in {400, 404}
    assert b"the key of the safe" not in getattr(response, "content", b"")


@pytest.mark.parametrize(
    ("language", "words"),
    [("be", "Такой старонкі няма"), ("ru", "Такой страницы нет"), ("en", "There is no such page")],
)
def test_an_unknown_page_says_so_in_the_language_of_its_address(client: Client, language: str, words: str) -> None:
    response = client.get(f"/{language}/nowhere/")
    assert response.status_code == 404
    assert words in response.content.decode()
    assert f'lang="{language}"' in response.content.decode()


def test_an_error_of_ours_has_a_page_that_asks_nothing_of_the_database(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    def broken(*_args: object) -> None:
        raise RuntimeError("The database is away.")

    monkeypatch.setattr("commentaries.models.Publication.current", broken)
    client.raise_request_exception = False
    with django_assert_num_queries(0):
        response = client.get("/be/about/")
    assert response.status_code == 500
    page = response.content.decode()
    for language in ("be", "ru", "en"):
        assert f'lang="{language}"' in page


def test_a_form_without_its_token_is_refused_in_words(settings: Settings) -> None:
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "x", "password": "y"})
    assert response.status_code == 403
    assert "<h1" in response.content.decode()


@pytest.fixture
def browser() -> Client:
    """One whose token is looked for in what it sends, before any page sees it."""
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "a" * 32
    return client


def test_more_files_than_can_be_read_are_refused_in_a_sentence(browser: Client) -> None:
    files = [SimpleUploadedFile(f"{number}.docx", b"x") for number in range(101)]
    response = browser.post("/admin/commentaries/issue/from-word/", {"files": files}, headers={"accept-language": "en"})
    assert response.status_code == 400
    assert "At most 100 files can be sent at once." in response.content.decode()
    assert 'href="/admin/commentaries/issue/from-word/"' in response.content.decode()


@pytest.mark.parametrize(
    "data", [{"text": "x" * (5 * 1024 * 1024 + 1)}, {f"f{number}": "" for number in range(1001)}], ids=["long", "many"]
)
def test_a_form_too_large_to_be_read_is_refused_in_a_sentence(browser: Client, data: dict[str, str]) -> None:
    response = browser.post(
        "/admin/login/", urlencode(data), "application/x-www-form-urlencoded", headers={"accept-language": "en"}
    )
    assert response.status_code == 400
    page = response.content.decode()
    assert "A form may send 5 MB of text." in page
    assert "What you typed is kept in this browser." in page
    assert response["Cache-Control"] == "no-store"
