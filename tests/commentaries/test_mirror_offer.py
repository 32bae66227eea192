"""The last mirror as one file: offered, taken away in one go or in parts, replaced by the next."""

import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from commentaries import publishing
from commentaries.caching import PUBLIC
from commentaries.mirror import keeping
from commentaries.mirror.keeping import Offer
from commentaries.models import Commentary
from tests.commentaries.mirrors import files
from tests.factories import make_analyst, make_commentary, make_issue, make_publication, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _asked_anew() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def top(tmp_path: Path) -> Path:
    return tmp_path / "mirror"


@pytest.fixture
def offer() -> Offer:
    """A small file on offer."""
    content = bytes(range(256)) * 1000
    offer = Offer("site.zip", timezone.now(), len(content), sha256(content).hexdigest())
    default_storage.save(offer.path, ContentFile(content))
    keeping.describe(offer)
    return offer


def _body(client: Client, url: str, **headers: str) -> tuple[int, bytes]:
    response = client.get(url, headers=headers)
    return response.status_code, response.getvalue()


def test_without_a_mirror_there_is_no_page_and_no_link(client: Client) -> None:
    assert client.get("/en/mirror/").status_code == 404
    assert client.get("/en/mirror/site.zip").status_code == 404
    assert "/en/mirror/" not in client.get("/en/").content.decode()


def test_the_page_offers_the_last_mirror_with_its_date_and_size(client: Client, offer: Offer) -> None:
    page = client.get("/en/mirror/").content.decode()
    assert f'href="/en/mirror/{offer.name}"' in page
    assert "250.0\xa0KB" in page
    assert str(timezone.localdate().year) in page
    assert offer.digest in page
    assert 'href="/en/mirror/"' in client.get("/en/about/").content.decode()


def test_the_zip_holds_the_mirror_below_one_folder(client: Client, top: Path) -> None:
    make_publication()
    call_command("export_site", top, "--zip")
    found = keeping.last()
    assert found
    status, body = _body(client, f"/be/mirror/{found.name}")
    assert status == 200
    assert sha256(body).hexdigest() == found.digest
    with zipfile.ZipFile(BytesIO(body)) as archive:
        assert archive.testzip() is None
        contents = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
    assert contents == files(top)
    assert not any("/mirror/" in content.decode() for name, content in contents.items() if name == "en/index.html")


def test_a_new_mirror_takes_the_place_of_the_old_one_and_of_what_left_it(client: Client, top: Path) -> None:
    gone = make_section("gone")
    call_command("export_site", top, "--zip")
    first = keeping.last()
    call_command("export_site", top, "--zip")
    same = keeping.last()
    assert first
    assert same
    assert (same.name, same.digest) == (first.name, first.digest)
    assert same.began_at > first.began_at
    gone.delete()
    call_command("export_site", top, "--zip")
    second = keeping.last()
    assert second
    assert second.name != first.name
    assert sorted(default_storage.listdir("mirror")[1]) == [second.name, f"{second.name}.json"]
    assert client.get(f"/en/mirror/{first.name}").status_code == 404


