"""Whether mail of ours can arrive: the settings and the domain's DNS, said in sentences."""
