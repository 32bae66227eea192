"""A citation says which version was read, in the language that it was read in, as reference managers want it."""

import json
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from commentaries.models import Commentary
from tests.factories import make_analyst, make_commentary, make_publication, make_section, sign

pytestmark = pytest.mark.django_db
PLACE = "issues/2022-01-17/security/"
TITLE = r"100% {of} $5 & a_b #1 ~ ^ \ “quoted”"


@pytest.fixture
def commentary() -> Commentary:
    make_publication()
    section = make_section("security", title_en="Security")
    commentary = make_commentary(section=section, title_en=TITLE, lead_en="Two\nlines.")
    analysts = [make_analyst(name_en="Ina Vardel", name_be="Іна Вардэль"), make_analyst(name_en="Pavel & Sons")]
    sign(commentary, *analysts)
    return commentary


def cited(client: Client, ending: str, language: str = "en", version: str = "", media_type: str = "") -> str:
    response = client.get(f"/{language}/{PLACE}{version}cite.{ending}")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == f"{media_type}; charset=utf-8" or not media_type
    assert re.fullmatch(r'attachment; filename="[a-z0-9.-]+"', response.headers["Content-Disposition"])
    return response.content.decode()


@pytest.mark.usefixtures("commentary")
def test_bibtex_is_escaped_and_keeps_its_capitals(client: Client) -> None:
    text = cited(client, "bib", media_type="application/x-bibtex")
    assert text.startswith("@article{security-2022-01-17-en-v1,\n")
    title = r"100\% \textbraceleft{}of\textbraceright{} \$5 \& a\_b \#1 \textasciitilde{} \textasciicircum{}"
    assert f"  title = {{{{{title} \\textbackslash{{}} “quoted”}}}},\n" in text
    assert r"  author = {{Ina Vardel} and {Pavel \& Sons}}," in text
    assert "  date = {2022-02-01}," in text
    assert "  version = {1}," in text
    assert f"  url = {{{settings.SITE_URL}/en/{PLACE}versions/1/}}," in text
    assert text.count("{") == text.count("}")


@pytest.mark.usefixtures("commentary")
def test_cyrillic_stays_as_it_is(client: Client) -> None:
    text = cited(client, "bib", "be")
    assert "title = {{Загаловак каментара}}" in text
    assert "Іна Вардэль" in text
    assert "langid = {belarusian}" in text


@pytest.mark.usefixtures("commentary")
def test_ris_has_a_tag_a_line_and_ends_each_as_it_must(client: Client) -> None:
    text = cited(client, "ris", media_type="application/x-research-info-systems")
    lines = text.split("\r\n")
    assert "\n" not in "".join(lines)
    assert lines[0] == "TY  - MGZN"
    assert lines[-2:] == ["ER  - ", ""]
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines[:-1])
    assert "AU  - Ina Vardel" in lines
    assert "AB  - Two lines." in lines
    assert "ET  - 1" in lines
    assert f"UR  - {settings.SITE_URL}/en/{PLACE}versions/1/" in lines


# Names of the schema csl-data.json, 1.0.2, that we use, and the types of their values.
TEXTS = {"title", "container-title", "section", "issue", "version", "note", "abstract", "id", "type", "language", "URL"}
CSL = {**dict.fromkeys(TEXTS, "str"), "author": "list", "issued": "dict"}


@pytest.mark.usefixtures("commentary")
def test_csl_json_follows_its_schema(client: Client) -> None:
    (item,) = json.loads(cited(client, "json", media_type="application/vnd.citationstyles.csl+json"))
    assert {name: type(value).__name__ for name, value in item.items()} == CSL
    assert item["type"] == "article-magazine"
    assert item["issued"] == {"date-parts": [[2022, 2, 1]]}
    assert item["author"][0] == {"literal": "Ina Vardel"}
    assert item["title"] == TITLE


def test_a_text_without_a_byline_is_by_the_publication(client: Client) -> None:
    make_publication()
    make_commentary(section=make_section("security"))
    assert "author = {{The Weekly}}" in cited(client, "bib")
    assert "AU  - The Weekly" in cited(client, "ris")
    assert "“A headline”, The Weekly, January\u00a017\u00a0– 23, 2022." in client.get(f"/en/{PLACE}").content.decode()


def test_a_citation_is_bound_to_the_version_that_was_read(client: Client, commentary: Commentary) -> None:
    for model in (Commentary, type(commentary.issue), type(commentary.translations.get(language="en"))):
        for row in model.history.all():
            earlier = row.history_date - timedelta(hours=1)
            model.history.filter(pk=row.pk).update(history_date=earlier)
    commentary.title_en = "The right headline"
    commentary.save()
    first, second = (cited(client, "bib", version=f"versions/{number}/") for number in (1, 2))
    assert "100" in first
    assert "versions/1/" in first
    assert "The right headline" in second
    assert "version = {2}" in second
    assert f"Published February 1, 2022, version 2 of {timezone.localdate():%B}" in second
    assert "The right headline" in cited(client, "bib")
    page = client.get(f"/en/{PLACE}versions/1/").content.decode()
    assert f"/en/{PLACE}versions/1/cite.bib" in page


def test_a_text_in_another_language_is_cited_in_its_own(client: Client) -> None:
    make_publication()
    make_commentary(section=make_section("security"), languages=("be",))
    page = client.get(f"/en/{PLACE}").content.decode()
    assert re.search(r'<p class="citation" lang="be">[^<]*Загаловак каментара', page)
    assert f'href="/be/{PLACE}versions/1/cite.ris"' in page
    assert f"/be/{PLACE}versions/1/" in cited(client, "json")


@pytest.mark.parametrize("path", ["cite.xml", "cite.", "versions/2/cite.bib", "versions/0/cite.bib"])
@pytest.mark.usefixtures("commentary")
def test_what_is_not_offered_is_404(client: Client, path: str) -> None:
    assert client.get(f"/en/{PLACE}{path}").status_code == 404


@pytest.mark.parametrize("path", ["cite.bib", "versions/1/", "versions/1/cite.bib"])
def test_a_draft_cannot_be_cited(client: Client, path: str) -> None:
    make_commentary(section=make_section("security"), public=False)
    assert client.get(f"/en/{PLACE}{path}").status_code == 404


@pytest.mark.usefixtures("commentary")
def test_nothing_is_taken_but_reading(client: Client) -> None:
    for path in ("cite.bib", "versions/1/", "../issue.epub", "commentary.html"):
        assert client.post(f"/en/{PLACE}{path}".replace("security/../", "")).status_code == 405
