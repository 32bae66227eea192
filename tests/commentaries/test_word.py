"""Reading Word files: what is recognised in them, and what is refused."""

import json
import struct
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from io import BytesIO
from time import process_time
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.utils.translation import override

from commentaries import word
from commentaries.models import Analyst, Section, Trend
from commentaries.weeks import week_name
from commentaries.word import trends, weeks
from commentaries.word.languages import language_of
from commentaries.word.names import Names
from commentaries.word.opening import MAX_SIZE, MAX_UNPACKED, MOST_ENTRIES
from tests.commentaries.docx import br, docx, h1, h2, li, link, note, p, picture, run, table, zipped

REAL = settings.BASE_DIR.parent / "shared" / "real"
ECONOMY = Section(slug="economy", title_be="Эканоміка", title_ru="Экономика", title_en="Economy")
WEST = Section(slug="west", title_be="Беларусь — Захад", title_ru="Беларусь — Запад", title_en="Belarus-West relations")
ANNA = Analyst(slug="anna", name_be="Ганна Сакалова", name_ru="Анна Соколова", name_en="Hanna Sakalova")
PEN = Analyst(slug="pen", is_public=False, pen_name_be="Назіральнік", pen_name_en="The Observer")
KNOWN = word.Known(
    Names((row, [row.slug, row.title_be, row.title_ru, row.title_en]) for row in (ECONOMY, WEST)),
    Names((row, [row.name_be or row.pen_name_be, row.name_en or row.pen_name_en]) for row in (ANNA, PEN)),
    "en",
)
LEAD = "The bridge opened after a year of waiting, and the lorries crossed the river on the very first day of the week."
TEXT = "The first lorries crossed the river on Monday, and nobody counted them."


def read(content: bytes, name: str = "text.docx") -> word.Recognised:
    return word.read(name, content, KNOWN)


# --- The real files ---


@pytest.mark.skipif(not REAL.exists(), reason="The real files are not here.")
def test_the_real_files_are_recognised_completely() -> None:
    for line in (REAL / "archive.jsonl").read_text().splitlines():
        wanted = json.loads(line)
        section = Section(slug=wanted["section"], title_en=wanted["section_title"]["en"])
        known = word.Known(Names([(section, [section.slug, section.title_en])]), Names([]), "en")
        began = process_time()
        found = word.read("x.docx", (REAL / f"{wanted['week_start']}.docx").read_bytes(), known)
        assert process_time() - began < 10
        assert found.week is not None
        assert [str(found.week.start), str(found.week.end)] == [wanted["week_start"], wanted["week_end"]]
        assert (found.section, found.trend, found.language) == (section, wanted["trend"], "en")
        assert [found.title, found.lead, found.body] == [wanted[name]["en"] for name in ("title", "lead", "body")]
        foretold = [(row.statement, row.due.isoformat() if row.due else None) for row in found.forecasts]
        assert foretold == [(row["statement"]["en"], row["due"]) for row in wanted["forecasts"]]
        assert found.missing == []


# --- Weeks, trends, languages ---

