"""The desk by keyboard alone: where one is can be seen, everything is reached, dialogs let one out again."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from commentaries.models import Commentary, Issue
from tests.browser.accounts import let_in
from tests.browser.test_desk_screens import Desk, editors_ready, set_up

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.page]
# What is wrong with the place of the keyboard: nothing shows it, or something lies over it. A text field that is higher
# than the window is where its caret is.
FOCUS = """() => {
  const place = document.activeElement;
  if (!place || place === document.body) return null;
  const framed = place.tagName === "IFRAME" ? place.closest(".cke_chrome") : place;
  const shown = place.matches("input.delete") ? place.closest("label") : framed;
  const style = getComputedStyle(shown);
  const box = place.getBoundingClientRect();
  const x = box.left + Math.min(box.width, 300) / 2;
  const y = box.top + Math.min(box.height, 60) / 2;
  const top = document.elementFromPoint(x, y);
  const covered = !top || !(top === place || place.contains(top) || top.contains(place));
  const name = `${place.tagName} ${place.id || place.name || place.innerText}`.slice(0, 60);
  return { name, ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0, covered };
}"""


@pytest.fixture(params=[(1280, 900), (390, 844)], ids=["desk", "phone"])
def at_desk(browser: Browser, live_server: LiveServer, request: Any) -> Iterator[tuple[Page, Desk]]:
    """An editor's window, in which nobody touches the mouse."""
    desk = set_up()
    context = browser.new_context(viewport=dict(zip(("width", "height"), request.param, strict=True)), locale="en")  # type: ignore[arg-type]
    let_in(context, live_server.url, desk.editor)
    desk.editor.interface_language = "en"
    desk.editor.save()
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(live_server.url + reverse("admin:index"))
    yield page, desk
    context.close()


def go(page: Page, name: str, *args: Any) -> None:
    page.goto(page.url.partition("/admin/")[0] + reverse(f"admin:{name}", args=args))


def tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    for _step in range(120):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached")


def faults(page: Page) -> Iterator[str]:
    """Once through the page with Tab."""
    for step in range(120):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUS)
        if found is None:
            assert step > 20
            return
        if not found["ring"]:
            yield f"{found['name']}: nothing shows that the keyboard is here"
        if found["covered"]:
            yield f"{found['name']}: something lies over it"


@pytest.mark.parametrize("name", ["commentary", "issue"])
def test_one_sees_where_the_keyboard_is(at_desk: tuple[Page, Desk], name: str) -> None:
    page, desk = at_desk
    row: Any = desk.commentary if name == "commentary" else desk.issue
    go(page, f"commentaries_{name}_change", row.pk)
    if name == "commentary":
        editors_ready(page, desk)
    assert list(faults(page)) == []


def test_a_text_is_written_in_another_language_s_tab_and_saved(at_desk: tuple[Page, Desk]) -> None:
    page, desk = at_desk
    go(page, "commentaries_commentary_change", desk.commentary.pk)
    editors_ready(page, desk)
    tab_to(page, "[role=tab]")
    page.keyboard.press("ArrowRight")
    tab_to(page, "[name=title_ru]")
    page.keyboard.press("Control+a")
    page.keyboard.type("Без мыши")
    tab_to(page, "#cke_id_body_ru iframe")
    page.keyboard.press("Control+End")
    page.keyboard.type(" Конец.")
    page.keyboard.press("Alt+F10")
    expect(page.locator("#cke_id_body_ru .cke_toolbox a:focus")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+b")
    page.keyboard.type("!")
    page.keyboard.press("Tab")
    expect(page.locator("#cke_id_body_ru iframe:focus")).to_have_count(0)
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    commentary = Commentary.objects.get(pk=desk.commentary.pk)
    assert commentary.title_ru == "Без мыши"
    assert str(commentary.body_ru).endswith("Конец.<strong>!</strong></p>")


def test_a_byline_is_taken_away(at_desk: tuple[Page, Desk]) -> None:
    page, desk = at_desk
    go(page, "commentaries_commentary_change", desk.commentary.pk)
    editors_ready(page, desk)
    tab_to(page, "[name=bylines-0-DELETE]")
    page.keyboard.press("Space")
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    assert desk.commentary.bylines.count() == 1


def test_the_dialog_of_a_picture_keeps_the_keyboard_and_gives_it_back(at_desk: tuple[Page, Desk]) -> None:
    page, desk = at_desk
    go(page, "commentaries_commentary_change", desk.commentary.pk)
    tab_to(page, ".picture-place .describe")
    page.keyboard.press("Enter")
    page.wait_for_selector(".picture-dialog[open] form")
    for _step in range(40):
        page.keyboard.press("Tab")
        inside = "document.activeElement === document.body || !!document.activeElement.closest('.picture-dialog')"
        assert page.evaluate(inside)
    page.keyboard.press("Escape")
    expect(page.locator(".picture-dialog[open]")).to_have_count(0)
    expect(page.locator(".picture-place .describe")).to_be_focused()


def test_an_issue_is_published(at_desk: tuple[Page, Desk]) -> None:
    page, desk = at_desk
    desk.empty.delete()
    desk.commentary.translations.update(state="ready")
    for language in ("be", "ru", "en"):
        setattr(desk.picture, f"alt_{language}", "A bridge.")
    desk.picture.save()
    go(page, "commentaries_issue_change", desk.issue.pk)
    tab_to(page, f"a[href='{reverse('admin:commentaries_issue_publish', args=[desk.issue.pk])}']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, ".deed [type=submit]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert Issue.objects.get(pk=desk.issue.pk).is_published
