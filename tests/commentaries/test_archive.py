import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from commentaries.models import Analyst, Commentary, Forecast, Issue, Picture, Section
from tests.commentaries.test_images import picture_file
from tests.factories import MONDAY, make_analyst, make_issue

pytestmark = pytest.mark.django_db

LINE: dict[str, Any] = {
    "week_start": "2022-01-17",
    "week_end": "2022-01-23",
    "section": "bridges",
    "section_title": {"be": "Масты", "en": "Bridges"},
    "trend": "improved",
    "source_language": "be",
    "authors": ["Ina Vardel", "Хтосьці Госць"],
    "title": {"be": "Мост адкрыты", "en": "The bridge is open"},
    "lead": {"be": "Пасля года чакання."},
    "body": {"be": "<p>Тэкст.</p>", "en": "<p>Text.</p>"},
    "forecasts": [
        {"statement": {"be": "Парт адкрыюць.", "en": "The port will open."}, "due": "2022-06-30"},
        {
            "statement": {"be": "Плаціну скончаць.", "en": "The dam will be finished."},
            "outcome": "came_true",
            "outcome_date": "2022-03-01",
            "outcome_note": {"be": "Скончылі."},
        },
    ],
    "published_at": "2022-01-24T09:00:00+00:00",
}


def archive(folder: Path, *lines: dict[str, Any] | str) -> Path:
    path = folder / "archive.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    path.write_text("\n".join(texts))
    return path


def run(path: Path, capsys: pytest.CaptureFixture[str], **options: Any) -> str:
    call_command("import_archive", path, **options)
    return capsys.readouterr().out


def everything() -> list[int]:
    return [model.objects.count() for model in (Issue, Section, Commentary, Analyst, Forecast, Picture)]


def test_a_line_becomes_a_public_commentary(tmp_path: Path, capsys: pytest.CaptureFixture[str], client: Client) -> None:
    assert "1 imported, 0 there already, 0 different." in run(archive(tmp_path, LINE), capsys)
    commentary = Commentary.objects.published().get()
    assert commentary.public_languages() == ["be", "en"]
    assert commentary.issue.published_at == commentary.published_at
    assert [row.outcome for row in commentary.forecasts.all()] == ["open", "came_true"]
    assert [str(row) for row in commentary.bylines.all()] == ["Ina Vardel", "Хтосьці Госць"]
    assert not Analyst.objects.with_page().exists()
    assert client.get("/en/issues/2022-01-17/bridges/").status_code == 200


def test_the_second_time_nothing_changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = archive(tmp_path, LINE)
    run(path, capsys)
    before = everything(), Commentary.history.count()
    assert "0 imported, 1 there already, 0 different." in run(path, capsys)
    assert (everything(), Commentary.history.count()) == before


def test_a_dry_run_says_what_would_happen_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "1 would be imported" in run(archive(tmp_path, LINE), capsys, dry_run=True)
    assert everything() == [0] * 6


def test_progress_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_archive", archive(tmp_path, LINE))
    assert "1/1" in capsys.readouterr().err


def test_a_commentary_that_exists_and_differs_is_left_alone_and_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(archive(tmp_path, LINE), capsys)
    changed = {
        **LINE,
        "trend": "worsened",
        "title": {**LINE["title"], "en": "Another"},
        "authors": ["Ina Vardel"],
    }
    out = run(archive(tmp_path, changed), capsys)
    assert "line 1: trend, title, authors" in out
    assert Commentary.objects.get().trend == "improved"


