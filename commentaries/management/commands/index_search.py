import sys
from typing import Any, Never

from django.core.management import BaseCommand
from tqdm import tqdm

from commentaries.models import Commentary
from commentaries.search import index


class Command(BaseCommand):
    help = (
        "Make the search index anew. It keeps itself up to date: this is for texts from before there was one, and "
        "for a release that says so. Readers can search meanwhile."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        total = Commentary.objects.count()
        bar: tqdm[Never] = tqdm(total=total, unit=" commentaries", file=sys.stderr)
        with bar:
            index.rebuild(bar.update)
        self.stdout.write(f"Commentaries that search knows: {total}.")
