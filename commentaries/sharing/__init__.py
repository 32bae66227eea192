"""How a page looks where its address is passed on: in a search, a messenger, a social network."""
