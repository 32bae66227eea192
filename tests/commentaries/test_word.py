"""Reading Word files: what is recognised in them."""

import json
from datetime import date
from io import BytesIO
from time import process_time
from zipfile import ZipFile

import pytest
from django.conf import settings

from commentaries import word
from commentaries.models import Analyst, Section
from commentaries.word.names import Names
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
WEEK = (date(2022, 1, 17), date(2022, 1, 23))
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