WEEK = (date(2022, 1, 17), date(2022, 1, 23))
TWO_MONTHS = (date(2022, 1, 31), date(2022, 2, 6))
TWO_YEARS = (date(2021, 12, 27), date(2022, 1, 2))


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("January 17 – 23, 2022", WEEK),
        ("January 17 – January 23, 2022", WEEK),
        ("Jan 17-23, 2022", WEEK),
        ("Jan. 17th to 23rd, 2022", WEEK),
        ("17 – 23 January 2022", WEEK),
        ("17–23 студзеня 2022", WEEK),
        ("17-23 студзеня 2022 года", WEEK),
        ("17 да 23 студзеня 2022 г.", WEEK),
        ("17–23 января 2022 г.", WEEK),
        ("17 — 23 ЯНВАРЯ 2022 года", WEEK),
        ("17.01.2022–23.01.2022", WEEK),
        ("17.01 - 23.01.2022", WEEK),
        ("17–23.01.2022", WEEK),
        ("2022-01-17 – 2022-01-23", WEEK),
        ("2022-01-17/2022-01-23", WEEK),
        ("January 31 – February 6, 2022", TWO_MONTHS),
        ("31 студзеня – 6 лютага 2022", TWO_MONTHS),
        ("31 января – 6 февраля 2022 г.", TWO_MONTHS),
        ("27 снежня 2021 – 2 студзеня 2022", TWO_YEARS),
        ("27 декабря 2021 г. – 2 января 2022 г.", TWO_YEARS),
        ("December 27, 2021 – January 2, 2022", TWO_YEARS),
        ("December 27 – January 2, 2022", TWO_YEARS),
        ("December 26 – January 1, 2022", (date(2022, 12, 26), date(2023, 1, 1))),
        ("26 снежня – 1 студзеня 2022", (date(2022, 12, 26), date(2023, 1, 1))),
    ],
)
def test_a_week_is_understood_in_many_spellings(line: str, days: tuple[date, date]) -> None:
    found = weeks.find(line)
    assert found is not None
    assert (found.start, found.end, found.rest) == (*days, "")


@pytest.mark.parametrize(
    "line",
    ["", "31–35 студзеня 2022", "17–23 2022", "2022", "January 2022", "23.01.2022–17.01.2022",
     "between 3 and 5 lorries",      "30 – 31 February 2022", "99.99.2022-99.99.2022"],
)  # fmt: skip
def test_what_is_no_week_is_none(line: str) -> None:
    assert weeks.find(line) is None


def test_every_week_of_twenty_years_is_understood_as_the_site_prints_it() -> None:
    start = date(2015, 1, 5)
    while start.year < 2035:
        end = start + timedelta(days=6)
        for language in ("be", "ru", "en"):
            found = weeks.find(week_name(start, end, language))
            assert found is not None
            assert (found.start, found.end, found.is_doubtful) == (start, end, False)
        start += timedelta(days=7)


@pytest.mark.parametrize(
    ("line", "trend"),
    [
        ("The situation has improved", "improved"),
        ("The situation got better.", "improved"),
        ("The situation has not changed", "unchanged"),
        ("Trend: unchanged", "unchanged"),
        ("The situation remained the same", "unchanged"),
        ("The situation got worse", "worsened"),
        ("SITUATION HAS WORSENED ▼", "worsened"),
        ("Сітуацыя палепшылася", "improved"),
        ("Сітуацыя не змянілася", "unchanged"),
        ("Без змен", "unchanged"),
        ("Сітуацыя пагоршылася", "worsened"),
        ("Ситуация улучшилась", "improved"),
        ("Ситуация не изменилась.", "unchanged"),
        ("Тренд: без изменений", "unchanged"),
        ("Ситуация в целом ухудшилась", "worsened"),
        ("▲", "improved"),
        ("The situation on the bridge got worse", None),
        ("The situation", None),
        ("", None),
    ],
)
def test_a_trend_is_understood_in_many_wordings(line: str, trend: str | None) -> None:
    assert trends.find(line) == trend


@pytest.mark.parametrize("language", ["be", "ru", "en"])
def test_the_labels_of_the_site_are_trends(language: str) -> None:
    with override(language):
        assert [trends.find(f"{trend.mark} {trend.label}") for trend in Trend] == list(Trend)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Ўсё ішло як мае быць, і мост адкрылі.", "be"),
        ("Всё шло как надо, и мост открыли.", "ru"),
        ("The bridge is open (мост).", "en"),
        ("Кампанія Acme адкрыла мост у Port Town і сышла.", "be"),
        ("2022", ""),
    ],
)
def test_a_language_is_known_by_its_letters(text: str, language: str) -> None:
    assert language_of(text) == language


# --- Documents ---


