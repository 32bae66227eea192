"""What helps a reader through a text: how long it takes, what it is made of, what came before it."""
