"""What holds for a verification without any database: its states, its steps, its reasons. Pure."""