def test_a_document_with_styles_is_recognised() -> None:
    found = read(
        docx(
            p("January 17 – 23, 2022"), p("Economy"), h1("The bridge is open"), p("The situation has improved"),
            p(LEAD, bold=True), p(TEXT), h2("What it costs"), p("Much, ", run("much", italic=True), " more."),
            li("one"), li("two"), table(("a", "b"), ("c", "d")), p("See ", link("the report"), "."),
            h2("Forecasts"), li("The port will open (by 31 March 2023)."), li("The road will close."),
            p("By Hanna Sakalova"),
        )
    )  # fmt: skip
    assert found.week is not None
    assert (found.week.start, found.week.end) == WEEK
    assert (found.section, found.trend, found.language, found.title) == (
        ECONOMY,
        "improved",
        "en",
        "The bridge is open",
    )
    assert found.lead == LEAD
    assert "<h2>What it costs</h2>\n<p>Much, <em>much</em> more.</p>" in found.body
    assert "<ul><li>one</li><li>two</li></ul>" in found.body
    assert "<td><p>a</p></td>" in found.body
    assert '<a href="https://example.org/report" rel="noopener noreferrer">the report</a>' in found.body
    assert [(row.statement, row.due) for row in found.forecasts] == [
        ("The port will open.", date(2023, 3, 31)),
        ("The road will close.", None),
    ]
    assert found.analysts == [ANNA]
    assert "Forecast" not in found.body
    assert "Sakalova" not in found.body


BELARUSIAN = ("Мост праз раку адкрылі пасля года чаканняў, і першыя грузавікі пераехалі яе ў той самы дзень тыдня.",
              "Першыя грузавікі пераехалі раку ў панядзелак, і ніхто іх не лічыў.")  # fmt: skip
RUSSIAN = ("Мост через реку открыли после года ожиданий, и первые грузовики переехали её в тот же самый день недели.",
           "Первые грузовики переехали реку в понедельник, и никто их не считал.")  # fmt: skip


def test_a_belarusian_document_without_any_style_is_recognised() -> None:
    lead, text = BELARUSIAN
    found = read(
        docx(
            p("17–23 студзеня 2022"), p("ЭКАНОМІКА", bold=True), p("Мост адкрылі", bold=True),
            p("Сітуацыя палепшылася", italic=True), p(lead, bold=True), p(text), p("Колькі гэта каштуе", bold=True),
            p(text), p("Прагнозы на 2023 год", bold=True), p("Порт адкрыюць."), p("Дарогу закрыюць."),
        )
    )  # fmt: skip
    assert (found.language, found.section, found.trend) == ("be", ECONOMY, "improved")
    assert (found.title, found.lead) == ("Мост адкрылі", lead)
    assert found.body == f"<p>{text}</p>\n<h2>Колькі гэта каштуе</h2>\n<p>{text}</p>"
    assert [(row.statement, row.due) for row in found.forecasts] == [
        ("Порт адкрыюць.", date(2023, 12, 31)),
        ("Дарогу закрыюць.", date(2023, 12, 31)),
    ]


def test_a_document_as_google_docs_exports_it_is_recognised() -> None:
    lead, text = RUSSIAN
    on = ' w:val="1"'
    found = read(
        docx(
            p("Мост открыли", style="t"),
            p(run("Раздел: Экономика"), br(), run("17–23 января 2022 г."), br(), run("Автор: Ганна Сакалова")),
            p(run("Ситуация ", bold=True, value=on), run("не изменилась", bold=True, value=on)),
            p(run(lead, bold=True, value=on)), p(text), p(""), h1("Сколько это стоит"), p(text),
            h1("Прогнозы"), li("Порт откроют (до 31 марта 2023 г.)", numbering=2), li("Дорогу закроют.", numbering=2),
        )
    )  # fmt: skip
    assert (found.language, found.section, found.trend, found.analysts) == ("ru", ECONOMY, "unchanged", [ANNA])
    assert found.week is not None
    assert found.week.start == WEEK[0]
    assert (found.title, found.lead) == ("Мост открыли", lead)
    assert found.body == f"<p>{text}</p>\n<h2>Сколько это стоит</h2>\n<p>{text}</p>"
    assert [(row.statement, row.due) for row in found.forecasts] == [
        ("Порт откроют.", date(2023, 3, 31)),
        ("Дорогу закроют.", None),
    ]