def test_without_a_time_of_publication_it_is_a_draft(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(archive(tmp_path, {key: value for key, value in LINE.items() if key != "published_at"}), capsys)
    assert Commentary.objects.get().is_draft
    assert Issue.objects.get().is_draft


def test_the_issue_is_as_old_as_its_earliest_commentary(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    earlier = {**LINE, "section": "ports", "published_at": "2022-01-23T09:00:00+00:00"}
    run(archive(tmp_path, LINE, earlier), capsys)
    assert Issue.objects.get().published_at.isoformat() == "2022-01-23T09:00:00+00:00"


def test_what_the_gate_would_have_refused_is_a_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = run(archive(tmp_path, {**LINE, "image_caption": {"ru": "Мост"}, "image_credit": "Somebody"}), capsys)
    assert "line 1: its picture has no file" in out
    assert Picture.objects.get().caption_ru == "Мост"
    assert Commentary.objects.published().exists()


def test_what_was_taken_out_of_a_text_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = {"be": "<p onclick='x'>Тэкст<script>alert(1)</script></p>", "en": "<p>Text</p>"}
    out = run(archive(tmp_path, {**LINE, "body": body}), capsys)
    assert "line 1, body in be: <script>" in out
    assert "line 1, body in be: onclick=" in out
    assert Commentary.objects.get().body_be == "<p>Тэкст</p>"


def test_a_picture_comes_along_once_for_all_that_use_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bridge.jpg").write_bytes(picture_file().read())
    words = {
        "image": "bridge.jpg",
        "image_alt": {"be": "Мост", "en": "A bridge"},
        "image_licence": "CC BY-SA 3.0",
    }
    out = run(archive(tmp_path, {**LINE, **words}, {**LINE, **words, "section": "ports"}), capsys)
    picture = Picture.objects.get()
    assert picture.crop_width == 900
    assert picture.licence == "CC-BY-SA-3.0"
    assert "its picture has no credit" in out


@pytest.mark.parametrize("fails", [True, False])
def test_a_picture_goes_again_when_its_import_is_taken_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], settings: Settings, fails: bool
) -> None:
    (tmp_path / "bridge.jpg").write_bytes(picture_file().read())
    lines = [{**LINE, "image": "bridge.jpg"}]
    if fails:
        lines.append({**LINE, "section": "ports", "section_title": {}})
        with pytest.raises(CommandError):
            call_command("import_archive", archive(tmp_path, *lines))
    else:
        run(archive(tmp_path, *lines), capsys, dry_run=True)
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []


def test_html_that_breaks_a_parser_is_imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(archive(tmp_path, {**LINE, "body": {"be": "<p>а</p> <![x[y", "en": "<p>a</p> <![ b"}}), capsys)
    assert Commentary.objects.get().body_be == "<p>а</p>"


def test_sections_and_analysts_may_lie_beside_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sections = [
        {"slug": "roads", "title": {"en": "Roads"}, "retired_at": "2021-12-31T00:00:00+00:00"},
        {"slug": "bridges", "title": {"en": "Bridges and fords"}, "order": 7, "continues": "roads"},
    ]
    analysts = [
        {"slug": "ina", "name": {"en": "Ina Vardel", "be": "Іна Вардэль"}, "bio": {"en": "<p>Writes.</p>"}},
        {"slug": "hidden", "is_public": False, "pen_name": {"be": "Хтосьці Госць"}},
    ]
    for name, rows in (("sections", sections), ("analysts", analysts)):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    run(archive(tmp_path, LINE), capsys)
    section = Section.objects.get(slug="bridges")
    assert (section.order, section.title_en, str(section.continues)) == (7, "Bridges and fords", "Roads")
    assert [analyst.slug for analyst in Analyst.objects.with_page()] == ["ina"]
    assert Analyst.objects.count() == 2


def test_without_a_source_language_it_is_the_first_that_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    english = {"title": {"en": "The bridge"}, "lead": {}, "body": {"en": "<p>Text.</p>"}, "forecasts": []}
    run(archive(tmp_path, {**{k: v for k, v in LINE.items() if k != "source_language"}, **english}), capsys)
    assert Commentary.objects.get().source_language == "en"


def test_line_separators_inside_a_text_do_not_end_the_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(archive(tmp_path, {**LINE, "lead": {"be": "Першы\u2028другі"}}), capsys)
    assert Commentary.objects.get().lead_be == "Першы\u2028другі"


