"""Pictures by hand: dropped, pasted and chosen on a commentary's form and in its text, described without leaving it."""

import base64
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from commentaries.models import Commentary, Picture, Translation
from commentaries.roles import ANALYST, EDITOR
from tests.browser.accounts import let_in
from tests.factories import make_commentary, make_issue, make_picture, make_publication, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.page]
Open = Callable[..., Commentary]

# A file as it comes from another program: on the clipboard, or under the mouse.
PASTE = """(element, [bytes, name, html]) => {
  const transfer = new DataTransfer();
  if (bytes) {
    const content = Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0));
    transfer.items.add(new File([content], name, {type: name.endsWith("png") ? "image/png" : "text/html"}));
  }
  if (html) { transfer.setData("text/html", html); transfer.setData("text/plain", "words"); }
  element.dispatchEvent(new ClipboardEvent("paste", {clipboardData: transfer, bubbles: true, cancelable: true}));
}"""
DROP = """(element, [bytes, name]) => {
  const transfer = new DataTransfer();
  const content = Uint8Array.from(atob(bytes), (char) => char.charCodeAt(0));
  transfer.items.add(new File([content], name, {type: "image/png"}));
  const box = element.getBoundingClientRect();
  const at = {clientX: box.x + 20, clientY: box.y + 10};
  const event = (kind) => new DragEvent(kind, {dataTransfer: transfer, bubbles: true, cancelable: true, ...at});
  return ["dragenter", "dragover", "drop"].map((kind) => element.dispatchEvent(event(kind)));
}"""


def drawing(size: tuple[int, int] = (900, 300)) -> str:
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


@pytest.fixture
def open_form(page: Page, live_server: LiveServer) -> Open:
    def open_it(role: str = EDITOR, **fields: Any) -> Commentary:
        make_publication()
        user = make_user("somebody", role, interface_language="en")
        commentary = make_commentary(
            make_issue(public=False),
            public=False,
            state=Translation.State.DRAFT,
            body_en="<p>One.</p><p>Two.</p>",
            **fields,
        )
        user.sections.add(commentary.section)
        let_in(page.context, live_server.url, user)
        url = reverse("admin:commentaries_commentary_change", args=[commentary.pk])
        page.goto(f"{live_server.url}{url}?tab=en")
        expect(page.locator("#picture-place")).to_be_visible()
        expect(page.locator("#cke_id_body_en")).to_be_visible()
        return commentary

    return open_it


def editor(page: Page) -> Locator:
    return page.frame_locator("#cke_id_body_en iframe").locator("body")


