"""A picture brought and described from within a commentary's form: who may, what is refused, and in which words."""

import io
import re
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from commentaries import images, roles
from commentaries.admin.picture_upload import gaps
from commentaries.models import Commentary, Picture
from commentaries.publishing.blockers import picture_blockers
from tests.commentaries.desk import desk
from tests.factories import make_analyst, make_commentary, make_picture, make_user

pytestmark = pytest.mark.django_db
UPLOAD = "/admin/commentaries/picture/upload/"


def encoded(image: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def drawing(size: tuple[int, int] = (60, 40)) -> bytes:
    return encoded(Image.new("RGB", size, "navy"))


def bring(client: Client, content: bytes, name: str = "image.png", **fields: str) -> Any:
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content, "image/png"), **fields})


@pytest.fixture
def analyst() -> Client:
    return desk(make_user("analyst", roles.ANALYST))


# --- Who may ---


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (roles.ANALYST, 201),
        (roles.TRANSLATOR, 201),
        (roles.EDITOR, 201),
        (roles.ADMINISTRATOR, 201),
        (roles.NEWSLETTER_MANAGER, 403),
        ("", 403),
    ],
)
def test_who_may_add_pictures_may_bring_one(role: str, status: int) -> None:
    response = bring(desk(make_user("somebody", role)), drawing())
    assert response.status_code == status
    assert Picture.objects.exists() == (status == 201)
    if status == 403:
        assert response.json() == {"errors": ["You may not add pictures."]}


def test_nobody_else_reaches_the_upload(client: Client) -> None:
    assert bring(client, drawing()).status_code == 302
    assert bring(desk(make_user("reader", roles.EDITOR, is_staff=False)), drawing()).status_code == 302
    assert not Picture.objects.exists()


def test_it_takes_a_post_with_a_token_only() -> None:
    editor = make_user("editor", roles.EDITOR)
    assert desk(editor).get(UPLOAD).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    assert bring(strict, drawing()).status_code == 403
    assert not Picture.objects.exists()


# --- What is brought ---


def test_the_answer_names_what_the_picture_still_lacks(analyst: Client) -> None:
    answer = bring(analyst, drawing(), "Мост у Мінску.png").json()
    picture = Picture.objects.get()
    assert (answer["pk"], answer["file"], answer["thumbnail"]) == (picture.pk, picture.file.url, picture.crop.url)
    assert answer["gaps"] == [
        "It has no credit: who made it?",
        "It has no licence: may we use it?",
        "It has no alternative text in Belarusian.",
        "It has no alternative text in Russian.",
        "It has no alternative text in English.",
    ]
    assert "Мінску" not in str(picture.file)


def test_what_is_missing_is_what_the_gate_asks_for(analyst: Client) -> None:
    bring(analyst, drawing())
    bare, full = Picture.objects.get(), make_picture()
    languages = ["be", "ru", "en"]
    assert len(gaps(bare)) == len(list(picture_blockers(bare, languages)))
    assert gaps(full) == list(picture_blockers(full, languages)) == []


def test_words_may_come_with_the_file(analyst: Client) -> None:
    bring(analyst, drawing(), alt_en="A bridge", credit="Vilma Harsk", licence="own", focal_x="3")
    picture = Picture.objects.get()
    assert (picture.alt_in("en"), picture.credit, picture.licence, picture.focal_x) == (
        "A bridge",
        "Vilma Harsk",
        "",
        50,
    )


