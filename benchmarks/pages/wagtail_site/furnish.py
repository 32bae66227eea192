"""Make the site: `python furnish.py CONTENT`, the content as JSON that benchmarks/pages/wagtail.py writes.

The text of the page at the content's path is filled up until the page is as long as ours.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import django

django.setup()

from django.core.files.images import ImageFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from journal.models import ArticlePage, HomePage, SectionPage  # noqa: E402
from wagtail.images.models import Image  # noqa: E402
from wagtail.models import Locale, Page, Site  # noqa: E402


def homes(content: dict[str, Any]) -> dict[str, HomePage]:
    """The home page of each language; the default one is the site's root."""
    root, key = Page.get_first_root_node(), uuid4()
    Page.objects.filter(depth=2).delete()
    root.refresh_from_db()
    found = {}
    for language, title in content["name"].items():
        locale, _made = Locale.objects.get_or_create(language_code=language)
        home = HomePage(title=title, slug=f"home-{language}", locale=locale, translation_key=key)
        home.search_description = content["tagline"][language]
        found[language] = root.add_child(instance=home)
    Site.objects.all().delete()
    Site.objects.create(hostname="127.0.0.1", root_page=found["en"], is_default_site=True, site_name="Weekly")
    return found


def fill(content: dict[str, Any]) -> None:
    top = homes(content)
    with Path(content["picture"]).open("rb") as file:
        picture = Image.objects.create(title="Picture", file=ImageFile(file, name="picture.png"))
    keys: defaultdict[object, UUID] = defaultdict(uuid4)  # what the translations of a page have in common
    for language, home in top.items():
        sections = {}
        for row in content["sections"]:
            page = SectionPage(
                title=row["title"][language],
                slug=row["slug"],
                locale=home.locale,
                show_in_menus=True,
                translation_key=keys[row["slug"]],
            )
            sections[row["slug"]] = home.add_child(instance=page)
        for row in content["articles"]:
            article = ArticlePage(
                **{name: row[name][language] for name in ("title", "lead", "body")},
                **{name: row[name] for name in ("slug", "week")},
                locale=home.locale,
                translation_key=keys[row["section"], row["week"]],
                picture=picture,
            )
            sections[row["section"]].add_child(instance=article)


def lengthen(path: str, size: int, filling: str) -> None:
    """Fill up the text of the page at the address until the page has so many bytes, or a few more."""
    _none, language, section, slug, _end = path.split("/")
    parent = SectionPage.objects.get(slug=section, locale__language_code=language)
    page = ArticlePage.objects.child_of(parent).get(slug=slug)
    missing = size - len(Client().get(path).content)
    if missing > 0:
        text = filling.encode()[:missing].decode(errors="ignore")
        page.body += f"<p>{text}</p>"
        page.save()


if __name__ == "__main__":
    given = json.loads(Path(sys.argv[1]).read_text())
    call_command("migrate", verbosity=0)
    fill(given)
    lengthen(given["path"], given["size"], given["filling"])
