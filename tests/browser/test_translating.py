"""An analyst changes the original of a ready translation; the translator sees what changed, and mends that only."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Group
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from commentaries import roles, translations
from commentaries.languages import in_language
from commentaries.models import Commentary, Translation
from tests.browser.accounts import log_in
from tests.factories import make_commentary, make_forecast, make_issue, make_section, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.page]
SOURCE = "<h2>Мост</h2><p>Першы абзац пра мост.</p><p>Другі абзац пра порт.</p><ul><li>адзін</li></ul>"
TARGET = (
    "<h2>The bridge</h2><p>The <strong>first</strong> paragraph, on the bridge.</p>"
    "<p>The second one, on the port.</p><ul><li>one</li></ul>"
)


@pytest.fixture(autouse=True)
def _roles_are_there(db: None) -> None:
    if not Group.objects.exists():
        roles.grant_roles()


@pytest.fixture
def other(browser: Browser) -> Iterator[Page]:
    """A second person's window."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en")
    yield context.new_page()
    context.close()


def draft() -> Commentary:
    section = make_section("bridges", title_en="Bridges")
    make_user("analyst", roles.ANALYST).sections.add(section)
    make_user("translator", roles.TRANSLATOR, languages=["en"])
    commentary = make_commentary(
        make_issue(public=False), section, public=False, languages=("be", "en"), body_be=SOURCE, body_en=TARGET
    )
    make_forecast(commentary)
    for language in ("be", "en"):
        translations.mark_ready(Commentary.objects.get(), language, None)
    return commentary


def page_of(live_server: LiveServer, commentary: Commentary) -> str:
    return live_server.url + reverse("admin:commentaries_commentary_translate", args=[commentary.pk, "en"])


def english() -> str:
    return in_language(Commentary.objects.get(), "body", "en")


def state() -> str:
    return Translation.objects.get(language="en").state


def test_a_change_of_the_original_is_seen_and_only_its_paragraph_is_mended(
    page: Page, other: Page, live_server: LiveServer
) -> None:
    commentary = draft()
    log_in(other, live_server, "analyst")
    other.goto(f"{live_server.url}/admin/commentaries/commentary/{commentary.pk}/change/?tab=be")
    body = other.frame_locator("#cke_id_body_be iframe").locator("p", has_text="Другі")
    body.click()
    other.keyboard.press("End")
    other.keyboard.type(" Вакзал таксама.")
    other.get_by_role("button", name="Save", exact=True).click()
    other.wait_for_url("**/issue/*/change/")
    expect(other.locator("body")).to_contain_text("was changed successfully")
    assert (state(), english()) == (Translation.State.OUTDATED, TARGET)

    log_in(page, live_server, "translator")
    page.goto(page_of(live_server, commentary))
    page.get_by_role("link", name="To the first change").click()
    changed = page.locator(".pair:target")
    expect(changed.locator(".changed")).to_contain_text("changed")
    expect(changed.locator("ins")).to_contain_text("Вакзал таксама")
    assert page.locator(".changed").count() == 1

    block = changed.locator(".words")
    block.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" The station, too.")
    page.get_by_role("button", name="Save and mark ready").click()
    expect(page.locator("body")).to_contain_text("was changed successfully")
    assert english().replace("\n", "") == TARGET.replace("on the port.", "on the port. The station, too.")
    assert state() == Translation.State.READY
    assert in_language(Commentary.objects.get(), "title", "en") == "A headline"
    assert page.locator(".changed").count() == 0


def test_quick_typing_into_a_block_loses_no_letter(page: Page, live_server: LiveServer) -> None:
    commentary = draft()
    log_in(page, live_server, "translator")
    page.goto(page_of(live_server, commentary))
    page.locator(".words", has_text="The second one").click()
    page.keyboard.press("End")
    page.keyboard.type(" As fast as anybody types before the editor is there.")
    page.keyboard.press("Control+s")
    expect(page.locator("body")).to_contain_text("was changed successfully")
    assert "on the port. As fast as anybody types before the editor is there.</p>" in english()


def test_an_empty_place_takes_the_structure_of_the_original_or_its_copy(page: Page, live_server: LiveServer) -> None:
    commentary = draft()
    Commentary.objects.update(body_en="")
    log_in(page, live_server, "translator")
    page.goto(page_of(live_server, commentary))
    page.locator(".words").first.click()
    page.keyboard.type("A heading")
    page.locator(".pair", has_text="адзін").get_by_role("button", name="Copy the original").click()
    page.get_by_role("button", name="Add a paragraph at the end").click()
    page.keyboard.type("One more.")
    page.get_by_role("button", name="Save", exact=False).first.click()
    expect(page.locator("body")).to_contain_text("was changed successfully")
    assert english().replace("\n", "").replace("\t", "") == "<h2>A heading</h2><ul><li>адзін</li></ul><p>One more.</p>"


