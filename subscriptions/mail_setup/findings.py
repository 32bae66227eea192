"""What `check_mail_setup` says: a sentence on each thing, and how grave it is."""

from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    RIGHT = "Right"
    WORTH_MENDING = "Worth mending"
    UNKNOWN = "Not known"
    MISSING = "Missing"  # it keeps mail from arriving


@dataclass(frozen=True)
class Finding:
    level: Level
    sentence: str

    def __str__(self) -> str:
        return f"{self.level.value}: {self.sentence}"


def right(sentence: str) -> Finding:
    return Finding(Level.RIGHT, sentence)


def worth_mending(sentence: str) -> Finding:
    return Finding(Level.WORTH_MENDING, sentence)


def unknown(sentence: str) -> Finding:
    return Finding(Level.UNKNOWN, sentence)


def missing(sentence: str) -> Finding:
    return Finding(Level.MISSING, sentence)
