"""Files to keep: whole, valid, the same for the same content, and with nothing in them that readers are not to have."""

import io
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import html5lib
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from lxml import etree
from PIL import Image

from commentaries import publishing
from commentaries.models import Translation
from tests.factories import (
    make_analyst,
    make_commentary,
    make_forecast,
    make_issue,
    make_picture,
    make_publication,
    make_section,
    sign,
)

pytestmark = pytest.mark.django_db
ISSUE = "/en/issues/2022-01-17/"
FILES = [f"{ISSUE}issue.epub", f"{ISSUE}issue.html", f"{ISSUE}security/commentary.html"]
BODY = """<p>Text<sup><a href="#fn-1" id="fnref-1">1</a></sup> with a <a href="https://example.org/?a=1&amp;b=2">link</a>,
<a href="/en/about/">ours</a> and <span lang="be">беларускія словы</span>.</p><h2>Heading &amp; more</h2>
<h2>Second</h2><p>More.</p><h2>Third</h2>
<ul><li>one<ol start="3"><li>nested</li></ol></li></ul><blockquote><p>Quotation.</p></blockquote>
<figure><img src="{src}" alt="A chart"><figcaption>Chart</figcaption></figure><p>Line<br>break</p><hr>
<table><caption>Prices</caption>
<thead><tr><th scope="col">Year</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>
<ol class="footnotes"><li id="fn-1">Note. <a href="#fnref-1">↩</a></li></ol>"""
CONTENTS = "{http://www.idpf.org/2007/opf}"


@pytest.fixture
def _content() -> None:
    """An issue with all that a text may hold: a fallback, a correction of nobody's, a pen name, a picture."""
    make_publication()
    issue, picture = make_issue(introduction_en="<p>A word before.</p>"), make_picture(caption_be="Мост.")
    body = BODY.format(src=picture.file.url)
    security = make_commentary(issue, make_section("security"), body_en=body, title_en='"Quotes" & <signs>')
    economy = make_commentary(issue, make_section("economy"), body_en=body, picture=picture, trend="improved")
    make_commentary(issue, make_section("media"), languages=("be",), body_be=body)
    sign(security, make_analyst(name_en="Ina Vardel"))
    sign(economy, make_analyst(name_en="Ales Hidden", is_public=False, pen_name_en="The Chronicler"))
    make_forecast(economy, outcome="came_true", outcome_date=date(2022, 2, 1))


def fetch(client: Client, path: str, status: int = 200) -> bytes:
    response = client.get(path)
    assert response.status_code == status, path
    return response.content


def book(client: Client, language: str = "en") -> ZipFile:
    return ZipFile(io.BytesIO(fetch(client, f"/{language}/issues/2022-01-17/issue.epub")))


def everything(client: Client, path: str) -> str:
    """All text of a file, unpacked."""
    content = fetch(client, path)
    if not path.endswith(".epub"):
        return content.decode()
    archive = ZipFile(io.BytesIO(content))
    return "".join(archive.read(name).decode() for name in archive.namelist() if not name.endswith((".jpg", ".png")))


# --- Both -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_content")
@pytest.mark.parametrize("path", FILES)
def test_a_file_holds_the_texts_and_says_where_they_stay(client: Client, path: str) -> None:
    text = everything(client, path)
    assert "Heading &amp; more" in text
    assert "http://127.0.0.1:8000/en/issues/2022-01-17/" in text
    assert "&lt;signs&gt;" in text


@pytest.mark.usefixtures("_content")
@pytest.mark.parametrize("path", FILES[:2])
def test_what_stands_in_for_a_missing_language_says_so(client: Client, path: str) -> None:
    text = everything(client, path)
    assert "Available in Belarusian" in text
    assert re.search(r'<h[12] lang="be"[^>]*>Загаловак каментара', text)


@pytest.mark.usefixtures("_content")
@pytest.mark.parametrize("path", FILES)
def test_the_same_content_makes_the_same_bytes_and_is_sent_once(client: Client, path: str) -> None:
    first = client.get(path)
    assert first.content == client.get(path).content
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert client.head(path).headers["ETag"] == first.headers["ETag"]
    Translation.objects.filter(language="en").update(state="draft")
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.usefixtures("_content")
@pytest.mark.parametrize("path", FILES)
def test_a_file_is_saved_under_a_plain_latin_name(client: Client, path: str) -> None:
    name = re.fullmatch(r'attachment; filename="([a-z0-9.-]+)"', client.get(path).headers["Content-Disposition"])
    assert name is not None
    assert name[1].startswith("the-weekly-2022-01-17-")


