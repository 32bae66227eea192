"""What subscribers do through the link in every mail: change their wishes, move, see what is held, take it along."""
