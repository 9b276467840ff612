"""Pure rules of the outgoing events."""
