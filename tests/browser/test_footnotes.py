"""Footnotes by hand: inserted, edited, moved, deleted, brought from elsewhere; and read there and back."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from commentaries.models import Commentary
from commentaries.roles import EDITOR
from tests.browser.accounts import let_in
from tests.browser.editors import wait_for_editors
from tests.factories import make_commentary, make_issue, make_publication, make_section, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.page]

TWO = (
    '<p>Alpha<sup><a href="#fn-1" id="fnref-1">1</a></sup> one.</p>'
    '<p>Beta<sup><a href="#fn-2" id="fnref-2">2</a></sup> two.</p>'
    '<ol class="footnotes"><li id="fn-1">First note. <a href="#fnref-1">↩</a></li>'
    '<li id="fn-2">Second note. <a href="#fnref-2">↩</a></li></ol>'
)
PASTE = """(element, html) => {
  const transfer = new DataTransfer();
  transfer.setData("text/html", html);
  transfer.setData("text/plain", "words");
  element.dispatchEvent(new ClipboardEvent("paste", {clipboardData: transfer, bubbles: true, cancelable: true}));
}"""
Open = Callable[[str], Commentary]


@pytest.fixture
def open_text(page: Page, live_server: LiveServer) -> Open:
    """Opens a draft: a public text that is changed would be asked for a correction note first."""

    def open_it(body: str) -> Commentary:
        make_publication()
        page.set_default_timeout(8000)
        commentary = make_commentary(make_issue(public=False), public=False, body_en=body)
        let_in(page.context, live_server.url, make_user("editor", EDITOR, interface_language="en"))
        url = reverse("admin:commentaries_commentary_change", args=[commentary.pk])
        page.goto(f"{live_server.url}{url}?tab=en")
        expect(editor(page).locator("p").first).to_be_visible()
        wait_for_editors(page)
        return commentary

    return open_it


def editor(page: Page) -> Locator:
    return page.frame_locator("#cke_id_body_en iframe").locator("body")


def put_cursor(page: Page, paragraph: int, *, at_end: bool = True) -> None:
    """At the start or the end of a paragraph of the text, as a click there does."""
    page.evaluate(
        """([number, atEnd]) => {
          const editor = CKEDITOR.instances.id_body_en;
          editor.focus();
          const range = editor.createRange();
          const paragraph = editor.editable().find("p").getItem(number);
          if (atEnd) range.moveToElementEditEnd(paragraph); else range.moveToElementEditStart(paragraph);
          range.select();
        }""",
        [paragraph, at_end],
    )


def saved(page: Page, commentary: Commentary) -> str:
    """The stored text after the form is saved, less white space between blocks and what the sanitiser adds."""
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/issue/*/change/")
    commentary.refresh_from_db()
    body = (commentary.body_en or "").replace(' rel="noopener noreferrer"', "")
    return re.sub(r"\s*\n\s*", "", body)


def notes(html: str) -> list[tuple[str, str]]:
    """Each note of a stored text: its number and its words; every number in the text leads to one and back."""
    found = re.findall(r'<li id="fn-(\d+)">(.*?) ?<a href="#fnref-(\d+)">↩</a></li>', html)
    references = re.findall(r'<a (?=[^>]*href="#fn-(\d+)")(?=[^>]*id="fnref-(\d+)")[^>]*>(\d+)</a>', html)
    assert all(len(set(numbers)) == 1 for numbers in references), references
    assert [number for number, _words, _back in found] == [numbers[0] for numbers in references]
    assert all(number == back for number, _words, back in found)
    return [(number, words) for number, words, _back in found]


def test_a_note_inserted_before_another_takes_its_number(page: Page, open_text: Open) -> None:
    commentary = open_text(TWO)
    put_cursor(page, 0, at_end=False)
    page.keyboard.press("Control+Alt+f")
    page.get_by_label("Text of the footnote").fill("New & <b>note</b>.")
    page.locator(".cke_dialog_ui_button_ok:visible").click()
    page.keyboard.type("After ")
    html = saved(page, commentary)
    assert notes(html) == [("1", "New &amp; &lt;b&gt;note&lt;/b&gt;."), ("2", "First note."), ("3", "Second note.")]
    assert "</sup>After Alpha" in html


def test_the_first_note_of_a_text_makes_its_list(page: Page, open_text: Open) -> None:
    commentary = open_text("<p>Alpha.</p>")
    put_cursor(page, 0)
    page.get_by_role("button", name="Footnote").click()
    page.get_by_label("Text of the footnote").fill("A note.")
    page.locator(".cke_dialog_ui_button_ok:visible").click()
    assert notes(saved(page, commentary)) == [("1", "A note.")]


def test_a_double_click_on_a_number_edits_its_note(page: Page, open_text: Open) -> None:
    commentary = open_text(TWO)
    editor(page).locator("#fnref-1").dblclick()
    field = page.get_by_label("Text of the footnote")
    expect(field).to_have_value("First note.")
    field.fill("Changed note.")
    page.locator(".cke_dialog_ui_button_ok:visible").click()
    assert notes(saved(page, commentary)) == [("1", "Changed note."), ("2", "Second note.")]


def test_a_note_is_deleted_from_its_dialog_by_keyboard_alone(page: Page, open_text: Open) -> None:
    commentary = open_text(TWO)
    page.evaluate(
        """() => { const editor = CKEDITOR.instances.id_body_en; editor.focus();
        const range = editor.createRange();
        range.selectNodeContents(editor.editable().findOne("#fnref-1")); range.select(); }"""
    )
    page.keyboard.press("Control+Alt+f")
    expect(page.get_by_label("Text of the footnote")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("a[role=button]:focus")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert notes(saved(page, commentary)) == [("1", "Second note.")]


def test_a_number_deleted_in_the_text_takes_its_note_and_undo_brings_both_back(page: Page, open_text: Open) -> None:
    commentary = open_text(TWO)
    page.evaluate(
        """() => { const editor = CKEDITOR.instances.id_body_en; editor.focus();
        const range = editor.createRange();
        range.setStartBefore(editor.editable().findOne("sup"));
        range.setEndAfter(editor.editable().findOne("sup")); range.select(); }"""
    )
    page.keyboard.press("Delete")
    expect(editor(page).locator("ol.footnotes li")).to_have_count(1)
    expect(editor(page).locator("sup")).to_have_text(["1"])
    page.keyboard.press("Control+z")
    expect(editor(page).locator("ol.footnotes li")).to_have_count(2)
    page.wait_for_timeout(400)  # longer than the plugin waits after a change
    assert notes(saved(page, commentary)) == [("1", "First note."), ("2", "Second note.")]


def test_a_paragraph_moved_by_cut_and_paste_takes_its_note_along(page: Page, open_text: Open) -> None:
    commentary = open_text(TWO)
    page.evaluate(
        """() => { const editor = CKEDITOR.instances.id_body_en; editor.focus();
        const range = editor.createRange();
        range.selectNodeContents(editor.editable().findOne("p")); range.select(); }"""
    )
    page.keyboard.press("Control+x")
    expect(editor(page).locator("ol.footnotes li")).to_have_count(1)
    put_cursor(page, 1)
    page.keyboard.press("Control+v")
    expect(editor(page).locator("ol.footnotes li")).to_have_count(2)
    assert notes(saved(page, commentary)) == [("1", "Second note."), ("2", "First note.")]


READER = (
    '<p>Gamma<sup><a role="doc-noteref" href="https://site.example/be/issues/2022-01-17/#economy-fn-1" '
    'id="economy-fnref-1">1</a></sup></p><ol class="footnotes"><li id="economy-fn-1">Their note. '
    '<a role="doc-backlink" href="https://site.example/be/issues/2022-01-17/#economy-fnref-1">↩</a></li></ol>'
)
GOOGLE = (
    '<p>Gamma<sup><a href="#ftnt1" id="ftnt_ref1">[1]</a></sup></p><hr>'
    '<div><p><a href="#ftnt_ref1" id="ftnt1">[1]</a><span> Their note.</span></p></div>'
)


# As Google Docs marks what is on the clipboard, which CKEditor's own filter for it looks for.
GOOGLE_CLIPBOARD = f'<meta charset="utf-8"><b style="font-weight:normal" id="docs-internal-guid-5c9a">{GOOGLE}</b>'
# As Word does: the notes stand after the fragment, each in a part of its own.
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word"><head>
<meta name=ProgId content=Word.Document><meta name=Generator content="Microsoft Word 15"></head>
<body lang=EN-GB style='word-wrap:break-word'><!--StartFragment--><p class=MsoNormal><span lang=EN-GB>Gamma<a
style='mso-footnote-id:ftn1' href="#_ftn1" name="_ftnref1" title=""><span class=MsoFootnoteReference><span
style='mso-special-character:footnote'><![if !supportFootnotes]><span class=MsoFootnoteReference><span
style='font-size:11.0pt'>[1]</span></span><![endif]></span></span></a><o:p></o:p></span></p><!--EndFragment-->
<div style='mso-element:footnote-list'><![if !supportFootnotes]><br clear=all><hr align=left size=1 width="33%">
<![endif]><div style='mso-element:footnote' id=ftn1><p class=MsoFootnoteText><a style='mso-footnote-id:ftn1'
href="#_ftnref1" name="_ftn1" title=""><span class=MsoFootnoteReference><span lang=EN-GB><span
style='mso-special-character:footnote'><![if !supportFootnotes]><span class=MsoFootnoteReference>[1]</span>
<![endif]></span></span></span></a><span lang=EN-GB style='font-size:10pt'> Their note.<o:p></o:p></span></p></div>
</div></body></html>"""
LIBREOFFICE = (
    '<html><head><meta name="generator" content="LibreOffice 7.4"></head><body><p>Gamma<a class="sdfootnoteanc" '
    'name="sdfootnote1anc" href="#sdfootnote1sym"><sup>1</sup></a></p><div id="sdfootnote1"><p class="sdfootnote">'
    '<a class="sdfootnotesym" name="sdfootnote1sym" href="#sdfootnote1anc">1</a>Their note.</p></div></body></html>'
)


