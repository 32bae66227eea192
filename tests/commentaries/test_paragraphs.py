"""A rich text cut into its blocks, joined again, and laid beside another."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from commentaries import demo
from commentaries.editor import same_text
from commentaries.richtext import clean
from commentaries.translations.paragraphs import Block, align, compare, join, split

TEXTS = [
    text
    for line in (Path(demo.__file__).parent / "archive.jsonl").read_text().splitlines()
    for text in json.loads(line)["body"].values()
]
ODD = [
    "",
    "words alone",
    "words <p>b</p> between <em>d</em><h2>x</h2>and after",
    "<pre>a</pre><pre>b</pre>x",
    "<ul><li><p>a</p><ul><li>b</li></ul></li></ul><ul><li>c</li></ul>",
    '<p><abbr title="a > b">z</abbr></p>tail',
    '<hr><hr>a<br>b<p>c</p><img src="/media/x.png" alt="x">tail',
    "<p>x</p><strong>a</strong> b <p>c</p>",
    "<blockquote><p>a</p><p>b</p></blockquote>tail<li>x</li>",
    "<p>a &lt;p&gt; b</p>\n\n\t<p>c</p>\r\n",
    '<table><tbody><tr><td>1</td></tr></tbody></table><ol class="footnotes"><li id="fn-1">n</li></ol>',
]


def blocks(*htmls: str) -> list[Block]:
    return [block for html in htmls for block in split(html)]


def pairs(source: list[str], target: list[str], before: list[str] | None = None) -> list[tuple[str, str]]:
    changes = compare(blocks(*(source if before is None else before)), blocks(*source))
    found = []
    for pair in align(changes, blocks(*target)):
        one = (pair.source.now or pair.source.before) if pair.source else None
        found.append((one.text if one else "", pair.target.text if pair.target else ""))
    return found


@pytest.mark.parametrize("html", ["".join(TEXTS), *ODD])
def test_cutting_and_joining_loses_nothing(html: str) -> None:
    cleaned = clean(html)
    cut = split(cleaned)
    assert join(cut) == cleaned.strip()
    assert [split(block.html) for block in cut] == [[block] for block in cut]


def test_the_texts_of_the_demo_are_cut_and_joined_and_stay_the_same() -> None:
    for html in TEXTS:
        rejoined = join(Block(block.html, block.tag) for block in split(clean(html)))
        assert same_text(rejoined, html)


def test_blocks_are_known_by_their_kind() -> None:
    html = "<h2>a</h2><p>b</p><ul><li>c</li></ul><table></table><blockquote>d</blockquote><figure></figure><hr>e"
    kinds = [block.kind for block in split(html + '<ol class="footnotes"><li id="fn-1">f</li></ol>')]
    assert kinds == ["heading", "paragraph", "list", "table", "quotation", "figure", "rule", "text", "footnotes"]


def test_a_text_beside_itself_has_no_change() -> None:
    for html in TEXTS:
        cut = split(clean(html))
        assert not [change for change in compare(cut, cut) if change.is_changed]


def test_white_space_and_the_order_of_attributes_are_no_change() -> None:
    before, now = '<p>a <a href="/x" lang="ru">b</a></p>', '<p>a <a lang="ru" href="/x">b</a> </p>'
    assert not [one for one in compare(blocks(clean(before)), blocks(clean(now))) if one.is_changed]


def test_each_changed_added_and_removed_block_is_told() -> None:
    before = blocks("<p>The bridge opened.</p>", "<p>Nobody came.</p>", "<p>The port is closed.</p>")
    now = blocks("<p>The bridge opened on Monday.</p>", "<p>The port is closed.</p>", "<h2>What comes next</h2>")
    told = [
        (one.before.text if one.before else "", one.now.text if one.now else "")
        for one in compare(before, now)
        if one.is_changed
    ]
    assert told == [
        ("The bridge opened.", "The bridge opened on Monday."),
        ("Nobody came.", ""),
        ("", "What comes next"),
    ]


def test_every_block_of_both_texts_stands_beside_another_once_and_in_order() -> None:
    cut = [split(clean(text)) for text in TEXTS]
    for source, target in pairwise(cut):
        found = align(compare(source, source), target)
        assert [pair.source.now for pair in found if pair.source] == source
        assert [pair.target for pair in found if pair.target] == target


def test_texts_of_the_same_shape_stand_block_by_block() -> None:
    source = ["<h2>Мост</h2>", "<p>Першы абзац.</p>", "<p>Другі.</p>", "<ul><li>адзін</li></ul>"]
    target = ["<h2>Bridge</h2>", "<p>A first paragraph.</p>", "<p>The second.</p>", "<ul><li>one</li></ul>"]
    assert [b for _a, b in pairs(source, target)] == ["Bridge", "A first paragraph.", "The second.", "one"]


def test_a_new_paragraph_of_the_original_stands_beside_an_empty_place() -> None:
    before = ["<p>Першы абзац пра мост.</p>", "<p>Другі абзац пра порт.</p>"]
    now = [before[0], "<p>Новы абзац пра раку і мост.</p>", before[1]]
    target = ["<p>The first paragraph, on the bridge.</p>", "<p>The second paragraph, on the port.</p>"]
    assert [b for _a, b in pairs(now, target, before)] == [target[0][3:-4], "", target[1][3:-4]]


def test_the_translation_of_a_removed_paragraph_is_not_lost() -> None:
    before = ["<p>Першы абзац пра мост.</p>", "<p>Сярэдні абзац пра раку.</p>", "<p>Другі абзац пра порт.</p>"]
    target = [
        "<p>The first, on the bridge.</p>",
        "<p>The middle one, on the river.</p>",
        "<p>The second, on the port.</p>",
    ]
    found = pairs([before[0], before[2]], target, before)
    assert found[1] == ("Сярэдні абзац пра раку.", "The middle one, on the river.")
    assert [b for _a, b in found if b] == [html[3:-4] for html in target]


def test_a_heading_that_the_translation_lacks_shifts_nothing() -> None:
    source = ["<p>Год 2021 быў добры.</p>", "<h2>Далей</h2>", "<p>Год 2022 будзе лепшы.</p>"]
    target = ["<p>The year 2021 was good.</p>", "<p>The year 2022 will be better.</p>"]
    assert pairs(source, target) == [
        ("Год 2021 быў добры.", "The year 2021 was good."),
        ("Далей", ""),
        ("Год 2022 будзе лепшы.", "The year 2022 will be better."),
    ]


def test_very_long_texts_stand_in_their_order() -> None:
    source, target = ["<p>а</p>"] * 600, ["<p>a</p>"] * 601
    assert len(pairs(source, target)) == 601
