"""The rich text editor at the desk."""

import re
from typing import Any

from ckeditor.widgets import CKEditorWidget
from django.conf import settings
from django.forms import Media
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from commentaries import richtext
from commentaries.languages import Language, active_language

# The names are those that CKEditor can say in every language.
TOOLBAR = [
    {"name": "clipboard", "items": ["Undo", "Redo"]},
    {"name": "styles", "items": ["Format", "Blockquote"]},
    {"name": "basicstyles", "items": ["Bold", "Italic", "Subscript", "Superscript", "RemoveFormat"]},
    {"name": "paragraph", "items": ["NumberedList", "BulletedList"]},
    {"name": "links", "items": ["Link", "Unlink", "Footnote"]},
    {"name": "insert", "items": ["Picture", "Table", "SpecialChar"]},
    {"name": "tools", "items": ["Maximize"]},
]
# Those that reach out to other servers, run documents of their own, or write what a text may not hold.
REMOVED_PLUGINS = (
    "exportpdf,scayt,wsc,flash,iframe,forms,preview,print,templates,smiley,save,newpage,image,uploadimage,"
    "uploadwidget,uploadfile,filebrowser,filetools,codesnippet,codesnippetgeshi,embed,embedbase,embedsemantic,"
    "autoembed,language,div,find,bidi,font,colorbutton,colordialog,copyformatting,justify,pagebreak,about,"
    "stylescombo,sourcearea,showblocks,dialogadvtab,editorplaceholder,elementspath,selectall,liststyle"
)
BLOCKS = "p|h[2-4]|ul|ol|li|blockquote|figure|figcaption|table|caption|thead|tbody|tfoot|tr|th|td|br|hr"
TAG_WITH_ATTRIBUTES = re.compile(r"<(\w+)((?:\s+[\w-]+=\"[^\"]*\")+)>")
ATTRIBUTE = re.compile(r"[\w-]+=\"[^\"]*\"")
BLOCK_TAG = re.compile(rf"\s*(</?(?:{BLOCKS})\b[^>]*>)\s*")


def allowed_content() -> dict[str, dict[str, str]]:
    """CKEditor's own filter, made from the allow-list that decides when a text is saved."""
    everywhere = richtext.ATTRIBUTES["*"]
    rules: dict[str, dict[str, str]] = {}
    for tag in sorted(richtext.TAGS):
        attributes = (richtext.ATTRIBUTES.get(tag, set()) | everywhere) - {"class"}
        rules[tag] = {"attributes": ",".join(sorted(attributes))}
    rules["ol"]["classes"] = "footnotes"
    rules["span"]["attributes"] = "!lang"  # without a language it says nothing; Word brings hundreds
    return rules


def special_characters() -> list[list[str]]:
    """What our languages write and their keyboards do not have, each with its name."""
    return [
        ["«", _("opening quotation mark")],
        ["»", _("closing quotation mark")],
        ["„", _("opening inner quotation mark")],
        ["“", _("closing inner or opening English quotation mark")],
        ["”", _("closing English quotation mark")],
        ["‘", _("opening single quotation mark")],
        ["’", _("apostrophe")],
        ["–", _("dash between numbers")],
        ["—", _("dash")],
        ["…", _("ellipsis")],
        ["§", _("section sign")],
        ["№", _("number sign")],
        ["€", _("euro")],
        ["£", _("pound")],
        ["°", _("degree")],
        ["±", _("plus or minus")],
        ["×", _("multiplication sign")],
        ["−", _("minus")],
        ["≈", _("approximately")],
        ["½", _("one half")],
        ["¼", _("one quarter")],
        ["¾", _("three quarters")],
        ["′", _("minute")],
    ]


def footnote_words() -> dict[str, str]:
    return {
        "title": _("Footnote"),
        "text": _("Text of the footnote"),
        "empty": _("Write the text of the footnote."),
        "remove": _("Delete the footnote"),
        "lost": _("A footnote’s number was left out: its note was not copied with it."),
    }