@pytest.mark.parametrize(
    "html",
    [READER, GOOGLE, GOOGLE_CLIPBOARD, WORD, LIBREOFFICE],
    ids=["our site", "Google Docs", "Google Docs' clipboard", "Word", "LibreOffice"],
)
def test_notes_pasted_from_elsewhere_become_ours(page: Page, open_text: Open, html: str) -> None:
    commentary = open_text(TWO)
    put_cursor(page, 0)
    editor(page).evaluate(PASTE, html)
    expect(editor(page).locator("ol.footnotes li")).to_have_count(3)
    stored = saved(page, commentary)
    assert notes(stored) == [("1", "First note."), ("2", "Their note."), ("3", "Second note.")]
    for trace in ("onclick", "site.example", "mso", "Mso", "<span", "<!--", "<hr", "<o:"):
        assert trace not in stored


def test_a_number_pasted_without_its_note_is_left_out_in_a_sentence(page: Page, open_text: Open) -> None:
    commentary = open_text(TWO)
    put_cursor(page, 0)
    editor(page).evaluate(
        PASTE, '<p>Gamma<sup><a href="https://site.example/#media-fn-7" id="media-fnref-7">7</a></sup> end</p>'
    )
    expect(page.get_by_text("A footnote’s number was left out")).to_be_visible()
    stored = saved(page, commentary)
    assert notes(stored) == [("1", "First note."), ("2", "Second note.")]
    assert "Gamma end" in stored


