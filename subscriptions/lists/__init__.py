"""Lists of addresses: brought in, to ask their owners whether they want the newsletter, and taken out."""
