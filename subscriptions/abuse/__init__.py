"""What keeps the sign-up from being used against others, and against us. It keeps keyed digests only."""
