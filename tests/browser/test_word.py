"""From Word in a browser: an editor drops five files at once, an analyst adds a language."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from commentaries.models import Commentary, Forecast, Issue
from commentaries.roles import ANALYST, EDITOR
from tests.browser.accounts import log_in
from tests.browser.editors import wait_for_editors
from tests.commentaries.docx import docx, h1, h2, li, p
from tests.factories import make_publication, make_section, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.page]

DROP = """(files) => {
  const data = new DataTransfer();
  files.forEach(([name, bytes]) => data.items.add(new File([new Uint8Array(bytes)], name)));
  document.body.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}));
}"""
SECTIONS = ("roads", "ports", "bridges", "rails")


def files() -> list[tuple[str, bytes]]:
    """Four commentaries and what is none."""
    good = [
        (
            f"{name}.docx",
            docx(
                *(
                    p("January 17 – 23, 2022"),
                    p(name.title()),
                    h1(f"The {name} are open"),
                    p("The situation got worse"),
                ),
                *(p(f"Nobody expected that the {name} would open this year.", bold=True), p(f"All about {name}.")),
                *(h2("Forecasts for 2023"), li(f"The {name} will close.")),
            ),
        )
        for name in SECTIONS
    ]
    return [*good[:2], ("broken.docx", b"PK nonsense"), *good[2:]]


def test_five_files_at_once_and_a_colleague_with_another_language(
    page: Page, browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    make_publication()
    sections = {name: make_section(name, title_en=name.title(), title_be=f"Раздзел {name}") for name in SECTIONS}
    make_user("editor", EDITOR)
    analyst = make_user("analyst", ANALYST)
    analyst.sections.add(sections["roads"])

    log_in(page, live_server, "editor")
    page.get_by_role("link", name="From Word").first.click()
    page.wait_for_url("**/from-word/")  # and its script
    with page.expect_navigation():
        page.evaluate(DROP, [[name, list(content)] for name, content in files()])
    assert "“broken.docx” is damaged" in page.get_by_role("alert").inner_text()
    assert page.locator(".word-file").count() == 4
    assert not Commentary.objects.exists()
    wait_for_editors(page)
    page.frame_locator("#cke_id_files-0-body iframe").locator("body").click()
    page.keyboard.type("Look: ")
    page.locator("[name=files-1-title]").fill("The ports, corrected")
    page.get_by_role("button", name="Create drafts").click()
    page.wait_for_url("**/change/")
    assert "4 drafts were made from Word." in page.locator("body").inner_text()
    issue = Issue.objects.get()
    assert Commentary.objects.exclude(title_en="").filter(issue=issue, trend="worsened").count() == 4
    assert Commentary.objects.get(section=sections["ports"]).title_en == "The ports, corrected"
    assert "Look:" in (Commentary.objects.get(section=sections["roads"]).body_en or "")
    assert Forecast.objects.filter(due="2023-12-31").count() == 4

    belarusian = tmp_path / "дарогі.docx"
    belarusian.write_bytes(
        docx(p("17–23 студзеня 2022"), p("Раздзел roads"), h1("Дарогі адкрылі"), p("Усё пра дарогі і масты."))
    )
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="en", java_script_enabled=False)
    phone = context.new_page()
    log_in(phone, live_server, "analyst")
    phone.goto(f"{live_server.url}/admin/commentaries/issue/from-word/")
    phone.get_by_label("Word files").set_input_files(belarusian)
    phone.get_by_role("button", name="Read the files").click()
    phone.get_by_role("button", name="Create drafts").wait_for()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.get_by_role("button", name="Create drafts").click()
    expect(phone.locator("body")).to_contain_text("One draft was made from Word.")
    context.close()
    joined = Commentary.objects.get(section=sections["roads"])
    assert (joined.source_language, joined.title_be, joined.trend) == ("en", "Дарогі адкрылі", "worsened")
    assert joined.title_en == "The roads are open"


def test_corrections_survive_a_crash_and_the_end_of_a_session(page: Page, live_server: LiveServer) -> None:
    make_publication()
    sections = [make_section(name, title_en=name.title()) for name in SECTIONS]
    make_user("editor", EDITOR)
    log_in(page, live_server, "editor")
    upload = f"{live_server.url}/admin/commentaries/issue/from-word/"
    page.goto(upload)
    expect(page.locator("#review-offer")).to_be_hidden()
    with page.expect_navigation():
        page.evaluate(DROP, [[name, list(content)] for name, content in files()[:2]])
    wait_for_editors(page)
    page.locator("[name=files-1-title]").fill("The ports, corrected")
    page.frame_locator("#cke_id_files-0-body iframe").locator("body").click()
    page.keyboard.type("Look: ")
    page.wait_for_function("Object.values(localStorage).some((kept) => kept.includes('Look:'))")
    page.close(run_before_unload=False)

    page = page.context.new_page()
    page.goto(upload)
    offer = page.locator("#review-offer")
    expect(offer).to_contain_text("roads.docx, ports.docx")
    offer.get_by_role("button", name="Go on with it").click()
    expect(page.locator("[name=files-1-title]")).to_have_value("The ports, corrected")
    wait_for_editors(page)
    page.locator("[name=files-0-title]").fill("The roads, corrected")

    page.context.clear_cookies()
    page.get_by_role("button", name="Create drafts").click()
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Log in", exact=True).click()
    page.wait_for_url("**/change/")
    texts = Commentary.objects.filter(section__in=sections[:2]).order_by("section")
    assert sorted(text.title_en or "" for text in texts) == ["The ports, corrected", "The roads, corrected"]
    assert "Look:" in (Commentary.objects.get(section=sections[0]).body_en or "")
    assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('draft:'))") == []