def bomb() -> bytes:
    """A PNG of few bytes that says it has 30 000 × 30 000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(9000))) + chunk(b"IEND", b"")
    )


NO_PICTURE = "This is not a picture in JPEG, PNG, WebP, AVIF or GIF format, or it is damaged."


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"<html><script>alert(1)</script></html>", "a.png", NO_PICTURE),
        (b"GIF89a<script>alert(1)</script>", "a.gif", NO_PICTURE),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "a.svg", NO_PICTURE),
        (drawing()[:60], "a.png", NO_PICTURE),
        (encoded(Image.effect_noise((300, 300), 90).convert("RGB"), "JPEG")[:2000], "a.jpg", NO_PICTURE),
        (encoded(Image.new("RGB", (60, 40)), "BMP"), "a.bmp", NO_PICTURE),
        (encoded(Image.new("RGB", (60, 40)), "TIFF"), "a.jpg", NO_PICTURE),
        (encoded(Image.new("RGB", (60, 40)), "PDF"), "a.jpg", NO_PICTURE),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "a.png", NO_PICTURE),
        (bomb(), "a.png", "The picture has more than 40 million pixels."),
        (b"", "a.png", "The file is empty."),
    ],
    ids=["HTML", "HTML as GIF", "SVG", "cut PNG", "cut JPEG", "BMP", "TIFF", "PDF", "PostScript", "bomb", "empty"],
)
def test_what_is_no_bounded_picture_is_refused_in_a_sentence(
    analyst: Client, content: bytes, name: str, sentence: str
) -> None:
    response = bring(analyst, content, name)
    assert (response.status_code, response.json()) == (400, {"errors": [sentence]})
    assert not Picture.objects.exists()


def test_no_file_and_too_many_bytes_are_refused_in_a_sentence(analyst: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert analyst.post(UPLOAD).json() == {"errors": ["No picture arrived."]}
    assert analyst.post(UPLOAD, {"file": "words"}).json() == {"errors": ["No picture arrived."]}
    monkeypatch.setattr(images, "MAX_BYTES", 100)
    assert bring(analyst, drawing()).json() == {"errors": ["The picture is larger than 0 MB."]}


def with_place(size: tuple[int, int] = (90, 60)) -> bytes:
    """A JPEG that says where it was taken, and is to be turned by 90°."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010F] = "Secret Camera"
    return encoded(Image.new("RGB", size, "red"), "JPEG", exif=exif.tobytes())


def animated(form: str) -> bytes:
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "blue")]
    return encoded(frames[0], form, save_all=True, append_images=frames[1:])


@pytest.mark.parametrize(
    ("content", "form", "size"),
    [
        (encoded(Image.new("P", (60, 40)), "GIF") + b"<script>alert(1)</script>", "PNG", (60, 40)),
        (encoded(Image.new("CMYK", (60, 40)), "JPEG"), "JPEG", (60, 40)),
        (encoded(Image.new("I;16", (60, 40), 30_000)), "PNG", (60, 40)),
        (encoded(Image.new("1", (60, 40))), "PNG", (60, 40)),
        (encoded(Image.new("LA", (60, 40))), "PNG", (60, 40)),
        (animated("GIF"), "PNG", (60, 40)),
        (animated("WEBP"), "JPEG", (60, 40)),
        (with_place(), "JPEG", (60, 90)),
        (encoded(Image.new("RGB", (5000, 2)), "PNG"), "PNG", (2400, 1)),
        (encoded(Image.new("RGB", (1, 1)), "PNG"), "PNG", (1, 1)),
    ],
    ids=["polyglot", "CMYK", "16 bits", "1 bit", "grey", "GIF film", "WebP film", "EXIF", "a line", "a dot"],
)
def test_an_odd_picture_becomes_a_clean_one(analyst: Client, content: bytes, form: str, size: tuple[int, int]) -> None:
    response = bring(analyst, content, "page.html")
    assert response.status_code == 201, response.content
    picture = Picture.objects.get()
    stored = Path(picture.file.path).read_bytes()
    assert b"script" not in stored
    assert b"Secret" not in stored
    with Image.open(picture.file.path) as image:
        assert (image.format, image.size, len(image.getexif()), getattr(image, "n_frames", 1)) == (form, size, 0, 1)
    assert picture.file.name.rpartition(".")[2] in ("png", "jpg")


def test_sixteen_bits_of_grey_keep_their_brightness(analyst: Client) -> None:
    bring(analyst, encoded(Image.new("I;16", (60, 40), 30_000)))
    with Image.open(Picture.objects.get().file.path) as image:
        assert image.getpixel((5, 5)) == (117, 117, 117)


