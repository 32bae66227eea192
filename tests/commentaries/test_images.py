import io
import warnings
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from commentaries import images
from commentaries.models import Licence, Picture, PictureFile

pytestmark = pytest.mark.django_db


def picture_file(
    size: tuple[int, int] = (900, 900),
    form: str = "JPEG",
    *,
    name: str = "",
    exif: bytes = b"",
    mode: str = "RGB",
) -> SimpleUploadedFile:
    """A picture whose left half is red and right half blue."""
    image = Image.new(mode, size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    buffer = io.BytesIO()
    image.save(buffer, form, exif=exif)
    return SimpleUploadedFile(name or f"Ivan Ivanou, Minsk.{form.lower()}", buffer.getvalue())


def saved(**fields: object) -> Picture:
    picture = Picture(**{"file": picture_file(), "alt_be": "Дзве паловы", **fields})
    picture.full_clean()
    picture.save()
    return picture


def test_the_file_is_re_encoded_without_metadata_under_a_name_that_says_nothing() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Secret Camera"
    picture = saved(file=picture_file(exif=exif.tobytes()))
    stored = Path(picture.file.path).read_bytes()
    assert b"Secret Camera" not in stored
    assert "Ivan" not in str(picture.file)
    assert picture.file.name.startswith("pictures/")


def test_orientation_is_applied_before_the_metadata_goes() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90°
    picture = saved(file=picture_file((900, 600), exif=exif.tobytes()))
    assert (picture.width, picture.height) == (600, 900)


def test_it_is_cropped_to_three_by_two_and_rendered_in_two_formats_and_three_widths_at_most() -> None:
    picture = saved(file=picture_file((2000, 2000)))
    assert (picture.crop_width, picture.crop_height) == (1200, 800)
    renditions = picture.crop.aspect_ratios[None]
    assert {form: sorted(widths) for form, widths in renditions.items()} == {
        "AVIF": [400, 800, 1200],
        "WEBP": [400, 800, 1200],
    }
    for widths in renditions.values():
        for rendition in widths.values():
            assert rendition.path.exists()


@pytest.mark.parametrize(("focal_x", "colour"), [(0, (254, 0, 0)), (100, (0, 0, 254))])
def test_the_crop_keeps_the_focal_point_in_sight(focal_x: int, colour: tuple[int, int, int]) -> None:
    picture = saved(file=picture_file((3000, 500)), focal_x=focal_x)
    with Image.open(picture.crop.path) as crop:
        assert crop.convert("RGB").getpixel((crop.width // 2, crop.height // 2)) == colour


def test_another_focal_point_makes_another_crop_and_the_old_file_stays_for_those_who_have_its_address() -> None:
    picture = saved()
    old = Path(picture.crop.path)
    picture.focal_y = 0
    picture.save()
    assert Path(picture.crop.path) != old
    assert old.exists()


def test_saving_without_a_new_file_makes_no_new_file() -> None:
    picture = saved()
    before = (picture.file.name, picture.crop.name)
    again = Picture.objects.get(pk=picture.pk)
    again.credit = "Somebody"
    again.save()
    assert (again.file.name, again.crop.name) == before


def test_one_language_may_have_a_file_of_its_own() -> None:
    picture = saved()
    PictureFile(picture=picture, language="ru", file=picture_file((600, 900))).save()
    picture = Picture.objects.prefetch_related("files").get()
    assert picture.file_in("be") == picture.crop
    assert (picture.file_in("ru").width, picture.file_in("ru").height) == (600, 900)


def test_a_drawing_stays_lossless() -> None:
    assert saved(file=picture_file(form="PNG")).file.name.endswith(".png")
    assert saved(file=picture_file(form="WEBP")).file.name.endswith(".jpg")


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("poly.png", b"<html><script>alert(1)</script></html>"),
        SimpleUploadedFile("cut.jpg", picture_file().read()[:500]),
        SimpleUploadedFile("empty.png", b""),
        SimpleUploadedFile("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ],
)
def test_what_is_not_a_picture_is_refused_in_a_sentence(upload: SimpleUploadedFile) -> None:
    with pytest.raises(ValidationError, match="This is not a picture"):
        images.validate_picture(upload)


def test_a_picture_with_a_page_hidden_in_it_loses_the_page() -> None:
    upload = picture_file(form="GIF", name="poly.html")
    polyglot = SimpleUploadedFile("poly.html", upload.read() + b"<script>alert(1)</script>")
    picture = Picture(file=polyglot)
    picture.save()
    assert b"<script>" not in Path(picture.file.path).read_bytes()
    assert picture.file.name.endswith(".png")


def test_a_picture_with_broken_metadata_is_kept_or_refused_in_a_sentence() -> None:
    broken = picture_file(form="WEBP", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff" + b"\xff" * 40)
    with warnings.catch_warnings(), suppress(ValidationError):
        warnings.simplefilter("ignore")
        images.validate_picture(broken)
        Picture(file=broken).save()


def test_too_many_pixels_are_refused_before_they_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_PIXELS", 1_000_000)
    with pytest.raises(ValidationError, match="more than 1 million pixels"):
        images.validate_picture(picture_file((1001, 1000), "PNG"))


def test_too_many_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_BYTES", 1024 * 1024)
    with pytest.raises(ValidationError, match="larger than 1 MB"):
        images.validate_picture(ContentFile(b"\x00" * (1024 * 1024 + 1), name="a.jpg"))


@pytest.mark.parametrize(
    ("licence", "address"),
    [
        (Licence.CC_BY_SA_3, "https://creativecommons.org/licenses/by-sa/3.0/"),
        (Licence.CC_BY_4, "https://creativecommons.org/licenses/by/4.0/"),
        (Licence.CC0, "https://creativecommons.org/publicdomain/zero/1.0/"),
        (Licence.OWN, ""),
    ],
)
def test_a_licence_has_the_address_where_it_can_be_read(licence: Licence, address: str) -> None:
    assert licence.address == address
