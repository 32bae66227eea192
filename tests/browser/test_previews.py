"""A writer looks at the reader's page before anything is saved, and shows a draft to somebody without an account."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Group
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from commentaries import roles
from commentaries.languages import in_language
from commentaries.models import Commentary
from tests.browser.test_publish import TABS, TEXTS, log_in
from tests.factories import make_commentary, make_issue, make_publication, make_section, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.page]
BUTTONS = {"be": "Preview in Belarusian", "ru": "Preview in Russian", "en": "Preview in English"}
# Whether the browser would ask before this page is left.
ASKS = """() => !window.dispatchEvent(new Event("beforeunload", {cancelable: true}))"""


@pytest.fixture(autouse=True)
def _roles_are_there(db: None) -> None:
    """An earlier test that emptied the database took the roles with it."""
    if not Group.objects.exists():
        roles.grant_roles()


@pytest.fixture
def draft() -> Commentary:
    make_publication()
    make_user("editor", roles.EDITOR)
    section = make_section("bridges", title_be="Масты", title_ru="Мосты", title_en="Bridges")
    return make_commentary(make_issue(public=False), section, public=False)


@pytest.fixture
def stranger(browser: Browser) -> Iterator[BrowserContext]:
    """Somebody without an account, on a phone, with JavaScript off."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    yield context
    context.close()


def desk(live_server: LiveServer, name: str, *args: object) -> str:
    return live_server.url + reverse(f"admin:commentaries_{name}", args=args)


def type_all(page: Page) -> None:
    for language, (title, lead, body) in TEXTS.items():
        page.get_by_role("tab", name=TABS[language]).click()
        page.locator(f"[name=title_{language}]").fill(title)
        page.locator(f"[name=lead_{language}]").fill(lead)
        editor = page.frame_locator(f"#cke_id_body_{language} iframe").locator("body")
        editor.click()
        page.keyboard.press("ControlOrMeta+A")
        page.keyboard.type(body)


def press(page: Page, language: str) -> Page:
    """The preview that opens in a new tab, by keyboard."""
    page.get_by_role("tab", name=TABS[language]).click()
    page.get_by_role("button", name=BUTTONS[language]).focus()
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    opened.value.wait_for_load_state()
    return opened.value


def test_what_is_typed_is_previewed_again_and_again_and_then_saved(
    page: Page, live_server: LiveServer, draft: Commentary
) -> None:
    log_in(page, live_server)
    page.goto(desk(live_server, "commentary_change", draft.pk))
    type_all(page)
    for language in (*TEXTS, "be"):
        seen = press(page, language)
        shown = seen.locator("main").inner_text()
        for words in TEXTS[language]:
            assert words in shown
        expect(seen.get_by_text("Preview: not saved, not public.")).to_be_visible()
        assert seen.locator("html").get_attribute("lang") == language
        seen.close()
        assert page.evaluate(ASKS)
    assert in_language(Commentary.objects.get(), "title", "en") == "A headline"
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(desk(live_server, "issue_change", draft.issue_id))
    commentary = Commentary.objects.get()
    for language, (title, _lead, body) in TEXTS.items():
        assert in_language(commentary, "title", language) == title
        assert in_language(commentary, "body", language) == f"<p>{body}</p>"


def test_a_preview_leads_to_the_other_languages_as_typed(
    page: Page, live_server: LiveServer, draft: Commentary
) -> None:
    log_in(page, live_server)
    page.goto(desk(live_server, "commentary_change", draft.pk))
    type_all(page)
    seen = press(page, "en")
    for language, name in {"ru": "Русский", "be": "Беларуская"}.items():
        seen.get_by_role("button", name=name).click()
        expect(seen.locator("h1")).to_have_text(TEXTS[language][0])


def test_a_commentary_is_previewed_while_it_is_being_added(
    page: Page, live_server: LiveServer, draft: Commentary
) -> None:
    section = make_section("rivers", title_en="Rivers")
    log_in(page, live_server)
    query = f"?issue={draft.issue_id}&section={section.pk}"
    page.goto(desk(live_server, "commentary_add") + query)
    type_all(page)
    seen = press(page, "en")
    expect(seen.locator("h1")).to_have_text(TEXTS["en"][0])
    expect(seen.locator(".piece .section")).to_have_text("Rivers")
    assert Commentary.objects.count() == 1


