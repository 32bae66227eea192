"""What changed from one version to the next, as simple-history's list shows it."""

from typing import Any

from simple_history.models import ModelChange, ModelDelta
from simple_history.template_utils import HistoricalRecordContextHelper

from commentaries.languages import Language
from commentaries.versions.differences import word_diff


class WordDiff(HistoricalRecordContextHelper):  # type: ignore[misc]  # simple-history has no types
    """One entry a changed field, with its language; a changed text as a word-level diff."""

    def context_for_delta_changes(self, delta: ModelDelta) -> list[dict[str, Any]]:
        return [self._entry(change) for change in delta.changes]

    def _entry(self, change: ModelChange) -> dict[str, Any]:
        shown = self.format_delta_change(change)
        language = change.field.rpartition("_")[2]
        entry = {
            "field": shown.field,
            "language": "",
            "lang": "",
            "old": shown.old,
            "new": shown.new,
            "diff": "",
        }
        if language in Language.values:
            entry |= {"language": Language(language).label, "lang": language}
            entry["diff"] = word_diff(change.old, change.new)
        return entry
