"""Addresses of an earlier site lead to where their texts stand now."""

from urllib.parse import quote

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from commentaries import publishing, roles
from commentaries.models import Redirect, Section
from tests.commentaries.desk import desk
from tests.factories import make_commentary, make_publication, make_redirect, make_section, make_user

pytestmark = pytest.mark.django_db
NEW = "/be/issues/2022-01-17/security/"


def led(client: Client, address: str) -> str:
    """Where a reader of the address is led for good, or the status of the answer."""
    response = client.get(address)
    return response["Location"] if response.status_code == 301 else str(response.status_code)


@pytest.fixture
def redirect() -> Redirect:
    return make_redirect("/навіны/2020/05/мост", NEW)


CYRILLIC = quote("/навіны/2020/05/мост")


@pytest.mark.usefixtures("redirect")
@pytest.mark.parametrize(
    "asked",
    [
        CYRILLIC,
        f"{CYRILLIC}/",
        CYRILLIC.lower(),
        "/навіны/2020/05/мост/",
        f"{CYRILLIC}/?fbclid=abc",
        f"{CYRILLIC}?a=1&b=2",
    ],
)
def test_an_old_address_is_known_however_it_is_written(client: Client, asked: str) -> None:
    assert led(client, asked) == NEW


@pytest.mark.parametrize(
    ("old", "asked"),
    [
        ("/?p=123", "/?p=123"),
        ("/?p=123", "/?fbclid=x&p=123"),
        ("/node/12?lang=be", "/node/12/?lang=be"),
        ("/index.php?id=5&option=text", "/index.php?option=text&id=5"),
        ("/index.php?5", "/index.php?5"),
        ("/a/b", "/a%2fb"),
        ("/100%25", "/100%25/"),
        ("/files/Report.PDF", "/files/Report.PDF"),
        ("/be/2019/text", "/be/2019/text/"),
        ("/issues", "/issues/"),
    ],
)
def test_an_old_address_with_a_question_or_odd_letters_is_found(client: Client, old: str, asked: str) -> None:
    make_redirect(old, NEW)
    assert led(client, asked) == NEW


@pytest.mark.parametrize("asked", ["/node/13?lang=be", "/node/12", "/Node/12?lang=be", "/?p=1234", "/nothing"])
def test_nothing_else_leads_anywhere(client: Client, asked: str) -> None:
    make_redirect("/node/12?lang=be", NEW)
    make_redirect("/?p=123", NEW)
    assert led(client, asked) == ("302" if asked.startswith("/?") else "404")


def test_the_more_exact_of_two_old_addresses_counts(client: Client) -> None:
    make_redirect("/index.php", "/be/")
    make_redirect("/index.php?id=5", NEW)
    assert led(client, "/index.php?id=5&x=1") == NEW
    assert led(client, "/index.php?id=6") == "/be/"


@pytest.mark.usefixtures("redirect")
def test_a_head_is_answered_like_a_get_and_a_post_is_not(client: Client) -> None:
    response = client.head(CYRILLIC)
    assert (response.status_code, response["Location"], response.content) == (301, NEW, b"")
    assert client.post(CYRILLIC).status_code == 404


def test_what_the_site_has_itself_is_never_redirected(client: Client) -> None:
    make_commentary(section=make_section("security"))
    for old in ("/en/about", "/en/issues/2022-01-17/security", "/", "/admin/nothing", "/robots.txt"):
        make_redirect(old, NEW)
    for asked, status in (("/en/about/", "200"), ("/en/issues/2022-01-17/security/", "200"), ("/", "302")):
        assert led(client, asked) == status
    assert "Location" not in client.get("/robots.txt")
    assert client.get("/admin/nothing/")["Location"] != NEW


def test_a_withdrawn_text_stays_gone(client: Client) -> None:
    publishing.withdraw(make_commentary(section=make_section("security")), {"be": "Памылка."})
    make_redirect("/be/issues/2022-01-17/security", "/be/")
    assert led(client, NEW) == "410"


def test_it_keeps_working_when_the_section_moves(client: Client) -> None:
    section = make_section("security")
    make_commentary(section=section)
    make_redirect("/old", NEW)
    section.slug = "defence"
    section.save()
    response = client.get("/old", follow=True)
    assert response.status_code == 200
    assert [status for _address, status in response.redirect_chain] == [301, 301]
    assert Section.objects.get().slug == "defence"


