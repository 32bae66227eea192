"""The rich text editor at the desk."""

from ckeditor.widgets import CKEditorWidget


class RichTextWidget(CKEditorWidget):
    """CKEditor 4, set up so that what it writes is what `richtext.clean` keeps."""
