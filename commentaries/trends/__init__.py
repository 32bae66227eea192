"""How sections went over the weeks: marks, the weeks around an issue, the archive's tables."""

from commentaries.trends.archive import by_year, year_tables
from commentaries.trends.marks import Mark, marks, short_label
from commentaries.trends.surroundings import Surroundings

__all__ = ["Mark", "Surroundings", "by_year", "marks", "short_label", "year_tables"]
