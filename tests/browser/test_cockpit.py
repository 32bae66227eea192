"""An issue in a browser: begun, looked at, marked ready and published by an editor; only looked at by others."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from commentaries.models import Commentary, Issue, Section
from commentaries.roles import ANALYST, EDITOR
from tests.browser.accounts import log_in
from tests.browser.editors import wait_for_editors
from tests.browser.test_publish import TABS, TEXTS
from tests.factories import make_commentary, make_issue, make_publication, make_section, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.page]


def write(page: Page, language: str) -> None:
    """Fill the open tab, and leave its state as it is."""
    title, lead, body = TEXTS[language]
    page.locator(f"[name=title_{language}]").fill(title)
    page.locator(f"[name=lead_{language}]").fill(lead)
    page.frame_locator(f"#cke_id_body_{language} iframe").locator("body").click()
    page.keyboard.type(body)


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [violation["id"] for violation in found if violation["impact"] in ("serious", "critical")]


@pytest.fixture
def sections() -> list[Section]:
    make_publication()
    make_user("editor", EDITOR)
    names = {"bridges": "Bridges", "ports": "Ports"}
    return [make_section(slug, title_en=name, order=place) for place, (slug, name) in enumerate(names.items())]


def test_an_editor_begins_an_issue_writes_marks_a_column_ready_and_publishes(
    page: Page, live_server: LiveServer, sections: list[Section]
) -> None:
    log_in(page, live_server, "editor")
    page.get_by_role("link", name="Begin a new issue").click()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/change/")
    issue = Issue.objects.get()
    expect(page.get_by_role("row")).to_have_count(3)

    page.get_by_role("link", name="Leave “Ports” out…").click()
    page.get_by_role("button", name="Leave out").click()
    expect(page.get_by_role("button", name="Add a commentary for “Ports”")).to_be_visible()

    row = page.get_by_role("row", name="Bridges")
    row.get_by_role("link", name="Russian: missing").click()
    expect(page.get_by_role("tab", name=TABS["ru"])).to_have_attribute("aria-selected", "true")
    expect(page.locator("[name=title_ru]")).to_be_focused()
    write(page, "ru")
    with page.expect_navigation():
        page.get_by_role("button", name="Save and continue editing").click()

    page.goto(f"{live_server.url}/admin/commentaries/issue/{issue.pk}/change/")
    page.get_by_role("link", name="It has no trend.").click()
    wait_for_editors(page)
    page.locator("[name=trend][value=improved]").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()
    page.goto(f"{live_server.url}/admin/commentaries/issue/{issue.pk}/change/")
    page.get_by_role("link", name="Mark ready: Russian…").click()
    ready = page.get_by_role("button", name="Mark ready")
    ready.wait_for()
    assert not Commentary.objects.get().public_languages()
    ready.click()
    expect(row.get_by_role("link", name="Russian: ready")).to_be_visible()

    page.get_by_role("link", name="Publish now").click()
    expect(page.get_by_role("heading", name="Worth a look")).to_be_visible()
    page.get_by_role("button", name="Publish now").click()
    expect(page.locator(".cockpit .status").first).to_have_text("public")
    assert Commentary.objects.published().count() == 1


def test_an_analyst_sees_the_grid_and_only_what_is_theirs_to_do(
    page: Page, live_server: LiveServer, sections: list[Section]
) -> None:
    analyst = make_user("analyst", ANALYST)
    analyst.sections.add(sections[0])
    issue = make_issue(public=False)
    log_in(page, live_server, "analyst")
    page.goto(f"{live_server.url}/admin/commentaries/issue/{issue.pk}/change/")
    for words in ("Publish now", "Schedule", "Mark ready", "out…"):
        expect(page.get_by_role("link", name=words)).to_have_count(0)
    expect(page.get_by_role("row", name="Ports")).to_contain_text("no commentary yet")
    page.get_by_role("button", name="Add a commentary for “Bridges”").click()
    expect(page.locator("[name=title_be]")).to_be_focused()
    assert Commentary.objects.get().section == sections[0]


def test_a_link_to_a_rich_text_puts_the_cursor_into_its_editor(
    page: Page, live_server: LiveServer, sections: list[Section]
) -> None:
    commentary = make_commentary(make_issue(public=False), sections[0], public=False, body_ru="")
    log_in(page, live_server, "editor")
    page.goto(f"{live_server.url}/admin/commentaries/issue/{commentary.issue.pk}/change/")
    page.get_by_role("link", name="Russian is marked ready but has no text.").click()
    expect(page.get_by_role("tab", name=TABS["ru"])).to_have_attribute("aria-selected", "true")
    page.wait_for_function("() => CKEDITOR.instances.id_body_ru?.focusManager.hasFocus")


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_on_a_phone_the_grid_is_still_a_table_and_nothing_scrolls_sideways(
    browser: Browser, live_server: LiveServer, sections: list[Section], colours: str
) -> None:
    issue = make_issue(public=False)
    make_commentary(issue, sections[0], public=False, trend="", languages=("be",), title_be="Загаловак" * 20)
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        locale="en",
        color_scheme=colours,  # type: ignore[arg-type]
    )
    page = context.new_page()
    log_in(page, live_server, "editor")
    for path in ("", f"commentaries/issue/{issue.pk}/change/", f"commentaries/issue/{issue.pk}/publish/"):
        page.goto(f"{live_server.url}/admin/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert serious(page) == []
    page.goto(f"{live_server.url}/admin/commentaries/issue/{issue.pk}/change/")
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(3)
    expect(page.get_by_role("rowheader", name="Bridges")).to_be_visible()
    expect(page.get_by_role("cell").get_by_text("Belarusian: ready")).to_be_visible()
    context.close()


def test_the_cockpit_works_by_keyboard_alone(page: Page, live_server: LiveServer, sections: list[Section]) -> None:
    issue = make_issue(public=False)
    make_commentary(issue, sections[0], public=False, state="draft")
    log_in(page, live_server, "editor")
    page.goto(f"{live_server.url}/admin/commentaries/issue/{issue.pk}/change/")
    page.get_by_role("link", name="Schedule…").focus()
    names = []
    for _step in range(12):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.ariaLabel || document.activeElement.innerText.trim()"))
    for words in ("A headline", "draft", "Add a commentary for “Ports”", "Mark ready: English…"):
        assert any(words in name for name in names), names
    page.get_by_role("link", name="Mark ready: English…").focus()
    page.keyboard.press("Enter")
    page.get_by_role("checkbox").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Marked ready (English): Bridges.")).to_be_visible()
