"""Files from translation tools that are broken: each is refused whole, in a sentence with its line."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from commentaries import roles
from commentaries.languages import in_language
from commentaries.models import Commentary, Forecast, Translation
from tests.commentaries.desk import desk
from tests.commentaries.test_exchange import (
    SOURCE,
    bring_in,
    errors,
    filled,
    send,
    take_out,
    untranslated,
    url,
    whole,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db
State = Translation.State


@pytest.fixture
def translator() -> Client:
    return desk(make_user("translator", roles.TRANSLATOR, languages=["en", "ru"]))


Breaking = Callable[[bytes], bytes]


def replaced(old: str, new: str) -> Breaking:
    def breaking(content: bytes) -> bytes:
        assert old.encode() in content, content.decode()
        return content.replace(old.encode(), new.encode(), 1)

    return breaking


def twice(content: bytes) -> bytes:
    return content + content[content.index(b"#. Economy") :]


def in_context(old: str, new: str) -> Breaking:
    return lambda content: content.replace(old.encode(), new.encode())


BROKEN: dict[str, tuple[Breaking, str]] = {
    "empty": (lambda _content: b" \n", "The file is empty."),
    "too large": (lambda content: content + b"# " + b"x" * (5 * 1024 * 1024), "The file is larger than 5 MB."),
    "a Word file": (lambda _content: b"PK\x03\x04\xff\xfe", "Line 1: this is not a PO file in UTF-8."),
    "another encoding": (lambda content: content.decode().encode("utf-16"), "this is not a PO file in UTF-8."),
    "NUL": (replaced("Economy: headline", "Economy\0"), "this is not a PO file in UTF-8."),
    "plain words": (
        lambda _content: b"Dear editor,\nhere it is.",
        "Line 1: this is not PO, or a quotation mark is missing: Dear editor,",
    ),
    "only comments": (lambda _content: b"# nothing\n", "This is not a PO file, or it holds no texts."),
    "a quotation mark is missing": (
        replaced('msgstr "The port"', 'msgstr "The port'),
        'or a quotation mark is missing: msgstr "The port',
    ),
    "no msgstr": (lambda content: content + b'\nmsgctxt "a"\nmsgid "b"\n', "this is not PO."),
    "text without a keyword": (lambda content: b'"words"\n' + content, "Line 1: this is not PO."),
    "plural forms": (
        lambda content: content + b'\nmsgctxt "a"\nmsgid "b"\nmsgid_plural "c"\nmsgstr[0] "d"\n',
        "this text has plural forms",
    ),
    "no context": (lambda content: content + b'\nmsgid "b"\nmsgstr "d"\n', "this text has no context (msgctxt)"),
    "a context of others": (
        lambda content: content + b'\nmsgctxt "a"\nmsgid "b"\nmsgstr "d"\n',
        "the context “a” is not ours.",
    ),
    "another issue": (
        in_context("2022-01-17/", "2022-01-24/"),
        "this text belongs to another issue, of Jan. 24, 2022.",
    ),
    "a week that is none": (in_context("2022-01-17/", "2022-13-17/"), "is not ours."),
    "another section": (
        in_context("/economy/", "/weather/"),
        "this issue has no commentary for the section “weather”.",
    ),
    "another language": (
        replaced("Language: en", "Language: pl"),
        "The file says that it is in “pl”, and its texts are in “en”.",
    ),
    "two languages": (
        replaced("economy/be-en/lead", "economy/be-ru/lead"),
        "this text is of other languages than the first one.",
    ),
    "twice": (twice, "this text stands on line"),
    "a changed original": (
        replaced('msgid "Уводзіны каментара."', 'msgid "Іншыя ўводзіны."'),
        "the original (msgid) was changed in the file.",
    ),
    "an original that is none": (
        in_context("economy/be-en/lead/", "economy/be-en/body/99/"),
        "the original has changed since the file was made.",
    ),
    "a link is missing": (
        replaced('<a href=\\"https://example.org/\\">bridge</a>', "bridge"),
        "paragraph 2 of the text: missing, but in the original: <a>.",
    ),
    "a footnote is missing": (
        replaced('bridge</a>.<sup><a id=\\"fnref-1\\" href=\\"#fn-1\\">1</a>', "bridge</a>.<sup>1"),
        "missing, but in the original: <a fnref-1 #fn-1>.",
    ),
    "a tag too many": (
        replaced("The port", "The <em>port</em>"),
        "paragraph 3 of the text: not in the original: <em>.",
    ),
    "a tag without its end": (replaced("The port", "The <em>port"), "the tag <em> has no partner."),
    "an end without its tag": (replaced("The port", "The port</p><p>"), "the tag </p> has no partner."),
    "script": (replaced("The port", "The <script>alert(1)</script>"), "no page may hold this: <script>."),
    "an event": (replaced("first <strong>", 'first <strong onclick=\\"x()\\">'), "no page may hold this: onclick=."),
    "half a tag": (replaced("The port", "The <![x[ port"), "has no partner."),
    "a headline that is too long": (
        replaced("The bridge is open", "x" * 251),
        "Economy, headline: the text has 251 characters, and may have 250.",
    ),
    "a headline of two lines": (replaced("The bridge is open", "The bridge\\nis open"), "a headline is one line."),
    "a lead with tags": (
        replaced("A good lead.", "<p>A lead.</p>"),
        "Economy, lead: tags in angle brackets do not belong here.",
    ),
}


@pytest.mark.parametrize("breaking", BROKEN)
def test_a_broken_file_is_refused_in_a_sentence_and_changes_nothing(translator: Client, breaking: str) -> None:
    commentary = untranslated()
    texts = whole(commentary.forecasts.get().pk) | {"lead": "A good lead.", "body/3": "The port"}
    content = filled(take_out(translator, commentary.issue), texts).replace(b'"\n"', b"")  # one line a text
    before = list(Commentary.objects.values())
    change, sentence = BROKEN[breaking]
    found = errors(send(translator, commentary.issue, change(content)))
    assert any(sentence in one for one in found), found
    if "Line" in found[0]:
        assert re.match(r"Line \d+", found[0])
    assert list(Commentary.objects.values()) == before
    assert list(Forecast.objects.values_list("statement_en", flat=True)) == [""]


def test_a_file_that_was_made_before_the_original_changed_is_refused(translator: Client) -> None:
    commentary = untranslated()
    content = filled(take_out(translator, commentary.issue), {"body/3": "The port"})
    Commentary.objects.filter(pk=commentary.pk).update(body_be=SOURCE.replace("порт", "вакзал"))
    found = errors(send(translator, commentary.issue, content))
    assert len(found) == 1
    assert "Economy: the original has changed since the file was made. Export the texts again." in found[0]


def test_a_paragraph_that_only_moved_is_taken(translator: Client) -> None:
    commentary = untranslated()
    content = filled(take_out(translator, commentary.issue), {"body/3": "The port"})
    Commentary.objects.filter(pk=commentary.pk).update(body_be=SOURCE.replace("<h2>Мост</h2>", "<h2>Мост</h2><hr>"))
    bring_in(translator, commentary.issue, content)
    assert in_language(Commentary.objects.get(), "body", "en") == "<p>The port</p>"


def test_no_file_is_a_sentence(translator: Client) -> None:
    assert errors(translator.post(url(untranslated().issue), {})) == ["Choose a file."]