def test_the_order_of_the_parts_does_not_matter() -> None:
    found = read(
        docx(h1("The bridge is open"), p(LEAD, bold=True), p(TEXT), p("The Observer and Hanna Sakalova"),
             p("The situation got worse"), p("Belarus–West relations: January 17 – 23, 2022"))
    )  # fmt: skip
    assert found.week is not None
    assert (found.week.start, found.section, found.trend) == (WEEK[0], WEST, "worsened")
    assert (found.title, found.lead, found.body) == ("The bridge is open", LEAD, f"<p>{TEXT}</p>")
    assert found.analysts == [PEN, ANNA]


def test_a_misprint_in_the_name_of_a_section_is_overlooked() -> None:
    assert read(docx(p("Belarus-West relatons"), h1("A"), p(TEXT))).section == WEST


def test_what_is_missing_is_said_and_what_is_not_understood_stays_in_the_text() -> None:
    found = read(docx(p("Something strange"), h1("The bridge is open"), p(TEXT)))
    assert found.missing == ["the week", "the section", "the trend", "the lead"]
    assert found.body == f"<p>Something strange</p>\n<p>{TEXT}</p>"
    assert any("Something strange" in sentence for sentence in found.notices)


def test_a_text_alone_is_a_text() -> None:
    long = TEXT * 5
    found = read(docx(p(long), p(long)))
    assert (found.title, found.lead, found.body) == ("", "", f"<p>{long}</p>\n<p>{long}</p>")


def test_the_files_name_says_what_the_text_does_not() -> None:
    found = read(docx(h1("The bridge"), p(TEXT)), "2022-01-19_economy_en.docx")
    assert found.week is not None
    assert (found.week.start, found.week.end, found.section) == (*WEEK, ECONOMY)
    assert len(found.notices) == 2


def test_footnotes_become_ours() -> None:
    found = read(
        docx(h1("The bridge"), p("One", note(5), " and two", note(3), "."), notes={3: "Third.", 5: "Fifth, & more."})
    )
    assert found.body.replace(' rel="noopener noreferrer"', "") == (
        '<p>One<sup><a href="#fn-1" id="fnref-1">1</a></sup> and two<sup><a href="#fn-2" id="fnref-2">2</a></sup>.</p>'
        '\n<ol class="footnotes"><li id="fn-1">Fifth, &amp; more. <a href="#fnref-1">↩</a></li>'
        '<li id="fn-2">Third. <a href="#fnref-2">↩</a></li></ol>'
    )


def test_a_footnote_to_the_headline_is_left_out_and_said() -> None:
    found = read(docx(p("The bridge", note(2), style="1"), p(TEXT), notes={2: "Lost."}))
    assert (found.title, found.body) == ("The bridge", f"<p>{TEXT}</p>")
    assert any("footnote" in sentence for sentence in found.notices)


def test_pictures_and_tracked_changes_are_said_and_nothing_is_fetched() -> None:
    deleted = "<w:del><w:r><w:delText>old</w:delText></w:r></w:del>"
    inserted = f"<w:ins>{run('new')}</w:ins>"
    external = picture('r:link="rId8"')
    found = read(
        docx(
            h1("A"), picture(), external, p("The ", deleted, inserted, " text."), parts={"word/media/image1.png": b"x"}
        )
    )
    assert found.body == "<p>The new text.</p>"
    assert found.notices[0].startswith("2 pictures")
    assert "tracked changes" in found.notices[1]


