"""What is typed at the desk survives a crash, a failed save, the end of a session and another person's save."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, expect
from pytest_django.live_server_helper import LiveServer

from commentaries.models import Comment, Commentary, Forecast, Translation, User
from commentaries.roles import EDITOR
from tests.browser.accounts import let_in
from tests.factories import make_commentary, make_forecast, make_issue, make_publication, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.page]
READY = "#desk-saving[data-ready=yes]"


@pytest.fixture
def commentary() -> Commentary:
    make_publication()
    found = make_commentary(make_issue(public=False), public=False, state=Translation.State.DRAFT)
    make_forecast(found, statement_en="First.")
    found.save()
    return found


@pytest.fixture
def errors() -> Iterator[list[str]]:
    found: list[str] = []
    yield found
    assert found == []


class Desk:
    """One person's browser, whose storage outlives its windows."""

    def __init__(self, browser: Browser, live_server: LiveServer, username: str, errors: list[str]) -> None:
        self.context: BrowserContext = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en")
        self.url, self.errors = live_server.url, errors
        self.user = make_user(username, EDITOR)
        self.log_in(self.user)

    def log_in(self, user: User) -> None:
        let_in(self.context, self.url, user)

    def open(self, commentary: Commentary, query: str = "") -> Page:
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(f"{self.url}{reverse('admin:commentaries_commentary_change', args=[commentary.pk])}{query}")
        page.wait_for_selector(READY, state="attached")
        return page


@pytest.fixture
def anna(browser: Browser, live_server: LiveServer, errors: list[str]) -> Iterator[Desk]:
    desk = Desk(browser, live_server, "anna", errors)
    yield desk
    desk.context.close()


@pytest.fixture
def boris(browser: Browser, live_server: LiveServer, errors: list[str]) -> Iterator[Desk]:
    desk = Desk(browser, live_server, "boris", errors)
    yield desk
    desk.context.close()


def write(page: Page, language: str, title: str, body: str) -> None:
    """Type a headline, and words at the end of the text, as a person does."""
    page.get_by_role("tab", name={"be": "Belarusian", "ru": "Russian", "en": "English"}[language]).click()
    page.locator(f"[name=title_{language}]").fill(title)
    editor = page.frame_locator(f"#cke_id_body_{language} iframe").locator("body")
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(body)


def body_of(page: Page, language: str) -> str:
    return str(page.evaluate(f"CKEDITOR.instances.id_body_{language}.getData()"))


def wait_until_kept(page: Page, text: str) -> None:
    page.wait_for_function(
        "text => Object.entries(localStorage).some(([key, value]) => key.startsWith('draft:') && value.includes(text))",
        arg=text,
    )


def serious_faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [fault["id"] for fault in found if fault["impact"] in ("serious", "critical")]


