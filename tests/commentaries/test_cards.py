"""The picture that goes with a link: what is on it, who gets it, and that it is made once."""

import errno
import signal
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, default_storage
from django.test import Client
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from commentaries import publishing
from commentaries.models import Commentary, Publication
from commentaries.sharing import card as cards
from commentaries.sharing import keeping
from commentaries.sharing.card import Card, Line
from commentaries.sharing.drawing import draw
from commentaries.sharing.typesetting import drawable, face, lines, set_in
from tests.factories import MONDAY, make_commentary, make_issue, make_publication, make_section
from tests.processes import start

ADDRESS = "/{}/issues/2022-01-17/security/card.png"
ISSUE = "/{}/issues/2022-01-17/card.png"
LONGEST = (
    "Ўрад абяцае «рашучыя» захады ў адказ на ціск, але пакуль што ўсё зводзіцца да нарадаў, даручэнняў і чарговых "
    "спісаў адказных асоб — тым часам прадпрыемствы губляюць рынкі, а людзі ўсё часцей з’язджаюць, і ніхто не гатовы "
    "гэта прызнаць уголас сёння"
)
CARD = Card(
    "", "Тыднёвік", "17–23 студзеня 2022", "Бяспека", "Мост адкрыты", "", (Line("", "improved", "Палепшылася"),)
)


@pytest.fixture
def security(db: None) -> Commentary:
    make_publication()
    return make_commentary(make_issue(), make_section("security"))


def kept() -> list[Path]:
    return sorted(Path(settings.MEDIA_ROOT).glob("cards/*"))


# --- What is on it ---


@pytest.mark.parametrize("headline", ["Ноч", "Мост адкрыты", LONGEST, "W" * 250, "", "漢字 🙂"])
def test_a_card_of_any_headline_has_its_size_and_is_light(headline: str) -> None:
    file = draw(Card("", "Тыднёвік", "17–23 студзеня 2022", "Бяспека", headline, "", CARD.lines))
    image = Image.open(BytesIO(file))
    assert (image.format, image.size) == ("PNG", (1200, 630))
    assert len(file) < 60_000


def test_nothing_is_drawn_beyond_the_margins() -> None:
    many = tuple(Line("Щ" * 120, "worsened", "Ў" * 60) for _number in range(20))
    for lines_ in (CARD.lines, many):
        image = Image.open(BytesIO(draw(Card("", "Й" * 120, "Ж" * 90, "Щ" * 120, "W" * 250, "Ё" * 200, lines_))))
        colours = image.convert("RGB")
        paper = colours.getpixel((5, 5))
        edges = [colours.crop(box) for box in ((0, 0, 66, 630), (1134, 0, 1200, 630), (0, 590, 1200, 630))]
        assert all(edge.getcolors() == [(edge.width * edge.height, paper)] for edge in edges)


def test_the_longest_headline_stands_on_it_whole() -> None:
    assert 240 <= len(LONGEST) <= 250
    found, _drawn = set_in(drawable(LONGEST), range(96, 35, -2), 1056, 300, 1.12)
    assert " ".join(found).replace("\xa0", " ") == LONGEST


@pytest.mark.parametrize("letter", "ўЎіІёЁйЙєґїцщэыюя«»—–’“”№ŁżąčšéAZ09,:;?!%")
def test_the_face_has_every_letter_of_our_languages(letter: str) -> None:
    for weight in ("regular", "semibold"):
        drawn, empty_box = face(weight, 40).getmask(letter), face(weight, 40).getmask("\uffff")
        assert bytes(drawn) != bytes(empty_box)
    assert drawable(letter) == letter


def test_what_the_face_has_not_becomes_what_it_has() -> None:
    assert drawable("Нью‑Ёрк\u202f— ﬁn 漢字 🙂 е\u0301") == "Нью-Ёрк\xa0— fin е\u0301"


def test_a_short_word_and_a_dash_never_stand_at_the_wrong_end_of_a_line() -> None:
    found = lines("Рэформа — гэта і ў горадзе, і ў вёсцы справа", face("semibold", 80), 520)
    assert len(found) > 3
    for line in found:
        assert line.split()[-1].lower() not in ("і", "ў")
        assert not line.startswith("—")


def test_other_words_make_another_address_and_the_same_words_the_same() -> None:
    assert replace(CARD, path="/elsewhere").version == CARD.version
    marks = (Line("", "worsened", "Палепшылася"),)
    others = [replace(CARD, headline="Мост"), replace(CARD, kicker="Мост"), replace(CARD, lines=marks)]
    assert len({CARD.version, *(other.version for other in others)}) == 4


# --- Who gets it ---


@pytest.mark.parametrize("language", ["be", "ru", "en"])
def test_a_public_commentary_has_a_card_in_each_language_that_is_ready(
    client: Client, security: Commentary, language: str
) -> None:
    for address in (ADDRESS, ISSUE, "/{}/card.png"):
        response = client.get(address.format(language))
        assert (response.status_code, response["Content-Type"]) == (200, "image/png")
        assert Image.open(BytesIO(response.content)).size == (1200, 630)
    assert len(kept()) == 3


def test_a_language_that_is_not_ready_has_none(client: Client, security: Commentary) -> None:
    security.translations.filter(language="en").update(state="draft")
    assert [client.get(each.format("en")).status_code for each in (ADDRESS, ISSUE)] == [404, 404]
    assert kept() == []


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["draft", "scheduled", "draft of a public issue"])
def test_what_is_not_public_yet_has_none(client: Client, state: str) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    issue = make_issue(public=False, published_at=tomorrow if state == "scheduled" else None)
    if state == "draft of a public issue":
        issue = make_issue(MONDAY - timedelta(days=7))
    make_commentary(issue, make_section("security"), public=False)
    address = f"/be/issues/{issue.week_start}/security/card.png"
    assert client.get(address).status_code == 404
    if state != "draft of a public issue":
        assert client.get(ISSUE.format("be")).status_code == 404
    assert kept() == []


