"""The care with which a commentary is changed, whichever way the change comes: the form, a column, a file, history."""

from django.utils.translation import gettext as _

from commentaries import corrections, rights, translations
from commentaries.languages import FALLBACK
from commentaries.models import Commentary, Translation, User
from commentaries.publishing import Blocked, hold
from commentaries.publishing.blockers import commentary_blockers
from commentaries.turns import staff_mail

State = Translation.State


class CommentaryChange:
    """A change of one commentary by `user`, in the caller's transaction: begin it, store what changes, then finish it.

    The commentary may be new, and unsaved when the change begins.
    """

    def __init__(self, commentary: Commentary, user: User) -> None:
        if commentary.pk:
            hold(commentary)
            commentary = Commentary.objects.with_texts().get(pk=commentary.pk)
        self.user = user
        self.before = commentary
        self.was_draft = commentary.is_draft
        self.blocked_before = [] if self.was_draft else commentary_blockers(commentary)
        self.digests_before = {language: commentary.digest(language) for language in FALLBACK}
        self.states_before = staff_mail.states_of(commentary)
        self.seen_before = corrections.seen(commentary)

    def finish(self, *, small: bool = False, notes: dict[str, str] | None = None, steps: dict[str, str]) -> None:
        """The states follow the texts, readers and colleagues are told. Raises Blocked or CorrectionOwed.

        `steps` are the states that `user` gives to languages now, as they may; `notes` tell readers of the change.
        """
        self._refuse_new_blockers(steps)
        commentary = Commentary.objects.get(pk=self.before.pk)
        translations.record_change(commentary, small=small)
        for language, state in steps.items():
            if state == State.READY:
                translations.mark_ready(commentary, language, self.user)
            else:
                translations.put_back(commentary, language, state, self.user)
        self._send_unchecked_to_review(commentary)
        corrections.settle(commentary, self.seen_before, notes or {}, small=small, by=self.user)
        staff_mail.announce(commentary, self.states_before, by=self.user)

    def _refuse_new_blockers(self, steps: dict[str, str]) -> None:
        """Raise Blocked if the stored commentary is beyond the gate and now has blockers that it had not.

        A language that is to be ready and lost its text is one.
        """
        if self.was_draft:
            return
        after = Commentary.objects.with_texts().get(pk=self.before.pk)
        states = self.states_before | steps
        ready = [language for language in FALLBACK if states[language] in Translation.PUBLIC_STATES]
        found = [blocker for blocker in commentary_blockers(after, ready) if blocker not in self.blocked_before]
        if found:
            sentence = _("Not saved. The commentary is public or scheduled, and with this change: %(blocker)s.")
            raise Blocked([sentence % {"blocker": blocker} for blocker in found])

    def _send_unchecked_to_review(self, commentary: Commentary) -> None:
        """Who may not mark a language ready sends a ready text that they changed back to review."""
        for language, row in translations.states(commentary).items():
            unchecked = language not in rights.ready_languages(self.user)
            changed = self.digests_before[language] != commentary.digest(language)
            if unchecked and changed and row.state in Translation.PUBLIC_STATES:
                translations.put_back(commentary, language, State.IN_REVIEW, self.user)
