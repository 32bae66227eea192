"""What search knows follows every change, in its transaction: here is where the models say that they changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import models


@contextmanager
def search_follows() -> Iterator[set[int]]:
    """A transaction that ends with the index brought up to date; put in the keys of the commentaries that change."""
    from commentaries.search import index  # it reads the models that are being made here

    with index.following() as changed:
        yield changed


class PartOfCommentary(models.Model):
    """A row that belongs to a commentary, and that readers find it by."""

    class Meta:
        abstract = True

    commentary_id: int

    def save(self, *args: Any, **kwargs: Any) -> None:
        with search_follows() as changed:
            super().save(*args, **kwargs)
            changed.add(self.commentary_id)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        with search_follows() as changed:
            changed.add(self.commentary_id)
            return super().delete(*args, **kwargs)
