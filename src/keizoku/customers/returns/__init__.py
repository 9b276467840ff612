"""What was decided here goes back to the core system, counted, until it is acknowledged."""
