"""Feeds: the newest commentaries whole, for programs that fetch them, in Atom, RSS 2.0 and JSON Feed.

The view puts together a Feed, which is plain data; each format is a function of it and of nothing else. So the
fingerprint of that data is the feed's ETag: whatever changes what subscribers get changes it, and a program that has
the newest already costs a few queries and no rendering.

A feed lists only what is ready in its own language. On a page another language may stand in, because the reader asked
for that very text; whoever follows a feed asked for a language, and who follows two would get every text twice.
"""