@pytest.mark.parametrize("at", ["_store", "describe"])
def test_two_exports_at_once_leave_the_one_that_began_last(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    """The later one begins and ends while the earlier one is storing its file, or about to describe it."""
    earlier = getattr(keeping, at)

    def overtaken(*args: Any) -> Any:
        monkeypatch.undo()
        make_section("new")
        call_command("export_site", tmp_path / "later", "--zip")
        return earlier(*args)

    monkeypatch.setattr(keeping, at, overtaken)
    call_command("export_site", tmp_path / "earlier", "--zip")
    found = keeping.last()
    assert found
    assert sorted(default_storage.listdir("mirror")[1]) == [found.name, f"{found.name}.json"]
    with zipfile.ZipFile(BytesIO(_body(client, f"/en/mirror/{found.name}")[1])) as archive:
        assert any("/sections/new/" in name for name in archive.namelist())


def test_a_zip_that_was_not_finished_is_not_offered_and_the_next_export_removes_it(client: Client, top: Path) -> None:
    default_storage.save("mirror/half.zip", ContentFile(b"PK"))
    assert client.get("/en/mirror/").status_code == 404
    call_command("export_site", top, "--zip")
    assert "half.zip" not in default_storage.listdir("mirror")[1]


def test_a_download_that_broke_off_goes_on_where_it_was(client: Client, offer: Offer) -> None:
    url = f"/en/mirror/{offer.name}"
    _status, whole = _body(client, url)
    etag = client.get(url).headers["ETag"]
    first = client.get(url, headers={"Range": "bytes=0-999"})
    assert first.headers["Content-Range"] == f"bytes 0-999/{offer.size}"
    status, rest = _body(client, url, Range="bytes=1000-", **{"If-Range": etag})
    assert status == 206
    assert first.getvalue() + rest == whole
    assert _body(client, url, Range="bytes=-5") == (206, whole[-5:])
    assert _body(client, url, Range="bytes=255990-999999999") == (206, whole[255990:])


@pytest.mark.parametrize("asked", ["bytes=5-1", "bytes=999999999-", "bytes=-0"])
def test_a_part_that_is_not_there_is_refused_with_the_size(client: Client, offer: Offer, asked: str) -> None:
    response = client.get(f"/en/mirror/{offer.name}", headers={"Range": asked})
    assert response.status_code == 416
    assert response.headers["Content-Range"] == f"bytes */{offer.size}"


@pytest.mark.parametrize(
    "headers",
    [
        {"Range": "bytes=0-1,5-6"},
        {"Range": "lines=1-2"},
        {"Range": "bytes=-"},
        {"Range": "bytes=" + "9" * 50 + "-"},
        {"Range": "bytes=0-1", "If-Range": '"another"'},
    ],
)
def test_what_is_no_range_of_ours_gets_the_whole_file(client: Client, offer: Offer, headers: dict[str, str]) -> None:
    assert _body(client, f"/en/mirror/{offer.name}", **headers)[0] == 200


def test_who_has_the_file_already_gets_nothing(client: Client, offer: Offer) -> None:
    etag = client.get(f"/en/mirror/{offer.name}").headers["ETag"]
    assert _body(client, f"/en/mirror/{offer.name}", **{"If-None-Match": etag}) == (304, b"")


def test_only_the_file_on_offer_is_served(client: Client, offer: Offer) -> None:
    for name in ("site.zip.json", "..%2Fsecret", "%00", "x" * 500):
        assert client.get(f"/en/mirror/{name}").status_code == 404
    assert client.post(f"/en/mirror/{offer.name}").status_code == 405
    head = client.head(f"/en/mirror/{offer.name}")
    assert (head.status_code, head.headers["Content-Length"]) == (200, str(offer.size))


def _withdraw_text(commentary: Commentary) -> None:
    publishing.withdraw(commentary, {"en": "An error."})


def _withdraw_issue(commentary: Commentary) -> None:
    publishing.withdraw(commentary.issue, {"en": "An error."})


@pytest.mark.parametrize("take_back", [_withdraw_text, _withdraw_issue, publishing.hide_versions])
def test_from_a_withdrawal_on_no_mirror_that_holds_the_text_is_handed_out(
    client: Client, top: Path, take_back: Callable[[Commentary], None]
) -> None:
    commentary = make_commentary()
    call_command("export_site", top, "--zip")
    before = keeping.last()
    assert before
    take_back(commentary)
    assert client.get(f"/en/mirror/{before.name}").status_code == 404
    page = client.get("/en/mirror/")
    assert (page.status_code, page.headers["Cache-Control"]) == (200, PUBLIC)
    assert "A new one will be here as soon as it is made." in page.content.decode()
    assert before.name not in page.content.decode()
    assert "/en/mirror/" not in client.get("/en/about/").content.decode()
    call_command("export_site", top, "--zip")
    after = keeping.last()
    assert after
    assert client.get(f"/en/mirror/{after.name}").status_code == 200


def test_what_was_withdrawn_before_a_mirror_was_made_does_not_matter(client: Client, offer: Offer) -> None:
    make_commentary(withdrawn_at=offer.began_at - timedelta(seconds=1))
    assert keeping.last() == offer


def test_a_mirror_of_an_earlier_release_counts_from_the_beginning_of_its_day(client: Client) -> None:
    """That release noted the day of an export, and not its moment."""
    today = timezone.localdate()
    described = {"name": "old.zip", "made_on": f"{today}", "size": 1, "digest": "0" * 64}
    default_storage.save("mirror/old.zip.json", ContentFile(json.dumps(described).encode()))
    found = keeping.last()
    assert found
    assert found.made_on == today
    make_commentary(withdrawn_at=found.began_at)
    assert keeping.last() is None


def test_a_mirror_with_the_name_of_somebody_who_became_hidden_is_not_handed_out(client: Client, offer: Offer) -> None:
    analyst = make_analyst("vilma", name_en="Vilma Harsk")
    assert keeping.last() == offer
    analyst.is_public, analyst.pen_name_en = False, "The Observer"
    analyst.save()
    assert keeping.last() is None


@pytest.mark.parametrize(("texts", "queries"), [(1, 4), (5, 4)])
def test_four_questions_tell_whether_the_last_mirror_may_be_handed_out(
    django_assert_num_queries: DjangoAssertNumQueries, offer: Offer, texts: int, queries: int
) -> None:
    issue = make_issue()
    for _number in range(texts):
        make_commentary(issue)
    with django_assert_num_queries(queries):
        assert keeping.last() == offer


def test_a_mirror_offers_no_mirror(offer: Offer, top: Path) -> None:
    make_publication()
    call_command("export_site", top)
    assert not any("mirror/index" in name or name.endswith(".zip") for name in files(top))
    assert "mirror/" not in files(top)["en/index.html"].decode().replace("css/mirror", "")
