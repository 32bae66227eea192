"""The last mirror as one file: offered, taken away in one go or in parts, replaced by the next."""

import zipfile
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from commentaries.mirror import keeping
from commentaries.mirror.keeping import Offer
from tests.commentaries.mirrors import files
from tests.factories import make_publication, make_section

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
    offer = Offer("site.zip", timezone.localdate(), len(content), sha256(content).hexdigest())
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
    assert keeping.last() == first
    gone.delete()
    call_command("export_site", top, "--zip")
    second = keeping.last()
    assert first
    assert second
    assert second.name != first.name
    assert sorted(default_storage.listdir("mirror")[1]) == [second.name, f"{second.name}.json"]
    assert client.get(f"/en/mirror/{first.name}").status_code == 404


def test_a_zip_that_was_not_finished_is_not_offered(client: Client) -> None:
    default_storage.save("mirror/half.zip", ContentFile(b"PK"))
    assert client.get("/en/mirror/").status_code == 404


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


def test_a_mirror_offers_no_mirror(offer: Offer, top: Path) -> None:
    make_publication()
    call_command("export_site", top)
    assert not any("mirror/index" in name or name.endswith(".zip") for name in files(top))
    assert "mirror/" not in files(top)["en/index.html"].decode().replace("css/mirror", "")
