"""The care with which a commentary is changed at the desk by other ways than its form."""

from commentaries import corrections, rights, translations
from commentaries.admin.gate import refuse_new_blockers
from commentaries.languages import FALLBACK
from commentaries.models import Commentary, Translation, User
from commentaries.publishing import hold
from commentaries.publishing.blockers import commentary_blockers
from commentaries.turns import staff_mail

State = Translation.State


class CommentaryChange:
    """A change of one commentary, in one transaction: begin it, store what changes, then finish it."""

    def __init__(self, commentary: Commentary, user: User) -> None:
        hold(commentary)
        self.user = user
        self.before = Commentary.objects.with_texts().get(pk=commentary.pk)
        self.blocked_before = commentary_blockers(self.before)
        self.digests_before = {language: self.before.digest(language) for language in FALLBACK}
        self.states_before = staff_mail.states_of(self.before)
        self.seen_before = corrections.seen(self.before)

    def finish(self, *, small: bool, notes: dict[str, str], steps: dict[str, str] | None = None) -> None:
        """The states follow the texts, readers and colleagues are told. Raises Blocked or CorrectionOwed.

        `steps` are the states that `user` gives to languages now, as they may.
        """
        commentary = Commentary.objects.get(pk=self.before.pk)
        ready = [code for code, state in self.states_before.items() if state in Translation.PUBLIC_STATES]
        ready += [code for code, state in (steps or {}).items() if state == State.READY and code not in ready]
        refuse_new_blockers(self.before, self.blocked_before, ready)
        translations.record_change(commentary, small=small)
        for language, state in (steps or {}).items():
            if state == State.READY:
                translations.mark_ready(commentary, language, self.user)
            else:
                translations.put_back(commentary, language, state, self.user)
        send_unchecked_to_review(commentary, self.digests_before, self.user)
        corrections.settle(commentary, self.seen_before, notes, small=small, by=self.user)
        staff_mail.announce(commentary, self.states_before, by=self.user)


def send_unchecked_to_review(commentary: Commentary, before: dict[str, str], user: User) -> None:
    """Who may not mark a language ready sends a ready text that they changed back to review.

    `before` holds the digests of the texts as they were.
    """
    for language, row in translations.states(commentary).items():
        unchecked = language not in rights.ready_languages(user)
        if unchecked and row.state in Translation.PUBLIC_STATES and before.get(language) != commentary.digest(language):
            translations.put_back(commentary, language, State.IN_REVIEW, user)
