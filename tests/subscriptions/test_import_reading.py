"""What a list may look like, and what is said of its broken rows."""

import codecs

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from commentaries.models import FormerSectionSlug
from subscriptions.lists import reading
from subscriptions.lists.reading import AddressList, read
from tests.factories import make_section

pytestmark = pytest.mark.django_db


def _people(found: AddressList) -> list[tuple[str, str]]:
    return [(row.address, row.language) for row in found.rows.values()]


def _broken(content: str) -> tuple[int, str, str]:
    [broken] = read(content.encode(), "be").broken
    return tuple(broken)  # type: ignore[return-value]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le", "utf-16-be", "utf-16-be with its mark"]
)
def test_spreadsheets_may_write_any_of_their_encodings(encoding: str) -> None:
    text = "e-mail;мова\nreader@example.org;беларуская\n"
    mark = codecs.BOM_UTF16_BE if "mark" in encoding else b""
    found = read(mark + text.encode(encoding.split()[0]), "en")
    assert _people(found) == [("reader@example.org", "be")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_usual_delimiter_and_end_of_line(delimiter: str, newline: str) -> None:
    lines = ["Address", "Language"], ["a@example.org", "RU"], ["", ""], ["b@example.org", "en-GB"]
    text = newline.join(delimiter.join(cells) for cells in lines)
    assert _people(read(text.encode(), "be")) == [("a@example.org", "ru"), ("b@example.org", "en")]


@pytest.mark.parametrize("header", ["email,language", "Адрас,мова", "электронная почта,язык"])
def test_columns_are_named_in_each_of_the_languages(header: str) -> None:
    assert _people(read(f"{header}\na@example.org,be\n".encode(), "en")) == [("a@example.org", "be")]


def test_columns_stand_in_any_order_and_others_are_named() -> None:
    found = read(b"name,confirmed_at,address\nAnna,2022,a@example.org\n", "be")
    assert (_people(found), found.unread) == ([("a@example.org", "be")], ["name", "confirmed_at"])


def test_sections_are_named_by_their_addresses_of_today_and_before() -> None:
    economy, ports = make_section("economy"), make_section("ports")
    FormerSectionSlug.objects.create(slug="harbours", section=ports)
    found = read(b'address,sections\na@example.org,"harbours; economy"\nb@example.org,\n', "be")
    assert [row.sections for row in found.rows.values()] == [tuple(sorted([economy.pk, ports.pk])), ()]


def test_an_international_domain_is_read_as_it_is_mailed() -> None:
    found = read("адрас\nreader@пошта.бел\n".encode(), "be")
    assert _people(found) == [("reader@xn--80a1acn3a.xn--90ais", "be")]


def test_of_the_rows_of_one_address_the_first_counts() -> None:
    found = read(b"address,language\nReader@example.org,ru\nreader@EXAMPLE.org,en\n", "be")
    assert (_people(found), found.repeated) == ([("Reader@example.org", "ru")], 1)


def test_what_our_export_guards_against_formulas_is_read_without_the_guard() -> None:
    assert _people(read(b"address\n'+reader@example.org\no'neil@example.org\n", "be")) == [
        ("+reader@example.org", "be"),
        ("o'neil@example.org", "be"),
    ]


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        ("reader.example.org,,", "E-mail", "This is not a complete e-mail address."),
        ("чытач@example.org,,", "E-mail", "The part of the address before the @ can have Latin letters"),
        ("a@example.org b@example.org,,", "E-mail", "This is not a complete e-mail address."),
        (",be,", "E-mail", "The address is missing."),
        ("a@example.org,de,", "Language", "The newsletter comes in be, ru and en, not in “de”."),
        ("a@example.org,be,sport", "Sections", "There is no section “sport”."),
        ("a@example.org,be,,x", "", "The row has more cells than there are columns."),
    ],
)
def test_a_broken_row_is_named_by_its_line_its_column_and_a_sentence(row: str, column: str, sentence: str) -> None:
    line, where, what = _broken(f'E-mail,Language,Sections\n"ok@example.org","be",""\n\n{row}\n')
    assert (line, where) == (4, column)
    assert what.startswith(sentence)


def test_a_row_below_a_cell_of_two_lines_is_named_by_its_own_line() -> None:
    assert _broken('address,name\na@example.org,"Anna\nBeta"\nbroken,\n')[0] == 4


def test_a_retired_section_is_none_to_choose() -> None:
    make_section("old", retired_at=timezone.now())
    assert _broken("address,sections\na@example.org,old\n")[2] == "There is no section “old”."


def test_only_the_first_broken_rows_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_SHOWN", 2)
    found = read(b"address\nx\ny\nz\n", "be")
    assert ([broken.line for broken in found.broken], found.number_broken) == ([2, 3], 3)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"reader@example.org\n", "The first line of the file must name its columns"),
        (b"\x00\x01\x02\x03" * 50, "The first line of the file must name its columns"),
        (b"x" * 200_000, "The first line of the file must name its columns"),
        (b"address\n\x98\xff\n", "This is not a CSV file in UTF-8"),
        (b'address,name\na@example.org,"Anna\nb@example.org,\n', "Line 2: a quotation mark is missing"),
        (b"address,email\na@example.org,a@example.org\n", "Two columns hold the same: see “address”."),
    ],
)
def test_what_is_no_list_is_refused_in_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read(content, "be")
    assert refused.value.messages[0].startswith(sentence)


def test_more_bytes_than_are_taken_are_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 10)
    with pytest.raises(ValidationError, match="The file is larger than 0 MB"):
        read(b"address\na@example.org\n", "be")