def test_what_was_typed_comes_back_after_a_crash(page: Page, live_server: LiveServer) -> None:
    commentary = draft()
    log_in(page, live_server, "translator")
    page.goto(page_of(live_server, commentary))
    page.locator("#desk-saving[data-ready=yes]").wait_for(state="attached")
    page.locator(".words", has_text="The second one").click()
    page.keyboard.press("End")
    page.keyboard.type(" Not saved.")
    page.wait_for_function("Object.values(localStorage).some((draft) => draft.includes('Not saved.'))")
    page.on("dialog", lambda dialog: dialog.accept())  # the question before unsaved work is left
    page.goto("about:blank")
    page.goto(page_of(live_server, commentary))
    page.locator("#draft-offer [data-do=restore]").click()
    expect(page.locator(".words", has_text="The second one")).to_contain_text("Not saved.")
    expect(page.locator(".words")).to_have_count(4)
    page.locator("[name=_continue]").click()
    expect(page.locator("body")).to_contain_text("was changed successfully")
    assert english().replace("\n", "") == TARGET.replace("on the port.", "on the port. Not saved.")


def serious(page: Page, where: str) -> list[Any]:
    """What axe finds in this part of the page that keeps somebody out."""
    page.locator(where).wait_for()
    rules = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
    found = Axe().run(page, context=where, options={"runOnly": rules}).response["violations"]
    return [
        (one["id"], [node["html"] for node in one["nodes"]])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def test_texts_go_out_to_a_tool_and_come_back(page: Page, live_server: LiveServer, tmp_path: Path) -> None:
    commentary = draft()
    Translation.objects.filter(language="en").update(state=Translation.State.DRAFT)
    log_in(page, live_server, "translator")
    page.goto(f"{live_server.url}/admin/commentaries/issue/{commentary.issue_id}/change/")
    page.get_by_role("link", name="For translation tools (PO)").click()
    assert serious(page, ".exchange") == []
    with page.expect_download() as download:
        page.locator("li", has_text="Into English").get_by_role("link", name="from Belarusian").click()
    file = tmp_path / "texts.po"
    file.write_text(Path(download.value.path()).read_text().replace("on the port.", "on the harbour."))
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Check the file").click()
    expect(page.locator(".exchange ins")).to_contain_text("harbour")
    assert serious(page, ".exchange") == []
    assert english() == TARGET
    page.get_by_role("button", name="Import").click()
    expect(page.locator("body")).to_contain_text("Translations of 1 commentary are imported.")
    assert english().replace("\n", "") == TARGET.replace("on the port.", "on the harbour.")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "light"), (1280, "dark")])
def test_the_page_is_accessible(page: Page, live_server: LiveServer, width: int, scheme: str) -> None:
    commentary = draft()
    Commentary.objects.update(body_be=SOURCE.replace("порт", "вакзал"), title_be="Іншы")
    log_in(page, live_server, "translator")
    page.set_viewport_size({"width": width, "height": 844})
    page.evaluate("scheme => localStorage.setItem('_x_adminTheme', JSON.stringify(scheme))", scheme)
    page.goto(page_of(live_server, commentary))
    page.wait_for_timeout(500)
    assert serious(page, "#translating") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_phone_the_buttons_do_not_cover_the_words(page: Page, live_server: LiveServer) -> None:
    commentary = draft()
    page.set_viewport_size({"width": 390, "height": 700})
    log_in(page, live_server, "translator")
    page.goto(page_of(live_server, commentary))
    for words in ("The bridge", "The first", "The second one", "one"):
        block = page.locator(".words", has_text=words).last
        block.click()
        toolbar = page.locator(".cke_float:visible")
        expect(toolbar).to_have_count(1)
        page.wait_for_timeout(300)  # milliseconds in which it finds its place
        above, below = toolbar.bounding_box(), block.bounding_box()
        assert above
        assert below
        assert above["y"] + above["height"] <= below["y"], words
        assert above["height"] < 80
        assert (above["x"], above["width"]) == (0, 390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_from_a_conflict_one_comes_to_the_block_that_differs(page: Page, live_server: LiveServer) -> None:
    commentary = draft()
    log_in(page, live_server, "translator")
    page.goto(page_of(live_server, commentary))
    page.locator("#desk-saving[data-ready=yes]").wait_for(state="attached")
    page.locator(".words", has_text="The second one").click()
    page.keyboard.press("End")
    page.keyboard.type(" Mine.")
    stored = Commentary.objects.get()
    stored.body_en = TARGET.replace("on the port.", "on the port. Theirs.")
    stored.save()
    page.locator("[name=_continue]").click()
    page.locator("#conflict").wait_for()
    page.locator("#conflict").get_by_role("link", name="To the field").click()
    block = page.locator(".words", has_text="Mine.")
    expect(block).to_be_focused()
    expect(block).to_be_in_viewport()
