import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, Never

from django.core.management import BaseCommand, CommandError
from tqdm import tqdm

from commentaries.archive import ArchiveError, Report, read, write


class Command(BaseCommand):
    help = "Bring a back catalogue in: one JSON object a line, one commentary a line (docs/archive.md). All or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the archive, a JSON Lines file")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and change nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            archive = read(options["file"])
            bar: tqdm[Never] = tqdm(total=len(archive.commentaries), unit=" commentaries", file=sys.stderr)
            with bar:
                report = write(archive, dry_run=options["dry_run"], tick=bar.update)
        except ArchiveError as error:
            raise CommandError(f"{error}\nNothing was imported.") from error
        self.describe(report, dry_run=options["dry_run"])

    def describe(self, report: Report, *, dry_run: bool) -> None:
        for title, sentences in (
            ("Removed from texts, because it may not stand in one", report.removed),
            ("Published nevertheless, because it is history", report.warnings),
            ("Exists and differs, left alone", report.different),
        ):
            if sentences:
                self.stdout.write(f"{title}:")
                for sentence in sentences:
                    self.stdout.write(f"  {sentence}")
        verb = "would be imported" if dry_run else "imported"
        self.stdout.write(
            f"{report.created} {verb}, {report.unchanged} there already, {len(report.different)} different."
        )
        if report.redirects:
            self.stdout.write(f"Old addresses that lead to them: {report.redirects} {verb}.")