def picture_words() -> dict[str, str]:
    return {
        "title": _("Picture"),
        "file": _("Choose a picture…"),
        "none": _("Choose a picture."),
        "one": _("Add one picture at a time."),
        "alt": _("Alternative text: what is to be seen"),
        "altHelp": _("One sentence for those who do not see the picture."),
        "altEmpty": _("Say what is to be seen, for those who do not see it."),
        "caption": _("Caption"),
        "credit": _("Credit and licence"),
        "creditHelp": _("Who made the picture, and why we may use it. It stands in the caption."),
        "creditEmpty": _("Say who made the picture."),
        "foreign": _(
            "A picture from elsewhere was left out. Save it to your computer, then add it with the picture button."
        ),
        "loggedOut": _(
            "You are no longer logged in. Log in in another tab, then try again; nothing you wrote is lost."
        ),
        "failed": _("The picture could not be uploaded: the server did not answer. Try again."),
    }


def configuration(language: str) -> dict[str, Any]:
    """CKEditor's settings for a text in `language`, under an interface in the user's language."""
    return {
        "toolbar": "desk",
        "toolbar_desk": TOOLBAR,
        "removePlugins": REMOVED_PLUGINS + (",a11yhelp" if get_language() == "be" else ""),
        "specialChars": special_characters(),
        "footnoteWords": footnote_words(),
        "pictureWords": picture_words(),
        "pictureUpload": reverse("admin:commentaries_picture_upload"),
        "pictureHome": settings.MEDIA_URL,
        "clipboard_handleImages": False,  # it would write a picture's bytes into the text
        "extraPlugins": "footnote,picture",
        "allowedContent": allowed_content(),
        "format_tags": "p;h2;h3",
        "contentsLanguage": language,
        "contentsCss": [static("desk/editor.css")],
        "defaultLanguage": "en",
        "entities": False,
        "fillEmptyBlocks": False,
        "forcePasteAsPlainText": False,
        "disableNativeSpellChecker": False,
        "linkShowTargetTab": False,
        "linkShowAdvancedTab": False,
        "removeDialogTabs": "link:advanced;link:target;table:advanced",
        "customConfig": "",
        "stylesSet": False,
        "versionCheck": False,
        "fullPage": False,
        "autoUpdateElement": True,
        "height": 360,  # pixels
        "width": "100%",
        "resize_dir": "vertical",
        "title": _("Text"),
        "applicationTitle": _("Text"),
    }


class RichTextWidget(CKEditorWidget):  # type: ignore[misc]  # django-ckeditor has no types
    """CKEditor 4, set up so that what it writes is what `richtext.clean` keeps."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The field's `lang` or its name says which language its text is in: body_be."""
        suffix = self.attrs.get("lang") or name.rpartition("_")[2]
        language = suffix if suffix in Language.values else active_language()
        self.config = configuration(language)
        plugins = ("footnote", "picture")
        self.external_plugin_resources = [(name, static(f"desk/{name}/"), "plugin.js") for name in plugins]
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["lang"] = language
        return context

    @property
    def media(self) -> Any:
        """Ours after CKEditor's, in one list: what stands in two lists, Django may put in any order."""
        theirs = super().media
        css = [*theirs._css["all"], "desk/ckeditor.css"]
        return Media(js=[*theirs._js, "desk/picture-upload.js", "desk/editor.js"], css={"all": css})


def same_text(before: str, after: str) -> bool:
    """Whether two texts differ in nothing but what CKEditor sets as it likes: the white space between blocks, and
    the order of attributes.

    Otherwise opening and saving a text would count as a change of it, and outdate its translations.
    """
    return _squeezed(before) == _squeezed(after)


def _squeezed(html: str) -> str:
    spaced = BLOCK_TAG.sub(r" \1 ", richtext.clean(html))
    return " ".join(TAG_WITH_ATTRIBUTES.sub(_sorted, spaced).split())


def _sorted(tag: re.Match[str]) -> str:
    return f"<{tag[1]} {' '.join(sorted(ATTRIBUTE.findall(tag[2])))}>"
