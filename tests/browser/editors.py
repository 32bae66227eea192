"""The editors of a form's texts, in a window of Chromium."""

from playwright.sync_api import Page


def wait_for_editors(page: Page) -> None:
    """Until the page is loaded and each of its editors has taken its place: nothing on it moves any more."""
    page.wait_for_load_state("load")
    page.wait_for_function(
        """() => { const editors = Object.values(window.CKEDITOR?.instances ?? {});
          return editors.length > 0 && editors.every(({ status }) => status === "ready"); }"""
    )