@pytest.mark.usefixtures("_content")
@pytest.mark.parametrize("path", FILES)
def test_a_hidden_analyst_is_only_a_pen_name(client: Client, path: str) -> None:
    text = everything(client, path)
    assert "Hidden" not in text
    assert ("The Chronicler" in text) is ("security" not in path)


@pytest.mark.parametrize("path", FILES)
def test_no_draft_and_no_language_that_is_not_ready_is_in_a_file(client: Client, path: str) -> None:
    issue = make_issue()
    make_commentary(issue, make_section("security"), languages=("be",), title_en="Secret one", body_en="<p>Secret</p>")
    make_commentary(issue, make_section("economy"), title_en="Secret two", public=False)
    assert "Secret" not in everything(client, path)


@pytest.mark.parametrize("path", FILES)
def test_what_is_withdrawn_answers_as_its_page_does(client: Client, path: str) -> None:
    commentary = make_commentary(section=make_section("security"))
    publishing.withdraw(commentary.issue, {"en": "It was a mistake."})
    assert "It was a mistake." in fetch(client, path, 410).decode()


@pytest.mark.parametrize("path", FILES)
def test_what_was_never_public_is_404(client: Client, path: str) -> None:
    make_commentary(make_issue(public=False), make_section("security"))
    fetch(client, path, 404)


@pytest.mark.parametrize("path", FILES[:2])
@pytest.mark.parametrize("rows", [1, 12])
def test_a_file_asks_a_fixed_number_of_queries(
    client: Client, django_assert_num_queries: Any, path: str, rows: int
) -> None:
    make_publication()
    issue, picture = make_issue(), make_picture()
    for number in range(rows):
        commentary = make_commentary(issue, make_section(f"s-{number}"), picture=picture)
        sign(commentary, make_analyst())
        make_forecast(commentary)
    with django_assert_num_queries(8):
        fetch(client, path)


def test_a_picture_that_is_gone_from_the_store_is_told_in_words(client: Client) -> None:
    picture = make_picture()
    make_commentary(section=make_section("security"), picture=picture)
    picture.crop.storage.delete(picture.crop.name)
    for path in FILES:
        text = everything(client, path)
        assert "A bridge over a river." in text
        assert "<img" not in text


def _damaged(form: str) -> bytes:
    """A picture whose head is whole, and whose second chunk of data (PNG) or code (AVIF) is not."""
    buffer = io.BytesIO()
    Image.effect_noise((400, 400), 90).convert("RGB").save(buffer, form)
    content = bytearray(buffer.getvalue())
    at = content.index(b"IDAT", content.index(b"IDAT") + 4) if form == "PNG" else content.index(b"mdat") + 4
    content[at : at + 200] = bytes(range(200))
    return bytes(content)


@pytest.mark.parametrize("form", ["PNG", "AVIF"])
def test_a_picture_that_is_damaged_is_told_in_words(client: Client, form: str) -> None:
    name = default_storage.save(f"pictures/damaged.{form.lower()}", ContentFile(_damaged(form)))
    pictures = f'<img src="/media/{name}" alt="A chart"><img src="/media/../x" alt="A secret">'
    make_commentary(section=make_section("security"), body_en=f"<p>In short:</p><figure>{pictures}</figure>")
    for path in FILES:
        text = everything(client, path)
        assert "A chart" in text
        assert "A secret" in text
        assert "<img" not in text


def test_a_text_nested_deeper_than_a_parser_likes_is_whole(client: Client) -> None:
    deep = "<blockquote>" * 400 + "<p>At the bottom</p>" + "</blockquote>" * 400
    make_commentary(section=make_section("security"), body_en=f"{deep}<p>After it</p>")
    for path in FILES:
        text = everything(client, path)
        assert "At the bottom" in text
        assert "After it" in text


# --- One HTML file --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_content")
@pytest.mark.parametrize("path", FILES[1:])
def test_the_page_is_valid_and_asks_nobody_for_anything(client: Client, path: str) -> None:
    text = fetch(client, path).decode()
    html5lib.HTMLParser(strict=True).parse(text)
    loaded = re.findall(r'(?:src|srcset|poster|data)="([^"]*)"', text)
    assert loaded
    assert all(address.startswith("data:image/") for address in loaded)
    assert "<script" not in text
    assert "url(" not in text
    assert '<link rel="stylesheet"' not in text
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert "default-src 'none'" in policy[1]