def test_a_note_without_a_number_is_not_taken_away(page: Page, open_text: Open) -> None:
    commentary = open_text('<p>Alpha.</p><ol class="footnotes"><li id="fn-1">Somebody’s words.</li></ol>')
    put_cursor(page, 0)
    page.keyboard.type(" More.")
    assert "Somebody’s words." in saved(page, commentary)


def test_opening_and_saving_changes_no_footnote(page: Page, open_text: Open) -> None:
    commentary = open_text(TWO)
    before = commentary.body_en
    saved(page, commentary)
    assert commentary.body_en == before


def test_a_reader_goes_to_the_note_and_back_among_several_texts(reader: Page, live_server: LiveServer) -> None:
    make_publication()
    issue = make_issue()
    for slug in ("economy", "security"):
        make_commentary(issue, make_section(slug), body_en=TWO.replace("First", slug))
    reader.goto(f"{live_server.url}/en/issues/2022-01-17/")
    number = reader.locator("#security-fnref-1")
    expect(number).to_have_attribute("role", "doc-noteref")
    number.click()
    reader.wait_for_url("**#security-fn-1")
    note = reader.locator("#security-fn-1")
    expect(note).to_contain_text("security note.")
    expect(note).to_be_in_viewport()
    note.locator("[role=doc-backlink]").click()
    reader.wait_for_url("**#security-fnref-1")
    expect(number).to_be_in_viewport()
