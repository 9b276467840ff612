"""The mail hosts of all the customers, as one SMTP server, and what their owners read."""