def photograph(size: tuple[int, int] = (3000, 2000)) -> Image.Image:
    """Something of as many shades as a photograph has."""
    tones = [Image.effect_noise((size[0] // 20, size[1] // 20), 90).resize(size) for _tone in "RGB"]
    return Image.merge("RGB", tones)


@pytest.mark.page
def test_a_photograph_brought_as_png_is_kept_and_shown_in_a_texts_width_as_jpeg(analyst: Client) -> None:
    content = encoded(photograph())
    answer = analyst.post(UPLOAD, {"file": SimpleUploadedFile("a.png", content), "for_text": "yes"}).json()
    picture = Picture.objects.get()
    assert picture.file.name.endswith(".jpg")
    assert picture.file.size * 3 < len(content)
    assert (answer["text"]["width"], answer["text"]["height"]) == (1400, 933)
    with default_storage.open(answer["text"]["file"].removeprefix("/media/")) as file, Image.open(file) as shown:
        assert (shown.format, shown.size) == ("JPEG", (1400, 933))
        assert file.size < picture.file.size
    assert analyst.get(answer["text"]["file"]).status_code == 200


def test_a_drawing_in_a_text_stays_sharp_and_is_not_made_heavier(analyst: Client) -> None:
    chart = Image.new("RGB", (2000, 1000), "white")
    for column in range(0, 2000, 40):
        chart.paste((30, 90, 160), (column, column // 4, column + 20, 1000))
    answer = analyst.post(UPLOAD, {"file": SimpleUploadedFile("a.png", encoded(chart)), "for_text": "yes"}).json()
    picture = Picture.objects.get()
    assert picture.file.name.endswith(".png")
    stored = default_storage.open(answer["text"]["file"].removeprefix("/media/"))
    assert answer["text"]["file"].endswith(".png")
    assert stored.size <= picture.file.size


# --- Describing ---


def describe_url(picture: Picture | int) -> str:
    return reverse("admin:commentaries_picture_describe", args=[getattr(picture, "pk", picture)])


def described(**fields: str) -> dict[str, str]:
    """What the dialog sends that was opened just now."""
    newest = Picture.history.order_by("-history_id").first()
    return {"focal_x": "50", "focal_y": "50", "seen_version": str(newest.history_id) if newest else "", **fields}


def test_a_picture_is_described_where_it_is_used(analyst: Client) -> None:
    picture = make_picture(credit="", alt_ru="")
    assert 'name="alt_ru"' in analyst.get(describe_url(picture)).json()["form"]
    fields = described(credit="Ina", licence="own", alt_be="Мост", alt_ru="Мост", alt_en="A bridge", focal_x="10")
    answer = analyst.post(describe_url(picture), fields)
    assert (answer.status_code, answer.json()["gaps"]) == (200, [])
    picture.refresh_from_db()
    assert (picture.credit, picture.licence, picture.alt_in("ru"), picture.focal_x) == ("Ina", "own", "Мост", 10)
    assert "-10-50" in picture.crop.name


def test_a_description_that_another_gave_meanwhile_is_shown_before_it_is_written_over(analyst: Client) -> None:
    picture = make_picture(credit="Ina")
    mine = described(credit="Vera", licence="CC-BY-4.0", alt_be="Мост")
    picture.credit = "Anna"
    picture.save()
    answer = analyst.post(describe_url(picture), mine)
    assert answer.status_code == 422
    assert "there it says “Anna”" in answer.json()["form"]
    assert 'value="Vera"' in answer.json()["form"]
    assert answer.json()["form"].count("Somebody else") == 1  # nobody else touched the alternative text
    picture.refresh_from_db()
    assert picture.credit == "Anna"
    again = re.search(r'name="seen_version" value="(\d+)"', answer.json()["form"])
    assert again
    assert analyst.post(describe_url(picture), mine | {"seen_version": again[1]}).status_code == 200
    picture.refresh_from_db()
    assert picture.credit == "Vera"


@pytest.mark.parametrize("seen", ["", "0", "x", "999999"])
def test_a_description_that_does_not_say_what_it_has_seen_overwrites_nothing(seen: str, analyst: Client) -> None:
    picture = make_picture(credit="Ina")
    answer = analyst.post(describe_url(picture), described(credit="Vera", seen_version=seen))
    picture.refresh_from_db()
    assert (answer.status_code, picture.credit) == (422, "Ina")


def test_a_wrong_description_comes_back_with_its_sentences_and_changes_nothing(analyst: Client) -> None:
    picture = make_picture()
    answer = analyst.post(describe_url(picture), described(credit="Ina", focal_x="101", source="no address"))
    assert answer.status_code == 422
    assert "Ensure this value is less than or equal to 100." in answer.json()["form"]
    assert 'value="Ina"' in answer.json()["form"]
    picture.refresh_from_db()
    assert picture.credit == "Vilma Harsk"


def test_a_public_picture_keeps_what_the_gate_asked_for() -> None:
    picture = make_picture()
    make_commentary(picture=picture)
    answer = desk(make_user("editor", roles.EDITOR)).post(describe_url(picture), described(licence="own"))
    assert answer.status_code == 422
    assert "its picture has no credit" in answer.json()["form"]
    picture.refresh_from_db()
    assert picture.credit == "Vilma Harsk"


@pytest.mark.parametrize(
    ("role", "languages", "public", "may"),
    [
        (roles.EDITOR, [], True, {"credit", "alt_be", "alt_ru", "alt_en", "focal_x"}),
        (roles.EDITOR, [], False, {"credit", "alt_be", "alt_ru", "alt_en", "focal_x"}),
        (roles.ANALYST, [], False, {"credit", "alt_be", "alt_ru", "alt_en", "focal_x"}),
        (roles.ANALYST, [], True, set()),
        (roles.TRANSLATOR, ["ru"], False, {"credit", "alt_be", "alt_ru", "alt_en", "focal_x"}),
        (roles.TRANSLATOR, ["ru"], True, {"alt_ru"}),
    ],
)
def test_who_describes_what(role: str, languages: list[str], public: bool, may: set[str]) -> None:
    picture = make_picture(alt_be="1", alt_ru="1", alt_en="1", credit="1", focal_x=1)
    make_commentary(picture=picture, public=public)
    client = desk(make_user("somebody", role, languages=languages))
    said = dict.fromkeys(["alt_be", "alt_ru", "alt_en", "credit", "focal_x", "focal_y"], "2")
    client.post(describe_url(picture), described(**said, licence="own"))
    picture.refresh_from_db()
    names = ("credit", "alt_be", "alt_ru", "alt_en", "focal_x")
    assert {name for name in names if str(getattr(picture, name)) == "2"} == may


def test_who_may_not_see_a_picture_does_not_find_it(client: Client) -> None:
    picture = make_picture()
    assert client.get(describe_url(picture)).status_code == 302
    assert desk(make_user("nobody")).get(describe_url(picture)).status_code == 404
    assert desk(make_user("post", roles.NEWSLETTER_MANAGER)).post(describe_url(picture), described()).status_code == 404
    editor = desk(make_user("editor", roles.EDITOR))
    for key in (0, 10**30):
        assert editor.get(describe_url(key)).status_code == 404


# --- The places ---


def test_the_list_says_where_a_picture_is_used() -> None:
    picture = make_picture()
    commentary, portrayed = make_commentary(picture=picture), make_analyst(portrait=picture)
    page = (
        desk(make_user("editor", roles.EDITOR)).get(reverse("admin:commentaries_picture_changelist")).content.decode()
    )
    assert reverse("admin:commentaries_commentary_change", args=[commentary.pk]) in page
    assert reverse("admin:commentaries_analyst_change", args=[portrayed.pk]) in page


def test_the_commentarys_form_has_the_place_for_those_who_may_bring_one(analyst: Client) -> None:
    url = reverse("admin:commentaries_commentary_change", args=[make_commentary().pk])
    page = analyst.get(url).content.decode()
    assert f'data-upload="{UPLOAD}"' in page
    assert 'class="choose"' in page
    assert Commentary.objects.get().picture is None
