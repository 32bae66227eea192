import re

import pytest
from django.utils.translation import override

from commentaries import richtext
from commentaries.richtext import clean, removed, render

KEPT = [
    "<h2>Heading</h2><h3>Lower</h3>",
    "<ul><li>one</li></ul><ol><li>two</li></ol>",
    "<blockquote><p>Words</p></blockquote>",
    '<table><caption>Prices</caption><thead><tr><th scope="col">Year</th></tr></thead>'
    "<tbody><tr><td>1</td></tr></tbody></table>",
    '<figure><img src="/media/pictures/a.png" alt="A bridge"><figcaption>Bridge</figcaption></figure>',
    '<p>Text<sup><a href="#fn-1" id="fnref-1" rel="noopener noreferrer">1</a></sup></p>'
    '<ol class="footnotes"><li id="fn-1">Note</li></ol>',
    '<p><a href="https://example.org/" rel="noopener noreferrer">link</a></p>',
    '<p lang="be">Мова</p>',
]


@pytest.mark.parametrize("html", KEPT)
def test_what_a_commentary_is_made_of_stays(html: str) -> None:
    assert clean(html) == html


@pytest.mark.parametrize(
    ("html", "cleaned"),
    [
        ("<p>a<script>alert(1)</script></p>", "<p>a</p>"),
        ('<p onclick="alert(1)">a</p>', "<p>a</p>"),
        ('<p><a href="javascript:alert(1)">a</a></p>', '<p><a rel="noopener noreferrer">a</a></p>'),
        ('<p><a href="//evil.example/">a</a></p>', '<p><a rel="noopener noreferrer">a</a></p>'),
        ('<p><a href="/\\e.example">a</a></p>', '<p><a rel="noopener noreferrer">a</a></p>'),
        ('<p><a href="\t//e.example">a</a></p>', '<p><a rel="noopener noreferrer">a</a></p>'),
        ('<p style="color:red" class="x">a</p>', "<p>a</p>"),
        ('<p>a<img src="https://evil.example/pixel.gif"></p>', "<p>a</p>"),
        ('<p>a<img src="data:image/svg+xml,x"></p>', "<p>a</p>"),
        ('<p id="subscribe">a</p>', "<p>a</p>"),
        ('<p>a<svg><script>x</script></svg><math><mi xlink:href="data:x"></math></p>', "<p>a</p>"),
        ("<p>a<iframe src='//e'></iframe></p>", "<p>a</p>"),
        ("<p>a<!-- <script> --></p>", "<p>a</p>"),
    ],
)
def test_what_styles_or_runs_goes(html: str, cleaned: str) -> None:
    assert clean(html) == cleaned


@pytest.mark.parametrize(
    "html", ["<p>&nbsp;</p>", "<p> </p>\n<p></p>", "", "<p><br></p>", "\x00", "<p>\u200b\u2060</p>"]
)
def test_blank_html_is_empty(html: str) -> None:
    assert clean(html) == ""


@pytest.mark.parametrize("html", KEPT)
def test_cleaning_twice_changes_nothing_more(html: str) -> None:
    assert clean(clean(html)) == clean(html)


def test_what_was_taken_out_is_named() -> None:
    before = '<p onclick="x">a<script>b</script><script>c</script></p>'
    assert removed(before, clean(before)) == ["2 × <script>", "onclick="]


def test_a_link_of_ours_is_not_reported_as_removed() -> None:
    before = '<p><a href="https://example.org/">a</a></p>'
    assert removed(before, clean(before)) == []


def test_headings_move_below_the_headline_they_belong_to() -> None:
    assert render("<h2>A</h2><h3>B</h3>", headings_down=1) == "<h3>A</h3><h4>B</h4>"


def test_footnotes_of_two_texts_on_one_page_stay_apart_and_have_their_roles() -> None:
    html = clean(
        '<p>a<sup><a href="#fn-1" id="fnref-1">1</a></sup></p>'
        '<ol class="footnotes"><li id="fn-1">b <a href="#fnref-1">↩</a></li></ol>'
    )
    page = render(html, prefix="security")
    assert 'href="#security-fn-1"' in page
    assert 'id="security-fnref-1"' in page
    assert 'id="security-fn-1"' in page
    assert 'href="#security-fnref-1"' in page
    assert page.count('role="doc-noteref"') == 1
    assert page.count('role="doc-backlink"') == 1


@pytest.mark.parametrize(
    ("language", "names"), [("ru", ["Сноски", "Назад к тексту"]), (None, ["Зноскі", "Назад да тэксту"])]
)
def test_listeners_are_told_what_footnotes_are_in_the_language_of_the_text(
    language: str | None, names: list[str]
) -> None:
    html = '<a href="#fn-1" id="fnref-1">1</a><ol class="footnotes"><li id="fn-1"><a href="#fnref-1">↩</a></li></ol>'
    with override("be"):
        assert re.findall(r'aria-label="([^"]+)"', render(html, language=language)) == names


@pytest.mark.parametrize(
    ("caption", "name"),
    [
        ("<caption>Prices of <b>bread &amp; fuel</b></caption>", "Prices of bread &amp; fuel"),
        ("", "Table"),
        ("<caption></caption>", "Table"),
    ],
)
def test_a_table_that_may_scroll_is_named_by_its_caption(caption: str, name: str) -> None:
    table = f"<table>{caption}<tbody><tr><td>1</td></tr></tbody></table>"
    scroller = f'<div class="wide" role="group" tabindex="0" aria-label="{name}">'
    assert render(clean(table), language="en") == f"{scroller}{table}</div>"


def test_no_footnote_is_told_in_the_name_of_a_table() -> None:
    table = (
        '<table><caption>Prices<a href="#fn-1" id="fnref-1">1</a></caption><tbody><tr><td>1</td></tr></tbody></table>'
    )
    assert 'aria-label="Prices"' in render(clean(table), prefix="economy", language="en")


def test_a_translation_may_hold_any_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(richtext, "_", lambda _text: r"\1 & \g<x>")
    html = '<a href="#fn-1" id="fnref-1">1</a><ol class="footnotes"><li id="fn-1"><a href="#fnref-1">↩</a></li></ol>'
    assert render(html, language="en", prefix="new").count(r'aria-label="\1 &amp; \g&lt;x&gt;"') == 2


def test_a_picture_in_a_text_is_fetched_when_the_reader_comes_near_it() -> None:
    html = '<figure><img src="/media/pictures/a.png" alt="A" width="900" height="600"></figure>'
    assert clean(html) == html
    expected = '<img loading="lazy" decoding="async" src="/media/pictures/a.png" alt="A" width="900" height="600">'
    assert expected in render(html)
