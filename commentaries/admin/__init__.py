"""The desk, one module a concept. Importing them registers their forms and lists."""

from commentaries.admin import accounts, commentaries, issues, people, pictures, publication, sections

__all__ = ["accounts", "commentaries", "issues", "people", "pictures", "publication", "sections"]
