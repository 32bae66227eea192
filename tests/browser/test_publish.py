"""The main job: an editor writes a commentary at the desk and publishes it; readers read it in three languages."""

import pytest
from django.utils.translation import override
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from commentaries.models import Commentary, Issue, Trend
from commentaries.roles import EDITOR
from tests.factories import make_publication, make_section, make_user

pytestmark = pytest.mark.django_db(transaction=True)

TEXTS = {
    "be": ("Мост адкрылі", "Пасля года чаканняў.", "Першыя грузавікі пераехалі раку ў панядзелак."),
    "ru": ("Мост открыли", "После года ожиданий.", "Первые грузовики переехали реку в понедельник."),
    "en": ("The bridge is open", "After a year of waiting.", "The first lorries crossed the river on Monday."),
}
TABS = {"be": "Belarusian", "ru": "Russian", "en": "English"}


def log_in(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/admin/")
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill("correct horse")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/admin/")


def write(page: Page, language: str) -> None:
    """Fill one language's tab as a person does, with the keyboard in the rich text editor."""
    title, lead, body = TEXTS[language]
    page.get_by_role("tab", name=TABS[language]).click()
    page.locator(f"[name=title_{language}]").fill(title)
    page.locator(f"[name=lead_{language}]").fill(lead)
    editor = page.frame_locator(f"#cke_id_body_{language} iframe").locator("body")
    editor.click()
    page.keyboard.type(body)
    page.locator(f"[name=state_{language}]").select_option("ready")


def test_a_commentary_goes_from_the_desk_to_readers_in_three_languages(page: Page, live_server: LiveServer) -> None:
    make_publication()
    make_section("bridges", title_be="Масты", title_ru="Мосты", title_en="Bridges")
    make_user("editor", EDITOR)
    foreign: list[str] = []
    page.on("request", lambda request: foreign.append(request.url) if _is_foreign(request.url, live_server) else None)
    log_in(page, live_server)

    page.goto(f"{live_server.url}/admin/commentaries/issue/add/")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Nothing is written yet").click()
    page.locator(f"[name=trend][value={Trend.IMPROVED}]").check()
    for language in TEXTS:
        write(page, language)
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()
    commentary = Commentary.objects.get()
    assert commentary.body_en == f"<p>{TEXTS['en'][2]}</p>"
    assert not Commentary.objects.published().exists()

    page.goto(f"{live_server.url}/admin/commentaries/issue/{Issue.objects.get().pk}/change/")
    page.get_by_role("link", name="Publish now").click()
    page.get_by_role("button", name="Publish").wait_for()
    assert not Commentary.objects.published().exists()
    with page.expect_navigation():
        page.get_by_role("button", name="Publish").click()
    assert Commentary.objects.published().get() == commentary
    assert foreign == []
    for language, texts in TEXTS.items():
        _read(page, live_server, commentary, language, texts)


def _is_foreign(url: str, live_server: LiveServer) -> bool:
    return not url.startswith((live_server.url, "data:", "blob:", "about:"))


def _read(page: Page, live_server: LiveServer, commentary: Commentary, language: str, texts: tuple[str, ...]) -> None:
    page.goto(live_server.url + commentary.url_in(language))
    shown = page.locator("main").inner_text()
    with override(language):
        label = str(Trend.IMPROVED.label)
        week = commentary.issue.week()
    for words in (*texts, label, week):
        assert words in shown
    assert page.locator("html").get_attribute("lang") == language