def forecast(**fields: Any) -> dict[str, Any]:
    return {"forecasts": [{**LINE["forecasts"][0], **fields}]}


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ("{not json", "archive.jsonl, line 2: is not JSON"),
        ("[]", "archive.jsonl, line 2: must be a JSON object"),
        ("[" * 100_000, "archive.jsonl, line 2: is not JSON"),
        (
            json.dumps({**LINE, "title": {"be": "\ud800", "en": "Bridge"}}),
            "line 2, title.be: holds a character that is no text",
        ),
        ({"lead": {"be": "\x00"}}, "line 2, lead.be: holds a character that is no text"),
        ({"image": "\x00.jpg"}, "line 2, image: holds a character that is no text"),
        ({"image": "a" * 5000 + ".jpg"}, "is no path of a file"),
        ({"image_credit": "a" * 201}, "line 2, image_credit: has 201 characters; 200 fit"),
        ({"section_title": {"be": "а" * 121}}, "line 2, section_title.be: has 121 characters; 120 fit"),
        ({"authors": ["A B", "A B "]}, "line 2, authors: names someone twice"),
        ({"authors": ["Ina Vardel", "Іна Вардэль"]}, "line 2, authors: names one analyst by two names"),
        ({"week_start": "0999-01-05", "week_end": "0999-01-11"}, "week_start: '0999-01-05' is not in our times"),
        (
            {"published_at": "0001-01-01T00:00:00+14:00"},
            "+14:00' is not in our times",
        ),
        ({"body": {"be": "<p>a <![ b</p>" + "x" * 300_000}}, "line 2, body.be: has 300014 characters; 300000 fit"),
        ({"week_start": "17.01.2022"}, "line 2, week_start: '17.01.2022' is not a date like 2022-01-17"),
        ({"week_start": None}, "line 2, week_start: is missing"),
        (
            {"week_end": "2022-01-10"},
            "line 2, week_end: the week ends (2022-01-10) before it starts (2022-01-17)",
        ),
        (
            {"week_start": "2022-01-20", "week_end": "2022-01-26"},
            "week overlaps with 2022-01-17 – 2022-01-23 in line 1",
        ),
        ({"week_start": "2022-02-14", "week_end": "2022-02-20"}, "belong to another issue already"),
        (
            {"week_start": "2022-02-07", "week_end": "2022-02-12"},
            "the issue of 2022-02-07 ends on 2022-02-20",
        ),
        (
            {"section": "bridges"},
            "line 2, section: the week 2022-01-17 and 'bridges' stand in line 1 already",
        ),
        ({"section": "Два Масты"}, "line 2, section: 'Два Масты' must be made of small Latin letters"),
        ({"section_title": {}}, "line 2, section_title: is missing, and there is no section 'ports' yet"),
        ({"trend": "better"}, "line 2, trend: 'better' is unknown; use improved, unchanged, worsened"),
        ({"trend": None}, "line 2, trend: is missing"),
        ({"source_language": "de"}, "line 2, source_language: 'de' is unknown; use be, ru, en"),
        ({"title": {"de": "Die Brücke"}}, "line 2, title: the language 'de' is unknown; use be, ru, en"),
        ({"title": {"en": "Only English"}}, "line 2, title: is missing in 'be', which has a text"),
        ({"title": {}}, "line 2, title: is missing"),
        (
            {"title": {"be": "Мост" * 100, "en": "Bridge"}},
            "line 2, title.be: has 400 characters; 250 fit",
        ),
        ({"title": "Мост"}, "line 2, title: must be an object"),
        ({"body": {"be": 7}}, "line 2, body: the text in 'be' must be a text, not 7"),
        ({"body": {"en": "<p>Text</p>"}}, "line 2, body: is missing in 'be', the source language"),
        ({"authors": "Ina"}, "line 2, authors: must be a list, not 'Ina'"),
        ({"authors": [1]}, "line 2, authors: must be a list of names"),
        ({"authors": ["Ina", "Ina"]}, "line 2, authors: names someone twice"),
        ({"image": "missing.jpg"}, "line 2, image: there is no file 'missing.jpg' beside the archive"),
        ({"image": "../outside.jpg"}, "line 2, image: '../outside.jpg' lies outside the archive's folder"),
        ({"image": "/etc/passwd"}, "line 2, image: '/etc/passwd' lies outside the archive's folder"),
        ({"image": "link.jpg"}, "line 2, image: 'link.jpg' lies outside the archive's folder"),
        ({"image": "archive.jsonl"}, "line 2, image: 'archive.jsonl': This is not a picture"),
        ({"image_licence": "CC BY-NC"}, "line 2, image_licence: 'CC BY-NC' is unknown"),
        ({"published_at": "yesterday"}, "line 2, published_at: 'yesterday' is not a time like"),
        ({"headline": "x"}, "line 2, headline: this field is unknown"),
        (forecast(outcome="perhaps"), "line 2, outcome: 'perhaps' is unknown"),
        (forecast(outcome="came_true"), "forecasts[1].outcome_date: a judged forecast has the date"),
        (forecast(statement={}), "line 2, forecasts[1].statement: is missing"),
        ({"forecasts": ["x"]}, "line 2, forecasts[1]: must be an object"),
    ],
)
def test_a_broken_line_stops_the_import_with_a_sentence_and_nothing_is_written(
    tmp_path: Path, broken: dict[str, Any] | str, sentence: str
) -> None:
    make_analyst("ina", name_en="Ina Vardel", name_be="Іна Вардэль")
    make_issue(MONDAY.replace(month=2, day=7), week_end=MONDAY.replace(month=2, day=20))
    (tmp_path.parent / "outside.jpg").write_bytes(picture_file().read())
    (tmp_path / "link.jpg").symlink_to(tmp_path.parent / "outside.jpg")
    second = broken if isinstance(broken, str) else {**LINE, "section": "ports", **broken}
    before = everything()
    with pytest.raises(CommandError) as caught:
        call_command("import_archive", archive(tmp_path, LINE, second))
    assert sentence in str(caught.value)
    assert "Nothing was imported." in str(caught.value)
    assert everything() == before


