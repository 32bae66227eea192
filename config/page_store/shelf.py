"""Where pages are kept: so many bytes and no more, the one that was not asked for longest going first."""

import threading
from collections import OrderedDict

from config.page_store.pages import Page

LARGEST = 8  # a page larger than this part of the shelf is not put there: it would drive out too many others


class Shelf:
    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.bytes = 0
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key: str) -> Page | None:
        page = self._pages.get(key)
        if page is None:
            return None
        try:
            self._pages.move_to_end(key)
        except KeyError:  # another thread has just made room
            return page
        page.asked += 1
        return page

    def has(self, key: str, page: Page) -> bool:
        return self._pages.get(key) is page

    def put(self, key: str, page: Page) -> bool:
        """Says whether another page had to go."""
        size = page.size + len(key)
        if size > self.most_bytes // LARGEST:
            return False
        with self._lock:
            if before := self._pages.pop(key, None):
                self.bytes -= before.size + len(key)
            self._pages[key] = page
            self.bytes += size
            is_full = self.bytes > self.most_bytes
            while self.bytes > self.most_bytes:
                oldest, gone = self._pages.popitem(last=False)
                self.bytes -= gone.size + len(oldest)
            return is_full

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self.bytes = 0

    def most_asked(self, number: int) -> list[tuple[str, Page]]:
        with self._lock:
            return sorted(self._pages.items(), key=lambda item: -item[1].asked)[:number]

    def __len__(self) -> int:
        return len(self._pages)
