"""Messages of the libraries whose words we give ourselves, so that `makemessages` finds and keeps them.

Unfold and django-simple-history have no Belarusian or Russian catalogue. Django has a Belarusian one, but not in the
official orthography that the publication is written in, and its sentences bend a model's name in ways that neither
language allows ("Добавить иллюстрация"). A project's own catalogue goes before a library's; nothing imports this.
"""
