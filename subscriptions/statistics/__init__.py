"""What became of the mails, and how the newsletter grows: counts, and never so few that they tell of somebody."""
