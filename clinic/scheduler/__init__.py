"""What happens by itself: letters leave, reminders go out, what has expired is forgotten."""
