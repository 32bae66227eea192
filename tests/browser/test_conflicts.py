"""Two people at one issue, and at one picture: the second to save chooses."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db.models import Model
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from commentaries.languages import in_language
from commentaries.models import Issue, Picture
from commentaries.roles import EDITOR
from tests.browser.accounts import let_in
from tests.factories import make_issue, make_picture, make_publication, make_user

pytestmark = pytest.mark.django_db(transaction=True)
READY = "#desk-saving[data-ready=yes]"


@pytest.fixture
def anna_and_boris(browser: Browser, live_server: LiveServer) -> Iterator[list[Page]]:
    make_publication()
    contexts = [browser.new_context(viewport={"width": 1280, "height": 900}, locale="en") for _person in range(2)]
    for context, name in zip(contexts, ("anna", "boris"), strict=True):
        let_in(context, live_server.url, make_user(name, EDITOR))
    errors: list[str] = []
    pages = [context.new_page() for context in contexts]
    for page in pages:
        page.on("pageerror", lambda error: errors.append(str(error)))
    yield pages
    for context in contexts:
        context.close()
    assert errors == []


def open_form(page: Page, live_server: LiveServer, row: Model) -> None:
    page.goto(f"{live_server.url}{reverse(f'admin:commentaries_{row._meta.model_name}_change', args=[row.pk])}")
    page.wait_for_selector(READY, state="attached")


def save(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    page.wait_for_selector(READY, state="attached")


def write(page: Page, name: str, text: str) -> None:
    """In the tab of its language, where it stands in one."""
    field = page.locator(f"[name={name}]")
    if not field.is_visible():
        page.get_by_role("tab", name="English").first.click()
    field.fill(text)
    save(page)


def test_the_second_to_save_an_issue_chooses_between_two_titles(
    anna_and_boris: list[Page], live_server: LiveServer
) -> None:
    anna, boris = anna_and_boris
    issue = make_issue(public=False)
    for page in (anna, boris):
        open_form(page, live_server, issue)
    write(anna, "title_en", "Of Anna")
    write(boris, "title_en", "Of Boris")
    panel = boris.locator("#conflict")
    expect(panel).to_contain_text("anna saved a newer version")
    expect(panel.locator("del").first).to_contain_text("Anna")
    assert in_language(Issue.objects.get(), "title", "en") == "Of Anna"
    faults = Axe().run(boris).response["violations"]
    assert [fault["id"] for fault in faults if fault["impact"] in ("serious", "critical")] == []
    panel.get_by_label("Mine").check()
    save(boris)
    assert in_language(Issue.objects.get(), "title", "en") == "Of Boris"


def test_the_second_to_save_a_picture_takes_the_saved_credit_and_keeps_their_own_caption(
    anna_and_boris: list[Page], live_server: LiveServer
) -> None:
    anna, boris = anna_and_boris
    picture = make_picture()
    for page in (anna, boris):
        open_form(page, live_server, picture)
    write(anna, "credit", "Of Anna")
    boris.locator("[name=credit]").fill("Of Boris")
    write(boris, "caption_en", "A caption of Boris")
    panel = boris.locator("#conflict")
    expect(panel).to_contain_text("anna saved a newer version")
    assert Picture.objects.get().credit == "Of Anna"
    panel.get_by_role("group", name="Credit").get_by_label("The saved one").check()
    save(boris)
    stored = Picture.objects.get()
    assert (stored.credit, in_language(stored, "caption", "en")) == ("Of Anna", "A caption of Boris")
