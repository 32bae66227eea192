"""Search in a mirror: what its data hold, and what they never hold."""

import json
from pathlib import Path
from typing import cast

import pytest
from django.core.management import call_command

from commentaries.mirror import searching
from commentaries.mirror.searching import Index
from commentaries.models import Translation
from tests.factories import MONDAY, make_analyst, make_commentary, make_issue, make_section, sign

pytestmark = pytest.mark.django_db


def _data(folder: Path) -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.js")}


def _content(script: str) -> object:
    return json.loads(script.partition(",")[2].rpartition(")")[0])


def test_a_mirror_holds_the_words_and_the_texts_of_every_issue(tmp_path: Path) -> None:
    make_commentary(make_issue(MONDAY, public=True), make_section("bridges"), title_en="Bridges </script> open")
    call_command("export_site", str(tmp_path / "mirror"), verbosity=0)
    found = _data(tmp_path / "mirror/en/search")
    assert {"map", f"i-{MONDAY}"} <= found.keys()
    told = _content(found["map"])
    assert isinstance(told, dict)
    assert told["issues"] == [[str(MONDAY), 1]]
    codes = {"w-" + "-".join(f"{ord(char):x}" for char in head) for head in told["heads"]}
    assert codes | {"map", f"i-{MONDAY}"} == found.keys()


def test_its_script_is_small() -> None:
    assert sum(path.stat().st_size for path in Path("static/mirror").glob("*.js")) <= 10_000


def test_it_learns_what_words_of_a_text_end_in() -> None:
    forms = {"банк": "банк", "банкаука": "банк", "порт": "порт", "портаука": "порт", "рынкеска": "рынк"}
    ends = searching._ends(forms)
    assert "аука" in ends
    assert "амі" in ends
    assert "" not in ends
    assert "еска" not in ends


def test_what_is_not_public_is_in_no_data(tmp_path: Path) -> None:
    issue = make_issue(MONDAY, public=True)
    analyst = make_analyst("owl", name_en="Truename Hidden", pen_name_en="Owl", is_public=False)
    sign(make_commentary(issue, make_section("bridges"), title_en="Bridges"), analyst)
    unready = make_commentary(issue, make_section("ports"), title_en="Unreadyword")
    Translation.objects.filter(commentary=unready).update(state=Translation.State.DRAFT)
    make_commentary(
        make_issue(MONDAY.replace(year=MONDAY.year + 1), public=False), make_section("rails"), title_en="Draftword"
    )
    call_command("export_site", str(tmp_path / "mirror"), verbosity=0)
    everything = "".join("".join(_data(folder).values()) for folder in (tmp_path / "mirror").glob("*/search"))
    assert "Owl" in everything
    for word in ("truename", "hidden", "unreadyword", "draftword"):
        assert word not in everything.lower()


def test_a_text_that_stands_in_for_another_language_is_found_and_says_so(tmp_path: Path) -> None:
    make_commentary(make_issue(MONDAY), make_section("bridges"), languages=("be",), title_be="Масты адкрытыя")
    call_command("export_site", str(tmp_path / "mirror"), verbosity=0)
    found = _data(tmp_path / "mirror/en/search")
    [text] = cast(list[list[str]], _content(found[f"i-{MONDAY}"]))
    assert text[0] == f"en/issues/{MONDAY}/bridges/index.html"
    assert (text[1], text[8:10]) == ("Масты адкрытыя", ["be", "Available in Belarusian"])
    assert any("адкрыт" in script for name, script in found.items() if name.startswith("w-"))
    listed = (tmp_path / "mirror/en/search/index.html").read_text(encoding="utf-8")
    assert 'lang="be">Масты адкрытыя</a>' in listed
    assert "Available in Belarusian" in listed


def test_every_form_leads_to_its_stem_and_every_stem_to_its_texts() -> None:
    index = Index()
    for number in range(3000):
        word = f"слова{number}"
        index.forms[word] = word
        index.postings[word].append((number, number % 3))
    index.forms["якасці"] = "екаст"
    index.postings["екаст"] += [(0, 2), (41, 0)]
    shards = searching._shards(index)
    lines = [line.split("\t") for content in shards.values() for line in json.loads(content).split("\n")]
    forms = {stem[: int(short[0], 36)] + short[1:]: stem for stem, some, _places in lines for short in some.split()}
    assert forms == index.forms
    assert len(shards) == 3
    assert [places for stem, _forms, places in lines if stem == "екаст" and places] == ["2 3f"]
