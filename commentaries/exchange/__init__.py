"""Texts for translation tools, as gettext PO: out (`exporting`), checked on the way in (`reading`, `checking`), and
brought in (`importing`)."""