def test_a_file_that_is_not_there_or_not_utf8_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_archive", tmp_path / "nowhere.jsonl")
    (tmp_path / "latin.jsonl").write_bytes(b"{}\n\xff\xfe")
    with pytest.raises(CommandError, match="line 2: is not UTF-8"):
        call_command("import_archive", tmp_path / "latin.jsonl")


# --- The real input ---


def test_the_real_archive_is_imported_twice_without_change(
    real_archive: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "2 imported, 0 there already" in run(real_archive, capsys)
    assert "0 imported, 2 there already, 0 different." in run(real_archive, capsys)
    longer = Commentary.objects.get(issue__week_start="2022-12-26")
    assert longer.forecasts.count() == 3
    assert longer.picture is not None
    assert longer.picture.caption_be == "Ілюстрацыйнае фота"
    assert str(longer.issue) == "December\u00a026, 2022\u00a0– January\u00a01, 2023"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["January\u00a017\u00a0– 23, 2022", "Belarus-West relations", "The situation has not changed"]),
        (
            "be",
            [
                "17–23\u00a0студзеня 2022",
                "Belarus-West relations",
                "даступна па-англійску",
                "Сітуацыя не змянілася",
            ],
        ),
        (
            "ru",
            [
                "17–23\u00a0января 2022\u00a0г.",
                "Belarus-West relations",
                "доступно на английском",
                "Ситуация не изменилась",
            ],
        ),
    ],
)
def test_a_real_commentary_is_read_in_english_and_so_labelled_elsewhere(
    real_archive: Path, client: Client, language: str, words: list[str]
) -> None:
    call_command("import_archive", real_archive)
    page = client.get(f"/{language}/issues/2022-01-17/belarus-west-relations/").content.decode()
    for word in [*words, "The regime loses agency", "Amid escalating tensions", 'class="trend unchanged"']:
        assert word.lower() in page.lower()