@pytest.mark.parametrize("rows", [1, 30])
def test_a_page_that_is_not_there_costs_one_question_more(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    make_publication()
    for number in range(rows):
        make_redirect(f"/{number}", NEW)
    client.get("/be/nothing/")
    # The publication and the sections are what the page of the error prints.
    with django_assert_num_queries(3):
        assert led(client, "/be/nothing/?a=1&b=2&c=3") == "404"


@pytest.mark.parametrize(
    "asked",
    ["/%00", "/?p=%00", "/%ff%fe?p=%ff", "/" + "x" * 5000, "/?" + "&".join(map(str, range(900))), "/%252F/?=&="],
)
def test_absurd_addresses_are_answered(client: Client, asked: str) -> None:
    assert client.get(asked).status_code in (302, 404)


# --- Writing them ---


def refusal(old: str, new: str, row: Redirect | None = None) -> str:
    row = row or Redirect()
    row.old_address, row.new_address = old, new
    try:
        row.full_clean()
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("old", NEW, "Begin with one slash and leave out the name of the site: /2019/03/text/"),
        ("https://old.example/text", NEW, "Begin with one slash"),
        ("//old.example/text", NEW, "Begin with one slash"),
        ("/\\old.example", NEW, "Begin with one slash"),
        ("/old", "https://evil.example/", "Begin with one slash"),
        ("/old", "//evil.example/", "Begin with one slash"),
        ("/old", "/\\evil.example/", "Begin with one slash"),
        ("/old", "/\t/evil.example/", "Begin with one slash"),
        ("/old", "javascript:alert(1)", "Begin with one slash"),
        ("/admin/pages/", NEW, "This address belongs to the desk."),
        ("/%61dmin", NEW, "This address belongs to the desk."),
        ("/old", "/admin/", "This address belongs to the desk."),
        ("/old#part", NEW, "Leave out the # and what follows it"),
        ("/en/about", NEW, "The site has a page at this address"),
        ("/en/issues/2022-01-17/", NEW, "The site has a page at this address"),
        ("/", NEW, "The site has a page at this address"),
        ("/robots.txt", NEW, "The site has a page at this address"),
        ("/old/", "/old?x=1", "The old address would lead to itself."),
        ("/new", "/taken/", "This is an old address, too; write where it leads: /be/elsewhere/"),
        ("/be/elsewhere", NEW, "Another old address leads here: /taken. Change that one first."),
        ("/taken/", NEW, "This old address leads to /be/elsewhere/ already."),
        ("/old" * 200, NEW, "at most 500 characters"),
        ("/\x00", NEW, "Begin with one slash"),
        ("/" + "<" * 400, NEW, "This address is too long."),
    ],
)
def test_a_redirect_that_cannot_work_is_refused_in_a_sentence(old: str, new: str, sentence: str) -> None:
    make_commentary(section=make_section("security"))
    make_redirect("/taken", "/be/elsewhere/")
    assert sentence in refusal(old, new)


@pytest.mark.parametrize(
    ("old", "kept"),
    [
        (f"{CYRILLIC}/", "/навіны/2020/05/мост"),
        ("/?p=123", "/?p=123"),
        ("/en/issues/2011-01-03/security/", "/en/issues/2011-01-03/security"),
        ("/x?b=2&a=%D0%B1", "/x?a=б&b=2"),
        ("/a%2Fb", "/a/b"),
    ],
)
def test_an_old_address_is_kept_as_people_read_it(old: str, kept: str) -> None:
    row = Redirect()
    assert refusal(old, NEW, row) == ""
    assert (row.old_address, row.new_address) == (kept, NEW)


@pytest.mark.parametrize(
    "page",
    [
        *("/be/", "/ru/search/", "/be/trends/", "/en/feed.atom", "/be/about/", "/be/subscribe/", "/be/card.png"),
        *("/be/issues/", "/be/issues/2022/", NEW, f"{NEW}card.png", f"{NEW}commentary.html", "/be/sections/security/"),
        *("/be/issues/2022-01-17/issue.html", "/be/issues/2022-01-17/issue.epub", "/sitemap.xml", "/livez"),
        *("/favicon.ico", "/api/v1/trends.csv", "/be/issues/2022-01-17/former/", "/be/sections/former/"),
    ],
)
def test_no_page_of_any_kind_can_be_an_old_address(client: Client, page: str) -> None:
    section = make_section("former")
    section.slug = "security"
    section.save()
    make_commentary(section=section)
    assert client.get(page).status_code != 404
    with override("en"):
        sentence = refusal(page, "/be/elsewhere/")
    assert "The site has a page at this address" in sentence


def test_an_encoded_slash_leads_to_no_other_site(client: Client) -> None:
    row = Redirect()
    assert refusal("/old", "/%2Fevil.example", row) == ""
    row.save()
    assert led(client, "/old") == "/%2Fevil.example"


def test_a_redirect_can_be_saved_again_as_it_is() -> None:
    assert refusal("/old", NEW, make_redirect("/old", NEW)) == ""


# --- At the desk ---


def test_an_editor_writes_a_redirect_and_is_told_that_nothing_is_there_yet() -> None:
    editor = desk(make_user("editor", roles.EDITOR))
    url = reverse("admin:commentaries_redirect_add")
    response = editor.post(url, {"old_address": "/old/", "new_address": NEW}, follow=True)
    assert "Readers find nothing at the new address yet: /be/issues/2022-01-17/security/" in response.content.decode()
    assert led(Client(), "/old") == NEW
    make_commentary(section=make_section("security"))
    response = editor.post(url, {"old_address": "/older", "new_address": NEW}, follow=True)
    assert "Readers find nothing" not in response.content.decode()


def test_a_refused_redirect_says_why_beside_the_field() -> None:
    editor = desk(make_user("editor", roles.EDITOR))
    url = reverse("admin:commentaries_redirect_add")
    response = editor.post(url, {"old_address": "old", "new_address": "http://evil.example/"})
    assert "Begin with one slash" in response.content.decode()
    assert not Redirect.objects.exists()


@pytest.mark.usefixtures("redirect")
@pytest.mark.parametrize(("asked", "found"), [("мост", 1), (CYRILLIC, 1), ("security", 1), ("парт", 0), ("\x00", 1)])
def test_redirects_are_searched_by_either_address(asked: str, found: int) -> None:
    editor = desk(make_user("editor", roles.EDITOR))
    page = editor.get(reverse("admin:commentaries_redirect_changelist"), {"q": asked})
    assert page.context["cl"].result_count == found