def test_what_was_withdrawn_is_gone_and_its_card_too(client: Client, security: Commentary) -> None:
    assert client.get(ADDRESS.format("be")).status_code == 200
    publishing.withdraw(security, {"be": "Памылка."})
    assert client.get(ADDRESS.format("be")).status_code == 410
    publishing.withdraw(security.issue, {"be": "Памылка."})
    assert client.get(ISSUE.format("be")).status_code == 410


def test_a_card_follows_its_section(client: Client, security: Commentary) -> None:
    security.section.slug = "defence"
    security.section.save()
    response = client.get(ADDRESS.format("be"))
    assert (response.status_code, response["Location"]) == (301, "/be/issues/2022-01-17/defence/card.png")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["/be/issues/2022-01-17/nothing/card.png", ISSUE.format("be"), "/be/issues/2022-02-31/card.png", "/de/card.png"],
)
def test_there_is_no_card_of_nothing(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404
    assert kept() == []


# --- Made once ---


def test_a_card_is_drawn_once(client: Client, security: Commentary, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get(ADDRESS.format("be")).content
    monkeypatch.setattr(keeping, "draw", lambda card: pytest.fail("drawn again"))
    for query in ("", "?v=1", "?v=" + "x" * 5000, "?v=%00&v=2"):
        assert client.get(ADDRESS.format("be") + query).content == first
    assert client.head(ADDRESS.format("be")).status_code == 200
    assert client.post(ADDRESS.format("be")).status_code == 405
    assert len(kept()) == 1


def test_a_correction_makes_another_address_and_the_old_one_shows_what_is_right(
    client: Client, security: Commentary
) -> None:
    def address() -> str:
        edition = Commentary.objects.get().edition("be")
        assert edition is not None
        return cards.of_commentary(edition, Publication.current()).url

    before = address()
    old = client.get(before)
    assert old["Cache-Control"] == "public, max-age=86400"
    Commentary.objects.update(trend="worsened")
    assert address() != before
    now = client.get(before)
    assert now.content != old.content
    assert now["Cache-Control"] == "public, max-age=300"
    assert client.get(address()).content == now.content


def test_the_file_of_an_earlier_card_cannot_be_asked_for_by_its_address(client: Client, security: Commentary) -> None:
    client.get(ADDRESS.format("be"))
    [file] = kept()
    assert client.get(f"/media/cards/{file.stem[:12]}.png").status_code == 404


@pytest.mark.parametrize("rows", [1, 12])
def test_a_card_asks_the_database_the_same_few_questions(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, security: Commentary, rows: int
) -> None:
    for _number in range(rows):
        make_commentary(security.issue)
    for address, queries in ((ADDRESS, 3), (ISSUE, 4), ("/{}/card.png", 1)):
        client.get(address.format("be"))
        with django_assert_num_queries(queries):
            client.get(address.format("be"))


def test_two_at_once_leave_one_card(tmp_path: Path) -> None:
    for _each in range(2):
        keeping._keep(f"cards/{CARD.digest}.png", draw(CARD))
    assert [path.name for path in kept()] == [f"{CARD.digest}.png"]
    assert keeping.file_of(CARD) == draw(CARD)


class ObjectStore(Storage):
    """One without paths, as S3-compatible ones are."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def _open(self, name: str, mode: str = "rb") -> "ContentFile[bytes]":
        if name not in self.objects:
            raise FileNotFoundError(name)
        return ContentFile(self.objects[name])

    def _save(self, name: str, content: Any) -> str:
        self.objects[name] = content.read()
        return name

    def exists(self, name: str) -> bool:
        return name in self.objects


def test_an_object_store_keeps_cards_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "default_storage", ObjectStore())
    first = keeping.file_of(CARD)
    monkeypatch.setattr(keeping, "draw", lambda card: pytest.fail("drawn again"))
    assert keeping.file_of(CARD) == first


@pytest.mark.parametrize("deed", ["pathlib.Path.chmod", "os.replace", "pathlib.Path.mkdir"])
def test_a_card_for_which_the_disk_has_no_room_is_sent_and_leaves_nothing(
    client: Client, security: Commentary, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, deed: str
) -> None:
    def full(*_args: Any, **_options: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(deed, full)
    response = client.get(ADDRESS.format("be"))
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert kept() == []
    [record] = [record for record in caplog.records if record.name == keeping.__name__]
    assert record.levelname == "WARNING"
    assert "No space left on device" in record.getMessage()


KILL_WHILE_WRITING = """
import os, signal, tempfile, django
django.setup()
from django.conf import settings
settings.MEDIA_ROOT = {folder!r}
from commentaries.sharing import keeping
from tests.commentaries.test_cards import CARD
def stop(*args):
    os.kill(os.getpid(), signal.SIGKILL)
os.replace = stop
keeping.file_of(CARD)
"""


def test_a_process_that_is_killed_while_it_writes_leaves_no_half_card(tmp_path: Path) -> None:
    folder = str(tmp_path / "media")
    process = start("-c", KILL_WHILE_WRITING.format(folder=folder), DJANGO_SETTINGS_MODULE="config.settings")
    _output, errors = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, errors
    assert [path.suffix for path in kept()] == [".part"]
    assert keeping.file_of(CARD) == draw(CARD)
    assert default_storage.exists(f"cards/{CARD.digest}.png")
