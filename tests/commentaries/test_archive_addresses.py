"""An archive says where its texts stood on an earlier site; whoever comes by those addresses is led to them."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from commentaries.models import Commentary, Redirect
from tests.commentaries.test_archive import LINE, archive, run
from tests.factories import make_redirect

pytestmark = pytest.mark.django_db

OLD: dict[str, Any] = {
    "be": "/навіны/мост/",
    "en": ["https://old.example/?p=118", "/node/12?lang=en", "/node/12?lang=en"],
}
NEW = "/{}/issues/2022-01-17/bridges/"
PORTS = {**LINE, "section": "ports"}


def table() -> dict[str, str]:
    return dict(Redirect.objects.values_list("old_address", "new_address"))


def test_old_addresses_lead_to_the_text_in_their_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], client: Client
) -> None:
    assert "Old addresses that lead to them: 3 imported." in run(
        archive(tmp_path, {**LINE, "old_addresses": OLD}), capsys
    )
    assert table() == {
        "/навіны/мост": NEW.format("be"),
        "/?p=118": NEW.format("en"),
        "/node/12?lang=en": NEW.format("en"),
    }
    for old in table():
        assert client.get(old, follow=True).status_code == 200


def test_the_second_time_no_address_changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = archive(tmp_path, {**LINE, "old_addresses": OLD})
    run(path, capsys)
    before = table()
    out = run(path, capsys)
    assert "0 imported, 1 there already, 0 different." in out
    assert "Old addresses" not in out
    assert table() == before


def test_a_commentary_that_exists_gets_the_addresses_that_are_new(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(archive(tmp_path, LINE), capsys)
    out = run(archive(tmp_path, {**LINE, "old_addresses": {"be": "/мост"}}), capsys)
    assert "0 imported, 1 there already, 0 different." in out
    assert table() == {"/мост": NEW.format("be")}


def test_a_dry_run_counts_them_and_keeps_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = run(archive(tmp_path, {**LINE, "old_addresses": OLD}), capsys, dry_run=True)
    assert "Old addresses that lead to them: 3 would be imported." in out
    assert table() == {}


def test_an_address_that_leads_elsewhere_is_left_alone_and_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_redirect("/навіны/мост", "/be/about/")
    out = run(archive(tmp_path, {**LINE, "old_addresses": OLD}), capsys)
    assert "line 1: old_addresses.be, /навіны/мост leads to /be/about/" in out
    assert table()["/навіны/мост"] == "/be/about/"


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ("/мост", "line 2, old_addresses: must be an object like"),
        ({"de": "/x"}, "line 2, old_addresses: the language 'de' is unknown; use be, ru, en"),
        ({"be": 7}, "line 2, old_addresses.be: must be an address or a list of them, not 7"),
        ({"be": [None]}, "line 2, old_addresses.be: must be an address or a list of them, not None"),
        ({"be": ""}, "line 2, old_addresses.be: '' must begin with one slash"),
        ({"be": "x"}, "line 2, old_addresses.be: 'x' must begin with one slash"),
        ({"be": "//old.example/x"}, "line 2, old_addresses.be: '//old.example/x' must begin with one slash"),
        ({"be": "ftp://old.example/x"}, "must begin with one slash"),
        ({"be": "/a b"}, "must begin with one slash"),
        ({"be": "/x#y"}, "line 2, old_addresses.be: '/x#y': leave out the # and what follows it"),
        ({"be": "/" + "x" * 500}, "line 2, old_addresses.be: has 501 characters; 500 fit"),
        ({"be": "/\x00"}, "line 2, old_addresses.be: holds a character that is no text"),
        ({"be": "/admin/x"}, "line 2, old_addresses.be: /admin/x: This address belongs to the desk."),
        ({"be": "/be/about/"}, "line 2, old_addresses.be: /be/about: The site has a page at this address"),
        ({"be": "https://old.example"}, "line 2, old_addresses.be: /: The site has a page at this address"),
        ({"ru": "/first/"}, "line 2, old_addresses.ru: '/first' stands in line 1, in 'be', already"),
        ({"be": "/x", "ru": "/x/"}, "line 2, old_addresses.ru: '/x' stands in line 2, in 'be', already"),
    ],
)
def test_a_broken_address_stops_the_import_with_a_sentence_and_nothing_is_written(
    tmp_path: Path, broken: Any, sentence: str
) -> None:
    path = archive(tmp_path, {**LINE, "old_addresses": {"be": "/first"}}, {**PORTS, "old_addresses": broken})
    with pytest.raises(CommandError) as caught:
        call_command("import_archive", path)
    assert sentence in str(caught.value)
    assert (table(), Commentary.objects.count()) == ({}, 0)
