"""What is done with customers, and when: the day's list, engagement, and who was not heard of (D1, D2)."""
