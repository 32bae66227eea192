"""Two people change a commentary, a third finds what changed and brings one language back; readers are told."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils.translation import override
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from commentaries import roles
from commentaries.languages import in_language
from commentaries.models import Commentary, Correction, Trend, User
from tests.browser.accounts import let_in
from tests.factories import make_commentary, make_forecast, make_issue, make_publication, make_section, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.page]

TABS = {"be": "Belarusian", "ru": "Russian", "en": "English"}


class Desk:
    """A window of the desk for one person after another, each logged in anew."""

    def __init__(self, browser: Browser, live_server: LiveServer) -> None:
        self.browser, self.url = browser, live_server.url
        self.pages: list[Page] = []

    def of(self, username: str, width: int = 1280) -> Page:
        context = self.browser.new_context(viewport={"width": width, "height": 900}, locale="en")
        page: Page = context.new_page()
        self.pages.append(page)
        let_in(context, self.url, User.objects.get(username=username))
        page.goto(f"{self.url}/admin/")
        return page

    def form(self, page: Page, commentary: Commentary, language: str) -> None:
        page.goto(f"{self.url}/admin/commentaries/commentary/{commentary.pk}/change/?tab={language}")
        page.get_by_role("tab", name=TABS[language]).click()


@pytest.fixture
def window(browser: Browser, live_server: LiveServer) -> Iterator[Desk]:
    opened = Desk(browser, live_server)
    yield opened
    for page in opened.pages:
        page.context.close()


def save(page: Page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Save", exact=True).click()


def serious(page: Page) -> list[str]:
    """What axe finds serious on a page of history, or in a language's tab of the form."""
    page.locator(".history, .tab-wrapper").first.wait_for(state="attached")
    found = Axe().run(page, context=".history, .tab-wrapper")
    return [one["id"] for one in found.response["violations"] if one["impact"] in ("serious", "critical")]


def test_two_change_a_draft_and_a_third_brings_one_language_back(window: Desk) -> None:
    section = make_section("bridges")
    commentary = make_commentary(make_issue(public=False), section, public=False, state="draft")
    analyst = make_user("alesia", roles.ANALYST)
    analyst.sections.add(section)
    make_user("tamara", roles.TRANSLATOR, languages=["ru"])
    make_user("vera", roles.EDITOR)
    first = window.of("alesia")
    window.form(first, commentary, "be")
    first.locator("[name=title_be]").fill("Новы загаловак")
    save(first)
    second = window.of("tamara")
    window.form(second, commentary, "ru")
    second.locator("[name=title_ru]").fill("Испорченный заголовок")
    save(second)

    third = window.of("vera")
    third.goto(f"{window.url}/admin/commentaries/commentary/{commentary.pk}/history/")
    assert serious(third) == []
    shown = third.locator("main, #main").first.inner_text()
    assert "alesia" in shown
    assert "tamara" in shown
    third.locator("[name=before]").last.check()
    third.get_by_role("button", name="Compare").click()
    third.wait_for_url("**/compare/?*")
    assert third.locator("#part-ru ins").inner_text().endswith("Испорченный заголовок")
    assert third.locator("#part-be ins").inner_text().endswith("Новы загаловак")
    assert serious(third) == []
    third.get_by_role("link", name="Bring back from the earlier version: Russian").click()
    expect(third.get_by_role("checkbox", name="Headline")).to_have_count(2)
    assert third.locator("[value=title_ru]").is_checked()
    assert not third.locator("[value=title_be]").is_checked()
    assert serious(third) == []
    third.get_by_role("button", name="Bring back").click()
    third.wait_for_url("**/history/")
    now = Commentary.objects.get()
    assert in_language(now, "title", "ru") == "Заголовок комментария"
    assert in_language(now, "title", "be") == "Новы загаловак"
    assert "Restored from the version of" in third.locator("body").inner_text()


def test_a_correction_is_demanded_given_and_read_in_three_languages(window: Desk, reader: Page) -> None:
    make_publication()
    commentary = make_commentary(make_issue(), make_section("bridges"))
    make_forecast(commentary)
    make_user("vera", roles.EDITOR)
    page = window.of("vera")
    window.form(page, commentary, "be")
    page.locator(f"[name=trend][value={Trend.WORSENED}]").check()
    page.locator("[name=title_be]").fill("Мост зачынены")
    page.get_by_role("tab", name=TABS["ru"]).click()
    page.locator("[name=title_ru]").fill("Мост закрыт")
    save(page)
    page.get_by_text("Readers have seen another trend").wait_for(state="attached")
    assert page.get_by_text("Readers have this text already").count() == 2
    assert page.locator("[name=title_ru]").input_value() == "Мост закрыт"
    assert not Correction.objects.exists()
    notes = {"be": "Мост не адкрылі, а зачынілі.", "ru": "Мост не открыли, а закрыли.", "en": "The bridge was closed."}
    for language, note in notes.items():
        page.get_by_role("tab", name=TABS[language]).click()
        page.locator(f"[name=correction_{language}]").fill(note)
    assert serious(page) == []
    save(page)
    assert Correction.objects.get().trend_after == Trend.WORSENED
    for language, note in notes.items():
        reader.goto(window.url + commentary.url_in(language))
        with override(language):
            before, after = str(Trend.UNCHANGED.label), str(Trend.WORSENED.label)
        section = reader.locator(".corrections").inner_text()
        assert all(words in section for words in (note, before, after)), section
        assert before in reader.locator(".piece .margin .former").inner_text()
        heading = reader.locator(".corrections").get_attribute("aria-labelledby")
        assert reader.locator(f"#{heading}").count() == 1
        assert reader.locator(".former a").get_attribute("href") == f"#{heading}"
        assert reader.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_two_versions_are_chosen_and_compared_with_the_keyboard_on_a_phone(window: Desk) -> None:
    commentary = make_commentary(make_issue(public=False), public=False, title_en="An old headline")
    commentary.title_en = "A new headline"
    commentary.save()
    make_user("vera", roles.EDITOR)
    page = window.of("vera", width=390)
    page.goto(f"{window.url}/admin/commentaries/commentary/{commentary.pk}/history/")
    page.locator("[name=after]").first.focus()
    page.keyboard.press("ArrowDown")  # the newest version by its number
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare/?*")
    assert "newest" not in page.url
    assert page.locator("#part-en del").first.inner_text().strip("− ").endswith("An old")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
