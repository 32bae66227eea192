"""How fast a page reaches its readers, beside nginx with the very same bytes and beside Wagtail with the same text."""
