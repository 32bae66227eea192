from config.page_store.pages import Answer, Page
from config.page_store.shelf import Shelf


def page(size: int = 1000) -> Page:
    return Page(Answer("200 OK", [("Content-Type", "image/png"), ("Cache-Control", "public")], b"x" * size))


def test_the_one_not_asked_for_longest_goes_first() -> None:
    shelf = Shelf(10 * page().size)
    for number in range(9):
        shelf.put(str(number), page())
    shelf.find("0")
    for number in range(9, 12):
        shelf.put(str(number), page())
    assert shelf.find("0")
    assert not shelf.find("1")
    assert shelf.bytes <= shelf.most_bytes


def test_the_bytes_are_those_of_what_is_there() -> None:
    shelf = Shelf(1_000_000)
    shelf.put("one", page(5000))
    shelf.put("one", page(7000))
    assert shelf.bytes == page(7000).size + len("one")
    assert len(shelf) == 1


def test_what_would_drive_out_too_much_is_not_kept() -> None:
    shelf = Shelf(100_000)
    shelf.put("small", page())
    shelf.put("large", page(90_000))
    assert shelf.find("small")
    assert not shelf.find("large")


def test_the_pages_that_are_asked_for_most() -> None:
    shelf = Shelf(1_000_000)
    for key, times in {"a": 1, "b": 5, "c": 3}.items():
        shelf.put(key, page())
        for _time in range(times):
            shelf.find(key)
    assert [key for key, _page in shelf.most_asked(2)] == ["b", "c"]