def test_enter_in_a_field_does_not_open_a_preview(page: Page, live_server: LiveServer, draft: Commentary) -> None:
    log_in(page, live_server)
    page.goto(desk(live_server, "commentary_change", draft.pk))
    page.get_by_role("tab", name="English").click()
    page.locator("[name=title_en]").fill("Saved by Enter")
    page.keyboard.press("Enter")
    page.wait_for_url(desk(live_server, "issue_change", draft.issue_id))
    assert in_language(Commentary.objects.get(), "title", "en") == "Saved by Enter"


def test_a_preview_opens_without_the_script_for_it(page: Page, live_server: LiveServer, draft: Commentary) -> None:
    page.route("**/desk/previews.js", lambda route: route.abort())
    log_in(page, live_server)
    page.goto(desk(live_server, "commentary_change", draft.pk))
    type_all(page)
    shown = press(page, "ru").locator("main").inner_text()
    for words in TEXTS["ru"]:
        assert words in shown


def test_a_link_is_made_read_and_withdrawn(
    page: Page, stranger: BrowserContext, live_server: LiveServer, draft: Commentary
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    log_in(page, live_server)
    page.goto(desk(live_server, "issue_change", draft.issue_id))
    page.get_by_role("link", name="Preview links for people without an account").click()
    page.get_by_label("For whom").fill("Ms Lawyer")
    page.get_by_role("button", name="Make a link").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    address = page.evaluate("navigator.clipboard.readText()")
    path = "/" + address.split("/", 3)[3]

    phone = stranger.new_page()
    phone.goto(live_server.url + path)
    expect(phone.get_by_text("Preview for Ms Lawyer, works until")).to_be_visible()
    phone.get_by_role("heading", name="A headline").get_by_role("link").click()
    expect(phone.locator("h1")).to_have_text("A headline")
    phone.get_by_role("banner").get_by_role("link", name="Русский").click()
    expect(phone.locator("h1")).to_have_text("Заголовок комментария")
    assert "/ru/preview/" in phone.url
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert stranger.cookies() == []

    page.get_by_role("button", name="Withdraw the link").click()
    expect(page.get_by_text("withdrawn", exact=True)).to_be_visible()
    assert phone.reload().status == 410
    phone.goto(live_server.url + path)
    expect(phone.locator("h1")).to_have_text("This preview is closed")


def test_the_address_of_a_preview_is_told_to_nobody(
    page: Page, stranger: BrowserContext, live_server: LiveServer, draft: Commentary
) -> None:
    from tests.commentaries.test_preview_links import make_link, path

    body = f'<p><a href="{live_server.url.replace("localhost", "127.0.0.1")}/en/about/">elsewhere</a></p>'
    Commentary.objects.update(body_en=body)
    phone = stranger.new_page()
    told: list[str] = []
    phone.on("request", lambda request: told.append(request.headers.get("referer", "")))
    phone.goto(live_server.url + path(make_link(draft)))
    phone.get_by_role("link", name="elsewhere").click()
    phone.go_back()
    phone.get_by_role("link", name="Bridges").first.click()
    phone.wait_for_url("**/en/sections/bridges/")
    assert not [referrer for referrer in told if "preview" in referrer]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_serious(
    page: Page, live_server: LiveServer, draft: Commentary, width: int, scheme: str
) -> None:
    from tests.commentaries.test_preview_links import make_link, path

    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    log_in(page, live_server)
    link = make_link(draft.issue)
    addresses = [
        desk(live_server, "issue_links", draft.issue_id),
        desk(live_server, "commentary_preview", draft.pk, "en"),
        live_server.url + path(link),
        live_server.url + path(link)[:-2] + "/",
    ]
    for address in addresses:
        page.goto(address)
        violations = Axe().run(page).response["violations"]
        assert [each["id"] for each in violations if each["impact"] in ("serious", "critical")] == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width