@pytest.mark.usefixtures("_content")
@pytest.mark.parametrize("path", FILES[1:])
def test_the_anchors_of_a_page_are_its_own_and_lead_somewhere(client: Client, path: str) -> None:
    text = fetch(client, path).decode()
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert "security-fn-1" in ids
    assert set(re.findall(r'(?:href="#|aria-labelledby=")([^"]+)"', text)) <= set(ids)
    assert 'href="http://127.0.0.1:8000/en/about/"' in text
    assert 'href="/' not in text


# --- EPUB -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_content")
def test_a_book_says_what_it_is_in_its_first_bytes(client: Client) -> None:
    archive = book(client)
    first = archive.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", ZIP_STORED)
    assert archive.read("mimetype") == b"application/epub+zip"
    assert archive.testzip() is None


@pytest.mark.usefixtures("_content")
def test_all_that_is_in_a_book_is_well_formed_and_listed(client: Client) -> None:
    archive = book(client)
    package = etree.fromstring(archive.read("book/package.opf"))
    listed = {item.get("href") for item in package.iter(f"{CONTENTS}item")}
    there = {name.removeprefix("book/") for name in archive.namelist() if name.startswith("book/")}
    assert there - {"package.opf"} == listed
    assert {"picture-1.jpg", "commentary-3.xhtml"} <= listed
    for name in there:
        if name.endswith((".xhtml", ".ncx", ".opf")):
            etree.fromstring(archive.read(f"book/{name}"))


@pytest.mark.usefixtures("_content")
def test_a_book_keeps_its_identifier_and_says_its_language_and_authors(client: Client) -> None:
    found = [book(client, language).read("book/package.opf").decode() for language in ("be", "en", "en")]
    uids = [re.search(r"urn:uuid:[0-9a-f-]{36}", package) for package in found]
    names = [uid[0] for uid in uids if uid]
    assert names[1] == names[2] != names[0]
    assert "<dc:language>en</dc:language>" in found[1]
    assert "<dc:language>be</dc:language>" in found[1]  # of the text that stands in
    assert re.findall(r"<dc:creator[^>]*>([^<]*)", found[1]) == ["The Chronicler", "Ina Vardel"]


@pytest.mark.usefixtures("_content")
def test_the_footnotes_of_a_book_are_known_to_reading_systems(client: Client) -> None:
    text = book(client).read("book/commentary-1.xhtml").decode()
    assert 'role="doc-noteref"' in text
    assert 'epub:type="noteref"' in text
    assert '<section role="doc-endnotes" class="footnotes" epub:type="footnotes">' in text
    assert '<li id="fn-1" epub:type="footnote">' in text


def test_a_sign_that_no_xml_may_hold_spoils_no_book(client: Client) -> None:
    make_commentary(section=make_section("security"), title_en="Head\x0bline\x01", body_en="<p>\x02Text</p>")
    archive = book(client)
    for name in ("commentary-1.xhtml", "package.opf", "contents.ncx", "contents.xhtml"):
        etree.fromstring(archive.read(f"book/{name}"))


EPUBCHECK = shutil.which("epubcheck")


def check(client: Client, path: str, folder: Path) -> None:
    file = folder / "issue.epub"
    file.write_bytes(fetch(client, path))
    program = Path(str(EPUBCHECK))
    # Debian installs a JAR under this name, which not every kernel starts by itself.
    starter = ["java", "-jar"] if program.read_bytes().startswith(b"PK") else []
    command = [*starter, str(program), "--failonwarnings", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout


@pytest.mark.skipif(EPUBCHECK is None, reason="No epubcheck here (Debian: epubcheck).")
@pytest.mark.usefixtures("_content")
@pytest.mark.page
def test_epubcheck_accepts_a_book_with_everything(client: Client, tmp_path: Path) -> None:
    check(client, f"{ISSUE}issue.epub", tmp_path)


@pytest.mark.skipif(EPUBCHECK is None, reason="No epubcheck here (Debian: epubcheck).")
@pytest.mark.page
def test_epubcheck_accepts_the_real_archive(client: Client, tmp_path: Path, real_archive: Path) -> None:
    call_command("import_archive", str(real_archive), verbosity=0)
    check(client, f"{ISSUE}issue.epub", tmp_path)
