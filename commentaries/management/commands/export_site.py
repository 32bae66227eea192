import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from tqdm import tqdm

from commentaries.mirror import ExportError
from commentaries.mirror.exporting import Export, export


class Command(BaseCommand):
    help = (
        "Write the whole public site into a folder, as files that read from a USB stick, an object store or any host. "
        "Done again, it writes what changed and removes what is no longer public."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="the mirror: an earlier one, or an empty folder")
        parser.add_argument("--base-url", default="", help="where the mirror is going to stand: for feeds and sitemap")
        parser.add_argument("--zip", action="store_true", help="offer the mirror on the site, as one file to take away")

    def handle(self, *_args: Any, **options: Any) -> None:
        bar: tqdm[Any] = tqdm(unit=" files", file=sys.stderr, disable=None)

        def tick(done: int, known: int) -> None:
            bar.total = known
            bar.update(done - bar.n)

        try:
            with bar:
                done = export(options["folder"], base_url=options["base_url"], keep_zip=options["zip"], tick=tick)
        except ExportError as error:
            raise CommandError(f"{error}\nNo new mirror was made; an earlier one is as it was.") from error
        except OSError as error:  # a full disk, for one
            raise CommandError(f"{error}\nThe mirror is not finished. Export again when that is mended.") from error
        self.describe(done)

    def describe(self, done: Export) -> None:
        self.stdout.write(f"{done.written} files written, {done.unchanged} unchanged, {done.removed} removed.")
        if not done.is_of_one_moment:
            self.stdout.write("The site changed all the while: the last changes may be in the mirror in part.")
        if done.offered:
            self.stdout.write(f"Offered on the site: {done.offered}")
        if done.problems:
            listed = "\n".join(f"  {problem}" for problem in done.problems)
            raise CommandError(f"The mirror was made, but:\n{listed}\nSuch links lead to the site itself until mended.")