@pytest.mark.parametrize("way", ["drop", "paste", "choose"])
def test_a_picture_is_brought_and_described_and_what_was_typed_stays(page: Page, open_form: Open, way: str) -> None:
    commentary = open_form(ANALYST)
    page.locator("[name=title_en]").fill("Typed before the picture came")
    if way == "drop":
        page.locator("#picture-place").evaluate(DROP, [drawing(), "bridge.png"])
    elif way == "paste":
        page.locator("h1, body").first.evaluate(PASTE, [drawing(), "bridge.png", ""])
    else:
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Add a picture").click()
        buffer = base64.b64decode(drawing())
        chooser.value.set_files({"name": "bridge.png", "mimeType": "image/png", "buffer": buffer})

    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Credit")).to_be_focused()
    page.keyboard.type("Vilma Harsk")
    dialog.get_by_label("Licence").select_option("CC-BY-4.0")
    for label, alt in (("Belarusian", "Мост"), ("Russian", "Мост"), ("English", "A bridge")):
        dialog.get_by_role("group", name=label).get_by_label("Alternative text").fill(alt)
    point = dialog.get_by_role("button", name="Focal point")
    point.focus()
    for key in ("Shift+ArrowRight", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    expect(point).to_have_attribute("aria-label", "Focal point: 61% from the left, 49% from the top")
    assert dialog.locator(".crop img").evaluate("image => image.style.objectPosition") == "61% 49%"
    dialog.get_by_role("button", name="Save the picture").click()

    expect(dialog).to_be_hidden()
    expect(page.locator("#picture-place .gaps")).to_have_text("It has all it needs.")
    picture = Picture.objects.get()
    assert (picture.credit, picture.licence, picture.alt_in("be")) == ("Vilma Harsk", "CC-BY-4.0", "Мост")
    assert (picture.focal_x, picture.focal_y) == (61, 49)
    expect(page.locator("[name=title_en]")).to_have_value("Typed before the picture came")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/issue/*/change/")
    commentary.refresh_from_db()
    assert (commentary.picture, commentary.title_en) == (picture, "Typed before the picture came")


def test_a_click_sets_the_focal_point(page: Page, open_form: Open) -> None:
    open_form(picture=make_picture((900, 300)))
    page.get_by_role("button", name="Credit, licence, descriptions").click()
    point = page.get_by_role("button", name="Focal point")
    image = point.locator("img")
    image.evaluate("image => image.decode()")  # it has no size before it has come
    box = image.bounding_box()
    assert box
    point.click(position={"x": box["width"] / 4, "y": box["height"] / 2})
    expect(point).to_have_attribute("aria-label", "Focal point: 25% from the left, 50% from the top")


def test_what_is_no_picture_is_refused_in_a_sentence_and_nothing_is_lost(page: Page, open_form: Open) -> None:
    open_form()
    page.locator("[name=title_en]").fill("Typed")
    page.locator("#picture-place").evaluate(DROP, [base64.b64encode(b"<svg onload='alert(1)'/>").decode(), "a.png"])
    expect(page.locator("#picture-place").get_by_role("alert")).to_contain_text("This is not a picture in JPEG")
    expect(page.locator("[name=title_en]")).to_have_value("Typed")
    assert not Picture.objects.exists()


def test_the_end_of_the_session_is_said_and_nothing_is_lost(page: Page, open_form: Open) -> None:
    open_form()
    page.locator("[name=title_en]").fill("Typed")
    page.context.clear_cookies(name="sessionid")
    page.locator("#picture-place").evaluate(DROP, [drawing(), "a.png"])
    expect(page.locator("#picture-place").get_by_role("alert")).to_contain_text("You are no longer logged in.")
    expect(page.locator("[name=title_en]")).to_have_value("Typed")


@pytest.mark.parametrize("way", ["drop", "paste"])
def test_a_picture_in_the_text_comes_from_our_own_server_as_a_figure(page: Page, open_form: Open, way: str) -> None:
    commentary = open_form()
    editor(page).locator("p").first.click()
    if way == "drop":
        editor(page).locator("p").first.evaluate(DROP, [drawing(), "bridge.png"])
    else:
        editor(page).evaluate(PASTE, [drawing(), "bridge.png", ""])
    alt = page.get_by_label("Alternative text: what is to be seen")
    expect(alt).to_be_focused()  # what is typed before that lands there, too
    alt.fill("A bridge over a river.")
    page.get_by_label("Caption", exact=True).fill("The new bridge.")
    page.get_by_label("Credit and licence").fill("Photo: Vilma Harsk")
    page.locator(".cke_dialog_ui_button_ok:visible").click()
    expect(editor(page).locator("figure img")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/issue/*/change/")
    picture = Picture.objects.get()
    commentary.refresh_from_db()
    figure = (
        f'<figure><img alt="A bridge over a river." height="300" src="{picture.file.url}" width="900">'
        "<figcaption>The new bridge. Photo: Vilma Harsk</figcaption></figure>"
    )
    body = "".join((commentary.body_en or "").split("\n")).replace("\t", "")
    assert body == f"<p>One.</p>{figure}<p>Two.</p>"
    assert (picture.alt_in("en"), picture.credit) == ("A bridge over a river.", "Photo: Vilma Harsk")


def test_no_text_takes_a_picture_from_elsewhere_or_its_bytes(page: Page, open_form: Open) -> None:
    open_form()
    editor(page).locator("p").first.click()
    foreign = '<p>Words <img src="https://elsewhere.example/a.png"><img src="data:image/png;base64,AAAA"> and more</p>'
    editor(page).evaluate(PASTE, ["", "", foreign])
    expect(page.get_by_text("A picture from elsewhere was left out.")).to_be_visible()
    written = page.evaluate("CKEDITOR.instances.id_body_en.getData()")
    assert "Words" in written
    assert "<img" not in written


def test_on_its_own_page_a_picture_is_dropped_and_its_point_moved_by_keyboard(
    page: Page, open_form: Open, live_server: LiveServer
) -> None:
    open_form()
    page.goto(live_server.url + reverse("admin:commentaries_picture_add"))
    page.locator("#picture_form").evaluate(DROP, [drawing(), "bridge.png"])
    point = page.get_by_role("button", name="Focal point")
    point.focus()
    page.keyboard.press("ArrowLeft")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/picture/")
    assert (Picture.objects.get().focal_x, Picture.objects.get().width) == (49, 900)
