"""What is pasted into the editor from Word and from Google Docs keeps its structure, and nothing else."""

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from commentaries.models import Commentary
from commentaries.richtext import clean, removed
from commentaries.roles import EDITOR
from tests.browser.editors import wait_for_editors
from tests.browser.test_publish import log_in
from tests.factories import make_commentary, make_issue, make_publication, make_section, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.page]

# As Word puts it on the clipboard: a whole page with its styles, lists as paragraphs, conditional comments.
WORD = """<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"
xmlns:w="urn:schemas-microsoft-com:office:word" xmlns="http://www.w3.org/TR/REC-html40"><head>
<meta http-equiv=Content-Type content="text/html; charset=utf-8"><meta name=ProgId content=Word.Document>
<meta name=Generator content="Microsoft Word 15"><meta name=Originator content="Microsoft Word 15">
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style><!-- p.MsoNormal {margin:0cm; font-family:"Calibri",sans-serif;} h1 {color:#2F5496;}
@list l0:level1 {mso-level-number-format:bullet;} --></style></head>
<body lang=EN-GB style='tab-interval:36.0pt;word-wrap:break-word'><!--StartFragment-->
<h2 style='margin-top:12.0pt;color:#2F5496'><span lang=EN-GB
style='mso-ansi-language:EN-GB'>Bridges<o:p></o:p></span></h2>
<p class=MsoNormal style='margin-bottom:8pt'><span
style='font-family:"Arial",sans-serif;color:red;background:yellow'>Plain
<b style='mso-bidi-font-weight:normal'>bold</b> and <i>italic</i><o:p></o:p></span></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol;mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span>
<![endif]><span lang=EN-GB>first item<o:p></o:p></span></p>
<p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol;mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span>
<![endif]><span lang=EN-GB>second item<o:p></o:p></span></p>
<table class=MsoTableGrid border=1 cellspacing=0 style='border-collapse:collapse'><tr><td width=300 valign=top
style='width:225pt;border:solid windowtext 1pt'><p class=MsoNormal>one<o:p></o:p></p></td><td
width=300 style='width:225pt'>
<p class=MsoNormal>two<o:p></o:p></p></td></tr></table>
<p class=MsoNormal><a href="https://example.org/a"><span style='color:#0563C1'>a link</span></a><o:p>&nbsp;</o:p></p>
<!--EndFragment--></body></html>"""

# As Google Docs does: one <b> that is not bold around everything, bold and italics as styles of spans.
GOOGLE = """<meta charset='utf-8'><b style="font-weight:normal;"
id="docs-internal-guid-5c9a2b1e-7fff-1234-5678-abcdef012345">
<h2 dir="ltr" style="line-height:1.38;margin-top:18pt"><span style="font-size:16pt;font-family:Arial;color:#000000;
background-color:transparent;font-weight:400;">Bridges</span></h2>
<p dir="ltr" style="line-height:1.38;"><span style="font-size:11pt;font-family:Arial;color:#ff0000;font-weight:400;
font-style:normal;text-decoration:none;">Plain </span><span style="font-size:11pt;font-family:Arial;font-weight:700;
font-style:normal;">bold</span><span style="font-size:11pt;font-weight:400;"> and </span><span style="font-size:11pt;
font-weight:400;font-style:italic;">italic</span></p>
<ul style="margin-top:0;"><li dir="ltr" style="list-style-type:disc;font-size:11pt;" aria-level="1"><p dir="ltr"
role="presentation"><span style="font-size:11pt;font-weight:400;">first item</span></p></li>
<li dir="ltr" style="list-style-type:disc;" aria-level="1"><p dir="ltr"
role="presentation"><span style="font-size:11pt;">
second item</span></p></li></ul>
<div dir="ltr" align="left"><table
style="border:none;border-collapse:collapse;"><colgroup><col width="312"><col></colgroup>
<tbody><tr style="height:0pt"><td
style="border:solid #000000 1pt;"><p dir="ltr"><span style="font-size:11pt;">one</span></p>
</td><td><p dir="ltr"><span style="font-size:11pt;">two</span></p></td></tr></tbody></table></div>
<p dir="ltr"><a href="https://example.org/a" style="text-decoration:none;"><span style="color:#1155cc;
text-decoration:underline;">a link</span></a></p></b><br class="Apple-interchange-newline">"""

PASTE = """([html, plain]) => {
  const data = new DataTransfer();
  data.setData('text/html', html);
  data.setData('text/plain', plain);
  const editor = CKEDITOR.instances.id_body_en;
  editor.focus();
  const target = editor.editable().$;
  target.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}"""


def paste(page: Page, live_server: LiveServer, html: str) -> str:
    """The text that the editor would send after pasting this into an empty one."""
    make_publication()
    make_user("editor", EDITOR)
    row = make_commentary(make_issue(public=False), make_section("bridges"), languages=(), public=False)
    log_in(page, live_server)
    page.goto(f"{live_server.url}/admin/commentaries/commentary/{row.pk}/change/?tab=en")
    page.get_by_role("tab", name="English").click()
    wait_for_editors(page)
    page.evaluate(PASTE, [html, "Bridges"])
    page.wait_for_function("CKEDITOR.instances.id_body_en.getData().includes('a link')")
    text: str = page.evaluate("CKEDITOR.instances.id_body_en.getData()")
    return text


def assert_structure(text: str) -> None:
    squeezed = "".join(line.strip() for line in text.replace("&nbsp;", " ").splitlines())
    assert "<h2>Bridges</h2>" in squeezed
    assert "<strong>bold</strong> and <em>italic</em>" in squeezed
    assert "<ul><li>first item</li><li>second item</li></ul>" in squeezed.replace("<p>", "").replace("</p>", "")
    assert squeezed.replace("<p>", "").replace("</p>", "").count("<td>one</td><td>two</td>") == 1
    assert '<a href="https://example.org/a">a link</a>' in squeezed
    assert "<strong>Plain" not in squeezed
    for trace in (
        "style=",
        "class=",
        "Mso",
        "mso",
        "<span",
        "<font",
        "dir=",
        "docs-internal",
        "<o:",
        "<!--",
        "·",
        "<b",
    ):
        assert trace not in squeezed, trace
    assert removed(text, clean(text)) == []


@pytest.mark.parametrize("html", [WORD, GOOGLE], ids=["word", "google"])
def test_pasting_keeps_structure_only(page: Page, live_server: LiveServer, html: str) -> None:
    assert_structure(paste(page, live_server, html))


def test_what_is_pasted_is_saved_as_it_is_seen(page: Page, live_server: LiveServer) -> None:
    seen = paste(page, live_server, GOOGLE)
    page.locator("[name=title_en]").fill("A headline")
    with page.expect_navigation():
        page.get_by_role("button", name="Save and continue editing").click()
    stored = Commentary.objects.get().body_en or ""
    assert stored.replace(' rel="noopener noreferrer"', "").split() == seen.split()
