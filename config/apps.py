"""Django's own apps, set up our way."""

from django.contrib.staticfiles.apps import StaticFilesConfig

# What our editor never loads (commentaries/editor.py removes the plugins) must not lie on the server either:
# pages that run script, uploaders, dictionaries that ask a foreign server.
CKEDITOR = "ckeditor/ckeditor"
UNUSED_PLUGINS = (
    *(
        "adobeair",
        "ajax",
        "autoembed",
        "bbcode",
        "codesnippet",
        "codesnippetgeshi",
        "devtools",
        "docprops",
        "embed",
    ),
    *(
        "embedbase",
        "embedsemantic",
        "exportpdf",
        "filetools",
        "flash",
        "forms",
        "iframe",
        "iframedialog",
        "image",
    ),
    *(
        "image2",
        "mathjax",
        "pagebreak",
        "placeholder",
        "preview",
        "scayt",
        "sharedspace",
        "smiley",
        "sourcedialog",
    ),
    *("stylesheetparser", "templates", "uicolor", "uploadimage", "uploadwidget", "wsc", "xml", "div", "find"),
    *("language", "copyformatting", "colordialog", "about"),
)


class DeployedFilesConfig(StaticFilesConfig):
    """`collectstatic` without what nobody may load: HTML files, samples, the editor's unused plugins."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "*.html",
        "*.md",
        *(f"{CKEDITOR}/plugins/{name}/*" for name in UNUSED_PLUGINS),
        f"{CKEDITOR}/adapters/*",
        f"{CKEDITOR}/bender-runner.config.json",
        f"{CKEDITOR}/build-config.js",
        f"{CKEDITOR}/vendor/*",
        "ckeditor/galleriffic/*",
        "ckeditor/file-icons/*",
        "modeltranslation/*",
    ]
