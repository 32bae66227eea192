"""A form that is held back for now."""


class Held(Exception):
    """The form is not taken yet. Says why in a sentence, or "" where its sender has done nothing wrong."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__()
        self.sentence = sentence
