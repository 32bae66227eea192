"""Several people and one commentary: it goes from hand to hand, and they talk about it, each in their own window."""

from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from commentaries import roles
from commentaries.models import Comment, Commentary, Translation
from tests.browser.accounts import log_in
from tests.browser.editors import wait_for_editors
from tests.factories import make_commentary, make_issue, make_publication, make_section, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.page]
State = Translation.State
LogIn = Callable[[str], Page]


@pytest.fixture
def desk_of(browser: Browser, live_server: LiveServer) -> Iterator[LogIn]:
    """A window of their own for each person, without JavaScript errors at the end."""
    if not Group.objects.exists():
        roles.grant_roles()
    errors: list[str] = []
    contexts = []

    def desk(username: str) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en")
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        log_in(page, live_server, username)
        return page

    yield desk
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def commentary(desk_of: LogIn) -> Commentary:
    """An analyst's draft in Belarusian, with an editor and a translator about."""
    make_publication()
    section = make_section("bridges", title_en="Bridges")
    make_user("analyst", roles.ANALYST, first_name="Vera", last_name="Dolin").sections.add(section)
    make_user("editor", roles.EDITOR, first_name="Halina", last_name="Sauko")
    make_user("translator", roles.TRANSLATOR, languages=["ru"])
    issue = make_issue(public=False)
    return make_commentary(issue, section, public=False, languages=("be",), state=State.DRAFT)


def form_of(live_server: LiveServer, commentary: Commentary, tab: str = "be") -> str:
    return f"{live_server.url}{reverse('admin:commentaries_commentary_change', args=[commentary.pk])}?tab={tab}"


def state(language: str) -> str:
    return Translation.objects.get(language=language).state


def test_a_commentary_goes_from_hand_to_hand_by_one_press_each(
    desk_of: LogIn, live_server: LiveServer, commentary: Commentary
) -> None:
    analyst, editor, translator = desk_of("analyst"), desk_of("editor"), desk_of("translator")
    for page in (editor, translator):
        assert "Nothing waits for you." in page.locator(".waiting").inner_text()

    analyst.goto(form_of(live_server, commentary))
    assert analyst.get_by_role("button", name="Save and mark ready").count() == 0
    analyst.get_by_role("button", name="Save and send to review").click()
    expect(analyst.get_by_text("Belarusian: in review. It waits for: Halina Sauko.")).to_be_visible()
    expect(analyst.get_by_role("tab", name="Belarusian")).to_have_attribute("aria-selected", "true")
    expect(analyst.get_by_text("sent to review by Vera Dolin")).to_be_visible()
    assert state("be") == State.IN_REVIEW

    editor.reload()
    expect(editor.locator(".waiting")).to_contain_text("Sent by Vera Dolin")
    editor.get_by_role("link", name="(Belarusian): the text waits for your review.").click()
    wait_for_editors(editor)
    editor.get_by_role("button", name="Save and mark ready").locator("visible=true").click()
    expect(editor.get_by_text("Belarusian: ready.")).to_be_visible()
    assert state("be") == State.READY

    translator.reload()
    translator.get_by_role("link", name="(Russian): there is no translation yet.").click()
    translator.wait_for_url("**/translate/ru/**")
    editor.goto(f"{live_server.url}/admin/")
    expect(editor.locator(".waiting")).to_contain_text("Nothing waits for you.")


def test_enter_in_a_text_field_saves_and_sends_nothing_on(
    desk_of: LogIn, live_server: LiveServer, commentary: Commentary
) -> None:
    page = desk_of("analyst")
    page.goto(form_of(live_server, commentary))
    page.locator("[name=title_be]").fill("Новы загаловак")
    page.locator("[name=title_be]").press("Enter")
    page.wait_for_url("**/issue/*/change/")
    assert Commentary.objects.get().title_be == "Новы загаловак"
    assert state("be") == State.DRAFT


def test_a_comment_is_added_and_resolved_while_what_is_typed_in_the_form_stays(
    desk_of: LogIn, live_server: LiveServer, commentary: Commentary
) -> None:
    page, other = desk_of("editor"), desk_of("analyst")
    page.goto(form_of(live_server, commentary))
    page.locator("[name=title_be]").fill("Яшчэ не захавана")
    page.get_by_label("New comment").fill("Is this so?\nI doubt it.")
    page.get_by_label("About").select_option("be")
    page.get_by_role("button", name="Add comment").click()
    expect(page.locator(".comment")).to_contain_text("I doubt it.")
    expect(page.get_by_label("New comment")).to_have_value("")
    assert page.locator("[name=title_be]").input_value() == "Яшчэ не захавана"

    other.goto(form_of(live_server, commentary))
    other.get_by_role("link", name="1 comment is not resolved").click()
    expect(other.get_by_text("Halina Sauko")).to_be_in_viewport()
    other.get_by_label("New comment").fill("Half a thou")
    other.get_by_role("button", name="Mark as resolved").click()
    expect(other.get_by_text("1 resolved comment")).to_be_visible()
    expect(other.get_by_label("New comment")).to_have_value("Half a thou")
    assert Comment.objects.get().resolved_at


def test_a_comment_that_does_not_arrive_stays_in_its_field(
    desk_of: LogIn, live_server: LiveServer, commentary: Commentary
) -> None:
    page = desk_of("editor")
    page.goto(form_of(live_server, commentary))
    page.get_by_label("New comment").fill("Is this so?")
    wait_for_editors(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Add comment").click()
    expect(page.get_by_role("alert").filter(has_text="Your words are still here")).to_be_visible()
    expect(page.get_by_label("New comment")).to_have_value("Is this so?")
    page.context.set_offline(False)
    page.context.clear_cookies()
    page.get_by_role("button", name="Add comment").click()
    expect(page.get_by_role("alert").filter(has_text="You are no longer logged in.")).to_be_visible()
    expect(page.get_by_label("New comment")).to_have_value("Is this so?")
    assert not Comment.objects.exists()

    again = page.context.new_page()
    log_in(again, live_server, "editor")
    page.get_by_role("button", name="Add comment").click()
    expect(page.locator(".comment")).to_contain_text("Is this so?")
    assert Comment.objects.count() == 1
