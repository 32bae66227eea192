"""What a page asks of a poor line. `make audit` measures the same in Chromium."""

import gzip
import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from commentaries import demo
from tests.factories import make_commentary, make_publication, make_section

pytestmark = pytest.mark.django_db
LIMIT = 40_000  # bytes


def linked_files(page: str) -> list[Path]:
    """The style sheets of a page for the screen, and the fonts that it asks for early."""
    head = page.partition("</head>")[0]
    links = [link for link in re.findall(r"<link [^>]+>", head) if 'media="print"' not in link]
    names = [found[1] for link in links if (found := re.search(r'href="/static/([^"]+\.(?:css|woff2))"', link))]
    return [Path(str(finders.find(name))) for name in names]


@pytest.mark.parametrize("language", ["be", "ru", "en"])
def test_a_commentary_without_its_picture_is_light(client: Client, language: str) -> None:
    lines = (demo.FOLDER / "archive.jsonl").read_text(encoding="utf-8").splitlines()
    longest = max(map(json.loads, lines), key=lambda line: len(line["body"].get(language, "")))
    texts = {f"{name}_{language}": longest[name][language] for name in ("title", "lead", "body")}
    make_publication()
    make_commentary(section=make_section("security"), languages=(language,), **texts)
    page = client.get(f"/{language}/issues/2022-01-17/security/").content.decode()
    files = linked_files(page)
    assert {path.suffix for path in files} == {".css", ".woff2"}
    compressed = [path.read_bytes() if path.suffix == ".woff2" else gzip.compress(path.read_bytes()) for path in files]
    assert len(gzip.compress(page.encode())) + sum(map(len, compressed)) <= LIMIT
