"""Notes about customers, and tasks with an owner and a day. Other rooms open tasks through ``casework.actions``."""
