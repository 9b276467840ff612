"""Rules of the phone desk. Pure."""
