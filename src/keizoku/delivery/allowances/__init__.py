"""What each carrier may be asked for, shared by all workers through one row a channel (ADR 0025)."""
