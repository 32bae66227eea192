"""What a file would change: every text of it is held against what is stored, before anything is written."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from commentaries import corrections, rights
from commentaries.exchange.keys import Key
from commentaries.exchange.reading import MOST_ERRORS, Entry
from commentaries.exchange.segments import LENGTHS, Segment, Texts, fingerprint
from commentaries.fields import MAX_LENGTH
from commentaries.languages import Language
from commentaries.models import Commentary, Issue, User
from commentaries.richtext import clean, removed
from commentaries.versions.structure import difference

EMPTY = {"br", "hr", "img"}
TAG = re.compile(r"</?[a-z]", re.IGNORECASE)


@dataclass(frozen=True)
class Change:
    """A text that the file has otherwise. `is_conflict`: somebody changed what is stored since the file was made."""

    entry: Entry
    commentary: Commentary
    segment: Segment
    diff: SafeString
    is_conflict: bool

    @property
    def name(self) -> str:
        return self.entry.context


@dataclass
class Plan:
    """What a file would do, and what of it is left alone. `texts` are the commentaries by their keys."""

    source: str
    target: str
    texts: dict[int, Texts] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    for_readers: list[Change] = field(default_factory=list)  # of texts that readers have: these owe them a note
    unsure: list[Entry] = field(default_factory=list)
    same: int = 0

    @property
    def fingerprint(self) -> str:
        """Of what was shown: the same file finds the same only while nothing else changed."""
        shown = [f"{one.name}\n{one.segment.target}\n{one.entry.text}" for one in [*self.changes, *self.for_readers]]
        return fingerprint("\n\n".join(shown))

    def is_finished(self, texts: Texts, kept: set[str]) -> bool:
        """Whether nothing of a commentary is untranslated or unsure once the changes but `kept` are made."""
        mine = {one.segment.key for one in self.changes if one.commentary == texts.commentary and one.name not in kept}
        left = {one.segment.key for one in self.changes if one.commentary == texts.commentary} - mine
        slug = texts.commentary.section.slug
        left |= {key.segment for one in self.unsure if (key := Key.parse(one.context)) and key.section == slug}
        return not left and all(one.target or key in mine for key, one in texts.segments.items())


def plan(issue: Issue, user: User, entries: list[Entry], language: str = "") -> Plan:
    """Raises ValidationError with a sentence for each text that cannot be taken, and then nothing is taken."""
    if not entries:
        raise ValidationError(_("There is nothing to import."))
    keys = _keys(issue, entries)
    source, target = keys[0].source, keys[0].target
    if language and language != target:
        raise ValidationError(
            _("The file says that it is in “%(language)s”, and its texts are in “%(target)s”.")
            % {"language": language, "target": target}
        )
    found = Plan(source, target, _texts(issue, {key.section for key in keys}, source, target))
    errors = list(_sorted_in(found, user, entries, keys))
    if errors:
        raise ValidationError(errors[:MOST_ERRORS])
    return found


def _at(entry: Entry, place: str = "") -> str:
    where = _("Line %(line)s") % {"line": entry.line}
    return f"{where}, {place}: " if place else f"{where}: "


def _keys(issue: Issue, entries: list[Entry]) -> list[Key]:
    keys, errors, seen = list[Key](), list[str](), dict[str, int]()
    for entry in entries:
        key = Key.parse(entry.context)
        if key is None:
            errors.append(_at(entry) + _("the context “%(context)s” is not ours.") % {"context": entry.context[:80]})
            continue
        name = f"{key.section}/{key.segment}"
        if name in seen:
            errors.append(_at(entry) + _("this text stands on line %(line)s already.") % {"line": seen[name]})
        elif key.week != issue.week_start:
            errors.append(
                _at(entry) + _("this text belongs to another issue, of %(week)s.") % {"week": date_format(key.week)}
            )
        elif keys and (key.source, key.target) != (keys[0].source, keys[0].target):
            errors.append(_at(entry) + _("this text is of other languages than the first one."))
        elif fingerprint(entry.source) != key.source_print:
            errors.append(_at(entry) + _("the original (msgid) was changed in the file. Only translate."))
        seen.setdefault(name, entry.line)
        keys.append(key)
    if errors:
        raise ValidationError(errors[:MOST_ERRORS])
    return keys


def _texts(issue: Issue, sections: set[str], source: str, target: str) -> dict[int, Texts]:
    rows = Commentary.objects.filter(issue=issue, section__slug__in=sections).in_order().with_texts()
    return {texts.commentary.pk: texts for texts in Texts.of(list(rows), source, target)}


def _sorted_in(found: Plan, user: User, entries: list[Entry], keys: list[Key]) -> Iterator[str]:
    by_section = {texts.commentary.section.slug: texts for texts in found.texts.values()}
    owed = corrections.all_seen(texts.commentary for texts in found.texts.values())
    for entry, key in zip(entries, keys, strict=True):
        texts = by_section.get(key.section)
        if texts is None:
            yield _at(entry) + _("this issue has no commentary for the section “%(slug)s”.") % {"slug": key.section}
            continue
        segment = _segment(texts, key)
        if segment is None:
            yield _at(entry, str(texts.commentary.section)) + _(
                "the original has changed since the file was made. Export the texts again."
            )
        elif entry.is_unsure:
            found.unsure.append(entry)
        elif not entry.text or segment.is_same(entry.text):
            found.same += 1
        else:
            yield from (_at(entry, _place(texts, segment)) + error for error in _errors(user, texts, segment, entry))
            seen = owed[texts.commentary.pk]
            change = _change(texts, segment, entry, key)
            (found.for_readers if seen and found.target in seen.digests else found.changes).append(change)


def _place(texts: Texts, segment: Segment) -> str:
    return f"{texts.commentary.section}, {segment.place}"


def _segment(texts: Texts, key: Key) -> Segment | None:
    """The text with this original: a block may have moved meanwhile."""
    named = texts.segments.get(key.segment)
    if named and fingerprint(named.source) == key.source_print:
        return named
    if not key.segment.startswith("body/"):
        return None
    moved = [one for one in texts.segments.values() if one.is_rich and fingerprint(one.source) == key.source_print]
    return moved[0] if len(moved) == 1 else None


def _change(texts: Texts, segment: Segment, entry: Entry, key: Key) -> Change:
    before, after = segment.target, entry.text
    if segment.is_rich:
        before, after = segment.wrapped(before), segment.wrapped(after)
    diff = difference(before, after, rich=segment.is_rich)
    is_conflict = bool(segment.target) and fingerprint(segment.target) != key.target_print
    return Change(entry, texts.commentary, segment, diff.html, is_conflict)


# --- One text -------------------------------------------------------------------------------------------------------


def _errors(user: User, texts: Texts, segment: Segment, entry: Entry) -> Iterator[str]:
    name = str(Language(texts.target).label)
    if texts.target == texts.commentary.source_language:
        yield _("the commentary is written in this language (%(language)s), and is not translated into it.") % {
            "language": name
        }
    elif texts.target not in rights.text_languages(user, texts.commentary):
        yield _("you do not edit its texts in this language (%(language)s).") % {"language": name}
    limit = LENGTHS.get(segment.key, MAX_LENGTH)
    if len(entry.text) > limit:
        yield _("the text has %(length)s characters, and may have %(limit)s.") % {
            "length": len(entry.text),
            "limit": limit,
        }
    elif segment.is_rich:
        yield from _tag_errors(segment, entry.text)
    elif TAG.search(entry.text) and not TAG.search(segment.source):
        yield _("tags in angle brackets do not belong here.")
    elif segment.key == "title" and "\n" in entry.text:
        yield _("a headline is one line.")


class _Tags(HTMLParser):
    """The tags of a text: each with what may not be changed in it, and those left open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()
        self.open: list[str] = []
        self.error = ""
        try:
            self.feed(html)
            self.close()
        except AssertionError:  # HTMLParser gives up on "<![x["
            self.error = "<!["
        self.error = self.error or (f"<{self.open[-1]}>" if self.open else "")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        kept = [str(values[name]) for name in ("id", "src") if values.get(name)]
        href = values.get("href") or ""
        kept += [href] if href.startswith("#") else []
        self.found[" ".join([tag, *kept])] += 1
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        elif tag not in EMPTY:
            self.error = self.error or f"</{tag}>"


def _tag_errors(segment: Segment, text: str) -> Iterator[str]:
    tags = _Tags(text)
    if tags.error:
        yield _("the tag %(tag)s has no partner.") % {"tag": tags.error}
        return
    if gone := removed(text, clean(text)):
        yield _("no page may hold this: %(removed)s.") % {"removed": ", ".join(gone)}
        return
    original = _Tags(segment.source)
    if missing := original.found - tags.found:
        yield _("missing, but in the original: %(tags)s.") % {"tags": _named(missing)}
    if extra := tags.found - original.found:
        yield _("not in the original: %(tags)s.") % {"tags": _named(extra)}


def _named(tags: Counter[str]) -> str:
    return ", ".join(f"<{name}>" if count == 1 else f"{count} × <{name}>" for name, count in sorted(tags.items()))
