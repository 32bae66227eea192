"""Pictures at the desk: uploads checked, and nothing taken from under a public commentary."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from commentaries import images, roles
from commentaries.models import Commentary, Picture
from tests.commentaries.desk import desk, errors, open_form, save
from tests.factories import make_analyst, make_commentary, make_user

pytestmark = pytest.mark.django_db
ADD = "admin:commentaries_picture_add"


@pytest.fixture
def editor() -> Client:
    return desk(make_user("editor", roles.EDITOR))


def drawing(size: tuple[int, int] = (60, 40)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "navy").save(buffer, "PNG")
    return buffer.getvalue()


def upload(content: bytes, name: str = "one.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/png")


def form_of(picture: Picture) -> str:
    return reverse("admin:commentaries_picture_change", args=[picture.pk])


def full_picture(**fields: Any) -> Picture:
    texts = {"alt_be": "Мост", "alt_ru": "Мост", "alt_en": "A bridge"}
    picture = Picture(**{"credit": "Us", "licence": "own", **texts, **fields})
    picture.file = upload(drawing())
    picture.save()
    return picture


def test_a_picture_is_brought_with_its_texts_and_shown_in_the_list(editor: Client) -> None:
    texts = {"credit": "Us", "licence": "own", "alt_be": "Мост", "focal_x": "20"}
    assert save(editor, reverse(ADD), "picture", file=upload(drawing()), **texts).status_code == 302
    picture = Picture.objects.get()
    assert (picture.focal_x, picture.width, picture.alt_in("be")) == (20, 60, "Мост")
    assert picture.crop.url in editor.get(reverse("admin:commentaries_picture_changelist")).content.decode()
    assert picture.file.url in editor.get(form_of(picture)).content.decode()


def test_a_file_for_one_language_is_brought(editor: Client) -> None:
    inline = {"files-TOTAL_FORMS": "1", "files-0-language": "ru", "files-0-file": upload(drawing())}
    assert save(editor, reverse(ADD), "picture", file=upload(drawing()), **inline).status_code == 302
    assert Picture.objects.get().files.get().language == "ru"


@pytest.mark.parametrize(
    "content",
    [b"<html><script>alert(1)</script></html>", b"GIF89a<script>alert(1)</script>", drawing()[:60]],
    ids=["HTML", "HTML as GIF", "damaged"],
)
def test_what_is_no_picture_is_refused_and_what_was_typed_kept(editor: Client, content: bytes) -> None:
    response = save(editor, reverse(ADD), "picture", file=upload(content), credit="Ірына")
    assert errors(response)
    assert "Ірына" in response.content.decode()
    assert not Picture.objects.exists()


def test_a_picture_too_large_is_refused_in_a_sentence(editor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "MAX_PIXELS", 1_000_000)
    found = errors(save(editor, reverse(ADD), "picture", file=upload(drawing((1001, 1000)))))
    assert found == ["The picture has more than 1 million pixels."]
    monkeypatch.setattr(images, "MAX_BYTES", 100)
    assert "The picture is larger than 0 MB." in errors(save(editor, reverse(ADD), "picture", file=upload(drawing())))


@pytest.mark.parametrize(
    ("changes", "blocker"),
    [
        ({"credit": ""}, "its picture has no credit"),
        ({"licence": ""}, "its picture has no licence"),
        ({"alt_ru": ""}, "its picture has no alternative text in Russian"),
        ({"file-clear": "on"}, "its picture has no file"),
    ],
    ids=["credit", "licence", "alt", "file"],
)
def test_a_public_commentarys_picture_keeps_what_it_needs(
    editor: Client, changes: dict[str, str], blocker: str
) -> None:
    picture = full_picture()
    make_commentary(picture=picture)
    response = save(editor, form_of(picture), "picture", source="https://example.org/1", **changes)
    assert errors(response) == [f"Not saved. “A headline” is public or scheduled, and with this change: {blocker}."]
    assert "https://example.org/1" in response.content.decode()
    now = Picture.objects.get()
    assert (now.credit, now.licence, now.alt_in("ru"), bool(now.file)) == ("Us", "own", "Мост", True)


def test_a_public_analysts_portrait_keeps_what_it_needs(editor: Client) -> None:
    picture = full_picture()
    analyst = make_analyst(portrait=picture)
    response = save(editor, form_of(picture), "picture", credit="")
    assert errors(response) == [
        f"Not saved. “{analyst}” is public or scheduled, and with this change: its picture has no credit."
    ]
    url = reverse("admin:commentaries_picture_delete", args=[picture.pk])
    assert editor.post(url, {"post": "yes"}).status_code == 403
    assert save(editor, form_of(picture), "picture", credit="Them").status_code == 302


def test_a_drafts_picture_may_lose_them(editor: Client) -> None:
    picture = full_picture()
    make_commentary(picture=picture, public=False)
    assert save(editor, form_of(picture), "picture", credit="").status_code == 302


def test_a_public_commentary_takes_no_picture_without_credit(editor: Client) -> None:
    commentary, bare = make_commentary(), full_picture(credit="")
    url = reverse("admin:commentaries_commentary_change", args=[commentary.pk])
    found = errors(save(editor, url, "commentary", picture=str(bare.pk)))
    assert "its picture has no credit" in found[0]
    assert Commentary.objects.get().picture is None


def test_a_picture_in_use_is_not_deleted(editor: Client) -> None:
    picture = full_picture()
    make_commentary(picture=picture)
    url = reverse("admin:commentaries_picture_delete", args=[picture.pk])
    assert editor.post(url, {"post": "yes"}).status_code == 403
    assert Picture.objects.exists()


def test_the_focal_point_is_typed_as_numbers_too(editor: Client) -> None:
    picture = full_picture()
    assert open_form(editor, form_of(picture), "picture")["focal_x"] == "50"
    assert errors(save(editor, form_of(picture), "picture", focal_x="101"))
