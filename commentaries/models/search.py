"""What search knows of each text: its stems, in a form that both databases find quickly.

Stems are made in Python (`commentaries.search.index`), so that SQLite and PostgreSQL answer alike. Whether a text is
public is not known here: that is decided when somebody asks.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from hashlib import md5
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.ddl_references import Statement, Table

from commentaries.languages import Language
from commentaries.models.commentaries import Commentary

LONGEST = 40  # letters of a stem; what is longer is no word
WORD_IN = "w"  # how the token of a word of the text begins
MOST_PLACES, LAST_PLACE = 255, 16383  # PostgreSQL keeps no more of one word, and none farther on

FTS5 = """CREATE VIRTUAL TABLE IF NOT EXISTS %(index)s USING fts5(
    words, content=%(table)s, content_rowid='place', columnsize=0, tokenize='unicode61 remove_diacritics 0'
)"""
FTS5_INSERTED = """CREATE TRIGGER %(name)s_inserted AFTER INSERT ON %(table)s BEGIN
    INSERT INTO %(index)s (rowid, words) VALUES (NEW.place, NEW.words);
END"""
FTS5_DELETED = """CREATE TRIGGER %(name)s_deleted AFTER DELETE ON %(table)s BEGIN
    INSERT INTO %(index)s (%(index)s, rowid, words) VALUES ('delete', OLD.place, OLD.words);
END"""
# Without fastupdate nothing waits in a list that every question would have to read through.
GIN = "CREATE INDEX %(index)s ON %(table)s USING gin (words) WITH (fastupdate = off)"


if TYPE_CHECKING:
    Field = models.Field[Iterable[str], str]
else:
    Field = models.Field


class TokensField(Field):
    """Words in their order, each of letters and digits only: a tsvector, or on SQLite a text that FTS5 indexes."""

    def db_type(self, connection: Any) -> str:
        return "tsvector" if connection.vendor == "postgresql" else "text"

    def get_placeholder(self, _value: Any, _compiler: Any, connection: Any) -> str:
        return "%s::tsvector" if connection.vendor == "postgresql" else "%s"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, str):  # from a fixture
            return value
        return _vector(value) if connection.vendor == "postgresql" else " ".join(value)


def _vector(tokens: Iterable[str]) -> str:
    """The literal of a tsvector: each word with its places, counted from 1, and what its pairs are found by."""
    tokens = list(tokens)
    places: defaultdict[str, list[int]] = defaultdict(list)
    for number, token in enumerate(tokens, 1):
        if len(places[token]) < MOST_PLACES:
            places[token].append(min(number, LAST_PLACE))
    words = " ".join(f"'{token}':{','.join(map(str, found))}" for token, found in places.items())
    return " ".join([words, *{pair(*two) for two in pairwise(tokens) if all(one.startswith(WORD_IN) for one in two)}])


def pair(first: str, second: str) -> str:
    """What two words side by side are found by in PostgreSQL, whose index does not know where a word stands.

    Of a phrase it would read every text that has all its words. Some other pairs share the token, which keeps the
    index small: the phrase itself is asked for besides.
    """
    return f"p{md5(f'{first} {second}'.encode(), usedforsecurity=False).hexdigest()[:4]}"


class FullText(models.BaseConstraint):
    """Makes the words of a table's column `words` findable: FTS5 on SQLite, kept by triggers; GIN on PostgreSQL.

    It is a constraint so that it is made again whenever SQLite's table is remade, which takes the triggers away. Rows
    are inserted and deleted, never updated.
    """

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        schema_editor.deferred_sql.extend(self._statements(model, schema_editor))
        return None

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        return self._statements(model, schema_editor)[0]

    def remove_sql(self, _model: Any, schema_editor: Any) -> Any:
        return Statement("DROP INDEX %(index)s", index=schema_editor.quote_name(self.name))

    def _statements(self, model: Any, schema_editor: Any) -> list[Statement]:
        templates = [GIN] if schema_editor.connection.vendor == "postgresql" else [FTS5, FTS5_INSERTED, FTS5_DELETED]
        table = Table(model._meta.db_table, schema_editor.quote_name)
        return [Statement(sql, index=self.name, name=self.name, table=table) for sql in templates]

    def validate(self, *_args: Any, **_kwargs: Any) -> None:
        """Any words will do."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FullText) and self.deconstruct() == other.deconstruct()

    __hash__ = models.BaseConstraint.__hash__


def place(week: date, commentary: int = 0, language: str = "") -> int:
    """The number of a text: the later its week the higher, so that the newest are found without sorting.

    Of a week without a commentary the lowest that its texts can have. 20 bits for the day, 38 for the commentary.
    """
    return week.toordinal() << 40 | commentary << 2 | (Language.values.index(language) if language else 0)


class SearchEntry(models.Model):
    """One commentary in one language, as search knows it. A row is not changed: it is replaced."""

    place = models.BigIntegerField(primary_key=True)  # see place()
    commentary = models.ForeignKey(Commentary, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=2, choices=Language)
    digest = models.CharField(max_length=64)  # of all that the row is made from
    # What a match is worth: stems with a space around each.
    title = models.TextField()
    lead = models.TextField()
    often = models.TextField()  # those that the body repeats
    signed = models.TextField()  # the keys of its analysts
    words = TokensField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["commentary", "language"], name="one_search_entry_per_text"),
            FullText(name="search_entry_words"),
        ]

    def __str__(self) -> str:
        return f"{self.commentary_id}, {self.language}"


class NearTexts(models.Model):
    """The commentaries nearest in their subject to one text, as the worker found them; public or not."""

    commentary = models.ForeignKey(Commentary, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=2, choices=Language)
    digest = models.CharField(max_length=64)  # of the text's search entry when they were looked for
    nearest = models.JSONField(default=list)  # keys of commentaries, the nearest first

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["commentary", "language"], name="near_texts_are_listed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.commentary_id}, {self.language}"


class SearchStem(models.Model):
    """A stem that some text has or had, public or not, for guessing what a misspelt word was meant to be.

    Nothing of it is ever shown: what a reader is offered comes from a public text. One may stand here twice: without a
    unique constraint two writers never wait for each other's new words.
    """

    language = models.CharField(max_length=2, choices=Language)
    stem = models.CharField(max_length=LONGEST)
    # Of a word with one mistake the beginning or the end is right.
    head = models.CharField(max_length=2)
    tail = models.CharField(max_length=2)
    length = models.PositiveSmallIntegerField()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["language", "stem"], name="search_stem"),
            models.Index(fields=["language", "head", "length"], name="search_stem_head"),
            models.Index(fields=["language", "tail", "length"], name="search_stem_tail"),
        ]

    def __str__(self) -> str:
        return f"{self.stem} ({self.language})"
