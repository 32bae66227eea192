"""The rich text editor: what it may write, in which words, and what of it is deployed."""

import json
import re
from pathlib import Path

import ckeditor
import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import override
from pytest_django import Settings

from commentaries import richtext
from commentaries.editor import RichTextWidget, allowed_content, configuration, same_text
from tests.commentaries.desk import desk
from tests.factories import make_commentary, make_issue, make_user

CKEDITOR = Path(ckeditor.__file__).parent / "static" / "ckeditor" / "ckeditor"


def words(file: Path) -> dict[str, object]:
    """A language file of CKEditor: an assignment of what is JSON."""
    text = file.read_text(encoding="utf-8-sig")
    found: dict[str, object] = json.loads(re.sub(r"^.*?=\s*(?={)", "", text, flags=re.S).rstrip().rstrip(";"))
    return found


def keys(value: object, path: str = "") -> set[str]:
    if not isinstance(value, dict):
        return {path}
    return {key for name, inner in value.items() for key in keys(inner, f"{path}.{name}")}


def test_the_belarusian_interface_has_every_word_of_the_plugins_that_load() -> None:
    found = finders.find("ckeditor/ckeditor/lang/be.js")
    ours, english = words(Path(str(found))), words(CKEDITOR / "lang" / "en.js")
    removed = set(configuration("be")["removePlugins"].split(","))
    unspoken = {"widget", "save", "indentblock", *removed}
    wanted = {name for name in english if name not in unspoken}
    assert wanted <= set(ours)
    for section in ours:
        assert keys(ours[section]) == keys(english[section]), section


def test_the_editor_filters_by_the_same_list_as_saving() -> None:
    rules = allowed_content()
    assert set(rules) == richtext.TAGS
    assert rules["a"] == {"attributes": "href,id,lang"}
    assert rules["ol"]["classes"] == "footnotes"
    assert not any("style" in rule.get("attributes", "") for rule in rules.values())


def test_the_known_holes_are_closed() -> None:
    config = configuration("be")
    assert config["versionCheck"] is False
    assert config["fullPage"] is False
    assert config["allowedContent"] is not True
    for plugin in (
        "exportpdf",
        "scayt",
        "wsc",
        "flash",
        "iframe",
        "preview",
        "print",
        "templates",
        "embed",
        "sourcearea",
    ):
        assert plugin in config["removePlugins"].split(",")


def test_each_text_is_checked_in_its_own_language_under_the_users_words() -> None:
    with override("ru"):
        html = RichTextWidget().render("body_be", "<p>Так</p>", {"id": "id_body_be"})
    assert "&quot;contentsLanguage&quot;: &quot;be&quot;" in html
    assert "&quot;language&quot;: &quot;ru&quot;" in html
    assert 'lang="be"' in html


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("<p>Адзін</p><p>Два</p>", "<p>Адзін</p>\r\n\r\n<p>Два</p>", True),
        ("<ul><li>Адзін</li></ul>", "<ul>\n\t<li>Адзін</li>\n</ul>", True),
        ('<p><a href="/x" rel="noopener noreferrer">а</a></p>', '<p><a href="/x">а</a></p>', True),
        ('<p><abbr title="а" lang="be">а</abbr></p>', '<p><abbr lang="be" title="а">а</abbr></p>', True),
        ("<p>слова<strong>слова</strong></p>", "<p>слова <strong>слова</strong></p>", False),
        ("<p>Адзін</p>", "<p>Адзін.</p>", False),
        ("<p>Адзін</p>", "<h2>Адзін</h2>", False),
    ],
)
def test_only_white_space_between_blocks_is_no_change(before: str, after: str, same: bool) -> None:
    assert same_text(before, after) is same


@pytest.mark.django_db
def test_no_page_of_the_desk_names_another_host() -> None:
    client = desk(make_user("root", is_superuser=True))
    commentary = make_commentary(make_issue(public=False), public=False)
    pages = ["/admin/", reverse("admin:commentaries_commentary_change", args=[commentary.pk])]
    for model in ("issue", "commentary", "section", "analyst", "picture", "user"):
        pages += [reverse(f"admin:commentaries_{model}_changelist"), reverse(f"admin:commentaries_{model}_add")]
    for page in pages:
        html = client.get(page).content.decode()
        assert not re.findall(r"""(?:src|href|action)=["'](?:https?:)?//[^"']*""", html), page


def test_nothing_that_runs_by_itself_is_deployed(settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path / "static"
    call_command("collectstatic", interactive=False, verbosity=0)
    names = [path.relative_to(settings.STATIC_ROOT).as_posix() for path in settings.STATIC_ROOT.rglob("*")]
    assert not [name for name in names if name.endswith((".html", ".htm", ".swf", ".php"))]
    for plugin in ("exportpdf", "scayt", "wsc", "flash", "iframe", "templates", "preview", "image"):
        assert not [name for name in names if f"plugins/{plugin}/" in name], plugin
    for needed in (
        "ckeditor.js",
        "lang/be.js",
        "plugins/table/dialogs/table.js",
        "plugins/pastefromword/filter/default.js",
    ):
        assert f"ckeditor/ckeditor/{needed}" in names