def test_script_in_a_link_is_cleaned_away() -> None:
    evil = docx(h1("A"), p(link("click"), " " + TEXT))
    with ZipFile(BytesIO(evil)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    rels = parts["word/_rels/document.xml.rels"]
    assert isinstance(rels, bytes)
    parts["word/_rels/document.xml.rels"] = rels.replace(b"https://example.org/report", b"javascript:alert(1)")
    assert "javascript" not in read(zipped(parts)).body


# --- What is refused ---

DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512


def locked() -> bytes:
    """A zip whose entries say they are encrypted."""
    content = bytearray(docx(p(TEXT)))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(signature)
        while start >= 0:
            struct.pack_into("<H", content, start + offset, 1)
            start = content.find(signature, start + 4)
    return bytes(content)


def lying_bomb() -> bytes:
    """A part that unpacks to far more than its header says."""
    content = bytearray(zipped({"word/document.xml": b" " * (MAX_UNPACKED + 100)}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", content, content.find(signature) + offset, 1000)
    return bytes(content)


def many_entries() -> bytes:
    return zipped({**{f"x{number}": b"" for number in range(MOST_ENTRIES + 1)}, "word/document.xml": b"<x/>"})


def nested_tables(levels: int) -> bytes:
    return docx(h1("A"), "<w:tbl><w:tr><w:tc>" * levels + p(TEXT) + "<w:p/></w:tc></w:tr></w:tbl>" * levels)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: b"", "is empty"),
        (lambda: b"x" * (MAX_SIZE + 1), "larger than 10 MB"),
        (lambda: b"{\\rtf1 Hello}", "is not a Word document"),
        (lambda: OLE + "WordDocument".encode("utf-16-le"), "old format"),
        (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (locked, "protected by a password"),
        (lambda: zipped({"xl/workbook.xml": "<x/>"}), "is not a Word document"),
        (lambda: zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "LibreOffice"),
        (lambda: docx(p(TEXT))[:-40], "is damaged"),
        (lambda: docx(p(TEXT))[:200] + b"\0" * 200 + docx(p(TEXT))[400:], "is damaged"),
        (lambda: docx(p(TEXT), parts={"word/document.xml": "<w:document><unclosed>"}), "is damaged"),
        (lambda: docx(p(TEXT), parts={"word/document.xml": DOCTYPE}), "far more than a commentary"),
        (lambda: docx(p(TEXT), parts={"word/document.xml": EXTERNAL}), "far more than a commentary"),
        (lambda: docx(p(TEXT), parts={"word/styles.xml": DOCTYPE}), "far more than a commentary"),
        (lambda: docx(p(TEXT), parts={"word/document.xml": "<x/>"}), "could not be read"),
        (lambda: zipped({"word/document.xml": b" " * (MAX_UNPACKED + 1)}), "far more than a commentary"),
        (many_entries, "far more than a commentary"),
        (lambda: nested_tables(200), "far more than a commentary"),
        (lambda: docx(p("")), "has no text"),
        (lambda: docx(h1("A"), *[p("word " * 2000) for _ in range(40)]), "longer than a commentary"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_a_sentence_that_names_it(make: Callable[[], bytes], words: str) -> None:
    with pytest.raises(word.Unreadable) as refused:
        read(make(), "bad.docx")
    assert words in refused.value.messages[0]
    assert "“bad.docx”" in refused.value.messages[0]


def test_a_part_that_lies_about_its_size_is_not_unpacked() -> None:
    with pytest.raises(word.Unreadable):
        read(lying_bomb())


@pytest.mark.parametrize("make", [lying_bomb, lambda: docx(h1("A"), "<w:p/>" * 1_000_000), lambda: nested_tables(20)])
def test_a_monster_takes_little_time_and_memory(make: Callable[[], bytes]) -> None:
    content = make()
    tracemalloc.start()
    began = process_time()
    with suppress(word.Unreadable):
        read(content)
    seconds, (_now, peak) = process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seconds < 20
    assert peak < 150 * 1024 * 1024


def test_the_longest_document_that_is_read_takes_bounded_time() -> None:
    content = docx(h1("A"), *[p("x") for _ in range(9_000)])
    began = process_time()
    assert read(content).body
    assert process_time() - began < 20


def test_macros_are_left_where_they_are() -> None:
    found = read(docx(h1("A"), p(TEXT), parts={"word/vbaProject.bin": OLE}), "text.docm")
    assert found.body == f"<p>{TEXT}</p>"