def drafts(page: Page) -> int:
    return int(page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length"))


def save_with_keys(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    page.wait_for_selector(READY, state="attached")


def test_after_a_crash_what_was_typed_in_every_language_is_offered_and_put_back(
    anna: Desk, commentary: Commentary
) -> None:
    page = anna.open(commentary)
    write(page, "ru", "Набрано", " Не сохранено.")
    write(page, "be", "Набрана", " Не захавана.")
    page.locator("[name=forecasts-0-statement_en]").fill("Typed in a forecast")
    page.locator("#forecasts-group a.add-row").click()
    page.locator("[name=forecasts-1-statement_en]").fill("A new forecast")
    wait_until_kept(page, "A new forecast")
    page.close(run_before_unload=False)

    page = anna.open(commentary)
    expect(page.locator("#draft-offer")).to_contain_text("You typed here on")
    expect(page.locator("#draft-offer .what")).to_contain_text("Headline (Russian)")
    expect(page.locator("#draft-offer .what")).to_contain_text("Text (Belarusian)")
    assert page.locator("[name=title_ru]").input_value() != "Набрано"
    page.get_by_role("button", name="See what differs").click()
    expect(page.locator("#draft-differences")).to_contain_text("Не сохранено.")
    page.get_by_role("button", name="Put it back").click()
    page.wait_for_function("CKEDITOR.instances.id_body_ru.getData().includes('Не сохранено.')")
    assert page.locator("[name=title_be]").input_value() == "Набрана"
    assert "Не захавана." in body_of(page, "be")
    save_with_keys(page)

    commentary.refresh_from_db()
    assert (commentary.title_ru, commentary.title_be) == ("Набрано", "Набрана")
    assert "Не сохранено." in commentary.body_ru
    assert set(Forecast.objects.values_list("statement_en", flat=True)) == {"Typed in a forecast", "A new forecast"}
    assert drafts(page) == 0
    expect(page.locator("#draft-offer")).to_be_hidden()


def test_after_saving_with_keys_one_goes_on_where_one_was(anna: Desk, commentary: Commentary) -> None:
    page = anna.open(commentary)
    write(page, "ru", "Дальше", " Раз")
    save_with_keys(page)
    expect(page.get_by_role("tab", name="Russian")).to_have_attribute("aria-selected", "true")
    page.wait_for_function("CKEDITOR.currentInstance?.name === 'id_body_ru'")
    page.keyboard.type(" два.")
    wait_until_kept(page, "Раз два.")
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()


def test_a_commentary_that_is_deleted_meanwhile_leaves_its_text_to_who_wrote_it(
    anna: Desk, commentary: Commentary
) -> None:
    page = anna.open(commentary)
    write(page, "ru", "Набрано", " Не пропало.")
    commentary.delete()
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    page.get_by_role("link", name="You typed something in this browser").click()
    page.get_by_text("Show the text").click()
    expect(page.locator("pre")).to_contain_text("Не пропало.")


def test_a_discarded_draft_is_not_offered_again(anna: Desk, commentary: Commentary) -> None:
    page = anna.open(commentary)
    page.get_by_role("tab", name="Russian").click()
    page.locator("[name=title_ru]").fill("Набрано")
    wait_until_kept(page, "Набрано")
    page.close(run_before_unload=False)
    page = anna.open(commentary)
    page.get_by_role("button", name="Discard").click()
    expect(page.locator("#draft-offer")).to_be_hidden()
    assert drafts(page) == 0


def test_a_failed_save_keeps_the_draft_until_a_save_succeeds(anna: Desk, commentary: Commentary) -> None:
    page = anna.open(commentary)
    write(page, "ru", "Набрано", " Не сохранено.")
    page.locator("[name=trend]").first.evaluate("(input) => { input.value = 'forged'; input.checked = true; }")
    save_with_keys(page)
    assert Commentary.objects.get().title_ru != "Набрано"
    assert page.locator("[name=title_ru]").input_value() == "Набрано"
    page.close(run_before_unload=False)
    page = anna.open(commentary)
    expect(page.locator("#draft-offer")).to_be_visible()
    page.get_by_role("button", name="Put it back").click()
    page.wait_for_function("CKEDITOR.instances.id_body_ru.getData().includes('Не сохранено.')")
    page.locator("[name=trend][value=unchanged]").check()
    save_with_keys(page)
    assert Commentary.objects.get().title_ru == "Набрано"
    assert drafts(page) == 0


def test_a_session_that_ends_is_renewed_on_the_page_and_the_save_goes_on(anna: Desk, commentary: Commentary) -> None:
    page = anna.open(commentary)
    write(page, "ru", "Долгая правка", " Много слов.")
    Session.objects.all().delete()
    page.keyboard.press("Control+s")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Your session has ended")
    dialog.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("not right")
    dialog.get_by_label("Password").fill("correct horse")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_selector(READY, state="attached")
    commentary.refresh_from_db()
    assert commentary.title_ru == "Долгая правка"
    assert "Много слов." in commentary.body_ru
    assert drafts(page) == 0


def test_nothing_is_saved_in_the_name_of_someone_else_who_logged_in_meanwhile(
    anna: Desk, commentary: Commentary
) -> None:
    page = anna.open(commentary)
    write(page, "ru", "Долгая правка", " Много слов.")
    anna.log_in(make_user("vera", EDITOR))
    page.keyboard.press("Control+s")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Someone else is logged in")
    assert Commentary.objects.get().title_ru != "Долгая правка"
    dialog.get_by_label("Password").fill("correct horse")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    commentary.refresh_from_db()
    assert commentary.title_ru == "Долгая правка"
    assert commentary.history.first().history_user == anna.user


def test_a_browser_without_room_says_so(anna: Desk, commentary: Commentary) -> None:
    page = anna.open(commentary)
    page.evaluate("void (Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); })")
    page.locator("[name=forecasts-0-statement_en]").fill("Typed")
    expect(page.locator("#desk-trouble")).to_contain_text("no more room")


def test_three_long_texts_are_kept(anna: Desk, commentary: Commentary) -> None:
    text = "<p>Доўгі тэкст пра мост і парт.</p>" * 8000
    Commentary.objects.update(body_be=text, body_ru=text, body_en=text)
    page = anna.open(commentary)
    for language in ("be", "ru", "en"):
        page.evaluate(
            "([name, more]) => CKEDITOR.instances[name].setData(CKEDITOR.instances[name].getData() + more)",
            [f"id_body_{language}", f"<p>Дадатак {language}.</p>"],
        )
    page.wait_for_function("CKEDITOR.instances.id_body_en.getData().includes('Дадатак en')")
    wait_until_kept(page, "Дадатак en.")
    wait_until_kept(page, "Дадатак be.")


def test_without_the_dialog_the_login_leads_back_to_the_form_which_offers_the_text(
    anna: Desk, commentary: Commentary
) -> None:
    page = anna.open(commentary)
    write(page, "ru", "Долгая правка", " Много слов.")
    wait_until_kept(page, "Много слов.")
    Session.objects.all().delete()
    page.evaluate("HTMLFormElement.prototype.submit.call(desk.drafts.form)")  # past everything that asks first
    page.wait_for_selector("[name=password]")
    page.fill("[name=username]", "anna")
    page.fill("[name=password]", "correct horse")
    page.keyboard.press("Enter")
    expect(page.locator("#draft-offer")).to_contain_text("You typed here on")


def test_another_persons_draft_is_not_shown(anna: Desk, commentary: Commentary) -> None:
    page = anna.open(commentary)
    page.get_by_role("tab", name="Russian").click()
    page.locator("[name=title_ru]").fill("Тайна")
    wait_until_kept(page, "Тайна")
    page.close(run_before_unload=False)
    anna.log_in(make_user("vera", EDITOR))
    page = anna.open(commentary)
    expect(page.locator("#draft-offer")).to_be_hidden()
    assert "Тайна" not in page.content()


def test_who_logs_out_is_asked_what_becomes_of_unsaved_texts(anna: Desk, commentary: Commentary) -> None:
    page = anna.open(commentary)
    page.get_by_role("tab", name="Russian").click()
    page.locator("[name=title_ru]").fill("Тайна")
    wait_until_kept(page, "Тайна")
    page.close(run_before_unload=False)
    page = anna.context.new_page()
    page.goto(f"{anna.url}/admin/")
    page.evaluate("document.getElementById('logout-form').requestSubmit()")
    with page.expect_navigation():
        page.get_by_role("button", name="Delete all of it and log out").click()
    assert drafts(page) == 0
    assert not Session.objects.exists()


def test_the_second_to_save_chooses_in_a_language_tab_and_in_a_forecast(
    anna: Desk, boris: Desk, commentary: Commentary
) -> None:
    first, second = anna.open(commentary), boris.open(commentary)
    expect(second.locator("#desk-here")).to_have_text("Also here now: anna.")
    write(first, "ru", "Анна", " От Анны.")
    first.locator("[name=forecasts-0-statement_en]").fill("Of Anna")
    save_with_keys(first)
    write(second, "ru", "Борис", " От Бориса.")
    second.locator("[name=forecasts-0-statement_en]").fill("Of Boris")
    save_with_keys(second)

    panel = second.locator("#conflict")
    expect(panel).to_contain_text("anna saved a newer version")
    expect(panel.locator("del").first).to_have_text("Анна")
    assert serious_faults(second) == []
    commentary.refresh_from_db()
    assert commentary.title_ru == "Анна"
    panel.get_by_role("group", name="Headline (Russian)").get_by_label("The saved one").check()
    panel.get_by_role("group", name="Text (Russian)").get_by_label("Mine").check()
    panel.get_by_role("group", name="Forecast").get_by_label("Mine").check()
    save_with_keys(second)
    commentary.refresh_from_db()
    assert commentary.title_ru == "Анна"
    assert "От Бориса." in commentary.body_ru
    assert "От Анны." not in commentary.body_ru
    assert Forecast.objects.get().statement_en == "Of Boris"


def test_a_restored_draft_does_not_overwrite_what_was_saved_since(
    anna: Desk, boris: Desk, commentary: Commentary
) -> None:
    page = boris.open(commentary)
    write(page, "ru", "Борис", " От Бориса.")
    wait_until_kept(page, "От Бориса.")
    page.close(run_before_unload=False)
    other = anna.open(commentary)
    write(other, "ru", "Анна", " От Анны.")
    save_with_keys(other)
    page = boris.open(commentary)
    page.get_by_role("button", name="Put it back").click()
    page.wait_for_function("CKEDITOR.instances.id_body_ru.getData().includes('От Бориса.')")
    save_with_keys(page)
    expect(page.locator("#conflict")).to_contain_text("anna saved a newer version")
    assert Commentary.objects.get().title_ru == "Анна"


def test_leaving_is_asked_about_only_while_something_is_unsaved(anna: Desk, commentary: Commentary) -> None:
    page = anna.open(commentary)
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.goto(f"{anna.url}/admin/")
    assert asked == []
    page = anna.open(commentary)
    page.on("dialog", leave)
    page.get_by_role("tab", name="Russian").click()
    page.frame_locator("#cke_id_body_ru iframe").locator("body").click()
    page.keyboard.type("Слово")
    page.goto(f"{anna.url}/admin/")
    assert asked == ["beforeunload"]


def test_a_picture_that_is_described_is_kept_too(anna: Desk, commentary: Commentary) -> None:
    url = f"{anna.url}{reverse('admin:commentaries_picture_add')}"
    page = anna.context.new_page()
    page.goto(url)
    page.wait_for_selector(READY, state="attached")
    page.locator("[name=credit]").fill("Vilma Harsk")
    wait_until_kept(page, "Vilma Harsk")
    page.close(run_before_unload=False)
    page = anna.context.new_page()
    page.goto(url)
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator("[name=credit]")).to_have_value("Vilma Harsk")


def test_a_comment_being_typed_is_there_after_a_crash_and_after_a_save_of_the_form(
    anna: Desk, commentary: Commentary
) -> None:
    page = anna.open(commentary)
    page.get_by_label("New comment").fill("Is 12 right?")
    page.close(run_before_unload=False)

    page = anna.open(commentary)
    expect(page.get_by_label("New comment")).to_have_value("Is 12 right?")
    page.locator("[name=title_be]").evaluate("input => { input.value = 'Іншы загаловак'; }")
    page.get_by_role("button", name="Save and continue editing").click()
    page.wait_for_selector("text=was changed successfully")
    page.wait_for_selector(READY, state="attached")
    expect(page.get_by_label("New comment")).to_have_value("Is 12 right?")
    page.get_by_role("button", name="Add comment").click()
    expect(page.get_by_label("New comment")).to_have_value("")
    assert Comment.objects.get().text == "Is 12 right?"

    page = anna.open(commentary)
    expect(page.get_by_label("New comment")).to_have_value("")
